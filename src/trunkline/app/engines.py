"""Which telephony engine this node uses, and how it is started and spoken with.

Asterisk where it is found; else, when nobody insisted on it, the embedded engine, which takes calls
from pages only; else none.
"""

from __future__ import annotations

import importlib.util
from functools import partial

from trunkline.adapters.edge.asterisk.edge import AsteriskEdge
from trunkline.adapters.edge.asterisk.root import Installation, find
from trunkline.adapters.edge.asterisk.server import AsteriskServer
from trunkline.adapters.edge.asterisk.settings import AsteriskSettings
from trunkline.adapters.edge.asterisk.sip_proxy import proxy_sip
from trunkline.adapters.edge.embedded.edge import EmbeddedEdge
from trunkline.adapters.edge.embedded.page_proxy import proxy_page
from trunkline.adapters.edge.embedded.process import EngineProcess
from trunkline.adapters.edge.embedded.settings import MOST_CALLS, EmbeddedSettings
from trunkline.app import fleet
from trunkline.app.engine import Engine, alone, ports
from trunkline.kit.config import Settings

INSTALL = "trunkline telephony install"
INSTALL_EMBEDDED = "pip install 'trunkline[voice]'"
FELL_BACK = (
    "Asterisk was not found, so calls go by the embedded engine: browsers only, at most "
    f"{MOST_CALLS} at a time. For telephones and trunks: {INSTALL}"
)


def choose(settings: Settings) -> Engine | None:
    """The engine to use; None where there is none."""
    if settings.telephony != "embedded":
        found = find([settings.asterisk_root] if settings.asterisk_root else None)
        if found is not None and settings.media_nodes > 1:
            return fleet.choose(settings, found)
        if found is not None:
            return _asterisk(settings, found)
    if settings.telephony == "asterisk" or not embedded_is_installed():
        return None
    return _embedded(settings)


def embedded_is_installed() -> bool:
    """Whether the packages of the extra `voice` are there."""
    return all(importlib.util.find_spec(name) is not None for name in ("aiortc", "av"))


def remedy(settings: Settings) -> str:
    """The command that gives this installation an engine."""
    if settings.media_nodes > 1:
        return f"{INSTALL}, and {fleet.INSTALL}"
    by_name = {"embedded": INSTALL_EMBEDDED, "asterisk": INSTALL}
    return by_name.get(settings.telephony, f"{INSTALL}, or {INSTALL_EMBEDDED} for a trial")


def _asterisk(settings: Settings, found: Installation) -> Engine:
    directory = settings.data.absolute() / "asterisk"
    http_port, ami_port = ports(directory)
    chosen = AsteriskSettings(
        directory=directory,
        installation=found,
        http_port=http_port,
        ami_port=ami_port,
        sip_host=settings.sip_host,
        sip_port=settings.sip_port,
        rtp_ports=settings.rtp_range,
    )
    carry = partial(proxy_sip, http_port=http_port)
    return alone("asterisk", AsteriskEdge(chosen), AsteriskServer(chosen), chosen.spool, carry)


def _embedded(settings: Settings) -> Engine:
    chosen = EmbeddedSettings(settings.data.absolute() / "embedded")
    carry = partial(proxy_page, socket=chosen.socket)
    notice = FELL_BACK if settings.telephony == "auto" else ""
    edge, process = EmbeddedEdge(chosen), EngineProcess(chosen)
    return alone("embedded", edge, process, chosen.spool, carry, notice)
