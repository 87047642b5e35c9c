"""Legs and bridges: what the core asks of telephony, and what telephony tells it."""
