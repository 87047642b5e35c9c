"""Accounts and trunks: pushed into Asterisk over ARI, and again after each of its starts.

What Asterisk was told already, by an earlier program too, it is not told again: a call that comes
while its trunk is being replaced is taken for one from a withheld number, or from nobody we know.
A variable of Asterisk's says of each name what was told last; a new Asterisk has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from trunkline.adapters.edge.asterisk.ari import Ari, AriError, segment
from trunkline.adapters.edge.asterisk.config import CONTEXT, DECOY, DOOR, PROBE, STRANGERS
from trunkline.adapters.edge.asterisk.probe import SILENT_AFTER_S
from trunkline.adapters.edge.asterisk.settings import APP
from trunkline.kit.logging import logger
from trunkline.ports.edge import Account, EdgeError, TrunkLink

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from trunkline.adapters.edge.asterisk.rest_socket import Json
    from trunkline.adapters.edge.asterisk.settings import AsteriskSettings

_log = logger("telephony")
_PUSH: Final = "asterisk/config/dynamic/res_pjsip"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_RESERVED: Final = frozenset({"anonymous", DECOY, STRANGERS, PROBE})
_LONGEST_REGISTRATION_S: Final = 300
_SILENT_GUEST_S: Final = 20
_SILENT_PAGE_S: Final = 8
"""An agent's page that crashed says nothing: until then the customer hears nobody."""

_TOLD: Final = "TRUNKLINE_TOLD_"
_NO_VARIABLE: Final = 404

_ALL = {
    "context": CONTEXT,
    "disallow": "all",
    "direct_media": "no",
    "rtp_symmetric": "yes",
    "force_rport": "yes",
    "rewrite_contact": "yes",
    "dtmf_mode": "auto_info",
    "allow_overlap": "no",
}


@dataclass(frozen=True, slots=True)
class _Object:
    """One object of Asterisk's; `anew` where its lists (contacts, matches) would be added to."""

    kind: str
    fields: Mapping[str, str]
    anew: bool = False


class Accounts:
    """Everything that a SIP device or trunk needs to be known by."""

    def __init__(self, ari: Ari, settings: AsteriskSettings) -> None:
        self._ari = ari
        self._behind = settings.behind
        silent = str(settings.silent_leg_s)
        self._silent = {"rtp_timeout": silent, "rtp_timeout_hold": silent}
        self._admits = False
        self._accounts: dict[str, Account] = {}
        self._trunks: dict[str, TrunkLink] = {}

    async def put(self, account: Account) -> None:
        """Make or replace an account; remembered for the next start of Asterisk."""
        _check(account.name)
        if self._accounts.get(account.name) != account:
            self._accounts[account.name] = account
            await self._push_account(account)

    async def drop(self, name: str) -> None:
        """Forget an account."""
        self._accounts.pop(name, None)
        for kind in ("endpoint", "aor", "auth"):
            await self._ari.delete(f"{_PUSH}/{kind}/{segment(name)}")
        await self._note(name, "")

    async def put_trunk(self, trunk: TrunkLink) -> None:
        """Make or replace a trunk; remembered for the next start of Asterisk."""
        _check(trunk.name)
        if self._trunks.get(trunk.name) != trunk:
            self._trunks[trunk.name] = trunk
            await self._push_trunk(trunk)

    def dial_string(self, name: str) -> str:
        """How the device of an account is rung: a proxy knows where one is that logged in by it."""
        account = self._accounts.get(name)
        if self._behind is None or account is None or account.contact:
            return f"PJSIP/{name}"
        return f"PJSIP/{name}/sip:{name}@{self._behind.host}:{self._behind.port}"

    async def admit(self) -> None:
        """Have the proxy send calls from now: all that they need is known."""
        self._admits = True
        if self._behind is not None:
            matched = {"endpoint": PROBE, "match_header": f"{DOOR}: {self._behind.secret}-{PROBE}"}
            await self._tell(
                PROBE,
                _Object("endpoint", {"context": STRANGERS, "identify_by": "ip"}),
                _Object("identify", matched, anew=True),
            )

    def trusted(self) -> list[str]:
        """The sources of all trunks (CIDR), and their hosts that are addresses."""
        hosts = [_host(trunk.host) for trunk in self._trunks.values() if trunk.host]
        sources = [one for trunk in self._trunks.values() for one in trunk.sources]
        return sources + [host for host in hosts if _is_address(host)]

    async def put_probe(self, trunk: str) -> str:
        """Make what a trunk's host can be asked by, and by which nobody comes in; its name.

        Raises EdgeError when the trunk has no host.
        """
        known = self._trunks.get(trunk)
        if known is None or known.host is None:
            raise EdgeError(f"{trunk} has no host")
        name = f"probe-{trunk}"
        # Asterisk tells how a contact is only of those that it asks now and then.
        asked = {"qualify_frequency": "3600", "qualify_timeout": str(SILENT_AFTER_S)}
        aor = _Object("aor", {"contact": f"sip:{known.host}", **asked}, anew=True)
        endpoint = {"context": STRANGERS, "identify_by": "ip", "disallow": "all", "allow": "ulaw"}
        if known.username:
            endpoint["from_user"] = known.username
        for one in (aor, _Object("endpoint", {**endpoint, "aors": name})):
            await self._push(name, one)
        return name

    async def drop_probe(self, trunk: str) -> None:
        """Forget what the trunk's host was asked by."""
        for kind in ("endpoint", "aor"):
            await self._ari.delete(f"{_PUSH}/{kind}/{segment(f'probe-{trunk}')}")

    async def push_all(self) -> None:
        """Tell a newly started Asterisk everything."""
        for account in tuple(self._accounts.values()):
            await self._try(self._push_account(account), account.name)
        for trunk in tuple(self._trunks.values()):
            await self._try(self._push_trunk(trunk), trunk.name)
        if self._admits:
            await self._try(self.admit(), PROBE)

    async def _try(self, push: Awaitable[None], name: str) -> None:
        """One that Asterisk refuses must not keep the others out."""
        try:
            await push
        except AriError as refusal:
            if not refusal.status:
                raise
            _log.warning("account_refused", account=name, reason=str(refusal))

    async def _push_account(self, account: Account) -> None:
        name = account.name
        await self._tell(
            name,
            _Object("auth", _auth(name, account.secret)),
            _Object("aor", _address_of_record(account), anew=bool(account.contact)),
            _Object("endpoint", {**_endpoint(account), **self._silence(account)}),
        )

    async def _push_trunk(self, trunk: TrunkLink) -> None:
        name = f"trunk-{trunk.name}"
        endpoint = {
            **_ALL,
            **self._silent,
            # By address only: a stranger could name the trunk in From.
            "identify_by": "ip",
            "allow": "ulaw,alaw,opus",
            "trust_id_inbound": "yes",
            # A trunk with a login has its own name in From: ours stands in P-Asserted-Identity.
            "trust_id_outbound": "yes",
            "send_pai": "yes",
            # No carrier wants a re-INVITE only because we now know who talks.
            "send_connected_line": "no",
            "accountcode": f"trunk:{trunk.name}",
            # A call that was given a location carries it; one that was not carries none.
            "geoloc_outgoing_call_profile": "<prefer_incoming>",
        }
        objects = []
        if trunk.host:
            endpoint["aors"] = name
            objects.append(_Object("aor", {"contact": f"sip:{trunk.host}"}, anew=True))
        if trunk.host and trunk.username:
            endpoint |= {"outbound_auth": name, "from_user": trunk.username}
            objects.append(_Object("auth", _login(trunk.username, trunk.secret or "")))
        objects.append(_Object("endpoint", endpoint))
        if self._behind is not None:
            identify = {"match_header": f"{DOOR}: {self._behind.secret}-{trunk.name}"}
            objects.append(_Object("identify", {"endpoint": name, **identify}, anew=True))
        elif matches := [*trunk.sources, *([_host(trunk.host)] if trunk.host else [])]:
            identify = {"endpoint": name, "match": ",".join(matches)}
            objects.append(_Object("identify", identify, anew=True))
        if trunk.host and trunk.username and trunk.logs_in:
            registration = _registration(name, trunk.host, trunk.username)
            objects.append(_Object("registration", registration))
        await self._tell(name, *objects)

    def _silence(self, account: Account) -> dict[str, str]:
        if not account.browser:
            return self._silent
        return {"rtp_timeout": str(_SILENT_GUEST_S if account.number else _SILENT_PAGE_S)}

    async def _tell(self, name: str, *objects: _Object) -> None:
        """Push all of them, unless just these were told last."""
        mark = sha256(repr(objects).encode()).hexdigest()
        if await self._noted(name) == mark:
            return
        await self._note(name, "")  # until all are there
        for one in objects:
            await self._push(name, one)
        await self._note(name, mark)

    async def _noted(self, name: str) -> str:
        try:
            told = await self._ari.get("asterisk/variable", variable=_variable(name))
        except AriError as refusal:
            if refusal.status == _NO_VARIABLE:
                return ""
            raise
        return str(told.get("value") or "")

    async def _note(self, name: str, mark: str) -> None:
        await self._ari.post("asterisk/variable", variable=_variable(name), value=mark)

    async def _push(self, name: str, one: _Object) -> None:
        path = f"{_PUSH}/{one.kind}/{segment(name)}"
        if one.anew:
            await self._ari.delete(path)
        body: Json = {"fields": [{"attribute": k, "value": v} for k, v in one.fields.items()]}
        await self._ari.put(path, body)


def _variable(name: str) -> str:
    """Names of accounts may hold what has a meaning in names of variables."""
    return _TOLD + sha256(name.encode()).hexdigest()[:16]


def _endpoint(account: Account) -> dict[str, str]:
    name = account.name
    fields = {**_ALL, "auth": name, "aors": name, "identify_by": "username"}
    fields["accountcode"] = f"{'browser' if account.number else 'device'}:{name}"
    if account.number:
        fields["callerid"] = f"<{account.number}>"
    if account.browser:
        # Without this preference the leg would be G.711, which mends no lost packet.
        fields |= {"webrtc": "yes", "outgoing_call_offer_pref": "local", "allow": "opus,ulaw,alaw"}
        fields |= {"dtls_auto_generate_cert": "yes"}
    else:
        fields["allow"] = "ulaw,alaw,opus"
    return fields


def _address_of_record(account: Account) -> dict[str, str]:
    """One device at a time: a page that was loaded anew takes the place of the old one."""
    fields = {
        "max_contacts": "1",
        "remove_existing": "yes",
        "minimum_expiration": "30",
        "maximum_expiration": str(_LONGEST_REGISTRATION_S),
    }
    return fields | ({"contact": account.contact} if account.contact else {})


def _auth(name: str, secret: str) -> dict[str, str]:
    return {"auth_type": "userpass", "username": name, "password": secret, "realm": APP}


def _login(username: str, secret: str) -> dict[str, str]:
    return {"auth_type": "userpass", "username": username, "password": secret}


def _registration(name: str, host: str, username: str) -> dict[str, str]:
    return {
        "server_uri": f"sip:{host}",
        "client_uri": f"sip:{username}@{host}",
        "contact_user": username,
        "outbound_auth": name,
        "line": "yes",
        "endpoint": name,
        "retry_interval": "30",
        "forbidden_retry_interval": "300",
        # Asterisk waits up to 10 s, lest thousands log in at once after a restart.
        "max_random_initial_delay": "1",
        "max_retries": "1000000",
    }


def _host(address: str) -> str:
    return address.rsplit(":", 1)[0] if address.count(":") == 1 else address


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _check(name: str) -> None:
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise EdgeError(f"{name!r} cannot be the name of an account or trunk")
