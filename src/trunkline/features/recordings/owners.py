"""Whose a recording is: the team of the queue it was made in, and the agent who is heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trunkline.features.recordings.store import RecordingRow
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom scopes are held against."""

    team_id: str | None
    user_id: str | None


def owner_of(tx: Tx, row: RecordingRow) -> Owner:
    """The owner of a recording."""
    return Owner(None, row.agent_id)
