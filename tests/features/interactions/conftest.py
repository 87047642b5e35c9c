"""A whole node over the fake engine, as the desk's tests have it."""

from tests.features.desk.conftest import desk, furnished

__all__ = ["desk", "furnished"]
