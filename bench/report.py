"""What a bench found: a table for people, a JSON file for programs."""

import json
import os
import platform
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from trunkline import core

RESULTS = Path(__file__).parent / "results"
SYNCED_PAGES, PAGE = 64, 4096


def machine() -> str:
    """What it ran on, and whether the core was compiled."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    compiled = any(Path(core.__path__[0]).rglob("*.so"))
    python = f"Python {platform.python_version()}{', core compiled' if compiled else ''}"
    return f"{os.cpu_count()} × {model}, {memory} GiB, {python}"


def disk_sync_ms() -> float:
    """What one `fdatasync` of a page takes here (median): what each commit waits for at least."""
    took = []
    with tempfile.TemporaryFile(buffering=0) as file:
        file.write(bytes(SYNCED_PAGES * PAGE))
        os.fsync(file.fileno())
        for number in range(SYNCED_PAGES):
            os.pwrite(file.fileno(), os.urandom(PAGE), number * PAGE)
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


@dataclass(slots=True)
class Report:
    """The figures of one bench, the rows that are shown, and what was pinned where."""

    name: str
    pinned: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    disk_ms: float = field(default_factory=disk_sync_ms)

    def show(self) -> None:
        table = Table(title=self.name)
        for column in self.columns:
            table.add_column(column)
        for row in self.rows:
            table.add_row(*row)
        console = Console(width=120)
        console.print(table)
        disk = f"disk: a page is on it after {self.disk_ms:.1f} ms"
        for line in (f"machine: {machine()}", disk, f"pinned: {self.pinned}", *self.notes):
            console.print(line, highlight=False, markup=False)

    def save(self) -> None:
        RESULTS.mkdir(exist_ok=True)
        content = {
            "name": self.name,
            "machine": machine(),
            "disk_sync_ms": round(self.disk_ms, 2),
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "figures": {key: round(value, 3) for key, value in self.figures.items()},
        }
        (RESULTS / f"{self.name}.json").write_text(json.dumps(content, indent=1) + "\n")
