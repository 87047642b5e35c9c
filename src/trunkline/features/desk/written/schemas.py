"""What a written interaction is opened with, and what it is finished with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from trunkline.features.agents import TagName, TagValue
from trunkline.features.desk.handling.schemas import Id
from trunkline.features.desk.schemas import Reason
from trunkline.features.tenancy import ApiModel, Instant

Subject = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Body = Annotated[str, StringConstraints(max_length=20_000)]
MOST_TAGS = 20


class InteractionNew(ApiModel):
    """A chat, a mail or a task for a queue, by its id or name.

    `priority` adds to that of the customer's level; near `due_at` it goes before the others.
    """

    channel: Literal["chat", "email", "task"]
    queue: Id
    subject: Subject
    text: Body = ""
    customer_id: Id | None = None
    priority: Annotated[int, Field(ge=0, le=100)] = 0
    due_at: Instant | None = None
    tags: Annotated[dict[TagName, TagValue], Field(max_length=MOST_TAGS)] = Field(
        default_factory=dict
    )


class InteractionFinished(ApiModel):
    """With a disposition the work after it is over as well."""

    disposition: Reason | None = None


class InteractionOpened(ApiModel):
    """It waits in the queue; `seq` is its number in the journal of the tenant's cell."""

    id: str
    queue_id: str
    seq: int
