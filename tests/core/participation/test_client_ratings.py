"""A rating says facts, and a summary says how many said them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from canut.core.errors import BadInput
from canut.core.participation.client_ratings import Comm, Rating, Recommend, Rejected, summary

PLAIN = Rating(
    tos_violation=False,
    broken=False,
    reward_micro=None,
    currency="CAD",
    time_seconds=None,
    pending_days=None,
    comm=Comm.NONE,
    rejected=Rejected.NONE,
    recommend=Recommend.YES,
)


def test_summary_counts_what_each_rating_says() -> None:
    said = summary(
        [
            replace(PLAIN, broken=True, pending_days=2),
            replace(PLAIN, rejected=Rejected.UNFAIRLY, recommend=Recommend.NO, pending_days=9),
            replace(PLAIN, tos_violation=True, rejected=Rejected.FAIRLY, comm=Comm.GOOD),
        ]
    )

    assert (said.n, said.broken, said.tos_violation) == (3, 1, 1)
    assert (said.rejection, said.unfair_rejection) == (2, 1)
    assert said.recommend == {Recommend.YES: 2, Recommend.WITH_CARE: 0, Recommend.NO: 1}
    assert (said.comm[Comm.GOOD], said.pending_days, said.pending_n) == (1, 2, 2)


def test_summary_of_nothing_knows_no_days() -> None:
    said = summary([])

    assert (said.n, said.pending_days) == (0, None)


@pytest.mark.parametrize(
    "said",
    [
        lambda: replace(PLAIN, reward_micro=-1),
        lambda: replace(PLAIN, time_seconds=40 * 86_400),
        lambda: replace(PLAIN, pending_days=366),
    ],
    ids=["pay", "time", "days"],
)
def test_figure_nobody_could_mean_is_refused(said: Callable[[], Rating]) -> None:
    with pytest.raises(BadInput) as refused:
        said()

    assert refused.value.case == "bad-rating"
