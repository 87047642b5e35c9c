"""Strangers find nothing out, who guesses is refused, and calls go on meanwhile."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.contract.edge.stage import AsteriskStage
from tests.tools.burst import Burst, p95
from tests.tools.raw_sip import Stranger
from tests.tools.soak import SOAK
from trunkline.adapters.edge.asterisk.offences import MOST
from trunkline.core.call.commands import RejectLeg
from trunkline.core.words import Cause
from trunkline.ports.edge import Account, CallArrived, TrunkLink

METHODS = ("REGISTER", "OPTIONS", "SUBSCRIBE", "MESSAGE")
ROUNDS = 3
"""More would be refused."""

ACCOUNT, SECRET = "desk77", "s3cret"
NOBODY = "desk78"
SCANNED = 200
"""Names that a scanner tries, one after the other."""
FLOOD_PER_S = 200.0
FLOOD_S = 20.0 if SOAK else 2.0
SLACK_MS = 20.0
"""Of a machine that is busy with the strangers themselves."""
pytestmark = pytest.mark.timeout(60)


@pytest.fixture
async def house(real: AsteriskStage) -> AsteriskStage:
    """A trunk at one address, and an account."""
    await real.edge.put_trunk(TrunkLink("loopback", ("127.0.0.1/32",)))
    await real.edge.put_account(Account(ACCOUNT, SECRET, browser=False))
    yield real
    for one in await real.edge.offenders():
        await real.edge.pardon(one.id)
    await real.edge.drop_account(ACCOUNT)


def stranger(house: AsteriskStage, host: str) -> Stranger:
    return Stranger((house.settings.sip_host, house.settings.sip_port), host)


@pytest.mark.parametrize("n", range(len(METHODS)))
async def test_a_stranger_cannot_tell_an_account_from_none(house: AsteriskStage, n: int) -> None:
    """The same status, the same headers, in the same class of time, with a wrong secret too."""
    with closing(stranger(house, f"127.0.8.{n + 1}")) as scanner:
        for secret in (None, "guessed"):
            answers = {ACCOUNT: [], NOBODY: []}
            for _ in range(ROUNDS):
                for user, known in answers.items():
                    known.append(
                        await asyncio.to_thread(scanner.ask, METHODS[n], user, secret=secret)
                    )
            looks = {user: {one.looks for one in known} for user, known in answers.items()}
            assert looks[ACCOUNT] == looks[NOBODY]
            texts = {user: {one.bare(user) for one in known} for user, known in answers.items()}
            assert texts[ACCOUNT] == texts[NOBODY], "byte for byte"
            assert len(texts[NOBODY]) == 1
            assert {status for status, _ in looks[NOBODY]} == {401}
            took = {
                user: sorted(one.took_ms for one in known)[1] for user, known in answers.items()
            }
            assert abs(took[ACCOUNT] - took[NOBODY]) < 20


async def test_a_stranger_cannot_tell_a_number_from_none(house: AsteriskStage) -> None:
    with closing(stranger(house, "127.0.9.2")) as scanner:
        for method, status in (("INVITE", 403), ("OPTIONS", 401)):
            looks = {
                (await asyncio.to_thread(scanner.ask, method, "13800000001", to)).looks
                for to in ("4001", "4999", ACCOUNT, NOBODY, "trunk-loopback")
            }
            assert {found for found, _ in looks} == {status}
            assert len(looks) == 1
    assert not [one for one in house.told if isinstance(one, CallArrived)]


@pytest.mark.parametrize("method", ["REGISTER", "INVITE"])
async def test_who_guesses_is_refused_and_calls_go_on(house: AsteriskStage, method: str) -> None:
    host = {"REGISTER": "127.0.9.3", "INVITE": "127.0.9.4"}[method]
    with closing(stranger(house, host)) as scanner:
        for n in range(MOST):
            await asyncio.to_thread(scanner.ask, method, f"{1000 + n}", "4001", secret="guessed")
        (offender,) = await house.until(lambda: _banned(house, host), "ban")
        assert offender.offences >= MOST
        await _until_answered(scanner, 403)
        far = await house.call("4001")
        assert (await house.arrives(far)).number == "4001"
        if method == "REGISTER":
            assert await house.edge.pardon(offender.id)
        else:
            await house.edge.put_trunk(TrunkLink("other", (f"{host}/32",)))
        await _until_answered(scanner, 200)
        await house.edge.put_trunk(TrunkLink("other", (), "127.9.9.9:5999"))


@pytest.mark.parametrize("method", ["REGISTER", "OPTIONS", "INVITE"])
async def test_a_scan_of_two_hundred_names_finds_none_and_is_refused(
    house: AsteriskStage, method: str
) -> None:
    """As sipvicious does it; an account among the names is answered as its neighbours are."""
    host = {"REGISTER": "127.0.9.21", "OPTIONS": "127.0.9.22", "INVITE": "127.0.9.23"}[method]
    names = [f"desk{n}" for n in range(1000, 1000 + SCANNED)]
    names[SCANNED * 3 // 4] = ACCOUNT
    target = (house.settings.sip_host, house.settings.sip_port)
    with closing(Stranger(target, host, "friendly-scanner")) as scanner:
        asked = asyncio.to_thread(lambda: [scanner.ask(method, name) for name in names])
        statuses = [one.status for one in await asked]
    first, last = statuses[0], statuses[-1]
    turned = next(n for n, status in enumerate(statuses) if status == 403 or n >= SCANNED - 1)
    assert last == 403, "refused, whatever the name"
    assert set(statuses[:turned]) <= {first}
    assert set(statuses[turned:]) == {403}
    assert await house.until(lambda: _banned(house, host), "ban")
    far = await house.call("4001")
    assert (await house.arrives(far)).number == "4001"


async def _until_answered(scanner: Stranger, status: int) -> None:
    """To a good login; what was decided is in force within a moment."""
    told = 0
    until = time.monotonic() + 5
    while told != status and time.monotonic() < until:
        answer = await asyncio.to_thread(scanner.ask, "REGISTER", ACCOUNT, secret=SECRET)
        told = answer.status
        await asyncio.sleep(0.05)
    assert told == status


def _banned(house: AsteriskStage, host: str) -> list:
    return [one for one in house.edge._offenders.told() if one.address == host]


async def test_a_phone_that_logs_in_well_is_never_refused(house: AsteriskStage) -> None:
    with closing(stranger(house, "127.0.9.5")) as office:
        answer = await asyncio.to_thread(office.ask, "REGISTER", ACCOUNT, secret=SECRET)
        assert answer.status == 200
        for _ in range(MOST):
            await asyncio.to_thread(office.ask, "REGISTER", ACCOUNT, secret="stale")
        assert not _banned(house, "127.0.9.5")


async def test_calls_by_the_trunk_keep_their_time_while_strangers_flood(
    house: AsteriskStage, record_property: Callable[[str, object], None]
) -> None:
    """Three addresses call as fast as one process can; calls by the trunk are taken meanwhile."""
    target = (house.settings.sip_host, house.settings.sip_port)
    answering = asyncio.create_task(_decline_all(house))
    calm = await Burst(target, "4001").run(20, 1.0)
    hosts = ("127.0.9.7", "127.0.9.8", "127.0.9.9")
    floods = [Burst(target, "4001", host, hold_s=0) for host in hosts]
    kept, *strangers = await asyncio.gather(
        Burst(target, "4001", hold_s=0).run(20, FLOOD_S),
        *(flood.run(FLOOD_PER_S, FLOOD_S) for flood in floods),
    )
    answering.cancel()
    statuses = {one.status for flood in strangers for one in flood}
    record_property("calm_p95_ms", round(p95(calm), 1))
    record_property("flooded_p95_ms", round(p95(kept), 1))
    assert statuses <= {403, 0}
    assert {one.status for one in kept} == {486}
    assert p95(kept) <= 2 * p95(calm) + SLACK_MS
    assert {one.address for one in await house.edge.offenders()} >= set(hosts)


async def _decline_all(house: AsteriskStage) -> None:
    while True:
        call = await house.until(lambda: house._find(CallArrived, {}), "call", 60)
        await house.do(RejectLeg(call.leg, Cause.BUSY))


async def test_messages_that_torture_cost_nothing_but_themselves(house: AsteriskStage) -> None:
    """Of RFC 4475 §3.1 and §3.3, and beyond every size."""
    with closing(stranger(house, "127.0.9.6")) as scanner:
        for message in torture():
            scanner.send(message)
        answer = await asyncio.to_thread(scanner.ask, "REGISTER", NOBODY)
        assert answer.status == 401
    far = await house.call("4001")
    assert (await house.arrives(far)).number == "4001"


def torture() -> Iterator[bytes]:
    """What no parser likes; each is named by its section."""
    invite, options = "INVITE sip:u@e SIP/2.0", "OPTIONS sip:u@e SIP/2.0"
    via = "Via: SIP/2.0/UDP 127.0.9.6:5060;branch=z9hG4bKkdjuw"
    rest = ["To: <sip:x@y>", "From: <sip:a@b>;tag=1", "Call-ID: t", "Max-Forwards: 7"]
    one = "CSeq: 1 INVITE"
    tortuous = [
        "INVITE sip:vivekg@chair;unknownparam SIP/2.0",
        "TO :\r\n sip:v@c ;   tag    = 1918181833n",
        'from   : "J Rosenberg \\\\\\""       <sip:j@e>\r\n  ;\r\n  tag = 98asjd8',
        "MaX-fOrWaRdS: 0068",
        "Call-ID: w",
        "CSeq: 0009\r\n  INVITE",
        "v:  SIP  / 2.0  / UDP    127.0.9.6 ;branch=390skdjuw",
    ]
    large = ["CSeq: 36893488147419103232 REGISTER", "Expires: 1000000000000000000000"]
    quote = ['To: "Mr. J. User <sip:j@e>', "From: <sip:a@b>;tag=1", "Call-ID: q"]
    messages = {
        "3.1.1.1 tortuous": tortuous,
        "3.1.2.1 separators": [invite, f"{via};;,;,,", *rest, one],
        "3.1.2.3 negative length": [invite, via, *rest, one, "Content-Length: -999"],
        "3.1.2.4 large scalars": ["REGISTER sip:e SIP/2.0", via, *rest, *large],
        "3.1.2.5 in a response": [
            "SIP/2.0 503 x",
            via,
            *rest,
            "CSeq: 9292394834772304023312 OPTIONS",
        ],
        "3.1.2.6 open quote": [invite, via, *quote, one],
        "3.1.2.7 brackets": ["INVITE <sip:u@e> SIP/2.0", via, *rest, one],
        "3.1.2.16 version": ["OPTIONS sip:u@e SIP/7.0", via, *rest, "CSeq: 1 OPTIONS"],
        "3.1.2.18 two methods": [options, via, *rest, one],
        "3.3.1 nothing": [invite, "CSeq: 193942 INVITE"],
        "3.3.8 twice": [invite, via, *rest, *rest, one, "CSeq: 59 INVITE"],
        "too long": [f"INVITE sip:{'u' * 30_000}@e SIP/2.0", via, *rest, one],
        "too many": [options, via, *rest, "CSeq: 1 OPTIONS", *["X-A: b"] * 7_000],
    }
    for lines in messages.values():
        yield "\r\n".join([*lines, "", ""]).encode()
    yield bytes(range(256)) * 250
    yield b"INVITE sip:\xff\xfe@e SIP/2.0\r\n\r\n"
