"""Handling: the call verbs, who it is, what is typed, and the work after the talk."""
