"""Trunkline: an open-source cloud contact centre, one call from ring to ticket."""

__version__ = "0.1.0"
