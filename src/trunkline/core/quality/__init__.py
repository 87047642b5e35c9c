"""The quality of a talk: R-factor and MOS of a leg, and when a lossy way is left."""
