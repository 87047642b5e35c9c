"""The quality of a talk against published values, and when new calls leave a lossy way."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.core.quality import watch as w
from trunkline.core.quality.codecs import G711_BARE, G722, OPUS, PCMA, PCMU, codec
from trunkline.core.quality.emodel import impaired_by, mos, rated
from trunkline.core.quality.legs import Counters, Direction, Sample, between, rating, whole

RULES = w.Rules()


def test_the_default_path_is_rated_as_the_recommendation_says() -> None:
    """G.107 (06/2015), table 2: all defaults give R = 93.2, which is a MOS of 4.41."""
    best = rated(PCMU, loss_pct=0, delay_ms=0)
    assert round(best.r, 1) == 93.2
    assert round(best.mos, 2) == 4.41


@pytest.mark.parametrize(
    ("r", "score"), [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (0, 1), (100, 4.5)]
)
def test_scores_follow_from_ratings_as_in_g_109(r: float, score: float) -> None:
    """G.109, table 1: the lower limits of its five categories."""
    assert mos(r) == pytest.approx(score, abs=0.01)


@pytest.mark.parametrize(
    ("used", "loss_pct", "taken"),
    [
        (G711_BARE, 1, 17.9), (G711_BARE, 2, 30.2), (G711_BARE, 5, 51.1),
        (PCMU, 1, 3.6), (PCMA, 2, 7.0), (PCMU, 5, 15.8), (PCMU, 10, 27.1),
        (PCMU, 0, 0), (G722, 5, 15.8), (OPUS, 5, 19.0),
    ],
)  # fmt: skip
def test_loss_takes_what_equation_7_29_says(used, loss_pct: float, taken: float) -> None:
    assert impaired_by(used, loss_pct) == pytest.approx(taken, abs=0.05)


def test_lost_packets_that_stand_together_cost_more() -> None:
    assert impaired_by(PCMU, 10, burst_ratio=2) > impaired_by(PCMU, 10)


def test_up_to_100_ms_only_echo_is_heard_and_from_150_ms_on_delay_tells() -> None:
    at = {ms: rated(PCMU, 0, ms).r for ms in (0, 100, 150, 250, 400)}
    assert at[0] - at[100] < 3
    assert at[150] > 89
    assert at[250] == pytest.approx(79.2, abs=0.1)
    assert at[400] == pytest.approx(62.2, abs=0.1)


@given(
    st.sampled_from([PCMU, G711_BARE, G722, OPUS]),
    st.floats(0, 100),
    st.floats(0, 2_000),
    st.floats(0, 20),
)
def test_more_loss_and_more_delay_never_sound_better(used, loss, delay, more) -> None:
    here = rated(used, loss, delay)
    assert 0 <= here.r <= 93.3
    assert 1 <= here.mos <= 4.5
    assert rated(used, min(100, loss + more), delay).r <= here.r + 1e-9
    assert rated(used, loss, delay + 10 * more).r <= here.r + 0.6  # sidetone may mask some echo


def test_codecs_are_known_by_the_names_of_sdp_and_of_asterisk() -> None:
    assert codec("ulaw") is codec("PCMU") is PCMU
    assert codec("OPUS") is OPUS
    assert codec("what?") is PCMU


def test_a_sample_is_what_lies_between_two_readings() -> None:
    first = Counters(received=500, lost=10, sent=500, far_lost=0, jitter_ms=3)
    then = Counters(
        received=740, lost=20, sent=750, far_lost=25, jitter_ms=4, far_jitter_ms=6, round_trip_ms=40
    )
    sample = between(first, then)
    assert sample == Sample(Direction(250, 10, 4), Direction(250, 25, 6), 40)
    assert (sample.inward.loss_pct, sample.outward and sample.outward.loss_pct) == (4, 10)


def test_a_leg_is_as_good_as_its_worse_direction() -> None:
    sample = Sample(Direction(250, 0, 0), Direction(250, 25, 0), 0)
    assert rating(PCMU, sample) == rated(PCMU, 10, PCMU.delay_ms)


def test_half_the_round_trip_and_twice_the_jitter_delay_a_talk() -> None:
    sample = Sample(Direction(250, 0, 30), None, 200)
    assert rating(PCMU, sample) == rated(PCMU, 0, 20 + 100 + 60)


def test_counters_that_began_anew_and_late_packets_lose_nothing() -> None:
    assert between(Counters(received=900, lost=9), Counters(received=100)).inward.lost == 0
    assert between(Counters(received=100, lost=5), Counters(received=200, lost=3)).inward.lost == 0


def test_a_leg_that_hears_nothing_yet_is_not_rated_down() -> None:
    assert rating(PCMU, between(Counters(), Counters())).mos > 4.3


def test_a_whole_call_sums_losses_and_averages_the_rest() -> None:
    samples = [
        Sample(Direction(250, 0, 2), None, None),
        Sample(Direction(250, 50, 4), Direction(250, 5, 8), 30),
        Sample(Direction(500, 0, 3), Direction(250, 0, 8), 50),
    ]
    assert whole(samples) == Sample(Direction(1000, 50, 3), Direction(500, 5, 8), 40)


def fed(watch: w.Watch, at_ms: int, packets: int, lost: int) -> w.Watch:
    return w.judged(w.heard(watch, RULES, at_ms, packets, lost), RULES, at_ms)


def after(pct: float, seconds: int, watch: w.Watch | None = None, begin_s: int = 0) -> w.Watch:
    """One call's packets with a steady loss."""
    watch = watch or w.Watch()
    for at_s in range(begin_s + 5, begin_s + seconds + 1, 5):
        watch = fed(watch, at_s * 1000, 250, round(250 * pct / 100))
    return watch


def test_a_way_that_loses_a_tenth_is_left_within_the_window() -> None:
    assert after(10, seconds=35).left_at is not None


def test_a_way_that_begins_to_lose_is_left_within_five_seconds_of_the_window() -> None:
    good = after(0, seconds=300)
    lossy = after(8, seconds=35, watch=good, begin_s=300)
    assert good.left_at is None
    assert lossy.left_at is not None


def test_a_way_that_loses_four_percent_is_never_left_by_chance() -> None:
    draw, changes = random.Random(4), 0
    for _ in range(20):
        watch, left = w.Watch(), False
        for at_s in range(5, 600, 5):
            lost = sum(draw.random() < 0.04 for _ in range(250))
            watch = fed(watch, at_s * 1000, 250, lost)
            changes += (watch.left_at is not None) != left
            left = watch.left_at is not None
    assert changes == 0


def test_a_way_comes_back_when_it_was_good_for_a_while() -> None:
    left = after(10, seconds=60)
    soon = after(1, seconds=60, watch=left, begin_s=60)
    assert soon.left_at is not None
    assert after(1, seconds=60, watch=soon, begin_s=120).left_at is None


def test_between_the_bounds_a_way_stays_what_it_was() -> None:
    left = after(10, seconds=60)
    assert after(4, seconds=3_000, watch=left, begin_s=60).left_at is not None
    assert after(4, seconds=3_000, watch=after(0, seconds=60), begin_s=60).left_at is None


def test_a_way_that_nobody_uses_is_tried_again_after_a_while() -> None:
    left = after(20, seconds=60)
    assert w.judged(left, RULES, 300_000).left_at is not None
    assert w.judged(left, RULES, 60_000 + RULES.forgive_ms).left_at is None


def test_few_packets_prove_nothing() -> None:
    assert fed(w.Watch(), 5_000, 20, 2).left_at is None


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 500), st.integers(0, 500))))
def test_whatever_is_heard_a_way_is_left_above_and_taken_again_below(heard) -> None:
    """Every change has its reason, and two changes are at least the calm time apart."""
    watch, at, changed_at = w.Watch(), 0, None
    for after_ms, packets, lost in heard:
        at += after_ms
        before, watch = watch, fed(watch, at, packets, min(lost, packets))
        assert len(watch.slots) <= RULES.window_ms // RULES.slot_ms + 1
        if before.left_at is None and watch.left_at is not None:
            assert w.loss_pct(watch) > RULES.leave_above_pct
            changed_at = at
        elif before.left_at is not None and watch.left_at is None:
            assert w.loss_pct(watch) < RULES.return_below_pct
            assert changed_at is not None
            assert at - changed_at >= RULES.calm_ms
