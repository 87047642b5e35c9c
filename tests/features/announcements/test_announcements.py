"""Announcements through the API: sent in, named by others, heard, replaced, removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.tools.clock import FakeClock
from tests.tools.rig import NOON, Rig
from trunkline.adapters.blobs import open_blobs
from trunkline.adapters.edge.fake import FakeEdge
from trunkline.core.flow.graph import HangUpNode, SayNode
from trunkline.core.flow.speech import Prompt
from trunkline.features import announcements, calendars, flows, numbers, queues
from trunkline.features.flows import templates
from trunkline.kit.errors import TrunklineError
from trunkline.ports.audio import AudioFailed, AudioUnusable, Levelled
from trunkline.ports.jobs import Job
from trunkline.ports.speech import SpeechRefused

AUDIO = "/announcements/audio"


class Leveller:
    """A file is its samples; one that says why is refused."""

    async def level(self, content: bytes) -> Levelled:
        if content.startswith(b"!"):
            raise AudioUnusable(content[1:].decode())
        if content == b"slow":
            raise AudioFailed("too slow")
        return Levelled(content, len(content) // 32, -30.0)


class Voice:
    """Says the text as its samples; reads no kanji."""

    def languages(self) -> tuple[str, ...]:
        return ("zh", "en")

    async def speak(self, text: str, language: str) -> bytes:
        if language not in self.languages():
            raise SpeechRefused("language_unknown")
        if "☂" in text:
            raise SpeechRefused("unreadable", "☂")
        return text.encode() * 100


class Mute(Voice):
    """No voice is installed."""

    def languages(self) -> tuple[str, ...]:
        return ()

    async def speak(self, text: str, language: str) -> bytes:
        raise SpeechRefused("not_installed")


@pytest.fixture
def edge() -> FakeEdge:
    return FakeEdge(FakeClock(NOON))


@pytest.fixture
def rig(edge: FakeEdge, tmp_path: Path) -> Rig:
    return rig_of(edge, tmp_path, Voice())


def rig_of(edge: FakeEdge, folder: Path, voice: Voice) -> Rig:
    routers = (announcements.router, queues.router, *numbers.routers, calendars.router)
    blobs = open_blobs(folder.as_uri())
    return Rig(*routers, edge=edge, blobs=blobs, leveller=Leveller(), speech=voice)


async def send(rig: Rig, name: str = "welcome", content: bytes = b"\1\0" * 16_000) -> Any:
    async with rig.as_("one") as client:
        return await client.post(AUDIO, params={"name": name}, content=content)


async def made(rig: Rig, name: str = "welcome") -> str:
    return str((await send(rig, name)).json()["id"])


async def asked(rig: Rig, method: str, path: str, tenant: str = "one", **given: Any) -> Any:
    async with rig.as_(tenant) as client:
        return await client.request(method, path, **given)


async def test_a_file_becomes_an_announcement_that_is_heard_and_held_by_the_engine(
    rig: Rig, edge: FakeEdge
) -> None:
    reply = await send(rig)
    told = reply.json()
    assert (reply.status_code, told["state"], told["duration_ms"]) == (201, "ready", 1_000)
    sound = await asked(rig, "GET", f"/announcements/{told['id']}/audio")
    assert sound.headers["content-type"] == "audio/wav"
    assert sound.content[44:] == b"\1\0" * 16_000
    assert edge.held[told["id"]].samples == b"\1\0" * 16_000
    (listed,) = (await asked(rig, "GET", "/announcements")).json()["items"]
    assert listed == told


async def test_nothing_of_the_sound_stands_in_the_clear(rig: Rig, tmp_path: Path) -> None:
    await send(rig, content=b"plain words " * 4_000)
    kept = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    assert not any(b"plain words" in content for content in kept)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"!unreadable", 422, "sound_unreadable"),
        (b"!too_long", 422, "sound_too_long"),
        (b"!silent", 422, "sound_silent"),
        (b"!not_installed", 503, "sounds_not_installed"),
        (b"slow", 503, "sound_failed"),
    ],
)
async def test_a_bad_file_leaves_nothing_and_is_told_why(
    rig: Rig, content: bytes, status: int, code: str
) -> None:
    reply = await send(rig, content=content)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    assert (await asked(rig, "GET", "/announcements")).json()["items"] == []


async def test_a_name_is_taken_once(rig: Rig) -> None:
    first, other = await made(rig), await made(rig, "other")
    assert (await send(rig)).json()["code"] == "announcement_name_taken"
    path = f"/announcements/{other}"
    again = await asked(rig, "PATCH", path, json={"name": "welcome"})
    assert again.json()["code"] == "announcement_name_taken"
    path = f"/announcements/{first}"
    assert (await asked(rig, "PATCH", path, json={"name": "hello"})).json()["name"] == "hello"


async def test_another_sound_takes_the_place_and_the_old_one_is_removed(
    rig: Rig, edge: FakeEdge
) -> None:
    one = await made(rig)
    mark = edge.held[one].mark
    rig.clock.advance(1)
    path = f"/announcements/{one}/audio"
    assert (await asked(rig, "PUT", path, content=b"\2\0" * 32_000)).json()["duration_ms"] == 2_000
    assert (await asked(rig, "GET", path)).content[44:] == b"\2\0" * 32_000
    assert edge.held[one].mark != mark
    ((_, kind, payload),) = rig.jobs.queued
    assert (kind, payload) == (
        "announcements.remove",
        {"object": f"one/announcements/{one}-{mark}"},
    )


async def test_one_that_is_named_stays_until_it_is_named_no_more(rig: Rig, edge: FakeEdge) -> None:
    one = await made(rig)
    body = {"name": "support", "music": one, "comfort_announcement": one}
    queue = (await asked(rig, "POST", "/queues", json=body)).json()["id"]
    refused = await asked(rig, "DELETE", f"/announcements/{one}")
    assert (refused.json()["code"], refused.json()["used_by"]) == (
        "announcement_in_use",
        [f"queue:{queue}"],
    )
    change = {"music": "default", "comfort_announcement": None}
    await asked(rig, "PATCH", f"/queues/{queue}", json=change, headers={"If-Match": "*"})
    assert (await asked(rig, "DELETE", f"/announcements/{one}")).status_code == 204
    assert edge.held == {}
    assert rig.jobs.queued[-1][1] == "announcements.remove"


async def test_nobody_names_what_is_not_there_or_another_tenants(rig: Rig) -> None:
    theirs = (
        await asked(rig, "POST", AUDIO, "two", params={"name": "theirs"}, content=b"\1\0" * 999)
    ).json()["id"]
    for unknown in (theirs, "ann_01KATS4JG0000000000000000Z"):
        body = {"name": "support", "voicemail_announcement": unknown}
        reply = await asked(rig, "POST", "/queues", json=body)
        assert reply.json()["code"] == "announcement_unknown"
    assert (await asked(rig, "GET", f"/announcements/{theirs}/audio")).status_code == 404
    assert (await asked(rig, "GET", "/announcements")).json()["items"] == []


async def test_a_queue_says_its_own_words(rig: Rig) -> None:
    one = await made(rig)
    body = {"name": "a", "comfort_announcement": one, "voicemail_announcement": one, "music": one}
    await asked(rig, "POST", "/queues", json=body)
    await asked(rig, "POST", "/queues", json={"name": "b"})
    own, plain = rig.db.do(lambda tx: queues.published(tx, "one"))
    assert (own.comfort, own.voicemail_greeting, own.music) == (one, one, one)
    assert (plain.comfort, plain.voicemail_greeting) == ("hold-on", "voicemail-greeting")


async def test_a_number_greets_before_its_queue_or_its_flow_and_says_that_it_is_closed(
    rig: Rig,
) -> None:
    one = await made(rig)
    queue = (await asked(rig, "POST", "/queues", json={"name": "support"})).json()["id"]
    draft = templates.echo()
    flow = rig.db.do(lambda tx: flows.publish(rig.writing(tx, "one"), "echo", draft))
    calendar = (await asked(rig, "POST", "/calendars", json={"name": "never"})).json()["id"]
    said = {"greeting": one, "closed_announcement": one, "calendar_id": calendar}
    for number, target in (("4001", {"queue_id": queue}), ("4003", {"flow_id": flow})):
        made_ = await asked(rig, "POST", "/numbers", json={"number": number, **target, **said})
        assert made_.status_code == 201, made_.text
    drawn = rig.db.do(lambda tx: flows.published(tx, "one"))
    there = {f.id: f for f in rig.db.do(lambda tx: numbers.flows(tx, "one", drawn))}
    entries = rig.db.do(lambda tx: numbers.published(tx, "one", now=NOON))
    for entry, follow in zip(entries, ("queue", "echo"), strict=True):
        opened = there[entry.flow]
        assert opened.nodes[0] == SayNode(opened.start, (Prompt(one),), follow)
        assert entry.closed_flow is not None
        (closed,) = there[entry.closed_flow].nodes
        assert closed == HangUpNode("closed", (Prompt(one),))
    assert (await asked(rig, "DELETE", f"/announcements/{one}")).status_code == 409


async def test_a_flow_says_only_what_is_there(rig: Rig) -> None:
    one = await made(rig)

    def publish(name: str) -> str:
        nodes = (HangUpNode("bye", (Prompt("goodbye"), Prompt(name))),)
        draft = flows.Draft("bye", nodes)
        return rig.db.do(lambda tx: flows.publish(rig.writing(tx, "one"), "bye", draft))

    flow = publish(one)
    (told,) = (await asked(rig, "GET", "/announcements")).json()["items"]
    assert told["used_by"] == [f"flow:{flow}"]
    with pytest.raises(TrunklineError, match="announcement_unknown"):
        publish("ann_01KATS4JG0000000000000000Z")


async def test_at_a_start_the_engine_is_given_what_it_lacks_and_rid_of_what_is_nobodys(
    rig: Rig, edge: FakeEdge
) -> None:
    one, other = await made(rig), await made(rig, "other")
    kept = edge.held[other]
    gone = edge.held.pop(one)
    edge.held["ann_NOBODYS"] = gone
    await announcements.push_all(rig.platform, ("one", "two"))
    assert edge.held == {one: gone, other: kept}
    assert edge.held[other] is kept


async def run_jobs(rig: Rig) -> None:
    """Each once, as the workers would."""
    for tenant, kind, payload in rig.jobs.queued:
        if kind == announcements.SPEAK_JOB:
            await announcements.speak(rig.platform, Job("job", tenant, kind, payload, 1))
    rig.jobs.queued.clear()


TEXT = {"text": "We are closed today.", "language": "en"}
SAID = TEXT["text"].encode() * 100


async def test_a_text_is_heard_before_it_is_kept_and_then_spoken_once_by_a_job(
    rig: Rig, edge: FakeEdge
) -> None:
    preview = await asked(rig, "POST", "/announcements/previews", json=TEXT)
    assert (preview.headers["content-type"], preview.content[44:]) == ("audio/wav", SAID)
    assert (await asked(rig, "GET", "/announcements")).json()["items"] == []
    reply = await asked(rig, "POST", "/announcements", json={"name": "closed", **TEXT})
    told = reply.json()
    assert (reply.status_code, told["state"], told["text"]) == (201, "making", TEXT["text"])
    assert (await asked(rig, "GET", f"/announcements/{told['id']}/audio")).status_code == 404
    await run_jobs(rig)
    (made_,) = (await asked(rig, "GET", "/announcements")).json()["items"]
    assert (made_["state"], made_["language"]) == ("ready", "en")
    assert edge.held[told["id"]].samples == SAID


async def test_another_text_is_heard_once_it_is_spoken_and_a_file_takes_its_place(
    rig: Rig, edge: FakeEdge
) -> None:
    one = await made(rig)
    before = edge.held[one]
    path = f"/announcements/{one}"
    assert (await asked(rig, "PUT", f"{path}/text", json=TEXT)).json()["state"] == "making"
    assert edge.held[one] is before
    assert (await asked(rig, "GET", f"{path}/audio")).status_code == 200
    await run_jobs(rig)
    assert edge.held[one].samples == SAID
    rig.clock.advance(1)
    sent = await asked(rig, "PUT", f"{path}/audio", content=b"\2\0" * 9_000)
    assert (sent.json()["text"], sent.json()["state"]) == ("", "ready")


async def test_a_file_that_came_while_a_text_was_spoken_stays(rig: Rig, edge: FakeEdge) -> None:
    one = await made(rig)
    await asked(rig, "PUT", f"/announcements/{one}/text", json=TEXT)
    await asked(rig, "PUT", f"/announcements/{one}/audio", content=b"\2\0" * 9_000)
    await run_jobs(rig)
    assert edge.held[one].samples == b"\2\0" * 9_000


async def test_what_the_voice_cannot_read_is_told_at_once_and_by_the_job(rig: Rig) -> None:
    body = {"text": "Take a ☂", "language": "en"}
    refused = await asked(rig, "POST", "/announcements/previews", json=body)
    assert (refused.status_code, refused.json()["letters"]) == (422, "☂")
    await asked(rig, "POST", "/announcements", json={"name": "rain", **body})
    await run_jobs(rig)
    (told,) = (await asked(rig, "GET", "/announcements")).json()["items"]
    assert (told["state"], told["reason"]) == ("failed", "text_unreadable")
    other = await asked(rig, "POST", "/announcements/previews", json={**TEXT, "language": "ja"})
    assert other.json()["code"] == "voice_unknown"


async def test_where_no_voice_is_installed_the_way_to_mend_it_is_told(
    edge: FakeEdge, tmp_path: Path
) -> None:
    rig = rig_of(edge, tmp_path, Mute())
    told = (await asked(rig, "GET", "/announcements/voices")).json()
    assert told == {"languages": [], "remedy": "pip install 'trunkline[tts]'"}
    for path, body in (("previews", TEXT), ("", {"name": "closed", **TEXT})):
        reply = await asked(rig, "POST", f"/announcements/{path}".rstrip("/"), json=body)
        assert (reply.status_code, reply.json()["code"]) == (503, "voice_not_installed")
    assert (await asked(rig, "GET", "/announcements")).json()["items"] == []
