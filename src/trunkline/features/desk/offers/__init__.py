"""Offers: what an agent is asked to take, with who it is and why it came to him."""
