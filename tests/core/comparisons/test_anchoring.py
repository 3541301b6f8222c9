"""Anchoring is told with its interval, and hides proposals only where it is shown."""

from canut.core.comparisons.anchoring import answers_needed_for, may_plant, measure_anchoring


def test_strong_anchoring_to_the_printed_digits() -> None:
    strong = measure_anchoring((18, 60), (4, 60))

    assert strong.effect is not None
    assert [round(number, 3) for number in strong.effect] == [0.233, 0.096, 0.365]
    assert strong.is_shown_effect
    assert strong.is_too_strong


def test_weak_anchoring_is_not_shown_and_says_what_would_show_it() -> None:
    weak = measure_anchoring((6, 60), (4, 60))

    assert weak.effect is not None
    assert [round(number, 3) for number in weak.effect] == [0.033, -0.074, 0.143]
    assert not weak.is_shown_effect
    assert weak.needed == answers_needed_for(5 / 62) > 60


def test_shown_effect_under_the_bar_hides_nothing() -> None:
    small = measure_anchoring((180, 2_000), (100, 2_000))

    assert small.is_shown_effect
    assert not small.is_too_strong


def test_few_answers_say_nothing() -> None:
    assert measure_anchoring((10, 12), (0, 60)).effect is None


def test_one_shown_proposal_in_ten_at_most_is_planted() -> None:
    for proposals in range(200):
        planted = may_plant(0, proposals)
        assert planted * 10 <= planted + proposals
