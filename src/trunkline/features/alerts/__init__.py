"""Alerts: what a supervisor should look after at once, until somebody did."""

from trunkline.features.alerts.projection import AlertsFromFacts
from trunkline.features.alerts.service import OF_NO_QUEUE, raise_alert
from trunkline.features.alerts.store import AlertRow, Kind, dismiss, get, page

__all__ = [
    "OF_NO_QUEUE",
    "AlertRow",
    "AlertsFromFacts",
    "Kind",
    "dismiss",
    "get",
    "page",
    "raise_alert",
]
