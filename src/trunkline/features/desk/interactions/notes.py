"""What agents wrote about an interaction, each under his name, nobody's over another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.features.desk import texts
from trunkline.features.desk.interactions.schemas import NoteOut
from trunkline.features.desk.schemas import Named
from trunkline.features.tenancy import instant

if TYPE_CHECKING:
    from trunkline.features.desk.joined import Names
    from trunkline.features.interactions import InteractionRow
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx


def notes(tx: Tx, keys: KeyRing, row: InteractionRow, names: Names) -> list[NoteOut]:
    """One an agent; before he completed his wrap-up, what he typed so far.

    A text that was only taken over from a colleague is told once, as the colleague's.
    """
    found: list[NoteOut] = []
    for agent in texts.writers(tx, row):
        written = texts.kept(tx, keys, row, texts.note_token(row.id, agent)) or texts.kept(
            tx, keys, row, texts.draft_token(row.id, agent)
        )
        if written and written["note"] and written["note"] not in (one.text for one in found):
            author, at = Named(id=agent, name=names.users.get(agent)), written["updated_at"]
            found.append(NoteOut(author=author, at=instant(at), text=written["note"]))
    return found


def joined(found: list[NoteOut]) -> str | None:
    """All of them in one text; who wrote and when stands above each if they are several."""
    if len(found) < 2:
        return found[0].text if found else None
    return "\n\n".join(
        f"{one.author.name or one.author.id}, {one.at:%Y-%m-%d %H:%M} UTC:\n{one.text}"
        for one in found
    )
