"""Outward calls: whether one may be dialled, and by which trunk."""
