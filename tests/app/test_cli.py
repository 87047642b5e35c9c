"""The words of the command line on a store, and their exit codes."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from typer.testing import CliRunner, Result

from trunkline.adapters.sql.sqlite import SqliteDatabase
from trunkline.app.cli import app
from trunkline.app.doctor import core_of, examine
from trunkline.kit.config import Settings


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, words, input=given)


@pytest.mark.parametrize(
    "words",
    [
        ("rebuild",),
        ("user", "add", "li"),
        ("agents", "import", __file__),
    ],
)
def test_a_store_that_is_in_use_is_said_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    held = SqliteDatabase(tmp_path / "trunkline.db")
    try:
        result = run(*words, "--data", str(tmp_path), given="a-long-password\n")
    finally:
        held._close()
    assert result.exit_code == 1
    assert result.stderr.strip().endswith("another process works on trunkline.db: stop it first")


def test_without_a_tenant_a_user_has_nowhere_to_be(tmp_path: Path) -> None:
    result = run("user", "add", "li", "--data", str(tmp_path), given="a-long-password\n")
    assert result.exit_code == 1
    assert "none yet: start it and set it up" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--http", "0.0.0.0:8080"), "http beyond loopback needs --tls-cert"),
        (("--http", "0.0.0.0:8080", "--behind-proxy", "--demo"), "listens on loopback only"),
        (("--http", "nonsense"), "is not HOST:PORT"),
        (("--rtp-ports", "9-1"), "is not LOW-HIGH"),
        (("--telephony", "carrier-pigeon"), "telephony"),
    ],
)
def test_settings_that_cannot_work_are_wrong_use(words: tuple[str, ...], said: str) -> None:
    result = run("up", *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_version_is_told() -> None:
    result = run("version")
    assert (result.exit_code, result.stdout.split()[0]) == (0, "trunkline")


def test_the_doctor_names_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    result = run("doctor", "--data", str(tmp_path), "--database", "postgresql://x@127.0.0.1:1/x")
    assert result.exit_code == 1
    assert "no  database" in result.stderr
    assert "Check that the server runs" in result.stderr


def test_the_doctor_looks_for_kamailio_where_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUNKLINE_MEDIA_NODES", "2")
    monkeypatch.setenv("TRUNKLINE_KAMAILIO_ROOT", str(tmp_path / "nowhere"))
    result = run("doctor", "--data", str(tmp_path))
    assert result.exit_code == 1
    assert "Kamailio: not installed" in result.stderr
    assert "trunkline telephony install --kamailio" in result.stderr


def test_a_media_node_that_is_none_cannot_be_drained(tmp_path: Path) -> None:
    result = run("telephony", "drain", "3", "--data", str(tmp_path))
    assert result.exit_code == 1
    assert "There is no node 3" in result.stderr
    assert run("telephony", "nodes", "--data", str(tmp_path)).stdout == ""


def test_the_doctor_says_who_has_the_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        result = run("doctor", "--data", str(tmp_path), "--http", address)
    assert result.exit_code == 1
    assert "Address already in use" in result.stderr


@pytest.mark.parametrize(("days", "fine"), [(90, True), (3, False), (None, False)])
def test_the_doctor_looks_how_long_the_certificate_holds(
    tmp_path: Path, days: int | None, fine: bool
) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.write_bytes(b"nonsense" if days is None else signed(days))
    key.write_bytes(b"")
    settings = Settings(data=tmp_path, tls_cert=certificate, tls_key=key)
    (found,) = [one for one in examine(settings) if one.what == "certificate"]
    assert found.fine is fine
    assert days is None or f"{days - 1} days left" in found.found


@pytest.mark.parametrize(("written_s", "fine"), [(1, True), (3, False)])
def test_the_doctor_finds_a_core_that_was_compiled_before_its_sources_changed(
    tmp_path: Path, written_s: int, fine: bool
) -> None:
    source, built = tmp_path / "acd.py", tmp_path / "acd.cpython-311-x86_64-linux-gnu.so"
    for file, at_s in ((source, written_s), (built, 2)):
        file.touch()
        os.utime(file, (at_s, at_s))
    found = core_of(tmp_path)
    assert found.fine is fine
    assert found.found == ("compiled, 1 modules" if fine else "compiled before acd.py was written")


def test_the_doctor_says_that_the_core_is_python(tmp_path: Path) -> None:
    assert core_of(tmp_path).found == "Python"


def signed(days: int) -> bytes:
    """A certificate of nobody that holds for so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)
