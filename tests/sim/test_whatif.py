"""A day read back from a journal, and played under another policy."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tests.sim.days import one_queue
from tests.sim.test_callbacks import rush
from trunkline.core.acd.rules import CallOrder, Ordering
from trunkline.core.codec import encode
from trunkline.core.config import Policy
from trunkline.core.words import Level, Wish
from trunkline.sim.day import Day
from trunkline.sim.memory import MemoryJournal
from trunkline.sim.plan import Plan, Reach, drawn
from trunkline.sim.recorded import Recorded, fixed_staff, plan_of, read_day
from trunkline.sim.scenario import Break, Clientele, Crew, Phone
from trunkline.sim.tally import Tally
from trunkline.sim.whatif import compare

CUSTOMERS = (
    Clientele(level=Level.REGULAR, share_pct=80, patience_s=120),
    Clientele(level=Level.DIAMOND, share_pct=20, patience_s=90),
)
CREW = Crew(name="a", count=12, queues=("q",), breaks=(Break(at_min=60, length_min=10),))


@cache
def lived() -> tuple[Plan, MemoryJournal, Tally]:
    """A busy morning that was written down, with breaks, short staff and slow phones."""
    scenario = one_queue(hours=2.5, agents=12, calls=130, aht_s=180, phone=Phone(answer_s=4))
    plan = drawn(scenario.model_copy(update={"customers": CUSTOMERS, "agents": (CREW,)}), 11)
    journal, tally = MemoryJournal(keep=True), Tally(plan.end)
    Day(plan, 11, (tally,), journal=journal, write=encode).run()
    return plan, journal, tally.close()


def day() -> Recorded:
    plan, journal, _ = lived()
    return read_day(journal.entries, plan.begin, plan.end)


def fifo(policy: Policy) -> Policy:
    return replace(policy, version=2, order=CallOrder(Ordering.FIFO))


def test_everyone_who_came_is_read_back_with_what_became_of_them() -> None:
    cases = lived()[2].cases
    read = [(s.at, s.level, s.wait_ms, s.abandoned, s.agent) for s in day().stays]
    assert read == [(c.entered_at, c.level, c.wait_ms, c.abandoned, c.agent) for c in cases]


def test_agents_are_there_when_they_were_and_not_ready_by_their_own_wish_only() -> None:
    plan = lived()[0]
    breaks = [duty for duty in day().duties if duty.wish is Wish.NOT_READY]
    assert {duty.reason for duty in breaks} == {"break"}
    # Who was in a call went when it ended; a call longer than the break is no break.
    assert CREW.count - 2 <= len(breaks) <= CREW.count
    assert all(duty.at >= plan.begin + 3_600_000 for duty in breaks)


def test_a_part_of_a_day_begins_with_the_agents_who_were_there() -> None:
    plan, journal, _ = lived()
    later = read_day(journal.entries, plan.begin + 1_800_000, plan.end)
    assert sum(d.wish is Wish.READY and d.at == later.begin for d in later.duties) == CREW.count
    assert len(later.stays) < len(day().stays)
    assert all(stay.at >= later.begin for stay in later.stays)


def test_who_has_a_fixed_phone_is_there_without_having_come_in_what_is_read() -> None:
    plan, journal, _ = lived()
    fixed = replace(plan.policy, agents=tuple(replace(a, on_duty=True) for a in plan.policy.agents))
    staff = fixed_staff(fixed)
    late = [entry for entry in journal.entries if entry.at >= plan.begin + 1_800_000]
    day = read_day(late, plan.begin + 1_800_000, plan.end, staff)
    there = {duty.agent for duty in day.duties if duty.at == day.begin}
    assert there == {agent.id for agent in plan.policy.agents}


def test_who_left_is_as_patient_as_they_were_and_who_was_answered_more() -> None:
    plan, _, _ = lived()
    callers = plan_of(day(), plan.policy, 1).callers
    for stay, caller in zip(day().stays, callers, strict=True):
        assert caller.patience_ms is not None
        assert stay.wait_ms is not None
        same = caller.patience_ms == stay.wait_ms
        assert same if stay.abandoned else caller.patience_ms >= stay.wait_ms


def test_played_under_its_own_policy_the_day_comes_near_to_what_it_was() -> None:
    plan, _, _ = lived()
    found = compare(day(), plan.policy, plan.policy, lambda _: None)
    level = found.overall["sl"]
    assert 40 < level.was < 95, "a day in which the rules matter"
    assert abs(level.published.mean - level.was) < 4
    assert abs(found.overall["abandon"].published.mean - found.overall["abandon"].was) < 3
    assert all(line.difference.mean == 0 for line in found.overall.values())


def test_under_another_policy_the_differences_are_told_for_each_queue_and_level() -> None:
    plan, _, _ = lived()
    told: list[float] = []
    found = compare(day(), plan.policy, fifo(plan.policy), told.append)
    vip = found.levels["diamond"]
    assert set(found.levels) == {"diamond", "regular"}
    assert vip["sl"].difference.high < 0, "first come, first served costs VIPs"
    assert vip["asa_s"].difference.low > 0
    assert set(found.queues) == {"q"}
    assert told == sorted(told)
    assert told[-1] == 1


def test_an_agent_or_a_queue_that_the_draft_lacks_is_left_out() -> None:
    plan, _, _ = lived()
    fewer = replace(plan.policy, agents=plan.policy.agents[:6])
    found = compare(day(), plan.policy, fewer, lambda _: None, seeds=(1, 2))
    assert found.overall["abandon"].difference.low > 5
    nothing = compare(day(), plan.policy, replace(plan.policy, queues=()), lambda _: None, (1, 2))
    assert nothing.overall["offered"].draft.mean == 0


def written(plan: Plan, seed: int = 3) -> tuple[Recorded, Tally]:
    """A day as it came about, and as it is read back."""
    journal, tally = MemoryJournal(keep=True), Tally(plan.end)
    Day(plan, seed, (tally,), journal=journal, write=encode).run()
    return read_day(journal.entries, plan.begin, plan.end), tally.close()


def test_a_device_that_was_away_is_away_again() -> None:
    plan = drawn(one_queue(hours=1, agents=3, calls=60, aht_s=120), 3)
    out, back = plan.begin + 600_000, plan.begin + 1_800_000
    names = [agent.id for agent in plan.policy.agents[:2]]
    reaches = tuple(Reach(at, name, back == at) for name in names for at in (out, back))
    day, _ = written(replace(plan, reaches=reaches))
    assert set(day.reaches) == set(reaches)
    late = plan_of(day, plan.policy, 1)
    assert set(late.reaches) == set(reaches)
    _, again = written(late)
    lone = {case.agent for case in again.cases if case.agent and out + 300_000 < case.entered_at}
    assert lone, "somebody was served while they were away"


def test_a_day_that_begins_while_a_device_is_away_begins_so() -> None:
    plan = drawn(one_queue(hours=1, agents=3, calls=60, aht_s=120), 3)
    away = Reach(plan.begin + 600_000, plan.policy.agents[0].id, False)
    journal = MemoryJournal(keep=True)
    Day(replace(plan, reaches=(away,)), 3, (), journal=journal, write=encode).run()
    later = read_day(journal.entries, plan.begin + 900_000, plan.end)
    assert later.reaches == (replace(away, at=later.begin),)


def test_who_is_called_back_is_one_caller_however_often_they_were_tried() -> None:
    wanted = rush(takes_pct=100, answers_pct=40, busy_pct=50, retry_after_s=300)
    day, tally = written(drawn(wanted, 1), 1)
    called = [case for case in tally.cases if case.called_back]
    assert sum(case.tries for case in called) > len(called), "some were tried again"
    assert len(day.stays) == len(tally.cases)
    dialling = [duty for duty in day.duties if duty.reason == "calling_back"]
    assert len(dialling) >= len(called)
    assert all(duty.wish is Wish.NOT_READY for duty in dialling)
