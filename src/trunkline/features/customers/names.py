"""What a name is found by: overlapping pairs of characters, which serve Chinese and Latin alike."""

from __future__ import annotations

import unicodedata
from typing import Final

LONGEST_QUERY: Final = 80


def folded(text: str) -> str:
    """A text as names are compared: width, case and doubled spaces make no difference."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters of each word; a word of one character is its own."""
    return frozenset(
        pair
        for word in folded(text).split()
        for pair in (_pairs(word) if len(word) > 1 else [word])
    )


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)]
