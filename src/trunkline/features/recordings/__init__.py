"""Recordings: both tracks of a talk, sealed, heard by those who may, and never lost unseen."""

from trunkline.features.recordings.api import router
from trunkline.features.recordings.archive import Archive, delete_withdrawn, remove
from trunkline.features.recordings.facts import REMOVE_JOB, STORE_JOB, WITHDRAWN_JOB, RecordingRows
from trunkline.features.recordings.reconcile import Reconciled, reconcile
from trunkline.features.recordings.schemas import RecordingCard
from trunkline.features.recordings.service import erase, of_interactions
from trunkline.features.recordings.spool import Spool
from trunkline.features.recordings.store import RecordingRow, RecordingState

__all__ = [
    "REMOVE_JOB",
    "STORE_JOB",
    "WITHDRAWN_JOB",
    "Archive",
    "Reconciled",
    "RecordingCard",
    "RecordingRow",
    "RecordingRows",
    "RecordingState",
    "Spool",
    "delete_withdrawn",
    "erase",
    "of_interactions",
    "reconcile",
    "remove",
    "router",
]
