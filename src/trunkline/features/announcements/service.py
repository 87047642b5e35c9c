"""Announcements: made, named by others, replaced and removed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.core.flow.speech import OWN
from trunkline.features.announcements import sounds, store
from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trunkline.features.announcements.store import AnnouncementRow
    from trunkline.features.tenancy import Writing
    from trunkline.ports.database import Tx
    from trunkline.runtime.platform import Platform

MOST: Final = 500
"""So many announcements a tenant has at most."""


def draft(tx: Tx, tenant_id: str, new_id: str, name: str, now: int) -> AnnouncementRow:
    """An announcement to come; raises `announcement_name_taken`, `announcements_too_many`."""
    there = store.every(tx, tenant_id)
    if len(there) >= MOST:
        detail = f"There are {MOST} announcements already: remove one that nobody names."
        raise TrunklineError("announcements_too_many", 409, detail)
    if any(row.name == name for row in there):
        raise _taken()
    return store.AnnouncementRow(tenant_id, new_id, name, "making", "", 0, 0, None, 0, "", "", now)


def new_id(on_ids: Writing | Platform) -> str:
    """An id that may also be the name of a prompt."""
    return on_ids.ids.new(OWN.removesuffix("_"))


def put(on: Writing, platform: Platform, row: AnnouncementRow) -> str:
    """Write what was made; returns its id. Raises `announcement_name_taken`, `_unknown`.

    A sound that is replaced is removed by a job.
    """
    before = store.get(on.tx, on.tenant_id, row.id)
    if before is None and row.sound > 1:
        raise _unknown()  # it was removed meanwhile
    if not store.put(on.tx, row):
        raise _taken()
    if before is not None and before.mark != row.mark:
        sounds.forget(on.tx, platform, before)
    return row.id


def rename(on: Writing, announcement_id: str, name: str) -> str:
    """Give another name; raises `announcement_unknown`, `announcement_name_taken`."""
    row = find(on.tx, on.tenant_id, announcement_id)
    if not store.put(on.tx, replace(row, name=name)):
        raise _taken()
    return row.id


def delete(on: Writing, platform: Platform, announcement_id: str) -> str:
    """Remove one that nobody names; raises `announcement_unknown`, `announcement_in_use`."""
    row = find(on.tx, on.tenant_id, announcement_id)
    if not store.drop(on.tx, on.tenant_id, row.id):
        by = store.users(on.tx, on.tenant_id).get(row.id, [])
        detail = "A queue, number or flow says this: choose another there first."
        raise TrunklineError("announcement_in_use", 409, detail, used_by=by)
    sounds.forget(on.tx, platform, row)
    return row.id


def find(tx: Tx, tenant_id: str, announcement_id: str) -> AnnouncementRow:
    """One announcement; raises `announcement_unknown`."""
    row = store.get(tx, tenant_id, announcement_id)
    if row is None:
        raise _unknown()
    return row


def use(on: Writing, user: str, names: Iterable[str | None]) -> None:
    """Let a user (`queue:ID` …) name exactly these announcements, and keep them so.

    Prompts and music that are shipped are left aside. Raises `announcement_unknown`.
    """
    ids = {name for name in names if name and name.startswith(OWN)}
    if not store.name_them(on.tx, on.tenant_id, user, ids):
        raise TrunklineError("announcement_unknown", 422, "There is no such announcement.")


def _unknown() -> TrunklineError:
    return TrunklineError("announcement_unknown", 404, "There is no such announcement.")


def _taken() -> TrunklineError:
    return TrunklineError("announcement_name_taken", 409, "Another announcement has this name.")
