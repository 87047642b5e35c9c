"""The compiled core decides what the sources say; none is built in the clone that is tested."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tools.needs import lack
from tests.tools.soak import SOAK
from tools.native.written_out import UNKEPT, write_out, written_out
from trunkline import core
from trunkline.core.words import Place, Wish

ROOT = Path(__file__).parents[2]
SRC = Path(core.__path__[0]).parents[1]
FEW, MANY = 20, 500

SOURCE = """
from __future__ import annotations
from dataclasses import dataclass, field

def record(**_): raise AssertionError("is written out")

@record(frozen=True, slots=True)
class Rang:
    \"\"\"What a record looks like.\"\"\"
    agent: str
    after_ms: int = 5
    seen: list[str] = field(default_factory=list)
    key: tuple[int, ...] = field(default_factory=lambda: (1, 2))

    def is_late(self) -> bool:
        return self.after_ms > 5

@dataclass(slots=True, eq=False)
class Desk:
    agents: dict[str, Rang] = field(default_factory=dict)

@dataclass(slots=True)
class Turn:
    facts: list[str]
"""

NAMING = """
from __future__ import annotations
from trunkline.core.words import Place, Wish

MOST = 3
ROOM: str = ""

class Desk:
    def is_over(self, wish: Wish, place: Place) -> bool:
        match wish:
            case Wish.OFFLINE:
                return True
        return place is Place.ENDED
"""


@pytest.fixture(scope="module")
def kinds() -> Any:
    found: dict[str, Any] = {"__name__": __name__}
    exec(written_out(SOURCE), found)
    return found


def test_a_record_written_out_has_its_defaults_each_made_anew(kinds: Any) -> None:
    one, other = kinds["Rang"]("anna"), kinds["Rang"]("anna", after_ms=6)
    assert (one.after_ms, one.seen, one.key) == (5, [], (1, 2))
    assert one.seen is not other.seen
    assert (one.is_late(), other.is_late()) == (False, True)


def test_a_record_written_out_is_equal_and_hashed_by_its_fields(kinds: Any) -> None:
    rang = kinds["Rang"]
    assert rang("anna", seen=()) == rang("anna", seen=()) != rang("bob", seen=())
    assert hash(rang("anna", seen=())) == hash(rang("anna", seen=()))
    assert kinds["Desk"]() != kinds["Desk"]()


def test_a_record_written_out_keeps_the_annotations_that_the_codec_reads(kinds: Any) -> None:
    assert list(kinds["Rang"].__annotations__) == ["agent", "after_ms", "seen", "key"]
    assert kinds["Rang"].__annotations__["key"] == "tuple[int, ...]"


def test_members_of_enums_are_looked_up_once_but_for_patterns_and_constants_are_final() -> None:
    text = written_out(NAMING, frozenset({"Place"}))
    names: dict[str, Any] = {}
    exec(text, names)
    assert names["_Place_ENDED"] is Place.ENDED
    assert "return place is _Place_ENDED" in text
    assert "MOST: _Final = 3" in text
    assert "ROOM: _Final[str] = ''" in text
    assert "case Wish.OFFLINE:" in written_out(NAMING, frozenset({"Place", "Wish"}))
    is_over = names["Desk"]().is_over
    assert [is_over(Wish.READY, place) for place in (Place.QUEUED, Place.ENDED)] == [False, True]


def test_what_stands_in_no_journal_becomes_a_plain_class(kinds: Any) -> None:
    assert kinds["Turn"](["a"]).facts == ["a"]
    assert not hasattr(kinds["Turn"], "__dataclass_fields__")
    sources = "".join(path.read_text() for path in (SRC / "trunkline/core").rglob("*.py"))
    assert [name for name in UNKEPT if f"\nclass {name}:" not in sources] == []


def test_the_core_written_out_decides_the_same(tmp_path: Path) -> None:
    write_out(SRC, tmp_path)
    cell, hashes = decided(tmp_path, FEW)
    assert cell == tmp_path / "trunkline/core/cell.py"
    assert "def __init__" in cell.with_name("facts.py").read_text()
    assert hashes == decided(SRC, FEW)[1]


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="runs in `make soak`: it compiles the core")
def test_the_compiled_core_decides_the_same(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if shutil.which("gcc") is None:
        lack("no gcc is here")
    unwanted = shutil.ignore_patterns("__pycache__", "static", "*.so")
    shutil.copytree(SRC, tmp_path / "src", ignore=unwanted)
    build = [sys.executable, "-m", "tools.native"]
    subprocess.run(build, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    cell, hashes = decided(tmp_path / "src", MANY)
    assert cell.parent == tmp_path / "src/trunkline/core"
    assert cell.suffix == ".so"
    assert hashes == decided(SRC, MANY)[1]
    assert list(SRC.rglob("*.so")) == []
    record_property("days", len(hashes))


def decided(src: Path, days: int) -> tuple[Path, list[str]]:
    """Where the cell of the core in `src` was loaded from, and the hashes of its days."""
    play = [sys.executable, "-m", "tests.core.hashes", str(days)]
    there = {**os.environ, "PYTHONPATH": f"{src}{os.pathsep}{ROOT}"}
    said = subprocess.run(play, cwd=ROOT, env=there, check=True, capture_output=True, text=True)
    told = json.loads(said.stdout)
    assert len(set(told["hashes"])) == 2 * days
    return Path(told["cell"]), told["hashes"]
