from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.datasets.pay_bins import (
    STEP_MICRO,
    Bin,
    PersonPay,
    binned,
    quantile,
    rounded,
    share_below,
    shown_counts,
)
from canut.core.errors import BadInput

HOUR = 3_600_000
people = st.lists(
    st.builds(PersonPay, st.integers(0, 60_000_000), st.integers(0, 400 * HOUR)), max_size=120
)


def crowd(size: int) -> list[PersonPay]:
    """People paid from 15 an hour on, ten cents apart, who worked ten hours each."""
    return [PersonPay(15_000_000 + 100_000 * n, 10 * HOUR) for n in range(size)]


@given(people, st.integers(2, 12))
def test_every_bin_is_shared_and_nobody_is_left_out(rows: list[PersonPay], shared_by: int) -> None:
    bins = binned(rows, shared_by)

    assert bool(bins) == (len(rows) >= 20)
    assert all(one.people >= shared_by for one in bins)
    assert sum(one.people for one in bins) == (len(rows) if bins else 0)
    assert all(before.high <= after.low for before, after in pairwise(bins))


@given(people, st.data())
def test_bins_do_not_depend_on_the_order_of_people(
    rows: list[PersonPay], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(rows))

    assert binned(shuffled) == binned(rows)


@given(people, st.integers(0, 1000))
def test_a_quantile_out_of_bins_is_within_a_bin_of_the_true_one(
    rows: list[PersonPay], share: int
) -> None:
    bins = binned(rows)
    found = quantile(bins, share)
    assert (found is None) == (not bins)
    if found is None:
        return

    below = sum(one.hourly_micro < found - STEP_MICRO for one in rows)

    widest = max(one.people for one in bins)
    assert below <= share * len(rows) / 1000 + widest


def test_quantiles_of_an_even_crowd_are_where_they_should_be() -> None:
    bins = binned(crowd(200))

    assert quantile(bins, 500) == 25_000_000
    assert quantile(bins, 100) == 17_000_000
    assert quantile(bins, 900) == 33_000_000
    assert quantile(bins, 500, by_hours=True) == 25_000_000


def test_hours_move_the_quantile_towards_those_who_worked_more() -> None:
    rows = [one._replace(ms=one.ms * (4 if n < 100 else 1)) for n, one in enumerate(crowd(200))]

    by_hours = quantile(binned(rows), 500, by_hours=True)

    assert by_hours == 21_250_000


def test_hours_that_are_mostly_one_persons_are_not_shown() -> None:
    rows = [one._replace(ms=HOUR if n else 100 * HOUR) for n, one in enumerate(crowd(40))]

    bins = binned(rows)

    assert bins[0].hours == -1
    assert quantile(bins, 500, by_hours=True) is None
    assert quantile(bins, 500) is not None


def test_few_people_have_no_bins() -> None:
    assert binned(crowd(19)) == []
    assert quantile([], 500) is None


@pytest.mark.parametrize(
    ("floor", "expected"),
    [
        (15_000_000, (0, 0)),
        (15_500_000, (25, 25)),
        (15_700_000, (25, 50)),
        (99_000_000, (1000, 1000)),
    ],
)
def test_a_share_under_a_floor_is_bounded_by_whole_bins(
    floor: int, expected: tuple[int, int]
) -> None:
    assert share_below(binned(crowd(200)), floor) == expected


def test_counts_few_people_share_are_joined_and_all_are_rounded() -> None:
    counts = {"CA": 118, "US": 31, "FR": 7, "MA": 4, "HT": 3}

    assert shown_counts(counts) == {"CA": 120, "FR": 5, "US": 30, "other": 5}


def test_one_small_count_cannot_be_found_from_the_total() -> None:
    assert shown_counts({"CA": 90, "US": 12, "MA": 2}) == {"CA": 90, "other": 15}
    assert shown_counts({"CA": 2}) == {}


@given(st.dictionaries(st.text("ABC", min_size=1), st.integers(0, 40)))
def test_no_count_below_five_is_ever_shown(counts: dict[str, int]) -> None:
    assert all(count >= 5 and count % 5 == 0 for count in shown_counts(counts).values())


def test_rounding_goes_to_the_nearest_five() -> None:
    assert [rounded(n) for n in (0, 2, 3, 7, 8, 12)] == [0, 0, 5, 5, 10, 10]


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(BadInput, match="shared by 2 people or more"):
        binned(crowd(30), 1)
    with pytest.raises(BadInput, match="no negative pay or time"):
        binned([PersonPay(-1, 0)])
    with pytest.raises(BadInput, match="not negative"):
        shown_counts({"CA": -1})
    for bins in ([Bin(5, 5, 1, 0)], [Bin(0, 5, 0, 0)], [Bin(5, 6, 1, 0), Bin(0, 1, 1, 0)]):
        with pytest.raises(BadInput, match="from low to high"):
            quantile(bins, 500)
    with pytest.raises(BadInput, match="from 0 to 1000"):
        quantile([Bin(0, 5, 1, 0)], 1001)
