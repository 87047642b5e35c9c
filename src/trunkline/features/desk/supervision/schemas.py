"""How a supervisor wants to attend."""

from __future__ import annotations

from typing import Literal

from trunkline.features.tenancy import ApiModel


class Attending(ApiModel):
    """To hear the call, to be heard by its agent alone, or by everybody in it."""

    mode: Literal["listen", "whisper", "barge"]
