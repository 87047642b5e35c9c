"""What the core and the features ask of the world: one Protocol a file."""
