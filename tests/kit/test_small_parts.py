"""Ids, times, pages, settings, logs and refusals."""

import json
import logging

import pytest
import structlog
from pydantic import ValidationError

from tests.tools.clock import FakeClock
from trunkline.kit import logging as kit_logging
from trunkline.kit.clock import from_rfc3339, rfc3339
from trunkline.kit.config import load_settings
from trunkline.kit.errors import TrunklineError, where_raised
from trunkline.kit.ids import TimeIds
from trunkline.kit.paging import cut, decode_cursor, encode_cursor


def test_ids_sort_in_the_order_they_were_made_even_when_the_clock_goes_back() -> None:
    clock = FakeClock()
    ids = TimeIds(clock)
    made = [ids.new("tck") for _ in range(100)]
    clock.advance(5)
    made += [ids.new("tck") for _ in range(100)]
    clock.advance(-1_000)
    made += [ids.new("tck") for _ in range(100)]

    assert made == sorted(set(made))
    assert {len(each) for each in made} == {30}
    assert 0 <= ids.seed() < 2**63


def test_times_are_written_and_read_in_utc_with_milliseconds() -> None:
    assert rfc3339(1_795_262_400_007) == "2026-11-21T12:00:00.007Z"
    assert from_rfc3339("2026-11-21T20:00:00.007+08:00") == 1_795_262_400_007
    with pytest.raises(ValueError, match="zone"):
        from_rfc3339("2026-11-21T20:00:00")


def test_a_page_ends_with_the_cursor_of_the_next() -> None:
    rows = [(9, "i"), (8, "h"), (7, "g")]

    assert cut(rows, 3, lambda row: row) == (rows, None)
    page, cursor = cut(rows, 2, lambda row: row)
    assert page == rows[:2]
    assert cursor is not None
    assert decode_cursor(cursor, int, str) == (8, "h")


BAD_CURSORS = ["", "!", "a", "bm9uc2Vuc2U", encode_cursor("x"), encode_cursor(2**63), "W1tbW1tb"]


@pytest.mark.parametrize("cursor", BAD_CURSORS)
def test_a_cursor_that_is_not_of_this_list_is_refused(cursor: str) -> None:
    with pytest.raises(TrunklineError) as refusal:
        decode_cursor(cursor, int)
    assert (refusal.value.code, refusal.value.status) == ("cursor_invalid", 400)


def test_a_cursor_holds_no_text_that_a_database_refuses() -> None:
    with pytest.raises(TrunklineError):
        decode_cursor(encode_cursor("a\0b"), str)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("DATA", "HTTP", "SIP", "DATABASE", "DEMO_PASSWORD"):
        monkeypatch.delenv(f"TRUNKLINE_{name}", raising=False)
    return tmp_path


def test_arguments_go_before_environment_before_file(elsewhere, monkeypatch) -> None:
    (elsewhere / "trunkline.toml").write_text(
        'http = "127.0.0.1:1"\nsip = "127.0.0.1:1"\nrtp_ports = "3000-3999"\n'
    )
    monkeypatch.setenv("TRUNKLINE_HTTP", "127.0.0.1:2")
    monkeypatch.setenv("TRUNKLINE_SIP", "127.0.0.1:2")
    settings = load_settings(http="[::1]:3", database=None)

    assert (settings.http_host, settings.http_port) == ("::1", 3)
    assert settings.sip_port == 2
    assert settings.rtp_range == (3000, 3999)
    assert settings.database_url == f"sqlite:///{elsewhere}/data/trunkline.db"
    assert settings.blobs_url == f"file://{elsewhere}/data/blobs"
    assert "trunkline-demo" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"http": "0.0.0.0:8080"}, "behind-proxy"),
        ({"http": "0.0.0.0:8080", "behind_proxy": True, "demo": True}, "loopback only"),
        ({"tls_cert": "a.pem"}, "together"),
        ({"http": "8080"}, "HOST:PORT"),
        ({"sip": "localhost:99999"}, "HOST:PORT"),
        ({"rtp_ports": "9000-8000"}, "LOW-HIGH"),
    ],
)
def test_unsafe_or_wrong_settings_are_refused_with_the_reason(elsewhere, given, reason) -> None:
    with pytest.raises(ValidationError, match=reason):
        load_settings(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"http": "0.0.0.0:8080", "behind_proxy": True},
        {"http": "0.0.0.0:8443", "tls_cert": "a.pem", "tls_key": "a.key"},
        {"http": "localhost:8080", "demo": True},
    ],
)
def test_safe_settings_are_taken(elsewhere, given) -> None:
    assert load_settings(**given).http == given["http"]


@pytest.fixture
def restored_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize("personal", [False, True])
def test_logs_hold_no_secret_and_people_only_on_demand(restored_logging, capsys, personal) -> None:
    kit_logging.configure(style="json", personal=personal)
    kit_logging.logger("test").info(
        "call_came", tenant_id="one", pii_number="+8613800000001", sip_secret="s3cret"
    )
    logging.getLogger("some.library").warning("hello %s", "there")
    ours, theirs = map(json.loads, capsys.readouterr().err.splitlines())

    assert (ours["event"], ours["area"], ours["tenant_id"]) == ("call_came", "test", "one")
    assert "s3cret" not in str(ours)
    assert ("pii_number" in ours) is personal
    assert (theirs["event"], theirs["level"]) == ("hello there", "warning")


def test_where_an_error_was_raised_tells_nothing_of_what_it_says() -> None:
    with pytest.raises(ValueError, match="138") as caught:
        int("+8613800000001 x")

    assert where_raised(caught.value).startswith("ValueError in test_where")
