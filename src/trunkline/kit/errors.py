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


def where_raised(error: BaseException) -> str:
    """Kind and place of an error, fit to be kept: its message may hold personal values."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""
    kind = error.code if isinstance(error, TrunklineError) else type(error).__name__
    return f"{kind}{place}"
