"""What an interaction runs through before, between and after agents, and what it says there."""
