"""The dialogue in which a customer leaves a callback: keep my place, another number, or stay.

It runs in a flow, or beside the wait in a queue while the place in line goes on; an agent who
becomes free cuts it short. `stage` is what it waits for: an answer, a number, whether that number
may be called, or a yes to the number read back.
"""

from __future__ import annotations

from collections.abc import Callable

from trunkline.core.acd import callback, callback_rules, offering
from trunkline.core.call import endings
from trunkline.core.call.commands import Collect, Play, StartMusic
from trunkline.core.callback_facts import DialogueLeft, NumberProposed
from trunkline.core.commands import CheckNumber
from trunkline.core.facts import KeyPressed, NodeEntered
from trunkline.core.flow.graph import CallbackNode
from trunkline.core.flow.speech import Prompt, Say, Secret
from trunkline.core.inputs import NumberChecked
from trunkline.core.interaction import Interaction
from trunkline.core.turn import Turn
from trunkline.core.words import Bar, CallbackOrigin, EndedBy, QueueId, Token

ASK, ENTER, CHECK, CONFIRM = "callback", "callback_number", "callback_check", "callback_confirm"
MOST_NUMBERS = 3
LONGEST_NUMBER = 20
NOTED = (Prompt("callback-noted"), Prompt("goodbye"))
INVALID, BARRED = Prompt("callback-number-invalid"), Prompt("callback-number-barred")


def enter(turn: Turn, it: Interaction, node: CallbackNode) -> bool:
    """Offer a callback where it may be offered; whether it was."""
    if not callback_rules.may_offer(turn, it, queue_of(it, node), at_once=node.at_once):
        return False
    _ask(turn, it, node, ASK, (Prompt("callback-offer"),), 1)
    return True


def on_digits(turn: Turn, it: Interaction, node: CallbackNode, digits: str) -> bool:
    """Keys, or silence; whether the dialogue is over and the customer stays."""
    rule = _ON_DIGITS.get(it.stage)
    return rule is not None and not rule(turn, it, node, digits)


def on_checked(turn: Turn, it: Interaction, node: CallbackNode, news: NumberChecked) -> None:
    """Read the number back, or say why it will not do and ask again."""
    if it.stage != CHECK:
        return
    if news.bar is not None or news.caller is None or news.say is None:
        why = BARRED if news.bar in (Bar.FOREIGN, Bar.PREMIUM) else INVALID
        _ask_number(turn, it, node, it.attempt + 1, (why,))
        return
    turn.emit(NumberProposed(it.id, news.party, news.caller))
    words = (Prompt("callback-your-number"), Secret(news.say), Prompt("callback-confirm"))
    _ask(turn, it, node, CONFIRM, words, it.attempt)


def leave(turn: Turn, it: Interaction) -> None:
    """The customer stays in the queue: music as before."""
    turn.emit(DialogueLeft(it.id))
    if it.waiting and it.waiting.queue in turn.state.queues:
        turn.do(StartMusic(it.leg, turn.state.queues[it.waiting.queue].music))


def queue_of(it: Interaction, node: CallbackNode) -> QueueId:
    """Where the place is kept: in the queue the customer waits in, else the node's."""
    return it.waiting.queue if it.waiting else node.queue


def _on_choice(turn: Turn, it: Interaction, node: CallbackNode, key: str) -> bool:
    """Whether it goes on; likewise the next two."""
    if key in ("1", "2"):
        turn.emit(KeyPressed(it.id, node.id, key))
    if key == "1" and it.caller is not None:
        _note(turn, it, node, it.party, it.caller)
        return True
    if key == "2":
        _ask_number(turn, it, node, 1)
        return True
    return False


def _on_number(turn: Turn, it: Interaction, node: CallbackNode, digits: str) -> bool:
    if not digits:
        return False
    turn.emit(NodeEntered(it.id, node.id, CHECK, it.attempt, turn.new_id()))
    turn.do(CheckNumber(it.id, node.id, Token(digits)))
    return True


def _on_confirmed(turn: Turn, it: Interaction, node: CallbackNode, key: str) -> bool:
    if key == "1" and it.proposed is not None:
        party, caller = it.proposed
        _note(turn, it, node, party, caller)
        return True
    if key == "2" and it.attempt < MOST_NUMBERS:
        _ask_number(turn, it, node, it.attempt + 1)
        return True
    return False


def _ask_number(
    turn: Turn, it: Interaction, node: CallbackNode, attempt: int, before: tuple[Say, ...] = ()
) -> None:
    if attempt > MOST_NUMBERS:
        _ask(turn, it, node, ASK, (*before, Prompt("callback-offer")), 1)
    else:
        _ask(turn, it, node, ENTER, (*before, Prompt("callback-enter-number")), attempt)


def _ask(
    turn: Turn,
    it: Interaction,
    node: CallbackNode,
    stage: str,
    words: tuple[Say, ...],
    attempt: int,
) -> None:
    step, personal = turn.new_id(), stage == ENTER
    most = LONGEST_NUMBER if personal else 1
    turn.emit(NodeEntered(it.id, node.id, stage, attempt, step))
    turn.do(Play(it.leg, turn.new_id(), words, it.language))
    turn.do(Collect(it.leg, step, max_digits=most, first_ms=node.timeout_ms, personal=personal))


def _note(turn: Turn, it: Interaction, node: CallbackNode, party: Token, caller: Token) -> None:
    """The place is kept; last words, and nobody is offered this call any more."""
    asked = [turn.state.offers[name].agent for name in (it.waiting.offers if it.waiting else ())]
    callback.keep_place(turn, it, queue_of(it, node), CallbackOrigin.PLACE_KEPT, party, caller)
    offering.withdraw(turn, it)
    endings.farewell(turn, it, NOTED, EndedBy.CALLBACK)
    for agent in asked:
        offering.serve(turn, agent)


_ON_DIGITS: dict[str, Callable[[Turn, Interaction, CallbackNode, str], bool]] = {
    ASK: _on_choice,
    ENTER: _on_number,
    CONFIRM: _on_confirmed,
}
