"""Survey results as the API tells them."""

from __future__ import annotations

from trunkline.features.surveys.store import Score, SurveyRow
from trunkline.features.tenancy import ApiModel


class SurveyCard(ApiModel):
    """The survey of one interaction; `reason` says why it was not drawn."""

    drawn: bool
    reason: str | None
    rating: int | None
    agent_id: str | None
    transferred_queues: list[str]

    @classmethod
    def of(cls, row: SurveyRow) -> SurveyCard:
        """The card of a row."""
        return cls(
            drawn=row.drawn,
            reason=row.reason,
            rating=row.rating,
            agent_id=row.agent_id,
            transferred_queues=list(row.transferred_queues),
        )


class ScoreOut(ApiModel):
    """Marks of one agent or queue, never without how many there are of how many asked.

    For a queue the `transferred_` figures are of interactions that only passed it, and are not
    in the others; for an agent they are the part of his marks that came by a transfer.
    """

    id: str
    name: str | None
    mean: float | None
    n: int
    offered: int
    response_rate: float | None
    transferred_n: int
    transferred_mean: float | None

    @classmethod
    def of(cls, id: str, name: str | None, score: Score) -> ScoreOut:
        """The figures of a score."""
        return cls(
            id=id,
            name=name,
            mean=_ratio(score.total, score.n),
            n=score.n,
            offered=score.offered,
            response_rate=_ratio(score.n, score.offered),
            transferred_n=score.transferred_n,
            transferred_mean=_ratio(score.transferred_total, score.transferred_n),
        )


class SurveySummary(ApiModel):
    """Scores, those with most marks first."""

    items: list[ScoreOut]


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
