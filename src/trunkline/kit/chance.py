"""Chance that can be repeated: streams of draws, each with a name, all out of one seed."""

from __future__ import annotations

from random import Random

Stream = Random
"""A stream of draws: the same seed and name always give the same ones."""


def stream(seed: int, name: str) -> Stream:
    """The stream of a name; streams of different names do not depend on one another."""
    return Random(f"{seed}/{name}")  # noqa: S311 - has to be repeatable, guards no secret
