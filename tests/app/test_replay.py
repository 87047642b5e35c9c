"""`trunkline sim replay`: a day of the journal under another policy, from the command line."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from tests.features.desk.house import Furnished
from trunkline.adapters.sql.journal import SqlJournal, journal
from trunkline.adapters.sql.reading import aside, reading
from trunkline.adapters.sql.sqlite import SqliteDatabase
from trunkline.app import replay
from trunkline.app.cli import app
from trunkline.app.policy import compose
from trunkline.core.codec import encode
from trunkline.core.words import AgentId, Level, QueueId, Wish
from trunkline.features import queues, tenancy
from trunkline.features.configuration.parts import current
from trunkline.ports.database import Tx, metadata
from trunkline.ports.journal import Entry
from trunkline.sim.day import Day
from trunkline.sim.memory import MemoryJournal
from trunkline.sim.plan import Duty, Rings
from trunkline.sim.recorded import Recorded, Stay, plan_of

DAY = "2026-11-20"
BEGIN = int(datetime(2026, 11, 19, 16, tzinfo=UTC).timestamp() * 1000)  # midnight in Shanghai
NINE = BEGIN + 9 * 3_600_000
CALLS = 90


@pytest.fixture(scope="module")
def recorded(furnished: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data of the demo tenant, with a busy hour of a past day in its journal."""
    folder = tmp_path_factory.mktemp("recorded")
    shutil.copytree(furnished.folder, folder, dirs_exist_ok=True)
    asyncio.run(_put_day(folder))
    return folder


async def _put_day(folder: Path) -> None:
    def write(tx: Tx) -> None:
        tenant = tenancy.by_slug(tx, "demo")
        assert tenant
        name = tenant.tenant_id
        tx.execute(journal.delete().where(journal.c.tenant_id == name))
        rows = SqlJournal()
        rows.append(tx, name, name, rows.take_over(tx, name, name), _lived(tx, name))

    database = SqliteDatabase(folder / "trunkline.db")
    await database.write(write)
    await database.close()


def _lived(tx: Tx, tenant_id: str) -> list[Entry]:
    """Twice as many callers as the three agents of the queue can serve well."""
    policy = compose(tx, tenant_id, BEGIN)
    support = QueueId(queues.find(tx, tenant_id, "support").id)
    staff = next(one.agents for one in policy.queues if one.id == support)
    stays = [
        Stay(support, Level.DIAMOND if n % 5 == 0 else Level.REGULAR, 0, NINE + 40_000 * n,
             wait_ms=25_000 if n % 9 == 0 else 0, abandoned=n % 9 == 0, talk_ms=100_000)
        for n in range(CALLS)
    ]  # fmt: skip
    duties = tuple(Duty(NINE - 60_000, AgentId(agent), Wish.READY) for agent in staff)
    day = Recorded(NINE - 60_000, NINE + 3_600_000, tuple(stays), duties, Rings())
    kept = MemoryJournal(keep=True)
    Day(plan_of(day, policy, 7), 7, (), journal=kept, write=encode).run()
    return kept.entries


def run(folder: Path, *words: str) -> Result:
    named = () if "--tenant" in words else ("--tenant", "demo")
    return CliRunner().invoke(app, ["sim", "replay", "--data", str(folder), *named, *words])


def test_a_day_is_played_under_a_file_while_a_node_writes(recorded: Path, tmp_path: Path) -> None:
    file, out = tmp_path / "one.json", tmp_path / "report.html"
    file.write_text(json.dumps({"queues": {"support": {"agents": ["@agent/agent1"]}}}))
    held = SqliteDatabase(recorded / "trunkline.db")
    try:
        with held.engine.connect() as writing, writing.begin():
            before = state_of(writing)
            result = run(recorded, "--day", DAY, "--policy", str(file), "--out", str(out))
            assert state_of(writing) == before
    finally:
        held._close()
    assert result.exit_code == 0, result.output
    assert f"{CALLS} stays in queues" in result.output
    table = [line.split("│")[1:-1] for line in result.output.splitlines() if "│" in line]
    lines = [[cell.strip() for cell in row] for row in table]
    level = next(row for row in lines if row[0].startswith("service level %, abandons negative"))
    assert float(level[-1].split()[0]) < -20, "one agent serves fewer in time"
    assert {"support", "diamond", "regular"} <= {row[0] for row in lines}
    page = out.read_text(encoding="utf-8")
    assert "with one.json" in page
    assert level[-1] in page


def test_a_kept_version_is_played_as_it_was(recorded: Path) -> None:
    result = run(recorded, "--day", DAY, "--version", "1")
    assert result.exit_code == 0, result.output
    assert "as version 1" in result.output


def test_without_another_policy_it_is_told_how_near_the_play_comes(recorded: Path) -> None:
    result = run(recorded, "--day", DAY)
    assert result.exit_code == 0, result.output
    assert "difference" not in result.output.split("stays in queues")[0]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--day", "2026-11-02"), 1, f"it reaches from {DAY} to {DAY}"),
        (("--day", "20.11.2026"), 2, "2026"),
        (("--day", DAY, "--version", "99"), 1, "no such version"),
        (("--day", DAY, "--version", "1", "--policy", __file__), 2, "not both"),
        (("--day", DAY, "--policy", __file__), 2, "The file cannot be read"),
        (("--day", DAY, "--policy", "/none.json"), 2, "does not exist"),
        (("--day", DAY, "--tenant", "none"), 1, "Name one tenant"),
        (("--day", DAY, "--out", "/none/report.html"), 2, "no directory /none"),
    ],
)
def test_what_cannot_be_played_is_said(
    recorded: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    result = run(recorded, *words)
    assert (result.exit_code, said in result.output) == (code, True), result.output


def test_a_day_that_goes_on_is_not_played(recorded: Path) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    result = run(recorded, "--day", tomorrow)
    assert (result.exit_code, "not over yet" in result.output) == (1, True), result.output


def test_a_file_that_does_not_fit_is_told_thing_by_thing(recorded: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({"queues": {"support": {"max_waiting": -1}}}))
    result = run(recorded, "--day", DAY, "--policy", str(file))
    assert result.exit_code == 2
    assert "queues support: max_waiting" in result.output


def test_data_that_are_not_there_are_not_made(tmp_path: Path) -> None:
    result = run(tmp_path / "none", "--day", DAY)
    assert (result.exit_code, "There is no database" in result.output) == (1, True), result.output
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "of revision 9999"),
        ("UPDATE journal SET core_version = 99", "a newer program (core 99"),
        ("DELETE FROM journal", "is empty"),
    ],
)
def test_what_another_program_wrote_is_not_read(
    recorded: Path, tmp_path: Path, statement: str, said: str
) -> None:
    shutil.copytree(recorded, tmp_path, dirs_exist_ok=True)
    database = SqliteDatabase(tmp_path / "trunkline.db")
    with database.engine.connect() as tx, tx.begin():
        tx.execute(sa.text(statement))
    database._close()
    result = run(tmp_path, "--day", DAY)
    assert (result.exit_code, said in result.output) == (1, True), result.output


def test_what_the_copied_tables_point_at_is_copied_too() -> None:
    copied = [metadata.tables[name] for name in replay.CONFIGURATION]
    pointed_at = {key.column.table.name for table in copied for key in table.foreign_keys}
    assert pointed_at <= replay.CONFIGURATION


def test_the_copy_of_the_configuration_is_the_whole_configuration(recorded: Path) -> None:
    with reading(f"sqlite:///{recorded / 'trunkline.db'}") as tx:
        for tenant in tenancy.every(tx):
            name = tenant.tenant_id
            with aside(tx, name, replay.CONFIGURATION) as own:
                assert compose(own, name, BEGIN) == compose(tx, name, BEGIN)
                assert current(own, name) == current(tx, name)


def state_of(tx: Tx) -> list[tuple[str, int]]:
    """How many rows each table has."""
    counted = [sa.select(sa.func.count()).select_from(one) for one in metadata.sorted_tables]
    names = [one.name for one in metadata.sorted_tables]
    return [(name, tx.execute(one).scalar_one()) for name, one in zip(names, counted, strict=True)]
