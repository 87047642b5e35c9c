"""The one exception by which a service refuses: an expected no, with a code that programs read."""

from __future__ import annotations

from typing import Any


class TrunklineError(Exception):
    """A refusal, told outside as RFC 9457 problem+json.

    `code` is a stable word in snake_case, `status` the HTTP status, `detail` one sentence for a
    person, without personal data. `extra` becomes further members of the problem.
    """

    def __init__(self, code: str, status: int, detail: str, **extra: Any) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.status = status
        self.detail = detail
        self.extra = extra
