"""Parked calls: left in a slot, listed, fetched."""
