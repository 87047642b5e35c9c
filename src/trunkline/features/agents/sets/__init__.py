"""Skill sets: named skills that agents hold until a date, on top of their own."""
