"""Idempotency: a POST that is sent twice with one key is done once."""
