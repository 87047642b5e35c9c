"""Benches: each prints its table, says what ran where, and writes `bench/results/NAME.json`."""
