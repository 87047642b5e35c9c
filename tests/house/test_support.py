"""The tests' own tools keep their promises."""

import subprocess

import psycopg
import pytest

from tests.tools.needs import requires
from tests.tools.netns import NetworkNamespace

pytest_plugins = ["pytester"]


def test_each_test_gets_an_empty_postgresql_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        tables = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    assert tables == (0,)


def test_a_network_namespace_has_an_address_that_media_may_use(netns: NetworkNamespace) -> None:
    shown = subprocess.run(netns.command("ip", "address"), capture_output=True, text=True)
    assert netns.address in shown.stdout
    assert "eth0" not in shown.stdout


def test_a_missing_tool_is_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUNKLINE_CI", "1")
    with pytest.raises(pytest.fail.Exception, match="no-such-tool is missing"):
        requires("no-such-tool")


def test_a_missing_tool_is_a_loud_skip_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUNKLINE_CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="NOT RUN"):
        requires("no-such-tool")
