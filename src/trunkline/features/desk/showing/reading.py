"""What was shown and sent in an interaction, with names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.core.showing import Cause, Part, Side, What
from trunkline.features.desk.schemas import Named
from trunkline.features.desk.showing import files, store
from trunkline.features.desk.showing.schemas import FileOut, ShowingEventOut, ShowingOut
from trunkline.features.tenancy import instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trunkline.features.interactions import InteractionRow
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


def kept(tx: Tx, row: InteractionRow) -> tuple[list[store.EventRow], list[store.FileRow]]:
    """The rows of an interaction."""
    found = store.events_of(tx, row.tenant_id, row.id)
    return found, store.files_of(tx, row.tenant_id, [row.id])


def told(
    keys: KeyRing,
    found: tuple[list[store.EventRow], list[store.FileRow]],
    users: Mapping[str, str],
) -> ShowingOut:
    """The same as the API tells it."""
    events, sent = found
    return ShowingOut(
        events=[_event(row, users) for row in events],
        files=[file_out(keys, row, users) for row in sent],
    )


def file_out(keys: KeyRing, row: store.FileRow, users: Mapping[str, str]) -> FileOut:
    """One file."""
    return FileOut(
        id=row.id,
        name=files.name_of(keys, row),
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        by=Side(row.by),
        agent=Named(id=row.agent_id, name=users.get(row.agent_id)),
        at=instant(row.at),
    )


def _event(row: store.EventRow, users: Mapping[str, str]) -> ShowingEventOut:
    return ShowingEventOut(
        at=instant(row.at),
        part=Part(row.part),
        what=What(row.what),
        by=Side(row.by),
        cause=Cause(row.cause) if row.cause else None,
        agent=Named(id=row.agent_id, name=users.get(row.agent_id)),
    )
