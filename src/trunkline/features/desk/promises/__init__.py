"""Promises for people: made from the desk, kept in time, missed ones seen; and appointments."""
