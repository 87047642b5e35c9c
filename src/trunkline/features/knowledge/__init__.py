"""Knowledge: answers that agents can look up, in the languages of the desk."""

from trunkline.features.knowledge.api import router
from trunkline.features.knowledge.schemas import EntryNew
from trunkline.features.knowledge.service import create

__all__ = ["EntryNew", "create", "router"]
