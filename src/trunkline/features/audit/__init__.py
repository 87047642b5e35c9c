"""Audit: who did what to what, chained so that later writing shows."""

from trunkline.features.audit.api import router
from trunkline.features.audit.deeds import Deed, perform, writing
from trunkline.features.audit.service import ANONYMOUS, SYSTEM, Verdict, record, verify

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Deed",
    "Verdict",
    "perform",
    "record",
    "router",
    "verify",
    "writing",
]
