"""The child that encodes: one request a line in, one reply a line out, until the parent is gone.

Its standard input closes when the parent ends in whatever way, so it never outlives it. It runs
at low priority: calls come first.
"""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path
from typing import Any

from trunkline.adapters.audio.opus import encode_tracks
from trunkline.ports.audio import AudioUnusable

NICENESS = 10


def main() -> None:
    """Serve requests until standard input ends."""
    os.nice(NICENESS)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


def _answer(request: dict[str, str]) -> dict[str, Any]:
    paths = (Path(request[name]) for name in ("customer", "agent", "target"))
    try:
        encoded = encode_tracks(*paths)
    except AudioUnusable as unusable:
        return {"unusable": unusable.reason}
    except Exception as error:  # lost is one try; the parent tries again later
        return {"failed": f"{type(error).__name__}: {error}"}
    return {
        "duration_ms": encoded.duration_ms,
        "customer": base64.b64encode(encoded.waveform.customer).decode(),
        "agent": base64.b64encode(encoded.waveform.agent).decode(),
        "flaws": encoded.flaws,
    }


if __name__ == "__main__":
    main()
