"""A node: everything that runs in the main process, bound together and ended in order.

Start: store (migrated) → cells (state read, policy published) → jobs → telephony, which takes its
time beside. End: no more calls in, cells finish and keep snapshots, jobs, telephony, store. A task
that fails breaks the node; the supervisor starts it anew with a higher epoch.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, Self

import typer

from trunkline.adapters.audio import SndfileEncoder
from trunkline.adapters.edge.fleet.edge import Fleet
from trunkline.adapters.sql.store import SqlStore, open_store
from trunkline.app import demo, engines, work
from trunkline.app.blocked import Blocked
from trunkline.app.bound import bind
from trunkline.app.diallers import Diallers
from trunkline.app.door import Door
from trunkline.app.fleet import legs_of
from trunkline.app.leavers import Leavers, Lines
from trunkline.app.newcomers import Newcomers, make_agents, push_phones
from trunkline.app.telephony import Telephony, push_trunks
from trunkline.features import announcements, desk, identity, recordings, tenancy
from trunkline.kit.clock import WallClock
from trunkline.kit.ids import TimeIds
from trunkline.kit.logging import logger
from trunkline.runtime import retention
from trunkline.runtime.platform import Platform
from trunkline.runtime.workers import Workers

if TYPE_CHECKING:
    from types import TracebackType

    from prometheus_client import CollectorRegistry

    from trunkline.app.cells import LocalCells
    from trunkline.kit.config import Settings
    from trunkline.ports.edge import EdgeLink

log = logger("node")
ENGINE_RETRY_S = 10.0
NODE_CELL = "node"
"""The fence of the node itself: its epoch is the edge's."""


class Node:
    """Runs while it is entered."""

    platform: Platform
    store: SqlStore
    cells: LocalCells
    figures: CollectorRegistry
    walls: desk.Walls

    def __init__(
        self, settings: Settings, edge: EdgeLink | None = None, *, mute: bool = False
    ) -> None:
        """With `edge` the engine is somebody else's; a mute node has none."""
        self.settings = settings
        engine = None if edge or mute else engines.choose(settings)
        self.telephony = Telephony(engine, engines.remedy(settings))
        self.lines = Lines()
        self.desks = desk.Desks()
        self.broken = asyncio.Event()
        self.failed = False
        self.orphaned = False
        self._edge = edge or self.telephony.edge
        self._clock = WallClock()
        self._ids = TimeIds(self._clock)
        self._runner: asyncio.Task[None] | None = None
        self._started: asyncio.Future[None] | None = None
        self._stop = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Start everything; returns when pages can be served."""
        self._started = asyncio.get_running_loop().create_future()
        self._runner = asyncio.create_task(self._run(), name="node")
        await asyncio.wait([self._started, self._runner], return_when=asyncio.FIRST_COMPLETED)
        if self._runner.done():
            await self._runner
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End everything in order."""
        self._stop.set()
        if self._runner is not None:
            with contextlib.suppress(Exception):  # said in the log by `_run`
                await self._runner

    async def _run(self) -> None:
        """Open, work until asked to stop, close; what breaks is logged and told by `broken`."""
        try:
            async with contextlib.AsyncExitStack() as held:
                await self._open(held)
                await self._work()
        except Exception as error:  # whatever broke, the supervisor starts us anew
            self.failed = True
            if self._started is not None and not self._started.done():
                raise
            log.exception("node_broke", error=type(error).__name__)
        finally:
            self.broken.set()

    async def _open(self, held: contextlib.AsyncExitStack) -> None:
        settings = self.settings
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.store = await open_store(settings.database_url, self._clock, self._ids, _progress)
        held.push_async_callback(self.store.db.close)
        self._bound = bind(settings, self.store, self._clock, self._ids, self._edge)
        self.platform, self.cells = self._bound.platform, self._bound.cells
        self.walls = self._bound.walls
        self.figures = self._bound.figures.registry
        self._archive = self._open_archive(held)

    def _open_archive(self, held: contextlib.AsyncExitStack) -> recordings.Archive | None:
        if not self.telephony.spools:
            return None
        first, *others = self.telephony.spools
        encoder = SndfileEncoder()
        held.push_async_callback(encoder.close)
        return recordings.Archive(self.platform, encoder, recordings.Spool(first, tuple(others)))

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(self._bound.relay.run(), name="relay")]
            self.cells.work_in(tasks)
            self._blocked = Blocked(self.platform)
            self._diallers = Diallers(self.platform, self.cells)
            self.store.events.on_commit(self._blocked.hear)
            self.store.events.on_commit(self._diallers.hear)
            self.store.events.on_commit(self._bound.ways.hear)
            await self._begin()
            newcomers = Newcomers(self.platform, self._begin_tenant)
            leavers = Leavers(self.platform, self.lines)
            self.store.events.on_commit(newcomers.hear)
            self.store.events.on_commit(leavers.hear)
            running.append(tasks.create_task(newcomers.run(), name="newcomers"))
            running.append(tasks.create_task(leavers.run(), name="leavers"))
            running.append(tasks.create_task(self._blocked.run(), name="blocked callers"))
            running.append(tasks.create_task(self._diallers.run(), name="diallers"))
            running.append(tasks.create_task(self._workers().run(), name="workers"))
            running.append(tasks.create_task(self._bound.quality.run(), name="quality"))
            running.append(tasks.create_task(self._bound.ways.run(), name="ways"))
            running.append(tasks.create_task(self._take_calls(), name="telephony"))
            if self._started is not None:
                self._started.set_result(None)
            await self._stop.wait()
            await self.cells.stop()
            await self.telephony.let_go(stop=not self.orphaned)
            for task in (*running, *self.cells.tasks):
                task.cancel()

    def _workers(self) -> Workers:
        db, jobs, clock = self.store.db, self.store.jobs, self._clock
        kinds = work.handlers(self.platform, self._archive)
        kinds |= retention.handlers(db, self.store.events, jobs, clock)
        return Workers(db, jobs, clock, kinds, work.CRON | retention.CRON)

    async def _begin(self) -> None:
        """Tenants, their cells and policies."""
        if self.settings.demo:
            await demo.seed(self.platform)
        for tenant in await self.store.db.read(tenancy.every):
            await self._begin_tenant(tenant.tenant_id)
        if not self.cells.drivers:
            await self._offer_setup()

    async def _begin_tenant(self, tenant_id: str) -> None:
        await make_agents(self.platform, tenant_id)
        await self._blocked.read(tenant_id)
        await self._bound.ways.read(tenant_id)
        await self.cells.start(tenant_id)
        await self._bound.policies.publish_if_new(tenant_id)
        await self._diallers.read(tenant_id)

    async def _offer_setup(self) -> None:
        """The one-time link of a new installation, on the terminal only."""
        token = await self.store.db.write(lambda tx: identity.open_setup(tx, self._clock.now_ms()))
        if token:
            scheme = "https" if self.settings.tls_cert else "http"
            link = f"{scheme}://{self.settings.http}/setup?token={token}"
            typer.echo(f"Set Trunkline up here (the link holds for a day):\n  {link}")

    async def _take_calls(self) -> None:
        """Start the engine, adopt what is there, then hear it until we end."""
        if self._edge is None:
            self.cells.begin_ticks()
            return
        while not await self._engine_runs():
            self.cells.begin_ticks()
            await asyncio.sleep(ENGINE_RETRY_S)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.telephony.keep_alive(), name="keep telephony alive")
            door = Door(
                self.platform,
                self._edge,
                self.cells,
                self._bound.executor,
                self._blocked,
                self.desks.connected,
            )
            if isinstance(self._edge, Fleet):
                self._edge.beside = partial(legs_of, self.cells)
            await door.open(await self._next_epoch())
            self._edge.on_readings(self._bound.quality.hear)
            self.cells.begin_ticks()
            for tenant_id in tuple(self.cells.drivers):
                await push_phones(self.platform, tenant_id)
                await push_trunks(self.platform, tenant_id)
            await self.telephony.admit()
            await announcements.push_all(self.platform, tuple(self.cells.drivers))
            if self._archive is not None:
                await recordings.reconcile(self._archive)
            await door.run()

    async def _engine_runs(self) -> bool:
        return self.telephony.edge is not self._edge or await self.telephony.start()

    async def _next_epoch(self) -> int:
        """One more than any program before us on this store."""
        return await self.store.db.write(
            lambda tx: self.store.journal.take_over(tx, NODE_CELL, NODE_CELL)
        )


def _progress(line: str) -> None:
    log.info("store", step=line)
