"""Announcements spoken from a text: heard first, then made once by a job."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from trunkline.features import audit
from trunkline.features.announcements import service, sounds, store
from trunkline.kit.errors import TrunklineError
from trunkline.ports.speech import SpeechFailed, SpeechRefused

if TYPE_CHECKING:
    from trunkline.features.announcements.schemas import Spoken
    from trunkline.features.announcements.store import AnnouncementRow
    from trunkline.features.tenancy import Writing
    from trunkline.ports.audio import Levelled
    from trunkline.ports.database import Tx
    from trunkline.ports.jobs import Job
    from trunkline.runtime.platform import Platform

SPEAK_JOB: Final = "announcements.speak"
REMEDY: Final = "pip install 'trunkline[tts]'"


def languages(platform: Platform) -> tuple[str, ...]:
    """What texts can be spoken in here; nothing where no voice is installed."""
    return platform.speech.languages() if platform.speech is not None else ()


async def spoken(platform: Platform, text: str, language: str) -> Levelled:
    """A text as it will be heard.

    Refuses with `voice_not_installed`, `voice_unknown`, `text_unreadable`, `voice_failed`, and what
    sound files are refused with.
    """
    if platform.speech is None:
        raise _refusal(SpeechRefused("not_installed"))
    try:
        file = await platform.speech.speak(text, language)
    except SpeechRefused as refused:
        raise _refusal(refused) from refused
    except SpeechFailed as failed:
        raise TrunklineError("voice_failed", 503, "The voice failed; try again.") from failed
    return await sounds.level(platform, file)


def ask(on: Writing, platform: Platform, row: AnnouncementRow, given: Spoken) -> str:
    """Let a job make the sound of a text; what it had is heard until then. Returns its id."""
    wanted = replace(
        row, state="making", reason="", text=given.text, language=given.language, changed_at=on.now
    )
    made = service.put(on, platform, wanted)
    platform.jobs.enqueue(on.tx, on.tenant_id, SPEAK_JOB, {"announcement_id": made})
    return made


async def speak(platform: Platform, job: Job) -> None:
    """The job: speak, level, keep, and give it to the engine; what cannot be is told in the row."""
    named = str(job.payload["announcement_id"])
    row = await platform.db.read(lambda tx: store.get(tx, job.tenant_id, named))
    if row is None or row.state != "making":
        return
    try:
        levelled = await spoken(platform, row.text, row.language)
    except TrunklineError as refusal:
        if refusal.status == 503 and refusal.code in ("voice_failed", "sound_failed"):
            raise
        await _write(platform, row, replace(row, state="failed", reason=refusal.code))
        return
    kept = await sounds.keep(platform, row, levelled)
    if await _write(platform, row, kept):
        await sounds.push(platform, kept, levelled.samples)


async def _write(platform: Platform, seen: AnnouncementRow, row: AnnouncementRow) -> bool:
    """False, with nothing done, where another text or file was given meanwhile, or it is gone."""

    def work(tx: Tx) -> bool:
        if store.get(tx, row.tenant_id, row.id) != seen:
            sounds.forget(tx, platform, row)
            return False
        service.put(audit.writing(platform, tx, row.tenant_id), platform, row)
        return True

    return await platform.db.write(work)


def _refusal(refused: SpeechRefused) -> TrunklineError:
    match refused.reason:
        case "not_installed":
            detail = f"No voice is installed here: {REMEDY} mends it."
            return TrunklineError("voice_not_installed", 503, detail, remedy=REMEDY)
        case "language_unknown":
            return TrunklineError("voice_unknown", 422, "There is no voice for this language.")
        case "unreadable":
            detail = f"The voice cannot read these letters: {refused.letters}"
            return TrunklineError("text_unreadable", 422, detail, letters=refused.letters)
    return TrunklineError("text_unreadable", 422, "Nothing in this text is spoken.", letters="")
