"""Supervision: attending the calls of others, taking them over, ending them."""
