"""`python -m tests.core.hashes DAYS`: what the core at hand decides on random days, as hashes.

So two cores can be compared, each in a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import sys

from tests.core.chaos import CALLING_BACK, USUAL, Day
from trunkline.core import cell
from trunkline.core.codec import encode
from trunkline.core.snapshot import canonical


def hash_of(seed: int, weights: tuple[int, ...]) -> str:
    """All that one day decided, as the journal would keep it, and the state after it."""
    day = Day(seed, weights=weights)
    day.run()
    total = hashlib.sha256()
    for _, _, facts, commands in day.world.entries:
        total.update(json.dumps([encode(facts), encode(commands)]).encode())
    total.update(canonical(day.world.state))
    return total.hexdigest()


if __name__ == "__main__":
    days = range(int(sys.argv[1]))
    hashes = [hash_of(seed, weights) for weights in (USUAL, CALLING_BACK) for seed in days]
    print(json.dumps({"cell": cell.__file__, "hashes": hashes}))
