"""Service level in its three ways, by the textbook's example and at the edges."""

from trunkline.core.metrics.service_level import Stays, ignored, negative, positive

TEXTBOOK = Stays(entered=100, answered=85, answered_in_time=70, abandoned=15, abandoned_in_time=10)


def test_the_three_ways_of_counting_abandons_give_the_textbooks_figures() -> None:
    assert ignored(TEXTBOOK) == 0.7778
    assert negative(TEXTBOOK) == 0.7
    assert positive(TEXTBOOK) == 0.8


def test_who_left_short_overflowed_or_is_called_back_was_not_offered() -> None:
    stays = Stays(
        entered=110, answered_in_time=70, short_abandons=4, withdrawn=3, overflowed_out=2,
        callbacks=1,
    )  # fmt: skip
    assert stays.offered == 100
    assert negative(stays) == 0.7


def test_without_anybody_there_is_no_level_and_no_mean_wait() -> None:
    assert (ignored(Stays()), negative(Stays()), positive(Stays())) == (None, None, None)
    assert Stays().mean_wait_ms is None
    assert Stays(entered=2, answered=2, waited_ms=30_000).mean_wait_ms == 15_000
