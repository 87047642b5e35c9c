"""Agents as the API tells them."""

from __future__ import annotations

from trunkline.features.tenancy import ApiModel


class DeviceSecret(ApiModel):
    """What to type into a desk phone; the secret is shown this once."""

    account: str
    secret: str
    realm: str
