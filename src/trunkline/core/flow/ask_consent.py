"""The step before a queue in which a customer is told of the recording, or asked for it.

Who was led to such a queue from elsewhere is asked beside the wait, unless an agent is there first.

Their own country says which: that it is said; that a key declines it; that a key agrees to it.
Nothing is recorded before. Silence agrees only where declining is asked for, and what could not be
said or heard leaves the question open: then a talk is recorded once the agent has asked.
"""

from __future__ import annotations

from typing import Final

from trunkline.core.call.commands import Collect, Play, StopCollect
from trunkline.core.call.facts import ConsentAnswered
from trunkline.core.facts import KeyPressed, NodeEntered
from trunkline.core.flow.graph import EnqueueNode
from trunkline.core.flow.speech import Prompt
from trunkline.core.interaction import Interaction
from trunkline.core.turn import Turn
from trunkline.core.words import ConsentAnswer, ConsentPolicy

STAGE: Final = "consent"
ATTEMPTS: Final = 2
ANSWER_MS: Final = 4_000
_ASKED: Final = {
    ConsentPolicy.ANNOUNCE: "recording-notice",
    ConsentPolicy.OPT_OUT: "consent-opt-out",
    ConsentPolicy.OPT_IN: "consent-opt-in",
}
_KEYS: Final = {
    ConsentPolicy.OPT_OUT: {"9": ConsentAnswer.DECLINED},
    ConsentPolicy.OPT_IN: {"1": ConsentAnswer.AGREED, "2": ConsentAnswer.DECLINED},
}


def ask(turn: Turn, it: Interaction, node: EnqueueNode, attempt: int = 1) -> None:
    """Say what their country wants to be said, and take a key where it wants one."""
    policy, step = _policy(it), turn.new_id()
    words = (Prompt(_ASKED[policy]),)
    turn.emit(NodeEntered(it.id, node.id, STAGE, attempt, step))
    if policy is ConsentPolicy.ANNOUNCE:
        turn.do(Play(it.leg, step, words, it.language))
    else:
        turn.do(Play(it.leg, turn.new_id(), words, it.language))
        turn.do(Collect(it.leg, step, max_digits=1, first_ms=ANSWER_MS))


def on_said(turn: Turn, it: Interaction) -> None:
    """The words were said: who was to be told was told."""
    if it.consent is None:
        turn.emit(ConsentAnswered(it.id, ConsentAnswer.TOLD, _policy(it)))


def on_key(turn: Turn, it: Interaction, node: EnqueueNode, key: str) -> bool:
    """A key, or silence; whether the customer goes on to the queue now."""
    policy = _policy(it)
    answer = _KEYS.get(policy, {}).get(key)
    if answer is None and policy is ConsentPolicy.OPT_IN:
        if it.attempt < ATTEMPTS:
            ask(turn, it, node, it.attempt + 1)
            return False
        answer = ConsentAnswer.DECLINED
    if key:
        turn.emit(KeyPressed(it.id, node.id, key))
    turn.emit(ConsentAnswered(it.id, answer or ConsentAnswer.TOLD, policy))
    if answer is not ConsentAnswer.DECLINED:
        return True
    step = turn.new_id()
    turn.emit(NodeEntered(it.id, node.id, STAGE, ATTEMPTS + 1, step))
    turn.do(Play(it.leg, step, (Prompt("consent-declined"),), it.language))
    return False


def on_failed(turn: Turn, it: Interaction) -> None:
    """It could not be said, or no key could come: the question stays open."""
    if it.step:
        turn.do(StopCollect(it.leg, it.step))


def _policy(it: Interaction) -> ConsentPolicy:
    """Whoever's country is not known is asked as the strictest wants it."""
    return it.consent_policy or ConsentPolicy.OPT_IN
