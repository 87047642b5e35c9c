"""Bodies are strict, yet read what JSON can write."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from trunkline.features.tenancy import ApiModel, Instant, Scope, Word


class Body(ApiModel):
    at: Instant
    scope: Word[Scope] = Scope.OWN
    count: int = 0
    name: str = ""


def test_a_time_is_read_in_any_zone_and_written_in_utc() -> None:
    body = Body.model_validate({"at": "2026-11-21T20:00:00+08:00", "scope": "team"})
    assert body.at == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert body.scope is Scope.TEAM
    assert '"2026-11-21T12:00:00.000Z"' in body.model_dump_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": "2026-11-21T20:00:00"},
        {"at": "yesterday"},
        {"at": 1_800_000_000},
        {"at": "2026-11-21T20:00:00Z", "count": "1"},
        {"at": "2026-11-21T20:00:00Z", "scope": "world"},
        {"at": "2026-11-21T20:00:00Z", "name": "a\0b"},
        {"at": "2026-11-21T20:00:00Z", "more": 1},
    ],
)
def test_what_is_not_as_described_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Body.model_validate(wrong)
