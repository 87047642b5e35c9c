"""From a prepared clone, one word brings the demo up and a signal takes it down."""

import os
from pathlib import Path

from tests.tools.needs import requires_asterisk
from tests.tools.program import Addresses, running

ROOT = Path(__file__).parents[2]
STARTS_WITHIN_S = 120.0
"""Four seconds where nothing else runs; a machine that tests may be busy."""


def test_make_up_serves_pages_and_takes_calls_until_it_is_told_to_stop(tmp_path: Path) -> None:
    requires_asterisk()
    at = Addresses()
    command = ["make", "up", f"HTTP={at.http}", f"SIP={at.sip}", f"DATA={tmp_path / 'data'}"]
    with running(command, at, tmp_path / "log", os.environ, ROOT) as program:
        program.answer("/readyz", 200, within_s=STARTS_WITHIN_S)
        assert "<html" in program.answer("/", 200, within_s=1).text
        assert f"{at.http} – sign in as agent1" in program.log.read_text()
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0, "others may read the data"
        program.stop()
        assert program.is_gone()
