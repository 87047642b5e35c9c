"""`trunkline doctor`: looks at what Trunkline needs of this machine, and says what to do."""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.x509 import load_pem_x509_certificates

from trunkline import core
from trunkline.adapters.edge.asterisk.root import KAMAILIO, find
from trunkline.adapters.sql.engine import shown, try_to_connect
from trunkline.app import engines, fleet
from trunkline.app.engines import INSTALL
from trunkline.kit.clock import WallClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from trunkline.kit.config import Settings

LEAST_FREE_BYTES = 1 << 30
LEAST_DAYS = 7
BUILT_IN_2026_MS = 1_767_225_600_000
"""A clock that shows less was never set."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` is what to do when it is not fine."""

    what: str
    fine: bool
    found: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Everything, in the order in which a start needs it."""
    return [
        _clock(),
        core_of(Path(core.__path__[0])),
        _disk(settings.data),
        _database(settings),
        _port(
            "pages and API", settings.http_host, settings.http_port, socket.SOCK_STREAM, "--http"
        ),
        _port("SIP over UDP", settings.sip_host, settings.sip_port, socket.SOCK_DGRAM, "--sip"),
        _port("SIP over TCP", settings.sip_host, settings.sip_port, socket.SOCK_STREAM, "--sip"),
        _telephony(settings),
        *([_kamailio(settings)] if settings.media_nodes > 1 else []),
        _certificate(settings),
    ]


def _clock() -> Finding:
    fine = WallClock().now_ms() > BUILT_IN_2026_MS
    return Finding("clock", fine, "set" if fine else "not set", "Set the clock (timedatectl).")


def core_of(folder: Path) -> Finding:
    """Whether the core in `folder` is compiled, and after its sources were last written.

    Python takes compiled modules before their sources, whatever these say by now.
    """
    built = [file.stat().st_mtime for file in folder.rglob("*.so")]
    if not built:
        return Finding("core", True, "Python")
    newer = [file.name for file in folder.rglob("*.py") if file.stat().st_mtime > min(built)]
    if newer:
        found = f"compiled before {newer[0]} was written"
        return Finding("core", False, found, "make native, or make native-clean")
    return Finding("core", True, f"compiled, {len(built)} modules")


def _disk(data: Path) -> Finding:
    place = data.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    text = f"{free / (1 << 30):.1f} GiB free at {place}"
    return Finding(
        "disk", free >= LEAST_FREE_BYTES, text, "Free space, or choose --data elsewhere."
    )


def _database(settings: Settings) -> Finding:
    url = settings.database_url
    remedy = "Check that the server runs and that the user may connect."
    return _tried("database", shown(url), remedy, lambda: try_to_connect(url))


def _port(what: str, host: str, port: int, kind: socket.SocketKind, option: str) -> Finding:
    def bind() -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, kind) as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind((host, port))

    remedy = f"Stop what uses it (ss -lnp 'sport = :{port}'), or choose another with {option}."
    return _tried(what, f"{host}:{port}", remedy, bind)


def _telephony(settings: Settings) -> Finding:
    found = find([settings.asterisk_root] if settings.asterisk_root else None)
    if found is not None and settings.telephony != "embedded":
        return Finding("telephony", True, f"{found.version} in {found.root or 'the system'}")
    if settings.telephony != "asterisk" and engines.embedded_is_installed():
        lacks = "" if settings.telephony == "embedded" else f"; phones need Asterisk: {INSTALL}"
        return Finding("telephony", True, f"the embedded engine, for browsers only{lacks}")
    return Finding("telephony", False, "not installed", engines.remedy(settings))


def _kamailio(settings: Settings) -> Finding:
    found = find([settings.kamailio_root] if settings.kamailio_root else None, KAMAILIO)
    if found is None:
        return Finding("Kamailio", False, "not installed", fleet.INSTALL)
    return Finding("Kamailio", True, f"{found.version} in {found.root}")


def _certificate(settings: Settings) -> Finding:
    if settings.tls_cert is None or settings.tls_key is None:
        return Finding("certificate", True, "none: pages on loopback or behind a proxy")
    remedy = "Check --tls-cert and --tls-key."
    try:
        settings.tls_key.read_bytes()
        ends = _end_of(settings.tls_cert)
    except (OSError, ValueError) as failure:
        found = f"{settings.tls_cert}: {type(failure).__name__}"
        return Finding("certificate", False, found, remedy)
    left = (ends - _now()).days
    text = f"{settings.tls_cert}: {left} days left"
    return Finding("certificate", left > LEAST_DAYS, text, "Renew the certificate.")


def _end_of(certificate: Path) -> datetime:
    """When the first certificate of a chain ends; raises `OSError`, `ValueError`."""
    return load_pem_x509_certificates(certificate.read_bytes())[0].not_valid_after_utc


def _now() -> datetime:
    return datetime.fromtimestamp(WallClock().now_ms() / 1000, UTC)


def _tried(what: str, found: str, remedy: str, attempt: Callable[[], None]) -> Finding:
    try:
        attempt()
    except OSError as failure:
        why = failure.strerror or str(failure)
        return Finding(what, False, f"{found}: {why}", remedy)
    return Finding(what, True, found)
