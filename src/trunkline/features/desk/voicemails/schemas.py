"""Messages as the API tells them."""

from __future__ import annotations

from typing import Literal

from trunkline.features.desk.schemas import CustomerNamed, Named
from trunkline.features.recordings import RecordingCard
from trunkline.features.tenancy import ApiModel, Instant

State = Literal["new", "heard", "done"]
Notice = Literal["sent", "refused", "failed", "no_mailbox", "no_server"]


class VoicemailOut(ApiModel):
    """A message; without `agent` it is for the queue. `notice` is what became of the mail.

    `recording` is heard under `/recordings`. Names are null for those who may not see them.
    """

    id: str
    interaction_id: str
    queue: Named | None
    agent: Named | None
    customer: CustomerNamed | None
    phone_masked: str | None
    left_at: Instant
    length_ms: int
    state: State
    changed_by: Named | None
    changed_at: Instant | None
    recording: RecordingCard | None
    ticket_id: str | None
    notice: Notice | None


class VoicemailChange(ApiModel):
    """Heard, done, or new again."""

    state: State


class NewVoicemails(ApiModel):
    """How many messages nobody has heard."""

    count: int
