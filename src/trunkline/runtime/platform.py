"""What a feature may use of the runtime, and how a route gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from trunkline.kit.config import Settings
from trunkline.kit.crypto import KeyRing
from trunkline.ports.audio import Leveller
from trunkline.ports.blobs import Blobs
from trunkline.ports.cells import Cells
from trunkline.ports.clock import Clock, Ids
from trunkline.ports.database import Database
from trunkline.ports.edge import EdgeLink
from trunkline.ports.events import Outbox, Stream
from trunkline.ports.jobs import Jobs
from trunkline.ports.messages import Messenger
from trunkline.ports.policies import Policies, Unpublished
from trunkline.ports.speech import Speech


@dataclass(frozen=True, slots=True)
class Platform:
    """The parts that `app` binds together at start; features hold no others."""

    db: Database
    clock: Clock
    ids: Ids
    cells: Cells
    outbox: Outbox
    stream: Stream
    jobs: Jobs
    blobs: Blobs
    keys: KeyRing
    settings: Settings
    edge: EdgeLink | None = None
    policies: Policies = field(default_factory=Unpublished)
    messengers: Mapping[str, Messenger] = field(default_factory=dict)
    """By channel, as far as the installation has one."""

    leveller: Leveller | None = None
    speech: Speech | None = None


def get_platform(connection: HTTPConnection) -> Platform:
    """The platform of the running app."""
    return cast(Platform, connection.app.state.platform)


PlatformDep = Annotated[Platform, Depends(get_platform)]
