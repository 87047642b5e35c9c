"""Binds the parts of the runtime to a store: what a node runs and what offline commands use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trunkline.adapters.audio import FfmpegLeveller
from trunkline.adapters.blobs import open_blobs
from trunkline.adapters.messages import open_smtp
from trunkline.adapters.speech import EspeakSpeech
from trunkline.app.cells import LocalCells
from trunkline.app.executor import Executor
from trunkline.app.figures import FactsCounted, Figures, MeasuredDatabase
from trunkline.app.live import LiveQueues
from trunkline.app.policy import CellPolicies
from trunkline.app.quality import Quality
from trunkline.app.ways import Ways
from trunkline.app.work import TicketOfEveryCall, TicketOfWhoIsNotReached
from trunkline.features import (
    alerts,
    callbacks,
    desk,
    dialling,
    interactions,
    promises,
    queues,
    recordings,
    surveys,
)
from trunkline.kit.crypto import KeyRing
from trunkline.runtime.cell import Cell
from trunkline.runtime.driver import CellDriver
from trunkline.runtime.platform import Platform
from trunkline.runtime.relay import Relay
from trunkline.runtime.stream import LiveStream

if TYPE_CHECKING:
    from trunkline.adapters.sql.store import SqlStore
    from trunkline.kit.config import Settings
    from trunkline.ports.clock import Clock, Ids
    from trunkline.ports.edge import EdgeLink
    from trunkline.ports.jobs import Jobs
    from trunkline.ports.messages import Messenger
    from trunkline.runtime.projection import Projection

MASTER_KEY = "master.key"
EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Bound:
    """The platform, and the parts of it that `app` drives."""

    platform: Platform
    cells: LocalCells
    executor: Executor
    policies: CellPolicies
    relay: Relay
    figures: Figures
    quality: Quality
    ways: Ways
    walls: desk.Walls


def bind(
    settings: Settings, store: SqlStore, clock: Clock, ids: Ids, edge: EdgeLink | None = None
) -> Bound:
    """Make the parts and show them to each other; nothing runs yet."""
    keys = KeyRing.from_file(settings.data / MASTER_KEY)
    figures = Figures()
    db = MeasuredDatabase(store.db, figures)
    executor = Executor(db, keys, clock, ids, edge, figures)
    stream = LiveStream(store.db, store.events)
    relay = Relay(store.db, store.events, stream)
    walls = desk.Walls(clock)
    live = LiveQueues(store.db, store.events, clock, walls)

    def make(tenant_id: str) -> CellDriver:
        follow = [*projections(platform), FactsCounted(figures), walls]
        cell = Cell(tenant_id, tenant_id, store.journal, follow, clock, ids)
        return CellDriver(cell, db, clock, executor.carry_out, relay.flush, live.tell)

    cells = LocalCells(make)
    figures.watch(cells.drivers, clock)
    quality = Quality(db, clock, cells, figures, store.events, ids)
    ways = Ways(db, ids, edge, quality)
    executor.answer_to(cells, ways)
    policies = CellPolicies(db, clock, ids, keys, cells)
    platform = Platform(
        db=db,
        clock=clock,
        ids=ids,
        cells=cells,
        outbox=store.events,
        stream=stream,
        jobs=store.jobs,
        blobs=open_blobs(settings.blobs_url),
        keys=keys,
        settings=settings,
        edge=edge,
        policies=policies,
        messengers=_messengers(settings),
        leveller=FfmpegLeveller(),
        speech=EspeakSpeech(),
    )
    return Bound(platform, cells, executor, policies, relay, figures, quality, ways, walls)


def _messengers(settings: Settings) -> dict[str, Messenger]:
    if settings.smtp is None or settings.mail_from is None:
        return {}
    return {EMAIL: open_smtp(settings.smtp.get_secret_value(), settings.mail_from)}


def read_models(jobs: Jobs) -> list[Projection]:
    """Tables that can be folded anew, in this order: later ones read what earlier ones wrote."""
    return [
        interactions.InteractionRows(),
        interactions.QueueStays(),
        callbacks.CallbackRows(),
        surveys.SurveyRows(),
        recordings.RecordingRows(jobs),
        queues.DispositionUses(),
    ]


def projections(platform: Platform) -> list[Projection]:
    """Everything that follows the facts as they are decided."""
    return [
        *read_models(platform.jobs),
        desk.VoicemailsFollow(platform),
        TicketOfEveryCall(platform),
        TicketOfWhoIsNotReached(platform.jobs),
        promises.PromisesFollow(),
        dialling.EntriesFollow(),
        alerts.AlertsFromFacts(platform.outbox, platform.ids),
        interactions.InteractionEvents(platform.outbox),
    ]
