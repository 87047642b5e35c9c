"""Figures out of what was counted: pure folds, each with its formula by name."""
