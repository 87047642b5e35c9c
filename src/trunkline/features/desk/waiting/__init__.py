"""Waiting: what a supervisor does about interactions that stand in line."""
