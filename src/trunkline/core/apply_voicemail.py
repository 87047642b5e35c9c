"""How the state follows from messages that customers leave; part of `core/apply.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core.acd import watch
from trunkline.core.apply_flows import STEP_TIMEOUT_MS
from trunkline.core.call import voicemail_facts as f
from trunkline.core.interaction import Voicemail
from trunkline.core.state import State
from trunkline.core.words import Place

Fold = Callable[[State, int, Any], None]


def _entered(state: State, at: int, fact: f.VoicemailEntered) -> None:
    watch.leaves(state, at, fact)
    it = state.interactions[fact.interaction]
    state.step_out(it)
    it.place, it.waiting, it.node = Place.VOICEMAIL, None, None
    it.voicemail = Voicemail(fact.queue, fact.agent)
    it.last_queue, it.pause = fact.queue, None
    it.step, it.step_at = fact.step, at + STEP_TIMEOUT_MS
    state.due(it.step_at, "step", it.id)


def _began(state: State, at: int, fact: f.VoicemailBegan) -> None:
    it = state.interactions[fact.interaction]
    if it.voicemail:
        it.voicemail.since = at
    it.step, it.step_at = fact.step, fact.until
    state.due(fact.until, "step", it.id)


FOLDS: dict[type[Any], Fold] = {
    f.VoicemailEntered: _entered,
    f.VoicemailBegan: _began,
}
