"""Kamailio before several engines: where callers, trunks and devices come to."""
