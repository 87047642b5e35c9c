"""The port `Messenger`: what every way to write to people does, the stand-in and real SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Protocol

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from trunkline.adapters.messages import FakeMessenger, open_smtp
from trunkline.ports.messages import Delivery, Message, Messenger

EMMA = "emma@example.com"


class Office(Protocol):
    """Where messages arrive."""

    messenger: Messenger

    def refuse(self, address: str) -> None: ...

    def go_down(self) -> None: ...

    def arrived(self) -> list[tuple[str, str, str]]: ...


@dataclass
class FakeOffice:
    messenger: FakeMessenger = field(default_factory=FakeMessenger)

    def refuse(self, address: str) -> None:
        self.messenger.refused.add(address)

    def go_down(self) -> None:
        self.messenger.down = True

    def arrived(self) -> list[tuple[str, str, str]]:
        return [(one.to, one.subject, one.text.strip()) for one in self.messenger.taken]


class MailServer:
    """A real SMTP server on loopback; it knows a message that comes twice by its id."""

    messenger: Messenger

    def __init__(self) -> None:
        self._refused: set[str] = set()
        self._mails: dict[str, tuple[str, str, str]] = {}

    async def start(self) -> int:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, loop=loop), "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        self.messenger = open_smtp(f"smtp://127.0.0.1:{port}", "desk@example.org")
        return port

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self._refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        told = (envelope.rcpt_tos[0], mail["Subject"], mail.get_content().strip())
        self._mails[mail["Message-ID"]] = told
        return "250 OK"

    def refuse(self, address: str) -> None:
        self._refused.add(address)

    def go_down(self) -> None:
        self._server.close()

    def arrived(self) -> list[tuple[str, str, str]]:
        return list(self._mails.values())


@pytest.fixture(params=["fake", "smtp"])
async def office(request: pytest.FixtureRequest) -> AsyncIterator[Office]:
    if request.param == "fake":
        yield FakeOffice()
        return
    server = MailServer()
    await server.start()
    yield server
    server.go_down()


async def test_a_message_arrives_as_it_was_written(office: Office) -> None:
    sent = await office.messenger.send(Message("one", EMMA, "预约提醒", "您好:明天见"))
    assert sent is Delivery.SENT
    assert office.arrived() == [(EMMA, "预约提醒", "您好:明天见")]


async def test_an_address_that_is_not_taken_is_refused_for_good(office: Office) -> None:
    office.refuse(EMMA)
    assert await office.messenger.send(Message("one", EMMA, "a", "b")) is Delivery.REFUSED
    assert office.arrived() == []


async def test_what_fails_is_told_and_never_raised(office: Office) -> None:
    office.go_down()
    assert await office.messenger.send(Message("one", EMMA, "a", "b")) is Delivery.FAILED


async def test_a_message_that_is_sent_again_is_known_by_its_id(office: Office) -> None:
    for _ in range(2):
        assert await office.messenger.send(Message("one", EMMA, "a", "b")) is Delivery.SENT
    assert len(office.arrived()) == 1


async def test_no_password_leaves_this_machine_without_tls() -> None:
    server = MailServer()
    try:
        port = await server.start()
        abroad = open_smtp(f"smtp://desk:secret@localhost.:{port}", "desk@example.org")
        assert await abroad.send(Message("one", EMMA, "a", "b")) is Delivery.FAILED
    finally:
        server.go_down()


def test_a_mail_server_is_named_by_a_url() -> None:
    found = open_smtp("smtps://us%40er:p%2Fw@mail.example.org", "desk@example.org")
    assert (found.host, found.port, found.tls) == ("mail.example.org", 465, True)
    assert (found.username, found.password) == ("us@er", "p/w")
    assert open_smtp("smtp://mail.example.org", "a@b.cd").port == 587
