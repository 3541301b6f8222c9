from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.places.holidays import easter, holidays_of, weeks_before
from canut.core.time.activity import CreditedTime
from canut.core.time.days import Midnights, day_sums, new_time, shared

HOUR = 3_600_000
by_project = st.dictionaries(st.integers(1, 4), st.integers(0, 100), max_size=4)


def measured(*rows: tuple[int, int, int, int, int]) -> CreditedTime:
    person, project, surface, begin, end = (np.array(c, np.int64) for c in zip(*rows, strict=True))
    none = np.zeros(len(rows), np.int64)
    return CreditedTime(
        person, project, none, surface.astype(np.int32), begin, end, none.astype(np.int32), none
    )


def test_time_is_cut_at_the_midnights_of_each_persons_zone() -> None:
    found = measured((1, 5, 0, HOUR, 50 * HOUR), (2, 5, 0, HOUR, 50 * HOUR))
    east = Midnights(10, np.array([0, 24, 48, 72]) * HOUR)
    west = Midnights(9, np.array([-20, 4, 27, 51]) * HOUR)  # a day of 23 hours
    kind = np.zeros(1, np.int32)

    sums = day_sums(found, kind, {1: 0, 2: 1}, [east, west])

    assert list(zip(sums.person, sums.day, sums.ms // HOUR, strict=True)) == [
        (1, 10, 23), (1, 11, 24), (1, 12, 2), (2, 9, 3), (2, 10, 23), (2, 11, 23),
    ]  # fmt: skip


@given(by_project, by_project)
def test_no_day_is_ever_paid_more_than_was_measured(
    now: dict[int, int], paid: dict[int, int]
) -> None:
    new = new_time(now, paid)

    total = sum(now.values())
    assert sum(new.values()) + sum(paid.values()) <= max(total, sum(paid.values()))
    assert all(ms > 0 and ms <= now[key] - paid.get(key, 0) for key, ms in new.items())


@given(st.integers(0, 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=9))
def test_shares_add_up_to_the_whole(total: int, weights: list[int]) -> None:
    parts = shared(total, weights)

    assert sum(parts) == total
    assert min(parts) >= 0


@pytest.mark.parametrize(("year", "month", "day"), [(2024, 3, 31), (2025, 4, 20), (2038, 4, 25)])
def test_easter_falls_where_the_calendar_says(year: int, month: int, day: int) -> None:
    assert easter(year) == date(year, month, day)


def test_quebec_has_its_eight_holidays_and_other_places_none_that_we_know() -> None:
    year = (date(2029, 1, 1), date(2029, 12, 31))

    found = holidays_of("CA-QC", *year)

    assert found is not None
    assert len(found) == 8
    assert date(2029, 7, 2) in found  # 1 July 2029 is a Sunday
    assert holidays_of("FR", *year) is None


def test_four_weeks_before_a_holiday_end_on_the_saturday_before_its_week() -> None:
    assert weeks_before(date(2026, 12, 25)) == (date(2026, 11, 22), date(2026, 12, 19))
