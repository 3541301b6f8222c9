"""When to stop asking about one task: between a least and a most, once sure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.quality.allocation.gold_check_rate import check_share, falls_on, low_end
from canut.core.quality.allocation.overlap import (
    Asking,
    answers_wanted,
    cautious,
    check_asking,
    sure_enough,
)
from canut.core.quality.allocation.stopping import MOST_TELLING, StoppingRule, decide

ASKING = st.tuples(st.integers(2, 6), st.integers(0, 6)).map(
    lambda pair: Asking(pair[0], pair[0] + pair[1])
)


@given(ASKING, st.integers(0, 12), st.integers(0, 3), st.floats(0, 1))
def test_task_gets_between_the_least_and_the_most(
    asking: Asking, counted: int, live: int, sure: float
) -> None:
    wanted = answers_wanted(asking, counted, live, sure)

    assert wanted >= min(counted + live, wanted)
    assert asking.least <= wanted <= max(asking.most or 0, counted + live)


@given(ASKING, st.integers(2, 12), st.floats(0, 1), st.floats(0, 1))
def test_surer_label_is_never_asked_about_more(
    asking: Asking, counted: int, one: float, other: float
) -> None:
    less, more = sorted([one, other])

    assert answers_wanted(asking, counted, 0, more) <= answers_wanted(asking, counted, 0, less)


@given(st.floats(0.5, 0.9999))
def test_one_task_stops_where_the_rule_for_all_of_them_does(sure: float) -> None:
    posterior = np.array([[sure, 1 - sure]])
    asked = decide(posterior, np.array([3]), MOST_TELLING, StoppingRule(most_people=9)).ask[0]

    wanted = answers_wanted(Asking(2, 9), 3, 0, sure)

    assert abs(sure - sure_enough()) < 0.0003 or (wanted == 4) == asked


def test_every_task_alike_where_nobody_stops_when_sure() -> None:
    assert answers_wanted(Asking(3), 1, 0, 0.9999) == 3


def test_three_newcomers_who_agree_are_enough_and_two_are_not() -> None:
    after_two, after_three = (
        cautious(0.8**n / (0.8**n + 0.2**n), is_measured=False) for n in (2, 3)
    )

    assert after_two < sure_enough() <= after_three


@pytest.mark.parametrize("asking", [Asking(1, 5), Asking(4, 3), Asking(2, 51)])
def test_bounds_nobody_could_mean_are_refused(asking: Asking) -> None:
    with pytest.raises(BadInput):
        check_asking(asking)


@given(st.integers(0, 300), st.integers(0, 300))
def test_checks_become_rarer_the_surer_somebody_is_known(right: int, wrong: int) -> None:
    answered = right + wrong

    assert 0.01 <= check_share(right, answered) <= 0.05
    assert 0 <= low_end(right, answered) <= (right / answered if answered else 0)


@pytest.mark.parametrize("count", [1, 4, 10, 20])
@pytest.mark.parametrize("share", [0.05, 0.01])
def test_as_many_tasks_are_checks_however_many_are_asked_for_at_once(
    count: int, share: float
) -> None:
    positions = (np.arange(100_000) + 0.5) / 100_000
    requests = [falls_on(position, share, count) for position in positions.tolist()]

    checks, others = sum(requests), count * requests.count(False)
    assert checks / (checks + others) == pytest.approx(share, abs=0.0005)
