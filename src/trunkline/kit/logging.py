"""Logs: static messages with fields, as JSON or for a terminal; secrets never, people on demand."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Literal, cast

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

_SECRETS = frozenset({"password", "secret", "token", "authorization", "cookie", "key", "csrf"})
_PERSONAL = "pii_"


def configure(
    level: str = "info",
    style: Literal["auto", "json", "console"] = "auto",
    *,
    personal: bool = False,
) -> None:
    """Send every log line of ours and of libraries to stderr in one form.

    `auto` means for people on a terminal and JSON elsewhere. Fields that start with `pii_` are
    dropped unless `personal`; fields named for a secret always are.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    console = style == "console" or (style == "auto" and sys.stderr.isatty())
    shared = _processors(personal)
    shape = _shape(console)
    structlog.configure(
        processors=[*shared, *shape],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _configure_libraries(number, shared, shape)


def logger(area: str) -> FilteringBoundLogger:
    """A logger whose lines carry the area of the code they come from."""
    return cast("FilteringBoundLogger", structlog.get_logger(area=area))


def drop_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out fields that are named for a secret."""
    return {name: value for name, value in event.items() if not _is_secret(name)}


def drop_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take out fields that hold personal data."""
    return {name: value for name, value in event.items() if not name.startswith(_PERSONAL)}


def _is_secret(name: str) -> bool:
    return not _SECRETS.isdisjoint(name.lower().split("_"))


def _processors(personal: bool) -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        drop_secrets,
        *([] if personal else [drop_personal]),
    ]


def _shape(console: bool) -> list[Processor]:
    if console:
        # The rich form would print local variables, which may be personal.
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]


def _configure_libraries(number: int, shared: list[Processor], shape: list[Processor]) -> None:
    handler = logging.StreamHandler(sys.stderr)
    processors: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shape]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processors=processors, foreign_pre_chain=shared)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.INFO))
    logging.getLogger("alembic").setLevel(logging.WARNING)  # our own line names the step
