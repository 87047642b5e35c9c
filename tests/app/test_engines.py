"""Which engine is used where, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from trunkline.adapters.edge.asterisk import root
from trunkline.adapters.edge.asterisk.root import STAMP, Installation
from trunkline.app import engines, fleet
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
    assert chosen.spools == (tmp_path / "embedded" / "spool",)
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
    place = tmp_path / "root"
    place.mkdir()
    (place / STAMP).write_text("22.0.0")
    chosen = engines.choose(Settings(data=tmp_path / "data", asterisk_root=place))
    assert chosen is not None
    assert (chosen.edge.kind.name, chosen.notice) == ("asterisk", "")


def test_without_the_extra_the_command_that_brings_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "embedded_is_installed", lambda: False)
    settings = Settings(data=tmp_path, telephony="embedded")
    assert engines.choose(settings) is None
    assert "trunkline[voice]" in engines.remedy(settings)


def test_several_nodes_want_kamailio_and_each_has_places_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data=tmp_path / "data", media_nodes=2, sip="127.0.0.1:15900")
    found = {root.ASTERISK: Installation(Path("/usr/sbin/asterisk"), "Asterisk 22.1")}
    monkeypatch.setattr(engines, "find", lambda _: found[root.ASTERISK])
    monkeypatch.setattr(fleet, "find", lambda _, of: found.get(of))
    assert engines.choose(settings) is None
    assert "telephony install --kamailio" in engines.remedy(settings)
    found[root.KAMAILIO] = Installation(Path("/usr/sbin/kamailio"), "kamailio 5.6")
    chosen = engines.choose(settings)
    assert chosen is not None
    assert [part.name for part in chosen.parts] == ["asterisk 1", "asterisk 2", "kamailio"]
    folders = ("asterisk", "asterisk-2")
    assert chosen.spools == tuple(settings.data / folder / "spool" for folder in folders)


@pytest.mark.parametrize(
    "wrong", [{"sip": "0.0.0.0:5060"}, {"telephony": "embedded"}, {"media_nodes": 9}]
)
def test_several_nodes_want_one_address_and_asterisk(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings(**{"media_nodes": 2, "sip": "127.0.0.1:5060", **wrong})
