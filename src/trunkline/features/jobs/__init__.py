"""Background work as an administrator sees it: what waits, what failed, what to run again."""

from trunkline.features.jobs.api import router

__all__ = ["router"]
