"""What-if: a day that was, played again under changed rules, before they are published."""

from trunkline.features.simulations.api import router
from trunkline.features.simulations.tasks import JOB, Published, handlers

__all__ = ["JOB", "Published", "handlers", "router"]
