"""CSV as people keep it: read with its line numbers, and written so that a spreadsheet is safe.

A cell that a spreadsheet would take for a formula (it begins with `=`, `+`, `-` or `@`) is written
with an apostrophe before it, which is taken off when it is read. A byte order mark stands before
what we write: without it Excel takes UTF-8 for something else.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trunkline.kit.errors import TrunklineError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MEDIA: Final = "text/csv; charset=utf-8"
MARK: Final = "\ufeff"
MOST_LINES: Final = 10_000
DELIMITERS: Final = ",;\t"
Cells = dict[str, str]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: where it begins (from 1), and its cells by column."""

    number: int
    cells: Cells


def read(text: str, columns: Sequence[str], needed: Sequence[str]) -> list[Line]:
    """The lines of a file whose first one names its columns, in any order.

    The delimiter is a comma, a semicolon or a tab. Raises 422 `table_unreadable`.
    """
    text = text.removeprefix(MARK)
    head = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        named = _header(next(reader, []), columns, needed)
        lines = list(_lines(reader, named))
    except csv.Error as error:
        raise unreadable(reader.line_num, str(error)) from error
    return lines


def written(columns: Sequence[str], rows: Iterable[Cells]) -> str:
    """The file of these rows."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([guarded(row.get(name, "")) for name in columns] for row in rows)
    return MARK + out.getvalue()


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def bare(text: str) -> str:
    """The reverse of `guarded`."""
    marked = text.startswith("'") and text.lstrip("'").startswith(_FORMULA)
    return text[1:] if marked else text


def unreadable(number: int, what: str) -> TrunklineError:
    """The refusal of a file."""
    return TrunklineError("table_unreadable", 422, f"Line {number}: {what}.")


def _header(cells: list[str], columns: Sequence[str], needed: Sequence[str]) -> list[str]:
    named = [cell.strip() for cell in cells]
    unknown = [name for name in named if name not in columns]
    missing = [name for name in needed if name not in named]
    if unknown:
        raise unreadable(
            1, f"there is no column {unknown[0][:60]!r}; there are {','.join(columns)}"
        )
    if missing:
        raise unreadable(1, f"the column {missing[0]} is missing")
    if len(set(named)) < len(named):
        raise unreadable(1, "a column is named twice")
    return named


def _lines(reader: Iterator[list[str]], named: list[str]) -> Iterator[Line]:
    begins, count = 2, 0
    for cells in reader:
        number, begins = begins, reader.line_num + 1  # type: ignore[attr-defined]
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_LINES:
            raise unreadable(number, f"at most {MOST_LINES} lines at a time")
        if len(cells) > len(named):
            raise unreadable(number, f"it has {len(cells)} cells for {len(named)} columns")
        filled = [*cells, *[""] * (len(named) - len(cells))]
        pairs = zip(named, filled, strict=True)
        yield Line(number, {name: bare(cell.strip()) for name, cell in pairs})
