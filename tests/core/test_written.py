"""Stories of what is written: it stands with the calls, and an agent handles several at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.core.world import ANNA, BOB, CHEN, DIRECT, SALES, SERVICE, World, house
from trunkline.core import facts as f
from trunkline.core import inputs as i
from trunkline.core.acd.rules import (
    CallOrder,
    Ordering,
    OverflowRule,
    OverflowWhen,
    Strategy,
)
from trunkline.core.agent import free_slots
from trunkline.core.capacity import Capacity
from trunkline.core.config import Policy
from trunkline.core.snapshot import canonical, dump, load
from trunkline.core.turn import Refused
from trunkline.core.words import (
    AgentId,
    AgentState,
    Channel,
    EndedBy,
    InteractionId,
    OfferOutcome,
    Place,
    Presumption,
    QueueId,
    Token,
    Wish,
    WrapUpMode,
)
from trunkline.core.written import wishes as w

CHAT, EMAIL, TASK = Channel.CHAT, Channel.EMAIL, Channel.TASK
PLAIN = {"wrap_up": WrapUpMode.NONE, "disposition_required": False}


def office(capacity: Capacity | None = None, **rules: object) -> World:
    """The house, where agents have this capacity."""
    return World(replace(house(**rules), capacity=capacity or Capacity()))


def comes(world: World, channel: Channel, **more: object) -> InteractionId:
    """Something is written to the service queue."""
    name = InteractionId(f"{channel.value}-{world.seq}")
    given = {"queue": SERVICE, "party": Token("party"), "presumption": Presumption.NONE} | more
    world.does(w.OpenInteraction(name, channel, **given))  # type: ignore[arg-type]
    return name


def takes(world: World, agent: AgentId, name: InteractionId) -> InteractionId:
    """The agent accepts what they are offered."""
    work = world.agent(agent).work(name)
    assert work, "not offered"
    assert work.offer, "not offered"
    world.does(i.AcceptOffer(agent, work.offer))
    return name


def handles(world: World, agent: AgentId, channel: Channel) -> InteractionId:
    return takes(world, agent, comes(world, channel))


def is_offered(world: World, agent: AgentId, name: InteractionId) -> bool:
    work = world.agent(agent).work(name)
    return work is not None and work.offer is not None


def test_a_chat_waits_like_a_call_and_is_offered_to_whoever_is_free() -> None:
    world = office()
    chat = comes(world, CHAT)
    assert world.state.interactions[chat].place is Place.QUEUED
    world.ready(ANNA)
    assert is_offered(world, ANNA, chat)
    assert world.shown(ANNA) is AgentState.OFFERED


def test_who_accepts_handles_it_without_a_leg() -> None:
    world = office().ready(ANNA)
    chat = handles(world, ANNA, CHAT)
    assert world.state.interactions[chat].place is Place.HANDLED
    assert world.shown(ANNA) is AgentState.HANDLING
    assert not world.commands, "nothing is asked of the edge"


def test_an_agent_handles_as_many_chats_as_the_capacity_says() -> None:
    world = office(Capacity(chat=2)).ready(ANNA)
    handles(world, ANNA, CHAT)
    handles(world, ANNA, CHAT)
    third = comes(world, CHAT)
    assert not is_offered(world, ANNA, third)
    assert free_slots(world.agent(ANNA), CHAT, Capacity(chat=2)) == 0


def test_an_agents_own_capacity_goes_before_the_tenants() -> None:
    policy = house()
    own = tuple(replace(one, capacity=Capacity(chat=0)) for one in policy.agents)
    world = World(replace(policy, agents=own)).ready(ANNA)
    assert not is_offered(world, ANNA, comes(world, CHAT))


def test_one_of_a_channel_is_offered_at_a_time() -> None:
    world = office().ready(ANNA)
    first, second = comes(world, CHAT), comes(world, CHAT)
    assert is_offered(world, ANNA, first)
    assert not is_offered(world, ANNA, second)
    takes(world, ANNA, first)
    assert is_offered(world, ANNA, second)


def test_who_has_the_fewest_open_is_asked_first() -> None:
    world = office().ready(ANNA, BOB)
    handles(world, ANNA, CHAT)
    handles(world, BOB, CHAT)
    world.does(w.FinishInteraction(BOB, world.agent(BOB).works[0].interaction, "solved"))
    assert is_offered(world, BOB, comes(world, CHAT))


def test_a_mail_does_not_keep_a_call_away() -> None:
    world = office().ready(ANNA)
    handles(world, ANNA, EMAIL)
    world.arrive()
    assert world.agent(ANNA).offer
    assert world.shown(ANNA) is AgentState.OFFERED, "the call stands in front"


def test_a_chat_keeps_a_call_away() -> None:
    world = office().ready(ANNA)
    handles(world, ANNA, CHAT)
    world.arrive()
    assert world.agent(ANNA).offer is None


def test_an_idle_agent_is_called_before_one_who_writes() -> None:
    world = office().ready(ANNA, BOB)
    handles(world, ANNA, EMAIL)
    world.does(i.SetState(BOB, Wish.NOT_READY, "lunch")).tick(60)
    world.does(i.SetState(BOB, Wish.READY))
    world.arrive()
    assert world.agent(BOB).offer, "though Anna took hers longer ago"


def test_nothing_written_is_offered_during_a_call() -> None:
    world = office()
    world.talks(ANNA)
    assert not is_offered(world, ANNA, comes(world, EMAIL))


def test_what_is_paired_with_voice_is_offered_during_a_call() -> None:
    world = office(Capacity(beside=((TASK, Channel.VOICE),)))
    world.talks(ANNA)
    assert is_offered(world, ANNA, comes(world, TASK))


def test_an_offer_of_a_mail_is_taken_back_when_a_call_begins() -> None:
    world = office().ready(ANNA)
    mail = comes(world, EMAIL)
    world.arrive()
    world.takes(ANNA)
    assert not is_offered(world, ANNA, mail)
    assert world.last(f.OfferEnded).outcome is OfferOutcome.WITHDRAWN
    assert world.agent(ANNA).wish is Wish.READY, "it was nobody's fault"


def test_what_is_not_paired_does_not_run_beside_another() -> None:
    world = office(Capacity(beside=())).ready(ANNA)
    handles(world, ANNA, CHAT)
    assert not is_offered(world, ANNA, comes(world, EMAIL))


def test_who_takes_no_calls_is_offered_none() -> None:
    world = office(Capacity(voice=0)).ready(ANNA)
    world.arrive()
    assert world.agent(ANNA).offer is None
    assert is_offered(world, ANNA, comes(world, CHAT))


@pytest.mark.parametrize(("channel", "seconds"), [(CHAT, 45), (EMAIL, 180), (TASK, 180)])
def test_an_offer_rings_out_in_the_time_of_its_channel(channel: Channel, seconds: int) -> None:
    world = office().ready(ANNA, BOB)
    name = comes(world, channel)
    world.tick(seconds - 1)
    assert is_offered(world, ANNA, name)
    world.tick(1)
    assert is_offered(world, BOB, name)
    assert world.shown(ANNA) is AgentState.NOT_READY


def test_who_misses_an_offer_goes_on_with_what_they_handle() -> None:
    world = office().ready(ANNA)
    chat = handles(world, ANNA, CHAT)
    comes(world, CHAT)
    world.tick(45)
    assert world.shown(ANNA) is AgentState.HANDLING
    world.does(w.FinishInteraction(ANNA, chat, "solved"))
    assert world.shown(ANNA) is AgentState.NOT_READY


def test_who_is_rung_for_a_call_need_not_look_at_what_is_written() -> None:
    world = office(offer_timeout_ms=60_000).ready(ANNA)
    mail = comes(world, EMAIL)
    world.tick(170)
    world.arrive()
    world.tick(10)
    assert not is_offered(world, ANNA, mail)
    assert world.agent(ANNA).wish is Wish.READY
    world.takes(ANNA)
    assert world.shown(ANNA) is AgentState.HANDLING


def test_who_declines_lets_another_have_it() -> None:
    world = office(decline_allowed=True).ready(ANNA, BOB)
    chat = comes(world, CHAT)
    offer = world.last(f.OfferMade).offer
    world.does(i.DeclineOffer(ANNA, offer, "busy"))
    assert is_offered(world, BOB, chat)


def test_a_chat_may_ring_several_at_once_and_one_wins() -> None:
    world = office(strategy=Strategy.RING_ALL, ring_at_once=3).ready(ANNA, BOB, CHEN)
    chat = comes(world, CHAT)
    takes(world, BOB, chat)
    works = [world.agent(name).work(chat) is not None for name in (ANNA, BOB, CHEN)]
    assert works == [False, True, False]


def test_a_customer_who_leaves_the_line_is_an_abandon() -> None:
    world = office().ready(ANNA)
    chat = comes(world, CHAT)
    world.does(w.LeaveInteraction(chat, EndedBy.ABANDONED))
    assert world.last(f.InteractionEnded).ended_by is EndedBy.ABANDONED
    assert world.shown(ANNA) is AgentState.READY


def test_a_customer_who_leaves_while_handled_leaves_the_wrap_up() -> None:
    world = office().ready(ANNA)
    chat = handles(world, ANNA, CHAT)
    world.tick(60).does(w.LeaveInteraction(chat, EndedBy.CUSTOMER))
    assert world.shown(ANNA) is AgentState.WRAP_UP
    world.does(i.CompleteWrapUp(ANNA, chat, "solved"))
    assert chat not in world.state.interactions


def test_finished_with_a_disposition_it_is_over_at_once() -> None:
    world = office().ready(ANNA)
    chat = handles(world, ANNA, CHAT)
    world.does(w.FinishInteraction(ANNA, chat, "solved"))
    assert world.last(f.WrapUpCompleted).disposition == "solved"
    assert chat not in world.state.interactions


def test_finished_without_one_the_wrap_up_lasts_as_the_queue_says() -> None:
    world = office(wrap_up_ms=30_000).ready(ANNA)
    chat = handles(world, ANNA, CHAT)
    world.does(w.FinishInteraction(ANNA, chat)).tick(29)
    assert world.shown(ANNA) is AgentState.WRAP_UP
    world.does(i.ExtendWrapUp(ANNA, chat)).tick(30)
    assert world.shown(ANNA) is AgentState.WRAP_UP
    world.tick(1 + 15)
    assert world.last(f.WrapUpCompleted).unfinished, "nobody named the outcome"
    assert world.shown(ANNA) is AgentState.NOT_READY
    world.does(i.CompleteWrapUp(ANNA, chat, "other"))
    assert not world.agent(ANNA).unfinished


def test_two_wrap_ups_end_each_in_their_time() -> None:
    world = office(wrap_up_ms=30_000, disposition_required=False).ready(ANNA)
    chats = handles(world, ANNA, CHAT), handles(world, ANNA, CHAT)
    for chat in chats:
        world.does(w.FinishInteraction(ANNA, chat)).tick(10)
    world.tick(10)
    assert [one.interaction for one in world.agent(ANNA).works] == [chats[1]]
    world.tick(10)
    assert world.shown(ANNA) is AgentState.READY


def test_a_wish_waits_until_all_is_finished_and_nothing_new_comes() -> None:
    world = office(**PLAIN).ready(ANNA)
    chats = handles(world, ANNA, CHAT), handles(world, ANNA, CHAT)
    world.does(i.SetState(ANNA, Wish.NOT_READY, "lunch"))
    assert not is_offered(world, ANNA, comes(world, CHAT))
    world.does(w.FinishInteraction(ANNA, chats[0]))
    assert world.shown(ANNA) is AgentState.HANDLING
    world.does(w.FinishInteraction(ANNA, chats[1]))
    assert world.shown(ANNA) is AgentState.NOT_READY


def test_who_takes_the_wish_back_is_offered_what_waits() -> None:
    world = office().ready(ANNA)
    handles(world, ANNA, CHAT)
    world.does(i.SetState(ANNA, Wish.NOT_READY, "lunch"))
    waits = comes(world, CHAT)
    world.does(i.CancelPendingState(ANNA))
    assert is_offered(world, ANNA, waits)


def test_what_is_handled_goes_back_to_the_head_when_the_desk_is_gone() -> None:
    world = office().ready(ANNA)
    mail = handles(world, ANNA, EMAIL)
    world.does(i.DeskLost(ANNA)).tick(14)
    assert world.agent(ANNA).work(mail), "the desk may come back"
    world.tick(1)
    stay = world.state.interactions[mail].waiting
    assert stay
    assert stay.returned
    assert world.shown(ANNA) is AgentState.OFFLINE


def test_what_is_handled_goes_back_when_its_agent_leaves_for_good() -> None:
    world = office().ready(ANNA, BOB)
    mail = handles(world, ANNA, EMAIL)
    world.does(i.DismissAgent(ANNA))
    assert is_offered(world, BOB, mail)


def test_passed_on_it_waits_anew_and_leaves_nothing_to_do() -> None:
    world = office().ready(ANNA)
    chat = handles(world, ANNA, CHAT)
    world.does(i.TransferToQueue(ANNA, chat, QueueId("sales")))
    assert world.state.lines[QueueId("sales")] == [], "the line of calls is another"
    assert world.state.interactions[chat].waiting
    assert world.shown(ANNA) is AgentState.READY


def test_a_supervisor_moves_and_boosts_what_is_written() -> None:
    world = office()
    chat = comes(world, CHAT)
    world.does(i.BoostInteraction(chat, "eve")).does(
        i.MoveInteraction(chat, QueueId("sales"), "eve")
    )
    stay = world.state.interactions[chat].waiting
    assert stay
    assert (stay.queue, stay.boosted) == ("sales", True)


def test_the_higher_priority_is_served_first_whatever_its_channel() -> None:
    world = office(Capacity(interruptible=(), email=1))
    world.arrive()
    mail = comes(world, EMAIL, priority=30)
    world.ready(ANNA)
    assert is_offered(world, ANNA, mail)
    assert world.agent(ANNA).offer is None


def waited(policy: Policy, *, mail_s: int, call_s: int) -> World:
    """A mail and a call waited so long when Anna comes."""
    world = World(replace(policy, capacity=Capacity(interruptible=())))
    comes(world, EMAIL)
    world.tick(mail_s - call_s)
    world.arrive()
    world.tick(call_s)
    return world.ready(ANNA)


@pytest.mark.parametrize(
    ("rules", "call_first"),
    [(CallOrder(kind=Ordering.SCORE), True), (CallOrder(starving_ms=60_000), True)],
)
def test_a_wait_counts_in_the_measure_of_its_channel(rules: CallOrder, call_first: bool) -> None:
    """Ten minutes of a mail are less than a minute of a call: its target is four hours."""
    policy = replace(house(max_waiting=10), order=rules)
    world = waited(policy, mail_s=600, call_s=59)
    assert (world.agent(ANNA).offer is not None) is call_first


def test_what_is_due_goes_before_all_others() -> None:
    world = office(Capacity(interruptible=()))
    world.arrive()
    soon = i.Affinity(due_at=world.now + 60_000)
    mail = comes(world, EMAIL, affinity=soon)
    world.ready(ANNA)
    assert is_offered(world, ANNA, mail)


def test_what_is_written_takes_no_place_of_a_caller() -> None:
    world = office()
    comes(world, EMAIL)
    leg = world.arrive()
    assert world.state.position(world.of(leg)) == 1


def test_a_queue_that_is_full_or_unknown_takes_nothing() -> None:
    world = office(max_waiting=1)
    comes(world, CHAT)
    with pytest.raises(Refused, match="queue_full"):
        comes(world, CHAT)
    with pytest.raises(Refused, match="queue_unknown"):
        comes(world, CHAT, queue=QueueId("none"))
    with pytest.raises(Refused, match="channel_not_written"):
        comes(world, Channel.VOICE)


def test_after_a_restart_works_are_where_they_were() -> None:
    world = office().ready(ANNA)
    handles(world, ANNA, EMAIL)
    waits = comes(world, EMAIL)
    again = load(dump(world.state))
    assert canonical(again) == canonical(world.state)
    world.state = again
    takes(world, ANNA, waits)
    assert len(world.agent(ANNA).works) == 2


# -- overflow -----------------------------------------------------------------------------------


def overflowing(*rules: OverflowRule, **service: object) -> World:
    """What the service queue cannot serve goes to sales, where Bob is."""
    policy = house(overflow=rules, **service)
    own, sales = policy.queues
    return World(replace(policy, queues=(replace(own, agents=(ANNA,)), sales)))


def led_to(name: InteractionId, world: World) -> QueueId | None:
    waiting = world.state.interactions[name].waiting
    return waiting.queue if waiting else None


def to_sales(when: OverflowWhen, at: int = 0, *channels: Channel) -> OverflowRule:
    return OverflowRule(when, at, to_queue=SALES, channels=channels or (CHAT,))


def test_what_is_written_and_waits_too_long_goes_to_another_queue_and_keeps_the_clock() -> None:
    world = overflowing(to_sales(OverflowWhen.WAIT, 60_000))
    chat, came = comes(world, CHAT), world.now
    world.tick(59.9)
    assert led_to(chat, world) == SERVICE
    world.tick(0.1)
    assert led_to(chat, world) == SALES
    left = world.last(f.InteractionOverflowed)
    assert (left.queue, left.waited_ms, left.channel) == (SERVICE, 60_000, CHAT)
    waiting = world.state.interactions[chat].waiting
    assert waiting is not None
    assert waiting.entered_at == came
    world.ready(BOB)
    assert is_offered(world, BOB, chat)


def test_a_rule_is_for_its_channels_alone() -> None:
    world = overflowing(to_sales(OverflowWhen.WAIT, 60_000, EMAIL))
    chat, mail = comes(world, CHAT), comes(world, EMAIL)
    world.arrive()
    world.tick(61)
    assert (led_to(chat, world), led_to(mail, world)) == (SERVICE, SALES)
    assert [one.channel for one in world.all(f.InteractionOverflowed)] == [EMAIL]


def test_nothing_written_overflows_while_it_is_offered() -> None:
    world = overflowing(to_sales(OverflowWhen.WAIT, 10_000)).ready(ANNA)
    chat = comes(world, CHAT)
    world.tick(20)
    assert is_offered(world, ANNA, chat)


def test_depth_counts_what_is_written() -> None:
    world = overflowing(to_sales(OverflowWhen.DEPTH, 1))
    world.arrive()
    first, second = comes(world, CHAT), comes(world, CHAT)
    assert (led_to(first, world), led_to(second, world)) == (SERVICE, SALES)


def test_a_full_queue_takes_what_its_overflow_leads_elsewhere_and_refuses_the_rest() -> None:
    world = overflowing(to_sales(OverflowWhen.DEPTH, 1), max_waiting=1)
    first, second = comes(world, CHAT), comes(world, CHAT)
    assert (led_to(first, world), led_to(second, world)) == (SERVICE, SALES)
    with pytest.raises(Refused, match="queue_full"):
        comes(world, EMAIL)


def test_where_overflow_leads_has_to_have_room_too() -> None:
    world = overflowing(to_sales(OverflowWhen.DEPTH, 1), max_waiting=1)
    own, sales = world.policy.queues
    world.does(i.PublishPolicy(replace(world.policy, queues=(own, replace(sales, max_waiting=1)))))
    comes(world, CHAT)
    comes(world, CHAT)
    before = canonical(world.state)
    with pytest.raises(Refused, match="queue_full"):
        comes(world, CHAT)
    assert canonical(world.state) == before


def test_what_is_passed_on_to_a_full_queue_goes_where_its_overflow_leads() -> None:
    world = overflowing(to_sales(OverflowWhen.DEPTH, 1), max_waiting=1, **PLAIN).ready(ANNA)
    mine = handles(world, ANNA, CHAT)
    world.does(i.SetState(ANNA, Wish.NOT_READY, "lunch"))
    comes(world, CHAT)
    world.does(i.TransferToQueue(ANNA, mine, SERVICE))
    assert led_to(mine, world) == SALES


def test_with_nobody_on_duty_who_takes_the_channel_it_is_led_on() -> None:
    world = overflowing(to_sales(OverflowWhen.NO_AGENTS))
    assert led_to(comes(world, CHAT), world) == SALES
    world.ready(ANNA)
    handles(world, ANNA, CHAT)
    agents = tuple(replace(one, capacity=Capacity(chat=0)) for one in world.policy.agents)
    world = World(replace(world.policy, agents=agents)).ready(ANNA)
    assert led_to(comes(world, CHAT), world) == SALES


def test_what_comes_while_the_queue_is_closed_is_led_on() -> None:
    world = overflowing(to_sales(OverflowWhen.CLOSED), open_hours=())
    assert led_to(comes(world, CHAT), world) == SALES
    assert led_to(comes(world, EMAIL), world) == SERVICE


def test_an_expected_wait_counts_what_is_ahead_by_the_slots_on_duty() -> None:
    rule = to_sales(OverflowWhen.EWT, 60_000)
    world = overflowing(rule, handling_ms=120_000).ready(ANNA)
    for _ in range(3):
        handles(world, ANNA, CHAT)
    first, second = comes(world, CHAT), comes(world, CHAT)
    third = comes(world, CHAT)
    assert [led_to(one, world) for one in (first, second, third)] == [SERVICE, SERVICE, SALES]


def test_what_is_written_overflows_to_no_flow_and_no_box() -> None:
    rules = (
        OverflowRule(OverflowWhen.WAIT, 10_000, to_flow=DIRECT.id, channels=(CHAT,)),
        OverflowRule(OverflowWhen.WAIT, 10_000, to_voicemail=True, channels=(CHAT,)),
    )
    world = overflowing(*rules)
    chat = comes(world, CHAT)
    world.tick(60)
    assert led_to(chat, world) == SERVICE


def test_what_nobody_takes_after_so_many_offers_goes_to_another_queue() -> None:
    world = overflowing(to_sales(OverflowWhen.NO_ANSWER, 1)).ready(ANNA)
    chat = comes(world, CHAT)
    assert is_offered(world, ANNA, chat)
    world.tick(60)
    assert led_to(chat, world) == SALES
