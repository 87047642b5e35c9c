"""The house, opened for each test."""

from collections.abc import Iterator

import pytest

from tests.app.http.house import House


@pytest.fixture
def house() -> Iterator[House]:
    opened = House()
    yield opened
    opened.close()
