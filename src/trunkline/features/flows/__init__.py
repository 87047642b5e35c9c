"""Flows: the published graphs that interactions run through."""

from trunkline.features.flows import templates
from trunkline.features.flows.api import router
from trunkline.features.flows.service import Draft, find, graph, publish, published
from trunkline.features.flows.store import FlowRow, every

__all__ = [
    "Draft",
    "FlowRow",
    "every",
    "find",
    "graph",
    "publish",
    "published",
    "router",
    "templates",
]
