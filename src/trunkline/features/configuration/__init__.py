"""Configuration: everything a tenant has set, in versions, drafts and files."""

from trunkline.features.configuration.api import router
from trunkline.features.configuration.files import read as read_file
from trunkline.features.configuration.service import (
    Deed,
    keep,
    seen_of_draft,
    seen_of_file,
    seen_of_version,
)

__all__ = [
    "Deed",
    "keep",
    "read_file",
    "router",
    "seen_of_draft",
    "seen_of_file",
    "seen_of_version",
]
