"""What a service needs to write something for a tenant, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.clock import Ids
    from trunkline.ports.database import Tx


@dataclass(frozen=True, slots=True)
class Writing:
    """An open transaction of one tenant, with the keys, new ids and the time of the deed (ms)."""

    tx: Tx
    keys: KeyRing
    ids: Ids
    tenant_id: str
    now: int
