"""Where telephony listens is remembered, so that a survivor is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from trunkline.app import engines


def test_the_same_ports_are_chosen_again(tmp_path: Path) -> None:
    first = engines.ports(tmp_path / "data" / "asterisk")
    assert engines.ports(tmp_path / "data" / "asterisk") == first
    assert len(set(first)) == 2


def test_a_full_disk_leaves_no_half_written_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, _: str, **__: object) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space left"):
            engines.ports(tmp_path)
    assert len(engines.ports(tmp_path)) == 2
