"""The quality of talks: every leg's figures, and the ways that new calls have left."""

from trunkline.features.quality.api import router
from trunkline.features.quality.schemas import (
    InteractionQuality,
    LegQuality,
    figures_of,
    of_interaction,
)
from trunkline.features.quality.store import LegRow, WayRow, forget, put_legs, put_ways
from trunkline.features.quality.track import MOST_POINTS, Point, Track

__all__ = [
    "MOST_POINTS",
    "InteractionQuality",
    "LegQuality",
    "LegRow",
    "Point",
    "Track",
    "WayRow",
    "figures_of",
    "forget",
    "of_interaction",
    "put_legs",
    "put_ways",
    "router",
]
