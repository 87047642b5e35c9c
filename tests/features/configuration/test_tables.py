"""CSV out and in: what is exported changes nothing when it comes back; each line is answered."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from tests.features.configuration.house import WEEK, ask, furnished
from tests.tools.rig import MemoryDatabase, Rig
from trunkline.features import agents, identity, tenancy
from trunkline.features.agents.store import agents as staff
from trunkline.features.configuration.tables import TABLES
from trunkline.features.identity.store import users
from trunkline.kit import sheets
from trunkline.ports.database import Priority, Tx

R = TypeVar("R")
T = "/configuration/tables"
EXCEPTIONS = [
    {"on": "2026-10-01", "until": "2026-10-07", "name": "=National Day"},
    {"on": "2026-12-31", "intervals": [{"opens": "09:00", "closes": "12:00"}]},
    {"on": "2026-05-01", "name": "worked", "as_usual": True},
]


@pytest.fixture
def rig() -> Rig:
    return furnished()


async def rich(rig: Rig) -> None:
    """A calendar with several intervals a day, and a queue with everything set."""
    twice = [{"day": 5, "opens": "09:00", "closes": "12:00"}, *WEEK,
             {"day": 5, "opens": "13:30", "closes": "24:00"}]  # fmt: skip
    office = {"name": "office", "weekly": twice, "exceptions": EXCEPTIONS}
    holidays = {"holidays": {"country": "DE", "part": "BY", "make_up_days": False}}
    calendar = (await ask(rig, "POST", "/calendars", office | holidays)).json()["id"]

    def north(tx: Any) -> str:
        system = tenancy.Principal("one", "system")
        return identity.add_team(tx, rig.platform, system, "North", None).team_id

    support = (await ask(rig, "GET", "/queues/support")).json()
    rules = {
        "name": "claims",
        "team_id": rig.db.do(north),
        "calendar_id": calendar,
        "agents": support["agents"],
        "display": {"zh": "理赔", "en": '-Claims; "now"'},
        "skills_required": {"router": 2},
        "requirement": "router>=2",
        "relaxing": [{"after_s": 60, "requirement": "router"}],
        "members": [{"agent": support["agents"][0], "penalty": 2}],
        "overflow": [{"when": "wait", "at": 90, "to_queue_id": support["id"]}],
        "callback": {"enabled": True, "tries": 2},
    }
    assert (await ask(rig, "POST", "/queues", rules)).status_code == 201


async def export(rig: Rig, table: str) -> str:
    reply = await ask(rig, "GET", f"{T}/{table}")
    assert reply.headers["content-disposition"] == f'attachment; filename="{table}.csv"'
    return str(reply.text)


async def put(rig: Rig, table: str, text: str, **query: str) -> dict[str, Any]:
    path = f"{T}/{table}?" + "&".join(f"{key}={value}" for key, value in query.items())
    reply = await ask(rig, "POST", path, {"text": text})
    assert reply.status_code == 200, reply.text
    done: dict[str, Any] = reply.json()
    return done


def fates(done: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(one["line"], one["fate"], one["code"]) for one in done["lines"]]


@pytest.mark.parametrize("table", TABLES)
async def test_what_is_exported_changes_nothing_when_it_comes_back(rig: Rig, table: str) -> None:
    await rich(rig)
    text = await export(rig, table)
    done = await put(rig, table, text, dry_run="true")
    assert done["lines"]
    assert {one["fate"] for one in done["lines"]} == {"unchanged"}, done["lines"]
    real = await put(rig, table, text)
    assert (real["written"], real["version"]) == (False, done["version"])


@pytest.mark.parametrize("table", TABLES)
async def test_what_is_exported_makes_the_same_things_in_another_tenant(
    rig: Rig, table: str
) -> None:
    await rich(rig)
    files = {name: await export(rig, name) for name in TABLES}
    files["queues"] = files["queues"].replace("North", "")
    for name in ("skills", "calendars", "queues", "dispositions"):
        reply = await ask(rig, "POST", f"{T}/{name}", {"text": files[name]}, tenant="two")
        assert reply.json()["counts"]["refused"] == 0, reply.text
    theirs = (await ask(rig, "GET", f"{T}/{table}", tenant="two")).text
    assert set(theirs.splitlines()) == set(files[table].splitlines())


async def test_each_line_is_answered_and_a_trial_changes_nothing(rig: Rig) -> None:
    text = (
        "username;skill;level\n"
        "ann;router;5\n"  # was 3
        'ann;"two\nlines";1\n'
        "bob;router;\n"
        "\n"
        "bob;router;2\n"
        "cid;router;2\n"
        "bob;vip;9\n"
    )
    done = await put(rig, "skills", text, dry_run="true")
    assert fates(done) == [
        (2, "changed", ""),
        (3, "added", ""),
        (5, "unchanged", ""),
        (7, "refused", "line_repeated"),
        (8, "refused", "agent_unknown"),
        (9, "refused", "cell_invalid"),
    ]
    assert done["counts"] == {
        "added": 1, "changed": 1, "removed": 0, "unchanged": 1, "refused": 3,
    }  # fmt: skip
    refused = await put(rig, "skills", text)
    assert (refused["written"], refused["version"]) == (False, 1)
    assert "ann,router,3" in await export(rig, "skills")


async def test_a_file_is_one_version_and_one_line_in_the_audit_log(rig: Rig) -> None:
    done = await put(rig, "skills", "username,skill,level\nann,router,\nbob,vip,4\nbob,lang,1\n")
    assert (done["written"], done["version"]) == (True, 2)
    assert [one["fate"] for one in done["lines"]] == ["removed", "added", "added"]
    (version, *_) = (await ask(rig, "GET", "/configuration/versions")).json()["items"]
    assert (version["action"], version["subject"]) == ("configurations.imported", "skills.csv")
    assert version["changed"] == ["skills", "skills"]
    assert rig.policies.published == ["one"]
    assert (await export(rig, "skills")).splitlines()[1:] == ["bob,lang,1", "bob,vip,4"]


def many_agents(rig: Rig, count: int) -> list[str]:
    """More agents than one transaction writes."""
    named = [f"agent{number:02}" for number in range(count)]

    def add(tx: Tx) -> None:
        on, system = rig.writing(tx, "one"), tenancy.Principal("one", "system")
        for name in named:
            new = identity.NewUser(name, name.title(), None, (identity.RoleHeld("agent"),))
            agents.ensure(on, identity.add_user(tx, rig.platform, system, new).user_id)

    rig.db.do(add)
    return named


class Portions(MemoryDatabase):
    """Counts how many agents are written in a turn behind all others; one may leave before."""

    def __init__(self) -> None:
        super().__init__()
        self.turns: list[int] = []
        self.gone: str | None = None

    async def write(self, work: Callable[[Tx], R], *, priority: Priority = Priority.NORMAL) -> R:
        def watched(tx: Tx) -> R:
            before = self._changed(tx)
            result = work(tx)
            self.turns.append(self._changed(tx) - before)
            return result

        if priority is not Priority.BULK:
            return await super().write(work)
        if self.gone:
            gone = sa.select(users.c.user_id).where(users.c.username == self.gone)
            self.do(lambda tx: tx.execute(staff.delete().where(staff.c.id.in_(gone))))
        return self.do(watched)

    def _changed(self, tx: Tx) -> int:
        return tx.execute(sa.text("SELECT total_changes()")).scalar_one()


async def test_skills_of_many_agents_are_written_in_portions_and_are_one_version() -> None:
    rig = furnished(db := Portions())
    named = many_agents(rig, 130)
    text = "username,skill,level\n" + "".join(f"{one},vip,4\n{one},de,2\n" for one in named)
    tried = await put(rig, "skills", text, dry_run="true")
    assert (tried["written"], tried["counts"]["added"], db.turns) == (False, 260, [])
    done = await put(rig, "skills", text)
    assert (done["written"], done["version"], done["lines"]) == (True, 2, tried["lines"])
    assert sum(db.turns) == len(named)
    assert max(db.turns) <= 100
    assert rig.policies.published == ["one"]
    (version, *_) = (await ask(rig, "GET", "/configuration/versions")).json()["items"]
    assert (version["action"], len(version["changed"])) == ("configurations.imported", 130)
    assert f"{named[-1]},vip,4" in await export(rig, "skills")
    again = await put(rig, "skills", text)
    assert (again["written"], again["version"]) == (False, 2)


async def test_one_wrong_line_among_many_and_nothing_is_written() -> None:
    rig = furnished(db := Portions())
    named = many_agents(rig, 30)
    lines = [f"{one},vip,4" for one in named] + [f"{named[0]},{'x' * 200},1"]
    done = await put(rig, "skills", "username,skill,level\n" + "\n".join(lines))
    assert (done["written"], done["version"], db.turns) == (False, 1, [])
    refused = [one["name"] for one in done["lines"] if one["fate"] == "refused"]
    assert refused == [named[0], named[0]], "both lines of the agent whose skills cannot be so"


async def test_who_left_while_the_file_was_written_is_told_and_the_rest_is_in_force() -> None:
    rig = furnished(db := Portions())
    named = many_agents(rig, 30)
    db.gone = named[7]
    text = "username,skill,level\n" + "".join(f"{one},vip,4\n" for one in named)
    done = await put(rig, "skills", text)
    assert (done["written"], done["version"], done["counts"]["added"]) == (True, 2, 29)
    refused = [(one["name"], one["code"]) for one in done["lines"] if one["fate"] == "refused"]
    assert refused == [(named[7], "agent_unknown")]
    assert rig.policies.published == ["one"]


async def test_columns_that_are_not_there_stay_as_they_are(rig: Rig) -> None:
    await rich(rig)
    done = await put(rig, "queues", "priority,name\n7,claims\n,support\n5,fresh\n")
    assert fates(done) == [(2, "changed", ""), (3, "unchanged", ""), (4, "added", "")]
    claims = (await ask(rig, "GET", "/queues/claims")).json()
    assert (claims["priority"], claims["requirement"]) == (7, "router>=2")
    assert (await ask(rig, "GET", "/queues/fresh")).json()["priority"] == 5


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x,agents,nobody", "agent_unknown"),
        ("x,team,South", "reference_unknown"),
        ("x,priority,high", "cell_invalid"),
        ("x,priority,5000", "invalid_content"),
        ("x,callback.enabled,perhaps", "cell_invalid"),
        ("x,relaxing,[{", "cell_invalid"),
        ("x,requirement,claims and", "invalid_content"),
        ("X!,priority,1", "invalid_content"),
        (",priority,1", "name_missing"),
    ],
)
async def test_a_queue_that_cannot_be_is_refused_with_its_reason(
    rig: Rig, line: str, code: str
) -> None:
    name, column, cell = line.split(",")
    done = await put(rig, "queues", f"name,{column}\n{name},{cell}\n")
    assert fates(done) == [(2, "refused", code)]


async def test_lines_of_a_calendar_add_to_it_and_replace_what_they_name(rig: Rig) -> None:
    await rich(rig)
    head = "calendar,row,day,until,opens,closes,value\n"
    text = head + (
        "office,week,sat,,10:00,12:00,\n"
        "office,week,sun,,10:00,12:00,\n"
        "office,week,sun,,14:00,16:00,\n"
        "office,week,mon,,,,\n"
        "office,closed,2027-01-01,,,,New Year\n"
        "office,gone,2026-10-01,2026-10-07,,,\n"
        "office,timezone,,,,,Asia/Tokyo\n"
        "branch,week,mon,,09:00,18:00,\n"
    )
    done = await put(rig, "calendars", text)
    assert done["written"], done
    assert [one["fate"] for one in done["lines"]] == [
        "changed", "added", "added", "removed", "added", "removed", "changed", "added",
    ]  # fmt: skip
    office = (await ask(rig, "GET", "/calendars/office")).json()
    week = [(one["day"], one["opens"]) for one in office["weekly"]]
    assert week[:2] == [(1, "09:00"), (2, "09:00")]
    assert week[-3:] == [(5, "10:00"), (6, "10:00"), (6, "14:00")]
    assert [one["on"] for one in office["exceptions"]] == ["2026-12-31", "2026-05-01", "2027-01-01"]
    wrong = (
        head + "office,week,monday,,,,\noffice,hours,2027-02-30,,09:00,10:00,\noffice,off,,,,,\n"
    )
    assert {code for _, _, code in fates(await put(rig, "calendars", wrong))} == {"cell_invalid"}


@pytest.mark.parametrize(
    "text",
    [
        "username,skill\nann,router\n",
        "username,skill,level,colour\n",
        "username,skill,level,skill\n",
        "username,skill,level\nann,router,1,2\n",
        'username,skill,level\nann,"router,1\n',
        "username,skill,level\n" + "ann,router,1\n" * (sheets.MOST_LINES + 1),
    ],
)
async def test_a_file_that_is_no_such_table_is_refused_whole(rig: Rig, text: str) -> None:
    reply = await ask(rig, "POST", f"{T}/skills", {"text": text})
    assert (reply.status_code, reply.json()["code"]) == (422, "table_unreadable")


async def test_who_may_not_change_the_configuration_imports_nothing(rig: Rig) -> None:
    async with rig.as_("one", "supervisor") as client:
        reply = await client.post(f"{T}/skills", json={"text": "username,skill,level\n"})
        assert reply.status_code == 403
        assert (await client.get(f"{T}/skills")).status_code == 403


@pytest.mark.parametrize("cell", ["=1+1", "'=1", "''@x", "+49", "-", "'plain", "", "plain"])
def test_no_cell_is_a_formula_and_each_comes_back(cell: str) -> None:
    text = sheets.written(["a", "b"], [{"a": cell, "b": "x"}])
    (line,) = sheets.read(text, ["a", "b"], ["a"])
    first = next(_rows(text))[0]
    assert line.cells == {"a": cell, "b": "x"}
    assert not first.startswith(("=", "+", "-", "@"))


def _rows(text: str) -> Iterable[Any]:
    rows = csv.reader(io.StringIO(text.removeprefix(sheets.MARK)))
    next(rows)
    return rows
