"""Nothing personal stands anywhere in the clear: a day of calls, then every file is searched.

Names, numbers, PINs, order numbers and typed texts of customers are used in every way that the
first version has: said by keys, typed, searched, linked, verified, sent to the far end, made a
ticket. Then each byte that the node wrote is looked at, log lines included.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.features.desk.house import Desk, Ready, until
from trunkline.adapters.sql.journal import dead_letters, journal, snapshots
from trunkline.core.call.commands import Collect
from trunkline.core.words import LegId
from trunkline.ports.database import Tx, metadata

KNOWN = "+8613800000004"
STRANGER = "+8613955557777"
PIN = "9004"
ORDER_END = "7004"
SENT = "31415926"
TYPED = ("客户住在梧桐路八号", "Asked for his sister Wilhelmina", "她要换成年付套餐")
NEW_NAME = "欧阳婉清"
MENTIONED = ("刘思雨", NEW_NAME, *TYPED, "Wilhelmina")
NUMBERS = (KNOWN, STRANGER, "13800000004", "13955557777")
DIGITS = (PIN, ORDER_END, SENT)


async def test_nothing_of_people_stands_in_what_is_written(
    desk: Desk, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with desk.ready("agent1") as agent:
        for keys in (PIN, ORDER_END):
            await by_menu(desk, agent, keys)
        await by_hand(desk, agent)
    (driver, *_) = desk.node.cells.drivers.values()
    await desk.node.platform.db.write(driver.cell.save_snapshot)
    assert driver.cell.seq > 0
    tables = await desk.node.platform.db.read(written)
    logged = "".join(capfd.readouterr())
    files = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert {"journal", "cell_snapshots", "events", "audit_entries"} <= tables.keys()
    for text in (*tables.values(), logged):
        assert found_in(text) == []
    assert [word for word in (*MENTIONED, *NUMBERS) if word.encode() in files] == []


async def by_menu(desk: Desk, agent: Ready, keys: str) -> None:
    """The main line: an order is read back after these keys; then an agent is asked for."""
    customer = await desk.call("4000", KNOWN)
    await asked(desk, customer, 1)
    desk.edge.press(customer, "3")
    await asked(desk, customer, 2)
    desk.edge.press(customer, keys)
    await asked(desk, customer, 3)
    desk.edge.press(customer, "0")
    interaction = await agent.take()
    pop = (await agent.client.get(f"/interactions/{interaction}/pop")).json()
    assert pop["verified"]["by"] == ("pin" if keys == PIN else "order_last4")
    await agent.do(interaction, "digits", {"digits": SENT})
    await typed(agent, interaction)
    await finished(desk, agent, customer, interaction)


async def by_hand(desk: Desk, agent: Ready) -> None:
    """A stranger becomes a customer, his number is saved, he is verified by questions."""
    customer = await desk.call("4001", STRANGER)
    interaction = await agent.take()
    await typed(agent, interaction)
    made = await agent.client.post("/customers", json={"name": NEW_NAME, "level": "gold"})
    picked = {"customer_id": made.json()["id"], "save_number": True}
    linked = await agent.client.put(f"/interactions/{interaction}/customer", json=picked)
    assert linked.status_code == 200
    await agent.client.post(
        f"/interactions/{interaction}/verify", json={"how": "birthday", "ok": True}
    )
    for asked_for in (NEW_NAME, STRANGER):
        assert (await agent.client.get("/customers", params={"q": asked_for})).json()["items"]
    await finished(desk, agent, customer, interaction)


async def typed(agent: Ready, interaction: str) -> None:
    """A draft, as the desk keeps it each second."""
    draft = {"note": TYPED[0], "ticket_title": TYPED[1], "disposition": "other"}
    kept = await agent.client.put(f"/interactions/{interaction}/draft", json=draft)
    assert kept.status_code == 200


async def finished(desk: Desk, agent: Ready, customer: LegId, interaction: str) -> None:
    """Hang up, wrap up with note and ticket, add to the ticket, and be rated."""
    await agent.do(interaction, "hangup")
    ticket = {"action": "new", "title": TYPED[1], "class": "billing"}
    done = {"disposition": "other", "note": TYPED[0], "ticket": ticket}
    assert (await agent.do(interaction, "wrap-up", done)).status_code == 202
    page = (await agent.client.get(f"/interactions/{interaction}")).json()
    assert page["note"] == TYPED[0]
    told = {"text": TYPED[2]}
    noted = await agent.client.post(f"/tickets/{page['ticket_id']}/notes", json=told)
    assert noted.status_code == 201, noted.text
    desk.edge.end(customer)
    await agent.stream.event("trunkline.interaction.ended.v1")


async def asked(desk: Desk, leg: LegId, times: int) -> None:
    """Until the engine has been told so often to collect keys of this leg."""

    def is_asked() -> bool:
        wanted = [c for c in desk.edge.done if isinstance(c, Collect) and c.leg == leg]
        return len(wanted) >= times

    await until(is_asked)


def written(tx: Tx) -> dict[str, str]:
    """Every row of every table as text."""
    return {
        name: "\n".join(_text(row) for row in tx.execute(sa.select(table)))
        for name, table in metadata.tables.items()
    }


def _text(row: sa.Row[tuple[object, ...]]) -> str:
    return json.dumps([str(value) for value in row], ensure_ascii=False)


def found_in(text: str) -> list[str]:
    """What of people stands in a text, escaped or not."""
    plain = text.encode().decode("unicode_escape", "replace") if "\\u" in text else ""
    words = [word for word in (*MENTIONED, *NUMBERS) if word in text or word in plain]
    return words + [keys for keys in DIGITS if re.search(rf"(?<!\w){keys}(?!\w)", text)]


async def test_an_error_of_the_store_names_no_values(desk: Desk) -> None:
    def broken(tx: Tx) -> None:
        tx.execute(sa.text("INSERT INTO nowhere VALUES (:it)"), {"it": KNOWN})

    with pytest.raises(sa.exc.OperationalError) as told:
        await desk.node.platform.db.write(broken)
    assert KNOWN not in str(told.value)


def test_the_search_finds_what_it_looks_for() -> None:
    assert found_in('{"digits": "9004"}') == [PIN]
    assert found_in(json.dumps({"name": NEW_NAME})) == [NEW_NAME]
    assert found_in("seq 19004, usr_9004x") == []
    assert {journal.name, snapshots.name, dead_letters.name} <= metadata.tables.keys()
