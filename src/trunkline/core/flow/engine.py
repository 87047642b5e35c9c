"""The flow interpreter: walks the graph of an interaction, one awaited step at a time.

A node that says or asks something waits for a step, named by us: the play or the collection that
the edge will end. What ends another step is late news and is ignored. Entering a node never
waits twice; nodes that need no answer are passed at once, bounded by `MAX_PASSED`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trunkline.core.acd import engine as acd
from trunkline.core.call import endings, recording, voicemail
from trunkline.core.call.commands import Collect, Echo, Play
from trunkline.core.commands import CheckFactor, LookUp
from trunkline.core.facts import (
    CustomerVerified,
    FlowChanged,
    InteractionTagged,
    KeyPressed,
    NodeEntered,
    VerificationFailed,
)
from trunkline.core.flow import ask_consent, leave_callback
from trunkline.core.flow.graph import (
    CallbackNode,
    EchoNode,
    EnqueueNode,
    HangUpNode,
    LookUpNode,
    MenuNode,
    Node,
    SayNode,
    VerifyNode,
    VoicemailNode,
)
from trunkline.core.flow.speech import Say, Secret
from trunkline.core.inputs import FactorChecked, LookedUp, NumberChecked, Presumption
from trunkline.core.interaction import Interaction
from trunkline.core.turn import Turn
from trunkline.core.words import Cause, EndedBy, FlowId, Place, Token

KNOWN = (Presumption.PRESUMED, Presumption.VERIFIED)
MAX_PASSED = 20
ASKED, ANSWERED = 1, 2
"""Attempts of a look-up: what is to be said is being found, and is being said."""


def begin(turn: Turn, it: Interaction) -> None:
    """Enter the first node of the interaction's flow."""
    enter(turn, it, turn.state.flows[it.flow].start)


def change(turn: Turn, it: Interaction, flow: FlowId) -> None:
    """Leave for the start of another flow; a circle that waits for nothing ends it."""
    turn.changes += 1
    if turn.changes > MAX_PASSED:
        endings.finish(turn, it, EndedBy.FAILURE, Cause.FAILED)
        return
    turn.emit(FlowChanged(it.id, flow))
    begin(turn, it)


def enter(turn: Turn, it: Interaction, name: str, attempt: int = 1) -> None:
    """Enter a node: say what it says and wait for its step; or pass it and enter the next.

    A node that the published flow no longer has, and a circle that waits for nothing, end it.
    """
    for _ in range(MAX_PASSED):
        node = turn.state.nodes.get((it.flow, name))
        if node is None:
            break
        follow = _ENTER[type(node)](turn, it, node, attempt)
        if follow is None:
            return
        name, attempt = follow, 1
    if it.waiting:
        leave_callback.leave(turn, it)
    else:
        endings.finish(turn, it, EndedBy.FAILURE, Cause.FAILED)


def offer_callback(turn: Turn, it: Interaction) -> None:
    """Beside the wait: offer a callback where the flow has one and it may be, once."""
    entered = turn.state.nodes.get((it.flow, it.queued_by or ""))
    name = entered.callback if isinstance(entered, EnqueueNode) else None
    node = turn.state.nodes.get((it.flow, name or ""))
    if it.asked or it.step or not isinstance(node, CallbackNode) or it.waiting is None:
        return
    leave_callback.enter(turn, it, node)


def ask_consent_beside(turn: Turn, it: Interaction) -> None:
    """Who was led to a queue that records after consent, and was not asked, is asked as they wait.

    While it rings for them it is left to the agent, as for whoever came without a flow.
    """
    node = turn.state.nodes.get((it.flow, it.queued_by or ""))
    if it.step or it.waiting is None or it.waiting.offers or not isinstance(node, EnqueueNode):
        return
    if it.here and recording.is_to_be_asked(turn.state, it, it.waiting.queue):
        ask_consent.ask(turn, it, node)


def on_step_due(turn: Turn, it: Interaction) -> None:
    """What was awaited never came: a dialogue beside the wait is left, anything else ends."""
    if it.waiting:
        leave_callback.leave(turn, it)
    else:
        endings.finish(turn, it, it.farewell or EndedBy.FAILURE, Cause.FAILED)


def on_number_checked(turn: Turn, it: Interaction, news: NumberChecked) -> None:
    """Whether another number may be called back."""
    node = current(turn, it)
    if isinstance(node, CallbackNode) and node.id == news.node:
        leave_callback.on_checked(turn, it, node, news)


def on_play_ended(turn: Turn, it: Interaction) -> None:
    """A node's words were said."""
    match current(turn, it):
        case SayNode(next=follow) | LookUpNode(found=follow):
            enter(turn, it, follow)
        case EnqueueNode() as node if it.stage == ask_consent.STAGE:
            ask_consent.on_said(turn, it)
            _asked(turn, it, node)
        case EnqueueNode() as node:
            _enqueue(turn, it, node)
        case EchoNode() as node:
            _echo(turn, it, node)
        case _:
            _enter_anew(turn, it)


def on_digits(turn: Turn, it: Interaction, digits: str) -> None:
    """Keys came, or silence."""
    match current(turn, it):
        case MenuNode() as node:
            _on_menu_key(turn, it, node, digits)
        case VerifyNode() as node:
            _on_factor(turn, it, node, Token(digits))
        case CallbackNode() as node:
            if leave_callback.on_digits(turn, it, node, digits):
                _stay(turn, it, node)
        case EnqueueNode() as node if it.stage == ask_consent.STAGE:
            if ask_consent.on_key(turn, it, node, digits):
                _asked(turn, it, node)
        case _:
            _enter_anew(turn, it)


def on_failed(turn: Turn, it: Interaction, command: str) -> None:
    """The edge could not play or collect: go on as after the words, or as after silence."""
    node = current(turn, it)
    asks = isinstance(node, MenuNode | VerifyNode | CallbackNode)
    if it.step is None or it.checking:
        return
    if isinstance(node, EnqueueNode) and it.stage == ask_consent.STAGE:
        ask_consent.on_failed(turn, it)
        _asked(turn, it, node)
    elif command == "Collect" and asks:
        on_digits(turn, it, "")
    elif command == "Play" and not asks:
        on_play_ended(turn, it)


def on_factor_checked(turn: Turn, it: Interaction, news: FactorChecked) -> None:
    """The customer's factor was checked."""
    node = current(turn, it)
    if not isinstance(node, VerifyNode) or node.id != news.node or not it.checking:
        return
    if news.by:
        turn.emit(CustomerVerified(it.id, news.by))
        enter(turn, it, node.ok)
    else:
        turn.emit(VerificationFailed(it.id, node.id))
        _ask_again(turn, it, node)


def on_looked_up(turn: Turn, it: Interaction, news: LookedUp) -> None:
    """The answer is there: say it, or go where nothing was found."""
    node = current(turn, it)
    if not isinstance(node, LookUpNode) or node.id != news.node or it.attempt != ASKED:
        return
    if news.say is None:
        enter(turn, it, node.none)
    else:
        _say(turn, it, node, (Secret(news.say),), ANSWERED)


def current(turn: Turn, it: Interaction) -> Node | None:
    """The node at which the interaction stands."""
    if it.place not in (Place.FLOW, Place.QUEUED) or it.node is None or it.farewell:
        return None
    return turn.state.nodes.get((it.flow, it.node))


def _enter_say(turn: Turn, it: Interaction, node: SayNode, attempt: int) -> None:
    said, menu = _up_to_menu(turn, it, node)
    if menu is None:
        _say(turn, it, node, _words(it, node), attempt)
        return
    for passed in said:
        turn.emit(NodeEntered(it.id, passed.id, _kind(passed), attempt, None))
    words = tuple(item for passed in said for item in _words(it, passed))
    _ask(turn, it, menu, words + menu.items, 1)


def _up_to_menu(
    turn: Turn, it: Interaction, node: SayNode
) -> tuple[list[SayNode], MenuNode | None]:
    """The words before a menu and the menu: who knows the way need not hear them out."""
    said, follow = [node], turn.state.nodes.get((it.flow, node.next))
    while isinstance(follow, SayNode) and len(said) < MAX_PASSED:
        said.append(follow)
        follow = turn.state.nodes.get((it.flow, follow.next))
    return said, follow if isinstance(follow, MenuNode) else None


def _words(it: Interaction, node: SayNode) -> tuple[Say, ...]:
    known = it.presumption in KNOWN
    return dict(node.by_level).get(it.level, node.items) if known else node.items


def _enter_menu(turn: Turn, it: Interaction, node: MenuNode, attempt: int) -> None:
    _ask(turn, it, node, node.items, attempt)


def _enter_verify(turn: Turn, it: Interaction, node: VerifyNode, attempt: int) -> str | None:
    if it.presumption is Presumption.VERIFIED:
        return node.ok
    if it.presumption is not Presumption.PRESUMED:
        return node.failed
    _ask(turn, it, node, node.items, attempt)
    return None


def _enter_look_up(turn: Turn, it: Interaction, node: LookUpNode, attempt: int) -> str | None:
    if it.customer is None or it.presumption is not Presumption.VERIFIED:
        return node.none
    turn.emit(NodeEntered(it.id, node.id, "look_up", ASKED, turn.new_id()))
    turn.do(LookUp(it.id, node.id, node.what, it.customer))
    return None


def _enter_enqueue(turn: Turn, it: Interaction, node: EnqueueNode, attempt: int) -> None:
    if node.items:
        _say(turn, it, node, node.items, attempt)
        return
    turn.emit(NodeEntered(it.id, node.id, "enqueue", attempt, None))
    _enqueue(turn, it, node)


def _enqueue(turn: Turn, it: Interaction, node: EnqueueNode) -> None:
    if recording.is_to_be_asked(turn.state, it, node.queue):
        ask_consent.ask(turn, it, node)
    else:
        _join(turn, it, node)


def _asked(turn: Turn, it: Interaction, node: EnqueueNode) -> None:
    """Who was asked on the way goes on into the queue; who was asked beside the wait waits on."""
    if it.waiting:
        leave_callback.leave(turn, it)
    else:
        _join(turn, it, node)


def _join(turn: Turn, it: Interaction, node: EnqueueNode) -> None:
    if node.tags:
        turn.emit(InteractionTagged(it.id, node.tags))
    if node.agent:
        acd.wait_for(turn, it, node.queue, it.priority + node.priority, node.agent)
        return
    other = acd.enqueue(turn, it, node.queue, it.priority + node.priority)
    if other:
        change(turn, it, other)


def _enter_voicemail(turn: Turn, it: Interaction, node: VoicemailNode, attempt: int) -> None:
    turn.emit(NodeEntered(it.id, node.id, "voicemail", attempt, None))
    voicemail.begin(turn, it, node.queue)


def _enter_callback(turn: Turn, it: Interaction, node: CallbackNode, attempt: int) -> str | None:
    return None if leave_callback.enter(turn, it, node) else node.stay or ""


def _stay(turn: Turn, it: Interaction, node: CallbackNode) -> None:
    """Wait on, or go on where the flow does."""
    if it.waiting:
        leave_callback.leave(turn, it)
    else:
        enter(turn, it, node.stay or "")


def _enter_echo(turn: Turn, it: Interaction, node: EchoNode, attempt: int) -> None:
    if node.items:
        _say(turn, it, node, node.items, attempt)
    else:
        _echo(turn, it, node)


def _enter_hang_up(turn: Turn, it: Interaction, node: HangUpNode, attempt: int) -> None:
    turn.emit(NodeEntered(it.id, node.id, "hang_up", attempt, None))
    endings.farewell(turn, it, node.items, EndedBy.FLOW)


def _enter_anew(turn: Turn, it: Interaction) -> None:
    """A newly published flow has another node, or none, where this one stood."""
    if it.waiting:
        leave_callback.leave(turn, it)
    else:
        enter(turn, it, it.node or "")


def _echo(turn: Turn, it: Interaction, node: EchoNode) -> None:
    turn.emit(NodeEntered(it.id, node.id, "echo", 1, None))
    turn.do(Echo(it.leg))


def _say(turn: Turn, it: Interaction, node: Node, items: tuple[Say, ...], attempt: int) -> None:
    step = turn.new_id()
    turn.emit(NodeEntered(it.id, node.id, _kind(node), attempt, step))
    turn.do(Play(it.leg, step, items, it.language))


def _ask(
    turn: Turn, it: Interaction, node: MenuNode | VerifyNode, items: tuple[Say, ...], attempt: int
) -> None:
    """Say and collect at once: a key pressed early stops the words and counts."""
    step = turn.new_id()
    personal = isinstance(node, VerifyNode)
    digits = node.max_digits if isinstance(node, VerifyNode) else 1
    turn.emit(NodeEntered(it.id, node.id, _kind(node), attempt, step))
    turn.do(Play(it.leg, turn.new_id(), items, it.language))
    turn.do(Collect(it.leg, step, max_digits=digits, first_ms=node.timeout_ms, personal=personal))


def _on_menu_key(turn: Turn, it: Interaction, node: MenuNode, key: str) -> None:
    target = dict(node.keys).get(key)
    if target is not None:
        turn.emit(KeyPressed(it.id, node.id, key))
        enter(turn, it, target)
    elif it.attempt >= node.attempts:
        enter(turn, it, node.otherwise)
    else:
        words = node.invalid if key else node.silent
        _ask(turn, it, node, words + node.items, it.attempt + 1)


def _on_factor(turn: Turn, it: Interaction, node: VerifyNode, digits: Token) -> None:
    if not digits or it.customer is None:
        _ask_again(turn, it, node)
        return
    turn.emit(NodeEntered(it.id, node.id, "check", it.attempt, turn.new_id()))
    turn.do(CheckFactor(it.id, node.id, it.customer, digits))


def _ask_again(turn: Turn, it: Interaction, node: VerifyNode) -> None:
    if it.attempt >= node.attempts:
        enter(turn, it, node.failed)
    else:
        _ask(turn, it, node, node.again or node.items, it.attempt + 1)


def _kind(node: Node) -> str:
    return _KINDS[type(node)]


_KINDS: dict[type[Any], str] = {
    SayNode: "say",
    MenuNode: "menu",
    VerifyNode: "verify",
    LookUpNode: "look_up",
    EnqueueNode: "enqueue",
    CallbackNode: "callback",
    VoicemailNode: "voicemail",
    EchoNode: "echo",
    HangUpNode: "hang_up",
}

_ENTER: dict[type[Any], Callable[[Turn, Interaction, Any, int], str | None]] = {
    SayNode: _enter_say,
    MenuNode: _enter_menu,
    VerifyNode: _enter_verify,
    LookUpNode: _enter_look_up,
    EnqueueNode: _enter_enqueue,
    CallbackNode: _enter_callback,
    VoicemailNode: _enter_voicemail,
    EchoNode: _enter_echo,
    HangUpNode: _enter_hang_up,
}
