"""After real calls no number, name, key or note stands in the journal, the events or a log."""

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.node import Node
from tests.e2e.people import Person, at_desk_phone, closed, until
from tests.e2e.test_menu import Visit
from tests.tools.netns import NetworkNamespace
from tests.tools.sipp import caller

KNOWN, STRANGER = "+8613800000006", "+8613944443333"
NAME, ORDER_END, PIN, DOOR = "杨晓雯", "7006", "9006", "88531"
NOTE = f"Her door code is {DOOR}"
KEPT_IN_THE_CLEAR = ("journal", "cell_snapshots", "cell_dead_letters", "events", "jobs")
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def lived(town: NetworkNamespace, shared_node: Node) -> Node:
    """A node on which people have called, keyed, talked and written."""
    with town.entered(), closing(Person(shared_node, "admin")) as eye:

        async def live() -> None:
            await asyncio.gather(
                Visit(shared_node, eye, KNOWN, "4000").run(keys_in_a_factor),
                strangers_call(shared_node, eye),
            )

        asyncio.run(live())
    return shared_node


async def keys_in_a_factor(visit: Visit) -> None:
    """Keys in the end of the order's number."""
    await visit.key("menu", "3")
    await visit.key("verify", ORDER_END)
    await visit.at("status")


async def strangers_call(node: Node, eye: Person) -> None:
    """A stranger talks with an agent, who finds the customer by name and writes a note."""
    with (
        at_desk_phone(node, "agent4", 700.0) as (agent, desk),
        caller(node.sip, "4001", name=STRANGER) as customer,
    ):
        await desk.answered(15)
        interaction = agent.me()["work"]["interaction_id"]
        (found,) = agent.get("/customers", q=NAME)["items"]
        agent.put(f"/interactions/{interaction}/customer", customer_id=found["id"])
        agent.post(f"/interactions/{interaction}/digits", digits=PIN)
        agent.put(f"/interactions/{interaction}/draft", note=NOTE)
        customer.hang_up()
        await customer.ended()
        await until(lambda: agent.me()["work"]["kind"] == "wrap_up", "wrap-up")
        agent.post(f"/interactions/{interaction}/wrap-up", disposition="other", note=NOTE)
    await closed(eye, interaction)


def needles() -> list[re.Pattern[str]]:
    """Everything that was said or keyed, as it could be written."""
    numbers = [number.lstrip("+").removeprefix("86") for number in (KNOWN, STRANGER)]
    words = [NAME, json.dumps(NAME).strip('"'), NOTE, *numbers]
    alone = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"  # a random id may hold so few digits by chance
    keys = [alone.format(keys) for keys in (DOOR, ORDER_END, PIN)]
    return [re.compile(word) for word in (*map(re.escape, words), *keys)]


def found_in(text: str) -> list[str]:
    return [
        f"{needle.pattern}: …{text[max(0, hit.start() - 80) : hit.end() + 40]}…"
        for needle in needles()
        if (hit := needle.search(text))
    ]


@pytest.mark.parametrize("table", KEPT_IN_THE_CLEAR)
def test_nothing_personal_stands_in_what_is_kept_in_the_clear(lived: Node, table: str) -> None:
    with closing(sqlite3.connect(f"file:{lived.data}/trunkline.db?mode=ro", uri=True)) as kept:
        rows = kept.execute(f"SELECT * FROM {table}").fetchall()
    assert rows or table == "cell_dead_letters" or table == "cell_snapshots"
    text = "\n".join(
        str(cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell)
        for row in rows
        for cell in row
    )
    assert found_in(text) == []


def test_nobody_was_buried_as_a_dead_letter(lived: Node) -> None:
    with closing(sqlite3.connect(f"file:{lived.data}/trunkline.db?mode=ro", uri=True)) as kept:
        assert kept.execute("SELECT * FROM cell_dead_letters").fetchall() == []


def test_nothing_personal_stands_in_a_log(lived: Node) -> None:
    logs = [lived.log, *(lived.data / "asterisk" / "log").iterdir()]
    assert [hit for log in logs for hit in found_in(read(log))] == []


def test_no_number_name_or_note_stands_in_any_file_of_the_database(lived: Node) -> None:
    text = "".join(read(path) for path in lived.data.glob("trunkline.db*"))
    words = needles()[:-2]  # four digits alone stand in every file of this size
    assert [needle.pattern for needle in words if needle.search(text)] == []


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
