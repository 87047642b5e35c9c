"""Recordings as the API tells them."""

from __future__ import annotations

from typing import Literal

from trunkline.features.recordings.store import RecordingRow, RecordingState
from trunkline.features.tenancy import ApiModel, Instant, Word, instant, instant_or_none
from trunkline.kit.sealed_stream import plain_size
from trunkline.ports.audio import PEAKS_PER_S

FULL_SCALE = 255


class RecordingCard(ApiModel):
    """A recording as an interaction shows it."""

    id: str
    state: Word[RecordingState]
    duration_ms: int | None = None

    @classmethod
    def of(cls, row: RecordingRow) -> RecordingCard:
        """The card of a row."""
        state = RecordingState(row.state)
        return cls(id=row.id, state=state, duration_ms=row.duration_ms)


class RecordingOut(RecordingCard):
    """One recording; `reason` says why it is missing, `flaws` which track was lost."""

    interaction_id: str
    reason: str | None
    started_at: Instant
    ended_at: Instant | None
    stored_at: Instant | None
    tracks: list[Literal["customer", "agent"]]
    flaws: list[str]
    size_bytes: int | None

    @classmethod
    def of(cls, row: RecordingRow) -> RecordingOut:
        """The whole of a row; the size is that of the sound as it is sent."""
        return cls(
            id=row.id,
            state=RecordingState(row.state),
            duration_ms=row.duration_ms,
            interaction_id=row.interaction_id,
            reason=row.reason,
            started_at=instant(row.started_at),
            ended_at=instant_or_none(row.ended_at),
            stored_at=instant_or_none(row.stored_at),
            tracks=["customer", "agent"],
            flaws=row.flaws or [],
            size_bytes=plain_size(row.size_bytes) if row.size_bytes is not None else None,
        )


class WaveformOut(ApiModel):
    """The loudest sample of each stretch of a track, 0 to 1."""

    peaks_per_s: int
    customer: list[float]
    agent: list[float]

    @classmethod
    def of(cls, customer: bytes, agent: bytes) -> WaveformOut:
        """The waveform of stored peaks."""
        return cls(peaks_per_s=PEAKS_PER_S, customer=_scaled(customer), agent=_scaled(agent))


def _scaled(peaks: bytes) -> list[float]:
    return [round(peak / FULL_SCALE, 3) for peak in peaks]
