"""Requests over Asterisk's event WebSocket: numbered, answered apart, failed when it goes."""

import asyncio

import orjson
import pytest

from trunkline.adapters.edge.asterisk.rest_socket import RestSocket, SocketGone, speaks


class FakeSocket:
    """Keeps what is sent; `lost` raises as a closing socket does."""

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.lost = False

    async def send_str(self, text: str) -> None:
        if self.lost:
            raise ConnectionResetError
        self.sent.append(orjson.loads(text))


@pytest.fixture
def socket() -> FakeSocket:
    return FakeSocket()


@pytest.fixture
def rest(socket: FakeSocket) -> RestSocket:
    return RestSocket(socket)  # type: ignore[arg-type]


def _asked(rest: RestSocket, path: str, within_s: float = 1.0) -> "asyncio.Task[tuple[int, str]]":
    return asyncio.create_task(rest.ask("POST", path, {"mohClass": "soft & low"}, None, within_s))


async def test_answers_find_their_requests_in_whatever_order(
    rest: RestSocket, socket: FakeSocket
) -> None:
    first, second = _asked(rest, "channels/a/moh"), _asked(rest, "channels/b/moh")
    await asyncio.sleep(0)
    assert socket.sent[0]["uri"] == "channels/a/moh?mohClass=soft+%26+low"
    numbers = [sent["request_id"] for sent in socket.sent]
    rest.answered({"request_id": numbers[1], "status_code": 404, "message_body": "{}"})
    rest.answered({"request_id": numbers[0], "status_code": 204})
    rest.answered({"request_id": "99", "status_code": 200})
    assert (await first, await second) == ((204, ""), (404, "{}"))


async def test_a_body_goes_as_json(rest: RestSocket, socket: FakeSocket) -> None:
    asked = asyncio.create_task(rest.ask("POST", "channels/a/play", {}, {"media": ["x"]}, 1.0))
    await asyncio.sleep(0)
    assert orjson.loads(socket.sent[0]["message_body"]) == {"media": ["x"]}
    rest.answered({"request_id": socket.sent[0]["request_id"], "status_code": 200})
    assert await asked == (200, "")


async def test_what_is_open_when_the_socket_goes_has_failed(
    rest: RestSocket, socket: FakeSocket
) -> None:
    asked = _asked(rest, "channels/a/moh")
    await asyncio.sleep(0)
    rest.fail()
    with pytest.raises(SocketGone):
        await asked
    socket.lost = True
    with pytest.raises(SocketGone):
        await _asked(rest, "channels/a/moh")


async def test_an_answer_that_does_not_come_is_a_time_out(rest: RestSocket) -> None:
    with pytest.raises(TimeoutError):
        await _asked(rest, "channels/a/moh", within_s=0.001)


@pytest.mark.parametrize(
    ("version", "spoken"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", True),
        ("Asterisk 22.4.0", False),
        ("Asterisk 20.15.2", True),
        ("Asterisk 20.14.0", False),
        ("21.10.0", True),
        ("23.0.0", True),
        ("Asterisk certified/18.9", False),
        ("unknown", False),
    ],
)
def test_it_is_known_which_asterisk_takes_requests_so(version: str, *, spoken: bool) -> None:
    assert speaks(version) is spoken
