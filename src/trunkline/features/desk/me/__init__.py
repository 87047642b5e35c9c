"""Me: who is signed in, the agent's wish, device and open work."""
