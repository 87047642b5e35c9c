"""Several engines behind one port."""
