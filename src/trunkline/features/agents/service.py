"""Agents: made out of users, given an account and a phone's secret, and shown to routing."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from trunkline.core.config import AgentProfile
from trunkline.core.words import AgentId, DeviceKind
from trunkline.features import identity, tenancy
from trunkline.features.agents import store
from trunkline.features.agents.schemas import Abilities
from trunkline.features.agents.sets import service as sets
from trunkline.kit.crypto import seal, unseal
from trunkline.kit.errors import TrunklineError
from trunkline.kit.ids import secret_text
from trunkline.ports.edge import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from trunkline.features.agents.store import AgentRow
    from trunkline.features.identity import User
    from trunkline.features.tenancy import Writing
    from trunkline.kit.crypto import KeyRing
    from trunkline.ports.database import Tx

MOST_AGENTS: Final = 100_000
MOST_SKILLS: Final = 50
LONGEST_SKILL: Final = 60
_NOT_IN_ACCOUNTS = re.compile(r"[^a-z0-9._-]+")
_LONGEST_WORD: Final = 22
_OURS: Final = ("guest-", "trunk-", "anonymous")
"""Names that begin so are given out by ourselves: to guests, trunks and strangers."""
_SECRET_BYTES: Final = 18


def ensure(
    on: Writing, user_id: str, *, secret: str | None = None, contact: str | None = None
) -> AgentRow:
    """The agent that a user is, made when it is none yet; raises 404 `user_unknown`.

    A given `secret` or `contact` is set; a contact makes the desk phone the device. The caller
    publishes the policy and pushes the account.
    """
    known = store.get(on.tx, on.tenant_id, user_id)
    if known is None:
        _make(on, _user(on.tx, on.tenant_id, user_id), secret or secret_text(_SECRET_BYTES))
    elif secret is not None:
        sealed = _sealed(on.keys, on.tenant_id, user_id, secret)
        store.change(on.tx, on.tenant_id, user_id, sealed_secret=sealed)
    if contact is not None:
        phone = DeviceKind.SIP.value
        store.change(on.tx, on.tenant_id, user_id, contact=contact, device=phone)
    return find(on.tx, on.tenant_id, user_id)


def find(tx: Tx, tenant_id: str, agent_id: str) -> AgentRow:
    """One agent; raises 404 `agent_unknown`."""
    row = store.get(tx, tenant_id, agent_id)
    if row is None:
        raise TrunklineError("agent_unknown", 404, "There is no such agent.")
    return row


def change(on: Writing, agent_id: str, given: dict[str, Any]) -> None:
    """Change skills, abilities, extension or device.

    Raises 404 `agent_unknown`, 409 `extension_taken`.
    """
    find(on.tx, on.tenant_id, agent_id)
    extension = given.get("extension")
    if extension and store.extension_taken(on.tx, on.tenant_id, extension, agent_id):
        raise TrunklineError("extension_taken", 409, "Another agent has this extension.")
    if given:
        store.change(on.tx, on.tenant_id, agent_id, **given)


def abilities_of(row: AgentRow) -> Abilities:
    """What requirements may ask of an agent besides skills and team."""
    return Abilities(**{name: getattr(row, name) for name in Abilities.model_fields})


def skills_of(given: Mapping[str, Any]) -> dict[str, int]:
    """Skills and their levels (1 to 5) as they are stored; raises 422 `skills_invalid`."""
    for skill, level in given.items():
        if not 0 < len(skill) <= LONGEST_SKILL or type(level) is not int or not 1 <= level <= 5:
            raise TrunklineError("skills_invalid", 422, f"{skill}: a skill has a level 1 to 5.")
    if len(given) > MOST_SKILLS:
        raise TrunklineError("skills_invalid", 422, f"At most {MOST_SKILLS} skills an agent.")
    return dict(given)


def new_phone_secret(on: Writing, agent_id: str) -> Account:
    """A new secret for an agent's desk phone, told this once; raises 404 `agent_unknown`."""
    row = find(on.tx, on.tenant_id, agent_id)
    secret = secret_text(_SECRET_BYTES)
    sealed = _sealed(on.keys, on.tenant_id, agent_id, secret)
    store.change(on.tx, on.tenant_id, agent_id, sealed_secret=sealed)
    return Account(row.account, secret, browser=False, contact=row.contact)


def account_of(tx: Tx, tenant_id: str, agent_id: str) -> str:
    """The SIP account of an agent's phone; raises 404 `agent_unknown`."""
    return find(tx, tenant_id, agent_id).account


def phone_of(keys: KeyRing, row: AgentRow) -> Account:
    """The account of an agent's desk phone as the engine wants it."""
    place = _place(row.id)
    secret = unseal(_key(keys, row.tenant_id), row.sealed_secret, place).decode()
    return Account(row.account, secret, browser=False, contact=row.contact)


def phone_accounts(tx: Tx, keys: KeyRing, tenant_id: str) -> tuple[Account, ...]:
    """The accounts of all desk phones of a tenant's active agents."""
    return tuple(phone_of(keys, row) for row, _ in _active(tx, tenant_id))


def profiles(tx: Tx, tenant_id: str, now: int) -> tuple[AgentProfile, ...]:
    """The agents as routing sees them at a time (ms); deactivated users are not among them.

    Their skills are their own and those of the sets that they hold then.
    """
    granted = sets.granted(tx, tenant_id, now)
    teams = {team.team_id: team.name for team in identity.list_teams(tx, tenant_id)}
    return tuple(
        _profile(row, granted.get(row.id, {}), teams.get(user.team_id or "", ""))
        for row, user in _active(tx, tenant_id)
    )


def _profile(row: AgentRow, granted: dict[str, int], team: str) -> AgentProfile:
    return AgentProfile(
        AgentId(row.id),
        row.account,
        tuple(sorted(sets.better(row.skills, granted).items())),
        DeviceKind(row.device),
        on_duty=row.contact is not None,
        tags=tuple(sorted(row.tags.items())),
        languages=tuple(sorted(row.languages)),
        certifications=tuple(sorted(row.certifications)),
        tier=row.tier,
        region=row.region,
        team=team,
        box=row.voicemail_mailbox is not None,
    )


def _active(tx: Tx, tenant_id: str) -> list[tuple[AgentRow, User]]:
    wanted = identity.WantedUsers(active=True)
    users = identity.list_users(tx, tenant_id, wanted, MOST_AGENTS)
    active = {user.user_id: user for user in users}
    return [(row, active[row.id]) for row in store.every(tx, tenant_id) if row.id in active]


def _user(tx: Tx, tenant_id: str, user_id: str) -> User:
    user = identity.user(tx, tenant_id, user_id)
    if user is None:
        raise TrunklineError("user_unknown", 404, "There is no such user.")
    return user


def _make(on: Writing, user: User, secret: str) -> None:
    row = store.AgentRow(
        tenant_id=on.tenant_id,
        id=user.user_id,
        account=_free_account(on.tx, on.tenant_id, user.username),
        extension=None,
        skills={},
        device=DeviceKind.BROWSER.value,
        sealed_secret=_sealed(on.keys, on.tenant_id, user.user_id, secret),
    )
    store.add(on.tx, row)


def _free_account(tx: Tx, tenant_id: str, username: str) -> str:
    return next(name for name in _accounts(tx, tenant_id, username) if _is_free(tx, name))


def _accounts(tx: Tx, tenant_id: str, username: str) -> Iterator[str]:
    """The username; with the tenant's word when it is taken; then numbered."""
    plain = _plain(username)
    tenant = tenancy.get(tx, tenant_id)
    named = f"{plain}-{_plain(tenant.slug if tenant else tenant_id)}"
    yield plain
    yield named
    for number in count(2):
        yield f"{named}-{number}"


def _plain(word: str) -> str:
    """As a SIP user may be written, and short enough for what is appended."""
    plain = _NOT_IN_ACCOUNTS.sub("-", word.lower())[:_LONGEST_WORD].strip("-._") or "agent"
    return f"agent-{plain}" if plain.startswith(_OURS) else plain


def _is_free(tx: Tx, account: str) -> bool:
    """Whether nobody has it, and no page's softphone could ever have it."""
    return not account.endswith("-web") and not store.account_taken(tx, account)


def _sealed(keys: KeyRing, tenant_id: str, agent_id: str, secret: str) -> bytes:
    return seal(_key(keys, tenant_id), secret.encode(), _place(agent_id))


def _key(keys: KeyRing, tenant_id: str) -> bytes:
    return keys.tenant_key(tenant_id, "phones")


def _place(agent_id: str) -> bytes:
    return f"agent:{agent_id}:phone".encode()
