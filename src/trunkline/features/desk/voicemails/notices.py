"""A mail says that a message was left: where, when, how long, by whom – the number masked.

It goes to the agent's mailbox or else the queue's, if there is one and mail is set up; a server
that fails is asked again. The message itself is heard at the desk only.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from trunkline.features import agents, identity, interactions, queues, tenancy
from trunkline.features.desk import callers
from trunkline.features.desk.voicemails import store
from trunkline.ports.messages import Delivery, Message

if TYPE_CHECKING:
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

NOTICE_JOB: Final = "voicemails.notice"
TRIES: Final = 12
"""With growing pauses, over hours."""
EMAIL: Final = "email"
NO_MAILBOX, NO_SERVER = "no_mailbox", "no_server"
_WORDS: Final = {
    "zh": (
        "新的语音留言：{whom}",
        "{at}，{who} 给 {whom} 留了 {seconds} 秒的语音留言。请在工作台的“语音留言”中收听。",
    ),
    "en": (
        "New voicemail for {whom}",
        "At {at} {who} left a message of {seconds} s for {whom}. Hear it at the desk, "
        "under Voicemail.",
    ),
}
_WITHHELD: Final = {"zh": "未显示号码的来电者", "en": "a caller without a number"}


class NotSent(Exception):
    """The mail server failed; the job comes again."""


async def notify(platform: Platform, job: Job) -> None:
    """Write to the mailbox of whom it was left for. Raises `NotSent`."""
    tenant_id, name = job.tenant_id, str(job.payload["voicemail_id"])
    messenger = platform.messengers.get(EMAIL)
    message = await platform.db.read(lambda tx: _message(platform, tx, tenant_id, name))
    if messenger is None or message is None:
        noted = NO_MAILBOX if message is None else NO_SERVER
    else:
        delivery = await messenger.send(message)
        noted = delivery.value
    await platform.db.write(lambda tx: store.change(tx, tenant_id, name, notice=noted))
    if noted == Delivery.FAILED.value:
        raise NotSent(job.id)


def _message(platform: Platform, tx: Tx, tenant_id: str, name: str) -> Message | None:
    row = store.get(tx, tenant_id, name)
    known = queues.list_queues(tx, tenant_id)
    queue = next((one for one in known if row and one.id == row.queue_id), None)
    if row is None:
        return None
    of_queue = queue.rules.get("voicemail_mailbox") if queue else None
    mailbox = _own_mailbox(tx, tenant_id, row.agent_id) or of_queue
    if not mailbox:
        return None
    call = interactions.get(tx, tenant_id, row.interaction_id)
    number = callers.shown(callers.caller(tx, platform.keys, call)) if call else None
    tenant = tenancy.get(tx, tenant_id)
    language = "zh" if tenant and tenant.language.startswith("zh") else "en"
    zone = ZoneInfo(tenancy.settings(tx, tenant_id).timezone)
    names = identity.display_names(tx, tenant_id, [row.agent_id]) if row.agent_id else {}
    said = {
        "whom": names.get(row.agent_id or "", queue.name if queue else ""),
        "who": number or _WITHHELD[language],
        "seconds": max(1, round(row.length_ms / 1000)),
        "at": f"{datetime.fromtimestamp(row.left_at / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M}",
    }
    subject, text = (words.format(**said) for words in _WORDS[language])
    return Message(row.id, mailbox, subject, text)


def _own_mailbox(tx: Tx, tenant_id: str, agent_id: str | None) -> str | None:
    found = agents.several(tx, tenant_id, [agent_id]) if agent_id else []
    return found[0].voicemail_mailbox if found else None
