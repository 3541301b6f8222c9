"""Rates age by business days, and a typing error is far from the reference."""

from datetime import date
from decimal import Decimal

import pytest

from canut.core.pay.exchange_rates import (
    RateAge,
    age_of,
    business_days,
    is_plausible,
    reference_for,
)
from canut.core.pay.floor import Exchange

FRIDAY = date(2026, 11, 6)


@pytest.mark.parametrize(
    ("until", "days"),
    [
        (date(2026, 11, 5), 0),
        (FRIDAY, 0),
        (date(2026, 11, 8), 0),
        (date(2026, 11, 9), 1),
        (date(2026, 11, 13), 5),
        (date(2026, 11, 20), 10),
        (date(2026, 11, 23), 11),
    ],
)
def test_weekends_do_not_age_a_rate(until: date, days: int) -> None:
    assert business_days(FRIDAY, until) == days


@pytest.mark.parametrize(
    ("day", "age"),
    [
        (date(2026, 11, 15), RateAge.FRESH),
        (date(2026, 11, 16), RateAge.OLD),
        (date(2026, 11, 22), RateAge.OLD),
        (date(2026, 11, 23), RateAge.EXPIRED),
    ],
)
def test_rate_is_old_after_5_business_days_and_expired_after_10(day: date, age: RateAge) -> None:
    assert age_of(Exchange(Decimal("1.6"), FRIDAY, "a bank"), day) is age


@pytest.mark.parametrize(
    ("rate", "is_near"),
    [("1.60", True), ("1.36", True), ("0.10", False), ("0.625", False), ("16.0", False)],
)
def test_slip_of_the_point_and_an_inverse_are_far_from_the_reference(
    rate: str, is_near: bool
) -> None:
    assert is_plausible(Decimal(rate), reference_for("EUR", "CAD")) is is_near


def test_currency_without_a_reference_is_never_plausible() -> None:
    assert reference_for("KES", "CAD") is None
    assert not is_plausible(Decimal("0.0107"), None)
