"""Agents as the API tells them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from trunkline.core.acd.expressions import ALIASES, MAX_LEVEL
from trunkline.features.tenancy import ApiModel

TAKEN: Final = frozenset({"lang", "cert", "region", "team", "tier", "and", "or", "not", *ALIASES})
"""Names that requirements know already, so that no tag may bear them."""


def _once(given: list[str]) -> list[str]:
    if len(set(given)) != len(given):
        raise ValueError("each is named once")
    return given


def _free(given: dict[str, str]) -> dict[str, str]:
    if TAKEN & {name.lower() for name in given}:
        raise ValueError(f"a tag is not called {', '.join(sorted(TAKEN))}")
    return given


LanguageCode = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=20)
]
"""A language as requirements ask for it, `lang=en`: BCP 47, the primary part in small letters."""
TagValue = Annotated[str, StringConstraints(pattern=r'^[^"\s]([^"\n]*[^"\s])?$', max_length=60)]
"""What can be written after `=`; with blanks it stands there in quotation marks."""
TagName = Annotated[str, StringConstraints(pattern=r"^[^\W\d][\w.\-]*$", max_length=60)]


class Abilities(ApiModel):
    """What requirements may ask of an agent besides skills and team.

    `tags` are names with a value, `product=router`; `tier` is the certified one, 0 is none.
    """

    languages: Annotated[list[LanguageCode], Field(max_length=20), AfterValidator(_once)] = Field(
        default_factory=list
    )
    certifications: Annotated[list[TagValue], Field(max_length=50), AfterValidator(_once)] = Field(
        default_factory=list
    )
    tags: Annotated[dict[TagName, TagValue], Field(max_length=50), AfterValidator(_free)] = Field(
        default_factory=dict
    )
    tier: Annotated[int, Field(ge=0, le=MAX_LEVEL)] = 0
    region: TagValue | Annotated[str, StringConstraints(max_length=0)] = ""


class DeviceSecret(ApiModel):
    """What to type into a desk phone; the secret is shown this once."""

    account: str
    secret: str
    realm: str
