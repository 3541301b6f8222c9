"""An election counts every ballot once, knows no voter, and leaves nothing to a draw."""

import inspect
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import DAY_MS
from canut.core.errors import BadInput
from canut.core.participation import ballot
from canut.core.participation.ballot import (
    calendar,
    count_ballots,
    electorate,
    is_called,
    quorum_of,
)

CANDIDATES = [1, 2, 3, 4]
ballots = st.lists(st.lists(st.sampled_from(CANDIDATES), max_size=4), min_size=3, max_size=12)


def test_only_who_worked_in_the_last_ninety_days_may_vote() -> None:
    opened = 1000 * DAY_MS

    voters = electorate(
        {1: opened, 2: opened - 90 * DAY_MS, 3: opened - 90 * DAY_MS - 1, 4: opened + 1}, opened
    )

    assert voters == {1, 2}


def test_one_active_worker_in_ten_calls_an_election() -> None:
    called = [is_called(asking, 41) for asking in (4, 5)]

    assert called == [False, True]


def test_people_stand_for_a_week_then_vote_for_a_week_and_serve_a_year() -> None:
    dates = calendar(0)

    assert (dates.voting_ms, dates.closes_ms) == (7 * DAY_MS, 14 * DAY_MS)
    assert {kind.value: days for kind, days in ballot.TERM_DAYS.items()} == {
        "representatives": 365,
        "ethics": 730,
    }


def test_tie_for_the_last_seat_elects_all_of_it() -> None:
    count = count_ballots([[1], [1], [2], [3]], CANDIDATES, seats=2, voters=10)

    assert (count.elected, count.extra) == ((1, 2, 3), 1)


def test_too_few_ballots_elect_nobody() -> None:
    count = count_ballots([[1], [1]], CANDIDATES, seats=1, voters=4)

    assert (count.elected, count.is_valid, count.votes[1]) == ((), False, 2)


@pytest.mark.parametrize(("voters", "quorum"), [(0, 3), (15, 3), (16, 4), (1000, 200)])
def test_quorum_is_one_voter_in_five_and_three_at_least(voters: int, quorum: int) -> None:
    assert quorum_of(voters) == quorum


def test_ballot_that_names_somebody_twice_counts_once() -> None:
    count = count_ballots([[1, 1, 1], [2], [2]], CANDIDATES, seats=1, voters=10)

    assert count.elected == (2,)


def test_ballot_for_somebody_who_does_not_stand_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        count_ballots([[9]], CANDIDATES, seats=1, voters=10)

    assert refused.value.case == "not-a-candidate"


def test_more_ballots_than_voters_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        count_ballots([[1]] * 4, CANDIDATES, seats=1, voters=3)

    assert refused.value.case == "too-many-ballots"


@pytest.mark.parametrize("seats", [0, 16])
def test_number_of_seats_that_cannot_be_meant_is_refused(seats: int) -> None:
    with pytest.raises(BadInput) as refused:
        count_ballots([], CANDIDATES, seats=seats, voters=3)

    assert refused.value.case == "bad-seats"


@given(ballots, st.integers(1, 4), st.randoms(use_true_random=False))
def test_order_of_ballots_does_not_matter(
    cast: list[list[int]], seats: int, chance: Random
) -> None:
    shuffled = list(cast)
    chance.shuffle(shuffled)

    assert count_ballots(cast, CANDIDATES, seats, 12) == count_ballots(
        shuffled, CANDIDATES, seats, 12
    )


@given(ballots, st.integers(1, 4))
def test_nobody_left_out_has_as_many_votes_as_somebody_elected(
    cast: list[list[int]], seats: int
) -> None:
    count = count_ballots(cast, CANDIDATES, seats, 12)

    out = [count.votes[who] for who in CANDIDATES if who not in count.elected]
    assert all(count.votes[who] > max(out, default=-1) for who in count.elected)


def test_nothing_that_counts_takes_a_voter_with_a_ballot() -> None:
    takes = {name: set(inspect.signature(getattr(ballot, name)).parameters) for name in
             ("count_ballots", "checked")}  # fmt: skip

    assert all("voter" not in names and "person" not in names for names in takes.values())
