"""Guests: a call to a service number from the page `/call`, without any telephone."""
