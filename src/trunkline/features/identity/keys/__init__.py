"""API keys: a way in for programs."""
