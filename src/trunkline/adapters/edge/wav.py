"""WAV files whose writer may have died: whether they are closed, and how to close them.

Asterisk writes a header that says "no samples", then samples in blocks, and the true sizes only
when it closes the file. A header that says nothing may thus belong to a recording that has just
begun; whether somebody still writes is asked of the kernel.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from trunkline.kit.writers import is_written

if TYPE_CHECKING:
    from pathlib import Path

HEADER: Final = 44
_RATE: Final = 8000
_PLAIN: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")


def is_closed(path: Path) -> bool:
    """Whether nobody writes the file any more; a missing file is not closed."""
    written = is_written(path)
    return has_true_header(path) if written is None else not written


def has_true_header(path: Path) -> bool:
    """Whether the header says what the file's length says; it does in every finished file."""
    with path.open("rb") as file:
        header = file.read(HEADER)
    if len(header) < HEADER:
        return False
    return bool(struct.unpack_from("<I", header, 40)[0] == path.stat().st_size - HEADER)


def repair_header(path: Path) -> int:
    """Make the header say what is there, and return the milliseconds of sound.

    A file that ends within its header becomes an empty recording; half a sample is cut off.
    """
    size = path.stat().st_size
    samples = max(0, size - HEADER) // 2
    with path.open("r+b") as file:
        if size < HEADER:
            file.write(header(_RATE, 0))
            file.truncate(HEADER)
            return 0
        rate = struct.unpack_from("<I", file.read(HEADER), 24)[0] or _RATE
        file.seek(0)
        file.write(header(rate, samples * 2))
        file.truncate(HEADER + samples * 2)
    return int(samples * 1000 // rate)


def header(rate: int, count: int) -> bytes:
    """RIFF header of 16 bit samples, one channel."""
    return _PLAIN.pack(
        b"RIFF",
        count + HEADER - 8,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        rate,
        rate * 2,
        2,
        16,
        b"data",
        count,
    )
