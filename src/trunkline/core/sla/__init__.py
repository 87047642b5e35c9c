"""How urgent a matter is, and what may become of it: pure rules on tickets."""
