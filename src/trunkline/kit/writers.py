"""Whether somebody still writes a file, asked of the kernel."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_NO_LEASES_HERE: Final = (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOLCK)


def is_written(path: Path) -> bool | None:
    """Whether a process has the file open for writing; None where the file system does not tell.

    Of a file that is not there, or not ours, it is said that somebody may write it (fcntl(2),
    F_SETLEASE: a read lease is given only on a file that no process has open for writing).
    """
    try:
        opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.fcntl(opened, fcntl.F_SETLEASE, fcntl.F_RDLCK)  # closing gives it back
    except OSError as refusal:
        return None if refusal.errno in _NO_LEASES_HERE else True
    finally:
        os.close(opened)
    return False
