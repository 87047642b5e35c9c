"""The port to spoken text: a voice reads a text aloud, once, before anybody calls."""

from __future__ import annotations

from typing import Protocol


class SpeechRefused(Exception):
    """This text is not spoken here; trying again changes nothing. `reason` is a code.

    `not_installed` (no voice is here), `language_unknown`, `unreadable` (it holds letters that the
    voice cannot read: `letters` are some of them), `nothing_said`.
    """

    def __init__(self, reason: str, letters: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.letters = letters


class SpeechFailed(Exception):
    """The voice itself failed (killed, out of time): try again."""


class Speech(Protocol):
    """Turns text into sound, in a process of its own."""

    def languages(self) -> tuple[str, ...]:
        """The languages (`zh`, `en`, `ja`, `ko`) that a voice is here for; none: not installed."""

    async def speak(self, text: str, language: str) -> bytes:
        """A WAV file of a text as it is read; raises `SpeechRefused`, `SpeechFailed`."""
