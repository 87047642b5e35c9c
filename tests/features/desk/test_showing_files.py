"""Files that pass in a talk: byte for byte, sealed, few, small, of known kinds, and erased."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress

import httpx
import pytest
import sqlalchemy as sa

from tests.features.desk.house import Desk
from tests.features.desk.talks import kind_of, talk
from trunkline.adapters.sql.jobs import jobs
from trunkline.app.erasure import NotYet, erase_recordings
from trunkline.features.desk.showing import files
from trunkline.ports.database import Tx
from trunkline.ports.jobs import Job

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


async def test_a_file_arrives_byte_for_byte_and_stays_with_the_interaction(desk: Desk) -> None:
    async with talk(desk) as it, desk.stranger() as guest, desk.as_("admin", "two") as foreign:
        path = f"/interactions/{it.call}/files"
        sent = await guest.post("/guest/files?name=bill.png", content=PNG, headers=it.headers)
        back = await it.agent.client.post(f"{path}?name=../a.pdf", content=b"%PDF-1.7 how to")
        heard = [(await kind_of(it.seat, "file"))["file"] for _ in range(2)]
        mine = await it.agent.client.get(f"{path}/{sent.json()['id']}")
        theirs = await guest.get(f"/guest/files/{back.json()['id']}", headers=it.headers)
        shown, written = await it.whole(), await it.audit()
        nobody = await guest.get(f"/guest/files/{back.json()['id']}")
        other = await foreign.get(f"{path}/{sent.json()['id']}")
        async with desk.as_("agent2") as colleague:
            unseen = await colleague.get(f"{path}/{sent.json()['id']}")
        objects = [key async for key in desk.node.platform.blobs.list("")]
        stored = [await desk.node.platform.blobs.read(key, 0, 9_999) for key in objects]
    assert (sent.status_code, mine.content) == (201, PNG)
    assert mine.headers["content-disposition"] == "attachment; filename*=UTF-8''bill.png"
    assert mine.headers["content-type"] == "image/png"
    assert theirs.content == b"%PDF-1.7 how to"
    assert [(one["name"], one["by"]) for one in shown["files"]] == [
        ("bill.png", "customer"),
        (".._a.pdf".lstrip("."), "agent"),
    ]
    assert [one["id"] for one in heard] == [one["id"] for one in shown["files"]]
    assert [one[1] for one in written] == ["files.sent", "files.sent", "files.opened"]
    assert (nobody.status_code, other.status_code, unseen.status_code) == (401, 404, 404)
    assert len(stored) == 2
    assert not any(b"PNG" in one or b"how to" in one for one in stored)


async def test_files_are_few_small_of_known_kinds_and_of_the_talk(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with talk(desk) as it, desk.stranger() as guest:

        async def send(content: bytes) -> httpx.Response:
            return await guest.post("/guest/files?name=x", content=content, headers=it.headers)

        program = await send(b"MZ\x90\x00\x03")
        empty = await send(b"")
        large = await send(PNG + bytes(files.FILE_MAX_BYTES))
        monkeypatch.setattr(files, "MOST_FILES", 1)
        codes = [(await send(b"first")).status_code, (await send(b"second")).json()["code"]]
        desk.edge.end(it.leg)
        await it.agent.stream.event("trunkline.wrap_up.started.v1")
        late = await it.agent.client.post(f"/interactions/{it.call}/files?name=x", content=PNG)
        gone = await send(b"after the end")
    assert (program.status_code, empty.json()["code"]) == (415, "file_kind_unknown")
    assert (large.status_code, codes) == (413, [201, "too_many_files"])
    assert late.json()["code"] == "not_your_call"
    assert gone.status_code == 401


async def test_files_go_with_the_customer(desk: Desk) -> None:
    async with talk(desk) as it:
        sent = await it.agent.client.post(f"/interactions/{it.call}/files?name=x", content=PNG)
        platform = desk.node.platform
        tenant_id = next(iter(desk.node.cells.drivers))
        customer = (await it.agent.client.get(f"/interactions/{it.call}")).json()["customer"]
        job = Job("job", tenant_id, "customers.erased", {"customer_id": customer["id"]}, 1)
        with suppress(NotYet):  # the call is still being recorded
            await erase_recordings(platform, job)
        gone = await it.agent.client.get(f"/interactions/{it.call}/files/{sent.json()['id']}")
        (left,) = (await it.whole())["files"]
    assert (gone.json()["code"], left["name"]) == ("file_missing", None)


async def test_who_dies_between_object_and_row_leaves_nothing_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The object is there and its row is not; the job that was written first takes it away."""
    platform = desk.node.platform
    put = platform.blobs.put

    async def dying(key: str, content: AsyncIterator[bytes]) -> None:
        await put(key, content)
        raise Death

    async with talk(desk) as it:
        path = f"/interactions/{it.call}/files?name=x"
        kept = await it.agent.client.post(path, content=PNG)
        with monkeypatch.context() as planted:
            planted.setattr(platform.blobs, "put", dying)
            with pytest.raises(Death):
                await it.agent.client.post(path, content=PNG)
        before = [key async for key in platform.blobs.list("")]
        left = await platform.db.read(_looked_after)
        for job in left:
            await files.remove(platform, job)
            await files.remove(platform, job)
        after = [key async for key in platform.blobs.list("")]
        assert len((await it.whole())["files"]) == 1
    assert (len(before), len(left)) == (2, 2)
    assert [key.rpartition("/")[2] for key in after] == [kept.json()["id"]]


class Death(BaseException):
    """The process is gone: nothing of it runs any more."""


def _looked_after(tx: Tx) -> list[Job]:
    waiting = sa.select(jobs).where(jobs.c.kind == files.REMOVE_JOB, jobs.c.state == "waiting")
    return [Job(row.id, row.tenant_id, row.kind, row.payload, 1) for row in tx.execute(waiting)]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.4", "application/pdf"),
        ("订单 42\r\n".encode(), "text/plain"),
        (b"PK\x03\x04", None),
        (b"\x7fELF", None),
        (b"\xff\xfe\x00", None),
        (b"", None),
    ],
)
def test_a_kind_is_what_the_bytes_say(content: bytes, kind: str | None) -> None:
    assert files.media_type(content) == kind


@pytest.mark.parametrize(
    ("given", "kind", "kept"),
    [
        ("bill.PNG", "image/png", "bill.PNG"),
        ("run.exe", "image/png", "run.exe.png"),
        ("../../etc/passwd", "text/plain", "_.._etc_passwd.txt"),
        ("photo\u202egpj.exe", "image/jpeg", "photo_gpj.exe.jpg"),
        ("...", "application/pdf", "file.pdf"),
    ],
)
def test_a_name_has_no_way_and_no_trick_in_it(given: str, kind: str, kept: str) -> None:
    assert files.safe_name(given, kind) == kept
