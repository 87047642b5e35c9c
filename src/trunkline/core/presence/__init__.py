"""The agent's wish and open work; what is displayed follows from them."""
