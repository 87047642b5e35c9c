"""What a new tenant begins with: outcomes and reasons that it may change, remove or add to.

A queue wants an outcome unless it says otherwise; where there is none to choose, the first call
could never be wrapped up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trunkline.features import audit, queues, tenancy
from trunkline.features.queues import DispositionNew, Label, ReasonNew

if TYPE_CHECKING:
    from trunkline.features.tenancy import Writing
    from trunkline.runtime.platform import Platform

OUTCOMES: Final = (
    ("question", "咨询", "Question"),
    ("request", "办理", "Request"),
    ("fault", "故障", "Fault"),
    ("complaint", "投诉", "Complaint"),
    ("other", "其他", "Other"),
)
"""As many as there are keys for them."""
REASONS: Final = (
    ("break", "小休", "Break"),
    ("lunch", "午餐", "Lunch"),
    ("training", "培训", "Training"),
    ("meeting", "会议", "Meeting"),
)


def equip(platform: Platform, on: Writing) -> None:
    """Give a new tenant its first outcomes and reasons, as its first version."""
    for code, zh, en in OUTCOMES:
        queues.create_disposition(on, DispositionNew(code=code, label=Label(zh=zh, en=en)))
    reasons(on)
    tenancy.policy_changed(on.tx, on.tenant_id)
    made = ("tenants.created", on.tenant_id)
    platform.policies.keep(on.tx, on.tenant_id, audit.SYSTEM, *made, on.now)


def reasons(on: Writing) -> None:
    """The first reasons for being not ready."""
    for code, zh, en in REASONS:
        queues.create_reason(on, ReasonNew(code=code, label=Label(zh=zh, en=en)))
