"""Guest calls as the API tells them."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from trunkline.features.desk.schemas import BothLanguages
from trunkline.features.tenancy import ApiModel, Instant, Word
from trunkline.ports.edge import Signalling


class GuestNumberOut(ApiModel):
    """A number that can be called from the page."""

    number: str
    name: BothLanguages


class GuestNumberList(ApiModel):
    """All of them, in their order."""

    items: list[GuestNumberOut]


class GuestCallAsked(ApiModel):
    """Which number is to be called, and as whom; without `caller` the number is withheld."""

    number: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{2,20}$")]
    caller: Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{3,20}$")] | None = None


class GuestCallOut(ApiModel):
    """What the page registers with, and what it dials; `token` proves that the call is its own."""

    account: str
    secret: str
    signalling: Word[Signalling]
    realm: str
    ws_path: str
    target: str
    token: str
    expires_at: Instant
