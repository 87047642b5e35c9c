"""The files that Kamailio starts with: its configuration, the nodes and the trusted sources."""

from __future__ import annotations

import hashlib
import json
import re
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.config import DOOR
from trunkline.adapters.edge.asterisk.offences import MOST
from trunkline.adapters.edge.private import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trunkline.adapters.edge.kamailio.settings import KamailioSettings

NODES_FILE: Final = "dispatcher.list"
TRUNKS_FILE: Final = "trunks.list"
NODES: Final = 1
"""The dispatcher's set of nodes."""

SILENT_MS: Final = 500
"""A node that has not said a word to an INVITE for so long is passed over."""

_WORKERS: Final = 4
_GROUP: Final = 1
# The dispatcher's flags: probed (8), and inactive (1) until it has answered; or disabled (4).
_ACTIVE, _UNTIL_ASKED, _DISABLED = 8, 9, 4
_WORD: Final = re.compile(r"@([A-Z_]+)@")
NAME: Final = "kamailio.cfg"


def write(
    settings: KamailioSettings,
    drained: frozenset[str],
    known: frozenset[str],
    trusted: Mapping[str, str] | None,
) -> None:
    """Write everything into the directory, 0700; without `trusted` the last list stays."""
    settings.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(settings.directory / NAME, text(settings))
    write_nodes(settings, drained, known)
    if trusted is not None or not (settings.directory / TRUNKS_FILE).exists():
        write_trunks(settings, trusted or {})


def fingerprint(settings: KamailioSettings) -> str:
    """What a running one must have been started with to be the one that is wanted."""
    told = {"version": settings.installation.version, "text": text(settings)}
    told |= {node: settings.uri(node) for node in settings.nodes}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def text(settings: KamailioSettings) -> str:
    """The configuration, made of the template."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    words = {
        "SIP": f"{host}:{settings.port}",
        "CONTROL_PORT": str(settings.control_port),
        "DIRECTORY": str(settings.inside),
        "MODULES": _modules(settings),
        "CHILDREN": str(_WORKERS),
        "DOOR": DOOR,
        "SECRET": settings.secret(),
        "SILENT_MS": str(SILENT_MS),
        "MOST_OFFENCES": str(MOST),
    }
    template = Path(__file__).with_name(NAME).read_text(encoding="utf-8")  # stands in deploy/
    return _WORD.sub(lambda found: words[found[1]], template)


def write_nodes(settings: KamailioSettings, drained: frozenset[str], known: frozenset[str]) -> None:
    """The dispatcher's list; those that are drained take no calls, those that are known at once."""
    flags = {node: _ACTIVE if node in known else _UNTIL_ASKED for node in settings.nodes}
    flags |= dict.fromkeys(drained, _DISABLED)
    lines = (f"{NODES} {settings.uri(node)} {flags[node]} 0\n" for node in settings.nodes)
    write_private(settings.directory / NODES_FILE, "".join(lines))


def write_trunks(settings: KamailioSettings, trusted: Mapping[str, str]) -> None:
    """Whose calls each source (address or CIDR) brings."""
    networks = ((ip_network(source, strict=False), trunk) for source, trunk in trusted.items())
    lines = (
        f"{_GROUP} {network.network_address} {network.prefixlen} 0 {trunk}\n"
        for network, trunk in networks
    )
    write_private(settings.directory / TRUNKS_FILE, "".join(lines))


def _modules(settings: KamailioSettings) -> str:
    """Where its modules lie in its root, which a machine of another kind calls otherwise."""
    root = settings.installation.root or Path("/")
    found = next(root.glob("usr/lib/*/kamailio/modules"), root / "usr/lib/kamailio/modules")
    return f"/{found.relative_to(root)}/"
