"""Who did it: written down in the transaction of the input that is put to the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features import audit

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.features.tenancy import Principal
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform


def written_down(
    platform: Platform, principal: Principal, action: str, subject: str, **detail: str | None
) -> Callable[[Tx], None]:
    """What goes along with the input; of what is refused nothing is written.

    `detail` holds ids and codes only.
    """

    def also(tx: Tx) -> None:
        now = platform.clock.now_ms()
        audit.record(tx, principal, action, subject, dict(detail), at=now)

    return also
