"""Configuration: everything a tenant has set, in versions, drafts and files."""

from trunkline.features.configuration.api import router
from trunkline.features.configuration.service import Deed, keep, seen_of_draft

__all__ = ["Deed", "keep", "router", "seen_of_draft"]
