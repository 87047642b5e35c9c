"""Which engine is used where, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trunkline.adapters.edge.asterisk.root import STAMP
from trunkline.app import engines
from trunkline.kit.config import Settings
from trunkline.ports.edge import Signalling


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place without Asterisk, on a machine without one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(engines, "find", lambda places: None)
    return tmp_path / "root"


def test_without_asterisk_auto_falls_back_and_says_so(nowhere: Path, tmp_path: Path) -> None:
    chosen = engines.choose(Settings(data=tmp_path, asterisk_root=nowhere))
    assert chosen is not None
    assert (chosen.edge.kind.name, chosen.edge.kind.signalling) == ("embedded", Signalling.DIRECT)
    assert chosen.spool == tmp_path / "embedded" / "spool"
    for word in ("Asterisk was not found", "browsers only", "25", "trunkline telephony install"):
        assert word in chosen.notice


def test_who_asked_for_the_embedded_engine_gets_it_without_a_word(tmp_path: Path) -> None:
    chosen = engines.choose(Settings(data=tmp_path, telephony="embedded"))
    assert chosen is not None
    assert (chosen.edge.kind.browsers_only, chosen.notice) == (True, "")


def test_who_insists_on_asterisk_gets_no_other(nowhere: Path, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, telephony="asterisk", asterisk_root=nowhere)
    assert engines.choose(settings) is None
    assert engines.remedy(settings) == "trunkline telephony install"


def test_asterisk_goes_before_where_it_is_found(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / STAMP).write_text("22.0.0")
    chosen = engines.choose(Settings(data=tmp_path / "data", asterisk_root=root))
    assert chosen is not None
    assert (chosen.edge.kind.name, chosen.notice) == ("asterisk", "")


def test_without_the_extra_the_command_that_brings_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "embedded_is_installed", lambda: False)
    settings = Settings(data=tmp_path, telephony="embedded")
    assert engines.choose(settings) is None
    assert "trunkline[voice]" in engines.remedy(settings)
