"""Everything a cell may ask of the world: of the edge, and of the features behind the door."""

from __future__ import annotations

from trunkline.core.call.commands import EdgeCommand
from trunkline.core.records import record
from trunkline.core.words import InteractionId, Token


@record(frozen=True, slots=True)
class CheckFactor:
    """Check digits (a token) against the customer's factors; `FactorChecked` answers."""

    interaction: InteractionId
    node: str
    customer: str
    digits: Token


@record(frozen=True, slots=True)
class LookUp:
    """Look something up for a customer; `LookedUp` answers with a token of what to say."""

    interaction: InteractionId
    node: str
    what: str
    customer: str


@record(frozen=True, slots=True)
class CheckNumber:
    """Whether the number in `digits` can be called back; `NumberChecked` answers."""

    interaction: InteractionId
    node: str
    digits: Token


FeatureCommand = CheckFactor | LookUp | CheckNumber
Command = EdgeCommand | FeatureCommand
