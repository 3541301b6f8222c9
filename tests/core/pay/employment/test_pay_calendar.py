"""The exemptions of a year's pays add up to the yearly one exactly, whatever the calendar."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from canut.core.pay.employment.pay_calendar import PayDates, calendar_of, exemption_of

YEARLY = Decimal(3500)
CENT = 10_000


def exemptions(pays: list[PayDates], year: int) -> list[int]:
    """Return the exemption of each pay of a year, in cents."""
    own = [pay for pay in pays if pay.pay_day.year == year]
    has_earlier = any(pay.pay_day.year < year for pay in pays)
    calendars = [calendar_of(own[: n + 1], has_earlier_year=has_earlier) for n in range(len(own))]
    return [exemption_of(YEARLY, calendar, "CAD").micro // CENT for calendar in calendars]


def every(days: int, first: date, wait: int = 7) -> list[PayDates]:
    """Return two years of periods of the same length."""
    step = timedelta(days=days)
    starts = [first + n * step for n in range(800 // days)]
    return [
        PayDates(day, day + step - timedelta(days=1), day + step + timedelta(days=wait - 1))
        for day in starts
    ]


def half_months(year: int, wait: int) -> list[PayDates]:
    """Return the halves of the months of a year and of the December before."""
    pays: list[PayDates] = []
    for month in (date(year - 1, 12, 1), *(date(year, n, 1) for n in range(1, 13))):
        middle = month.replace(day=15)
        end = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        for first, last in ((month, middle), (middle + timedelta(days=1), end)):
            pays.append(PayDates(first, last, last + timedelta(days=wait)))
    return pays


def test_pay_of_two_weeks_takes_a_twenty_sixth() -> None:
    found = exemptions(every(14, date(2025, 11, 3)), 2026)

    assert len(found) == 26
    assert found[0] == 13_462
    assert sum(found) == 350_000


def test_year_with_twenty_seven_pays_takes_twenty_sevenths() -> None:
    found = exemptions(every(14, date(2025, 12, 12)), 2026)

    assert len(found) == 27
    assert found[0] == 12_963
    assert sum(found) == 350_000


@pytest.mark.parametrize("wait", [0, 5, 7, 16])
def test_half_months_take_a_twenty_fourth_and_the_last_takes_the_rest(wait: int) -> None:
    found = exemptions(half_months(2026, wait), 2026)

    assert len(found) == 24
    assert set(found[:-1]) == {14_583}
    assert found[-1] == 14_591
    assert sum(found) == 350_000


@pytest.mark.parametrize("days", [1, 5, 10, 13, 15, 16])
@pytest.mark.parametrize("first", [date(2025, 11, 3), date(2025, 12, 20)])
def test_odd_periods_take_their_days_of_the_year(days: int, first: date) -> None:
    found = exemptions(every(days, first), 2026)

    assert found[1] == round(350_000 * days / 365)
    assert sum(found) == 350_000
    assert min(found) >= 0


def test_change_of_length_within_a_year_takes_no_more_than_the_year() -> None:
    two_weeks = [pay for pay in every(14, date(2025, 12, 1)) if pay.last_day < date(2026, 6, 1)]
    odd = every(13, two_weeks[-1].last_day + timedelta(days=1))

    found = exemptions([*two_weeks, *odd], 2026)

    assert sum(found) == 350_000
    assert max(found[:-1]) == 13_462


def test_payer_who_begins_in_autumn_gives_nobody_the_whole_exemption() -> None:
    pays = every(14, date(2026, 10, 5))

    found = exemptions(pays, 2026)

    assert set(found[:-1]) == {13_462}
    assert found[-1] <= 13_462
