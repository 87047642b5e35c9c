"""Routing rules: whom a tenant serves first, when agents help out, who knows a product best."""

from trunkline.features.routing.api import router
from trunkline.features.routing.schemas import Expert, Order, RoutingRules, Sharing
from trunkline.features.routing.service import Published, change, published, rules, target_s

__all__ = [
    "Expert",
    "Order",
    "Published",
    "RoutingRules",
    "Sharing",
    "change",
    "published",
    "router",
    "rules",
    "target_s",
]
