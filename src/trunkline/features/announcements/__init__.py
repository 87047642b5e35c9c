"""Announcements: a tenant's own prompts and music, out of files, or spoken from a text."""

from trunkline.features.announcements.api import router
from trunkline.features.announcements.service import use
from trunkline.features.announcements.sounds import REMOVE_JOB, push_all
from trunkline.features.announcements.speaking import SPEAK_JOB, speak
from trunkline.features.announcements.store import AnnouncementRow, every

__all__ = [
    "REMOVE_JOB",
    "SPEAK_JOB",
    "AnnouncementRow",
    "every",
    "push_all",
    "router",
    "speak",
    "use",
]
