"""One running program for all that share it, in a network namespace of its own."""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from tests.e2e.node import Node
from tests.e2e.peace import make_peace
from tests.tools.netns import NetworkNamespace, network_namespace

expect.set_options(timeout=15_000)
"""Several pages share two cores with all the rest; what we promise in seconds says so itself."""


@pytest.fixture(scope="session")
def town() -> Iterator[NetworkNamespace]:
    """The namespace in which program, phones and browsers live."""
    with network_namespace() as space:
        yield space


@pytest.fixture(scope="session")
def shared_node(town: NetworkNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A demo node over SQLite."""
    with town.entered():
        node = Node(tmp_path_factory.mktemp("e2e") / "data")
    try:
        with town.entered():
            node.start()
        yield node
    finally:
        with town.entered():
            node.stop()


@pytest.fixture
def inside(town: NetworkNamespace) -> Iterator[NetworkNamespace]:
    """The test itself is in the town."""
    with town.entered():
        yield town


@pytest.fixture
def node(inside: NetworkNamespace, shared_node: Node) -> Iterator[Node]:
    """The shared node, seen from inside; whoever was at work for a test goes home after it."""
    yield shared_node
    make_peace(shared_node)


@pytest.fixture
def mortal(inside: NetworkNamespace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of one's own, to be killed."""
    node = Node(tmp_path_factory.mktemp("mortal") / "data")
    try:
        node.start()
        yield node
    finally:
        node.kill_all()
