"""`trunkline backup`, `restore` and `flow check`: what they take, put back, and refuse."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import tarfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from trunkline.adapters.sql import copying
from trunkline.adapters.sql.sqlite import SqliteDatabase
from trunkline.app.backup import MANIFEST
from trunkline.app.cli import app
from trunkline.core import codec
from trunkline.core.flow.graph import EnqueueNode, Flow, SayNode
from trunkline.core.flow.speech import Prompt
from trunkline.core.words import FlowId, QueueId
from trunkline.kit.crypto import KeyRing


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with a database, a key and two objects."""
    folder = tmp_path / "data"
    (folder / "blobs" / "ten").mkdir(parents=True)
    (folder / "blobs" / "ten" / "one").write_bytes(b"sealed" * 100)
    (folder / "blobs" / "two").write_bytes(b"")
    KeyRing.from_file(folder / "master.key")
    with sqlite3.connect(folder / "trunkline.db") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE rows (at INTEGER)")
        database.executemany("INSERT INTO rows VALUES (?)", [(n,) for n in range(10_000)])
    database.close()
    return folder


def backed_up(data: Path, *words: str) -> Path:
    file = data.parent / "all.tar"
    result = run("backup", file, "--data", data, *words)
    assert result.exit_code == 0, result.output
    return file


def count(folder: Path) -> int:
    with sqlite3.connect(folder / "trunkline.db") as database:
        (found,) = database.execute("SELECT count(*) FROM rows").fetchone()
    database.close()
    return int(found)


def test_what_was_backed_up_is_put_back(data: Path, tmp_path: Path) -> None:
    file = backed_up(data, "--with-key")
    assert file.stat().st_mode & 0o777 == 0o600
    target = tmp_path / "other"
    result = run("restore", file, "--data", target)
    assert result.exit_code == 0, result.output
    assert count(target) == 10_000
    assert (target / "blobs" / "ten" / "one").read_bytes() == b"sealed" * 100
    assert (target / "master.key").read_bytes() == (data / "master.key").read_bytes()
    assert sorted(path.name for path in target.iterdir()) == ["blobs", "master.key", "trunkline.db"]


def test_the_key_stays_apart_unless_it_is_wanted(data: Path, tmp_path: Path) -> None:
    file = backed_up(data)
    with tarfile.open(file) as tar:
        assert "master.key" not in tar.getnames()
    refused = run("restore", file, "--data", tmp_path / "other")
    assert refused.exit_code == 1
    assert "--key" in refused.output
    assert not any((tmp_path / "other").iterdir())
    put_back = run("restore", file, "--data", tmp_path / "other", "--key", data / "master.key")
    assert put_back.exit_code == 0, put_back.output


def test_a_directory_that_is_not_empty_is_left_alone(data: Path, tmp_path: Path) -> None:
    file = backed_up(data, "--with-key")
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine").write_text("mine")
    assert run("restore", file, "--data", there).exit_code == 1
    assert [path.name for path in there.iterdir()] == ["mine"]


def test_an_older_backup_is_not_written_over(data: Path) -> None:
    file = backed_up(data)
    before = file.read_bytes()
    assert run("backup", file, "--data", data).exit_code == 1
    assert file.read_bytes() == before


def test_one_byte_that_changed_is_found_and_nothing_is_put_back(data: Path, tmp_path: Path) -> None:
    file = backed_up(data, "--with-key")
    spoilt = bytearray(file.read_bytes())
    at = spoilt.index(b"sealedsealed")
    spoilt[at] ^= 1
    file.write_bytes(spoilt)
    result = run("restore", file, "--data", tmp_path / "other")
    assert result.exit_code == 1
    assert "checksum differs" in result.output
    assert not any((tmp_path / "other").iterdir())


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "blobs/../../evil", "other"])
def test_a_file_that_leads_elsewhere_is_refused(data: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / "evil.tar"
    with tarfile.open(file, "w") as tar:
        info = tarfile.TarInfo(name)
        info.size = 4
        tar.addfile(info, io.BytesIO(b"evil"))
    result = run("restore", file, "--data", tmp_path / "other")
    assert result.exit_code == 1
    assert "no place in a backup" in result.output
    assert not (tmp_path / "evil").exists()


def test_a_backup_that_was_cut_off_is_refused(data: Path, tmp_path: Path) -> None:
    file = backed_up(data, "--with-key")
    with tarfile.open(file) as tar:
        at = tar.getmember(MANIFEST).offset
    file.write_bytes(file.read_bytes()[:at])
    assert run("restore", file, "--data", tmp_path / "other").exit_code == 1


def test_a_copy_is_one_moment_though_others_write(data: Path, tmp_path: Path) -> None:
    writing = sqlite3.connect(data / "trunkline.db", isolation_level=None)
    copied = tmp_path / "copy.db"

    def tick(_: int, __: int) -> None:
        writing.execute("INSERT INTO rows VALUES (1)")

    pages, copying.PAGES_AT_ONCE = copying.PAGES_AT_ONCE, 5
    try:
        copying.copy_sqlite(data / "trunkline.db", copied, tick)
    finally:
        copying.PAGES_AT_ONCE = pages
        writing.close()
    assert copying.whole_sqlite(copied)
    shutil.copy(copied, tmp_path / "trunkline.db")
    assert count(tmp_path) == 10_000
    assert count(data) > 10_000


def test_it_may_be_made_while_trunkline_runs(data: Path) -> None:
    running = SqliteDatabase(data / "trunkline.db")
    try:
        backed_up(data)
    finally:
        running._close()


def test_without_the_client_of_postgresql_that_is_said(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    result = run("backup", data.parent / "pg.tar", "--data", data, "--database", url)
    assert result.exit_code == 1
    assert "pg_dump is not installed" in result.output
    assert not (data.parent / "pg.tar").exists()


GOOD = Flow(
    FlowId("f"),
    1,
    "hello",
    (SayNode("hello", (Prompt("greeting"),), "in"), EnqueueNode("in", QueueId("support"))),
)


def test_a_flow_that_can_run_is_fine(tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    file.write_text(json.dumps(codec.encode(GOOD)))
    result = run("flow", "check", file)
    assert (result.exit_code, result.stdout.strip()) == (0, f"{file}: 2 nodes, nothing wrong")


def test_a_flow_that_leads_nowhere_is_told_edge_by_edge(tmp_path: Path) -> None:
    file = tmp_path / "flow.toml"
    file.write_text(
        'start = "hello"\n'
        '[[nodes]]\nt = "SayNode"\nid = "hello"\nitems = []\nnext = "nowhere"\n'
        '[[nodes]]\nt = "HangUpNode"\nid = "alone"\n'
    )
    result = run("flow", "check", file)
    assert result.exit_code == 1
    assert "hello leads to an unknown node: nowhere" in result.output
    assert "node is never reached: alone" in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "flow.json"),
        ("[]", "an object with start and nodes"),
        ('{"start": "a"}', "a list of nodes"),
        ('{"start": "a", "nodes": [{"t": "Dance", "id": "a"}]}', "a: unknown: Dance"),
        ('{"start": "a", "nodes": [{"t": "SayNode", "id": "a"}]}', "a: "),
        ('{"start": "a", "nodes": [3]}', "node 1: "),
    ],
)
def test_what_is_no_flow_is_wrong_use(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "flow.json"
    file.write_text(text)
    result = run("flow", "check", file)
    assert result.exit_code == 2
    assert said in result.output
