"""Entity tags: nobody overwrites what he has not seen (RFC 9110 §8.8.3, §13.1.1)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

from trunkline.kit.errors import TrunklineError

IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=200)]
"""The header as a route takes it."""


def entity_tag(version: int) -> str:
    """The ETag of a version, to be sent with every reply that shows the thing."""
    return f'"{version}"'


def require_match(if_match: str | None, version: int) -> None:
    """Raise 428 `precondition_required` without If-Match, 412 `version_changed` when it is old."""
    if if_match is None:
        raise TrunklineError("precondition_required", 428, "Send the ETag you saw as If-Match.")
    tags = {tag.strip() for tag in if_match.split(",")}
    if not tags & {"*", entity_tag(version)}:
        raise TrunklineError("version_changed", 412, "It was changed meanwhile: read it again.")
