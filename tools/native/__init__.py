"""Compiles the core to machine code, where somebody wants it (docs/adr/0014)."""
