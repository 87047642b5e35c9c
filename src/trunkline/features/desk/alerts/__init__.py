"""Alerts for supervisors: what should be looked after at once, and dismissed when it was."""
