"""Edges: one telephony engine each."""
