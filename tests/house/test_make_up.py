"""One word brings the demo up, from a prepared clone and from a bare one; a signal ends it."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from tests.tools.needs import requires_asterisk, requires_root
from tests.tools.program import Addresses, running
from tests.tools.soak import SOAK

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 120.0
"""A first start makes the data; a machine that tests may be busy."""
AGAIN_WITHIN_S = 15.0
"""Promised of every further start: four seconds where nothing else runs."""
COLD_WITHIN_S = 150.0
"""Promised of a bare clone, all fetched and built: a minute where nothing else runs."""


def make_up(at: Addresses, data: Path, **more: str) -> list[str]:
    words = {"HTTP": at.http, "SIP": at.sip, "DATA": str(data), **more}
    return ["make", "up", *(f"{name}={value}" for name, value in words.items())]


def test_make_up_serves_pages_and_takes_calls_until_it_is_told_to_stop(tmp_path: Path) -> None:
    requires_asterisk()
    at, data = Addresses(), tmp_path / "data"
    with running(make_up(at, data), at, tmp_path / "log", os.environ, ROOT) as program:
        program.answer("/readyz", 200, within_s=STARTS_WITHIN_S)
        assert "<html" in program.answer("/", 200, within_s=1).text
        assert f"{at.http} – sign in as agent1" in program.log.read_text()
        assert data.stat().st_mode & 0o077 == 0, "others may read the data"
        program.stop()
        assert program.is_gone()
    began = time.monotonic()
    with running(make_up(at, data), at, tmp_path / "log2", os.environ, ROOT) as program:
        program.answer("/readyz", 200, within_s=STARTS_WITHIN_S)
        assert time.monotonic() - began <= AGAIN_WITHIN_S


@pytest.mark.soak
@pytest.mark.skipif(not SOAK, reason="runs in `make soak`: it fetches and builds everything")
def test_a_bare_clone_takes_calls_within_the_time_that_is_promised(tmp_path: Path) -> None:
    requires_root("install Asterisk")
    clone, at = tmp_path / "clone", Addresses()
    subprocess.run(["git", "clone", "--quiet", "--no-local", ROOT, clone], check=True)
    bare = {key: value for key, value in os.environ.items() if "TRUNKLINE_" not in key}
    began = time.monotonic()
    with running(make_up(at, tmp_path / "data"), at, tmp_path / "log", bare, clone) as program:
        program.answer("/readyz", 200, within_s=COLD_WITHIN_S)
        assert time.monotonic() - began <= COLD_WITHIN_S
