"""Set-up: the walk from nothing to a first real call, and what a tenant chooses."""

from trunkline.features.setup.api import router
from trunkline.features.setup.beginning import reasons
from trunkline.features.setup.service import steps

__all__ = ["reasons", "router", "steps"]
