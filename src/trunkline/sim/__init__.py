"""A day in the life: generated calls that drive the same cell on a virtual clock."""
