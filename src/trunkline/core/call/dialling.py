"""How somebody who stands on a dialling list is called.

A list's entry is a callback of one try, whose next try is the list's business. Progressive: the
agent who is offered it is put through at once. Preview: the agent looks first, and calls or skips.
In both the agent is there before the customer is dialled, so that nobody is called for nobody.
"""

from __future__ import annotations

from enum import StrEnum

from trunkline.core.outbound_rules.words import Purpose
from trunkline.core.records import record
from trunkline.core.words import ConsentPolicy

PRIORITY = -100
"""Whoever is on the line, or asked to be called, comes before those whom we would like to call."""

WAITS_MS = 300_000
"""An entry that nobody took for so long goes back to its list."""


class DialMode(StrEnum):
    """What the agent does before the customer is dialled."""

    PREVIEW = "preview"
    PROGRESSIVE = "progressive"


@record(frozen=True, slots=True)
class Dialling:
    """An entry of a dialling list, and how it is called; nothing of it is personal.

    `consent` is what the country of its number asks for before a recording. With `tell_machine` an
    answering machine is told from a person before the agent is joined.
    """

    list: str
    entry: str
    mode: DialMode
    purpose: Purpose
    look_ms: int = 60_000
    ring_ms: int = 30_000
    consent: ConsentPolicy | None = None
    tell_machine: bool = False
