"""Parked calls as the API tells them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trunkline.features.desk.schemas import CustomerNamed, Named
from trunkline.features.tenancy import ApiModel, Instant

Slot = Annotated[int, Field(ge=1, le=99_999)]


class ParkAsked(ApiModel):
    """Where to leave the customer; without `slot` in the first that is free."""

    slot: Slot | None = None


class ParkedOut(ApiModel):
    """One parked call; `by` parked it. Names are null for those who may not see them."""

    interaction_id: str
    slot: int
    since: Instant
    by: Named | None
    queue: Named | None
    customer: CustomerNamed | None
    phone_masked: str | None


class ParkedList(ApiModel):
    """What is parked now, by slot."""

    items: list[ParkedOut]
