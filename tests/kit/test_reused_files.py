"""Short-lived files: emptied, private, used again, and not more than a bound of them."""

from pathlib import Path

import pytest

from trunkline.kit import reused_files


def test_a_file_that_was_given_back_is_the_next_one_empty_and_private(tmp_path: Path) -> None:
    first = tmp_path / "first"
    reused_files.take(first)
    first.write_text("a voice")
    same = first.stat().st_ino
    reused_files.give_back(first)
    assert not first.exists()
    reused_files.take(tmp_path / "second")
    second = (tmp_path / "second").stat()
    assert (second.st_ino, second.st_size, second.st_mode & 0o777) == (same, 0, 0o600)


def test_a_file_that_is_gone_already_is_given_back_in_silence(tmp_path: Path) -> None:
    reused_files.give_back(tmp_path / "gone")
    assert list(tmp_path.iterdir()) == []


def test_no_more_than_a_bound_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reused_files, "MOST_KEPT", 2)
    for name in ("a", "b", "c"):
        reused_files.take(tmp_path / name)
    for name in ("a", "b", "c"):
        reused_files.give_back(tmp_path / name)
    assert len(list((tmp_path / reused_files.FOLDER).iterdir())) == 2
