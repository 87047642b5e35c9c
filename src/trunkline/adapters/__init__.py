"""One folder a technology; each knows its port and its one library."""
