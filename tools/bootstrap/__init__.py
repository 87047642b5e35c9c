"""Bring a bare clone to the point where Trunkline runs; standard library only.

`python3 -m tools.bootstrap up|check|test|web` plans the steps that are not yet done, runs them side
by side and shows how far each one is. What was done once is remembered by a stamp of its inputs, so
the second time takes no time. What cannot be done here is said with the command that mends it.
"""
