"""`python3 -m tools.bootstrap GOAL`: does what is left to do, says what is missing."""

import argparse
import sys

from tools.bootstrap.board import run_all
from tools.bootstrap.steps import FLAVOURS, plan


def main() -> int:
    """Bring the clone to the goal; 0 when it can be used, 1 when something needed is missing."""
    words = argparse.ArgumentParser(prog="bootstrap", description=__doc__)
    words.add_argument("goal", choices=sorted(FLAVOURS))
    words.add_argument("--telephony", default="auto", choices=("auto", "asterisk", "embedded"))
    asked = words.parse_args()
    return 0 if run_all(plan(asked.goal, asked.telephony)) else 1


if __name__ == "__main__":
    sys.exit(main())
