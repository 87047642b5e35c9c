"""The stream: what happens, told at once to those who may see it."""
