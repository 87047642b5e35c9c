"""Read models: a feature folds facts into its own tables, inside the transaction of their cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trunkline.ports.database import Tx


Project = Callable[["Tx", str, int, Any], None]


class Projection(Protocol):
    """Plain writes to own tables; the same facts in the same order give the same rows.

    One that has `takes` (a set of kinds of facts) is asked for these only.
    """

    @property
    def name(self) -> str:
        """Name under which its version is kept."""

    @property
    def version(self) -> int:
        """Raised when the tables' meaning changes: `trunkline rebuild` folds anew."""

    def project(self, tx: Tx, tenant_id: str, at_ms: int, fact: Any) -> None:
        """Fold one fact, decided at `at_ms`."""

    def reset(self, tx: Tx, tenant_id: str) -> None:
        """Forget what was folded for a tenant, before it is folded anew."""


def taking(projections: Iterable[Projection], kind: type[Any]) -> tuple[Project, ...]:
    """What follows facts of this kind, in order."""
    return tuple(
        projection.project
        for projection in projections
        if (takes := getattr(projection, "takes", None)) is None or kind in takes
    )
