"""The simulator of a node: a child process that reads the journal and plays a day of it.

The child gets its question on standard input and answers in lines of JSON. It works at the lowest
priority, so that calls do not feel it, and only reads.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from trunkline.adapters.sql.reading import entries_of
from trunkline.core.codec import decode, encode
from trunkline.core.config import Policy
from trunkline.ports.simulator import Question, SimulationFailed
from trunkline.sim.day import NotRunDown
from trunkline.sim.recorded import LOOKED_BACK_MS, fixed_staff, read_day
from trunkline.sim.results import Estimate
from trunkline.sim.whatif import Comparison, Line, compare

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from trunkline.sim.whatif import Slice

LONGEST_LINE = 64 * 1024 * 1024
LOWEST_PRIORITY = 19
COMPARED_WITH = ("published", "draft", "difference")


class ChildSimulator:
    """The port `Simulator`: one child process for each question."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    async def compare(
        self, question: Question, progress: Callable[[float], Awaitable[None]]
    ) -> dict[str, Any]:
        """Ask a child, and pass on how far it is."""
        command = (sys.executable, "-m", "trunkline.app.whatif")
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, limit=LONGEST_LINE
        )
        if child.stdin is None or child.stdout is None:
            raise SimulationFailed("The simulator could not be started.")
        try:
            child.stdin.write(_written(self._url, question))
            child.stdin.close()
            return await _heard(child.stdout, progress)
        finally:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()


async def _heard(
    lines: asyncio.StreamReader, progress: Callable[[float], Awaitable[None]]
) -> dict[str, Any]:
    while line := await lines.readline():
        told = json.loads(line)
        if "progress" in told:
            await progress(told["progress"])
        elif "error" in told:
            raise SimulationFailed(told["error"])
        else:
            result: dict[str, Any] = told["result"]
            return result
    raise SimulationFailed("The simulator ended without a result.")


def _written(url: str, question: Question) -> bytes:
    return json.dumps(
        {
            "url": url,
            "tenant_id": question.tenant_id,
            "begin": question.begin,
            "end": question.end,
            "published": encode(question.published),
            "draft": encode(question.draft),
        }
    ).encode()


def main() -> None:
    """The child: one question in, lines of progress and one result out."""
    os.nice(LOWEST_PRIORITY)
    asked = json.load(sys.stdin)
    question = Question(
        asked["tenant_id"],
        asked["begin"],
        asked["end"],
        decode(Policy, asked["published"]),
        decode(Policy, asked["draft"]),
    )
    try:
        _say(result=told(played(asked["url"], question, lambda share: _say(progress=share))))
    except NotRunDown as failure:
        _say(error=f"Under one of the policies nobody serves these any more: {failure}")


def played(url: str, question: Question, progress: Callable[[float], None]) -> Comparison:
    """Read the stretch from the journal and play it under both policies."""
    since, staff = question.begin - LOOKED_BACK_MS, fixed_staff(question.published)
    with entries_of(url, question.tenant_id, question.tenant_id, since) as entries:
        day = read_day(entries, question.begin, question.end, staff)
    return compare(day, question.published, question.draft, progress)


def told(found: Comparison) -> dict[str, Any]:
    """A comparison as JSON values; what is not a number (one seed has no interval) is null."""
    return {
        "stays": found.stays,
        "overall": _slice(found.overall),
        "queues": {name: _slice(part) for name, part in found.queues.items()},
        "levels": {name: _slice(part) for name, part in found.levels.items()},
        "channels": {name: _slice(part) for name, part in found.channels.items()},
    }


def read_back(result: dict[str, Any]) -> Comparison:
    """The comparison that was told so."""
    slices = {
        kind: {name: _slice_of(part) for name, part in result[kind].items()}
        for kind in ("queues", "levels", "channels")
    }
    return Comparison(_slice_of(result["overall"]), stays=result["stays"], **slices)


def _slice_of(part: dict[str, Any]) -> Slice:
    return {
        name: Line(line["was"], *(_estimate_of(line[of]) for of in COMPARED_WITH))
        for name, line in part.items()
    }


def _estimate_of(value: dict[str, float | None]) -> Estimate:
    return Estimate(**{name: math.nan if part is None else part for name, part in value.items()})


def _slice(part: Slice) -> dict[str, Any]:
    return {name: _line(line) for name, line in part.items()}


def _line(line: Line) -> dict[str, Any]:
    return {
        "was": line.was,
        "published": _estimate(line.published),
        "draft": _estimate(line.draft),
        "difference": _estimate(line.difference),
    }


def _estimate(value: Estimate) -> dict[str, float | None]:
    return {name: None if part != part else part for name, part in asdict(value).items()}


def _say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
