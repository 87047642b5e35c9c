"""Mail by SMTP (RFC 5321): submitted to one server, over TLS unless that is on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from trunkline.kit.config import is_loopback
from trunkline.kit.logging import logger
from trunkline.ports.messages import Delivery

if TYPE_CHECKING:
    from trunkline.ports.messages import Message

PATIENCE_S: Final = 20.0
PERMANENT: Final = 500
"""Replies from here on are final (RFC 5321, 4.2.1)."""

_log = logger("mail")


@dataclass(frozen=True, slots=True)
class SmtpMessenger:
    """Sends from one mailbox by one server; a connection for each message."""

    host: str
    port: int
    sender: str
    tls: bool = False
    username: str | None = None
    password: str | None = None

    async def send(self, message: Message) -> Delivery:
        """As the port says; an address that the server does not take is refused for good."""
        try:
            await aiosmtplib.send(
                self._written(message),
                hostname=self.host,
                port=self.port,
                username=self.username,
                password=self.password,
                use_tls=self.tls,
                start_tls=None if self.tls or is_loopback(self.host) else True,
                timeout=PATIENCE_S,
            )
        except aiosmtplib.SMTPRecipientsRefused as refusal:
            final = all(one.code >= PERMANENT for one in refusal.recipients)
            return Delivery.REFUSED if final else Delivery.FAILED
        except (aiosmtplib.SMTPException, OSError) as failure:
            _log.warning("mail_failed", message_id=message.id, error=type(failure).__name__)
            return Delivery.FAILED
        return Delivery.SENT

    def _written(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = message.to
        mail["Subject"] = message.subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = f"<{message.id}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it
        mail.set_content(message.text)
        return mail


def open_smtp(url: str, sender: str) -> SmtpMessenger:
    """By `smtp://` (STARTTLS, port 587) or `smtps://` (TLS from the start, port 465)."""
    parts = urlsplit(url)
    tls = parts.scheme == "smtps"
    return SmtpMessenger(
        parts.hostname or "",
        parts.port or (465 if tls else 587),
        sender,
        tls,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
    )
