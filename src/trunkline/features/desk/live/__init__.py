"""Live: what a queue looks like now, and whether calls can be taken at all."""
