"""Flows: the published graphs that interactions run through."""

from trunkline.features.flows.api import router
from trunkline.features.flows.service import Draft, delete, find, graph, publish, published
from trunkline.features.flows.store import FlowRow, every
from trunkline.features.flows.templates import callback, straight
from trunkline.features.flows.templates import echo as echo_test
from trunkline.features.flows.templates import main as main_line

__all__ = [
    "Draft",
    "FlowRow",
    "callback",
    "delete",
    "echo_test",
    "every",
    "find",
    "graph",
    "main_line",
    "publish",
    "published",
    "router",
    "straight",
]
