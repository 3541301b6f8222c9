"""Vacation pay is kept, and paid at once: before a vacation, at the end, or when it is due."""

from datetime import date

import pytest

from canut.core.pay.employment.vacation_pay import (
    PayoutGiven,
    VacationGiven,
    VacationPay,
    earned_until,
    vacation_pay,
)

MAY = date(2027, 5, 1)


def test_vacation_pay_is_kept_with_each_pay() -> None:
    paid = vacation_pay(VacationGiven(before_micro=20), 5, 1)

    assert paid == VacationPay(0, 26, "")


@pytest.mark.parametrize(
    ("given", "paid"),
    [
        (VacationGiven(20, is_end=True), VacationPay(26, 0, "end")),
        (VacationGiven(20, due_micro=8), VacationPay(8, 18, "due")),
        (
            VacationGiven(20, payouts=[PayoutGiven(1, "leave", MAY, 12)]),
            VacationPay(12, 14, "leave"),
        ),
        (VacationGiven(20, payouts=[PayoutGiven(1, "leave", MAY)]), VacationPay(26, 0, "leave")),
        (
            VacationGiven(20, payouts=[PayoutGiven(1, "leave", MAY, 90)]),
            VacationPay(26, 0, "leave"),
        ),
        (VacationGiven(20, exception="decree"), VacationPay(5, 21, "exception")),
    ],
)
def test_vacation_pay_is_paid_for_a_reason(given: VacationGiven, paid: VacationPay) -> None:
    assert vacation_pay(given, 5, 1) == paid


def test_reference_year_that_ended_in_april_is_due_a_year_later() -> None:
    found = [earned_until(day) for day in (date(2028, 4, 29), date(2028, 4, 30), date(2028, 12, 1))]

    assert found == [date(2026, 4, 30), date(2027, 4, 30), date(2027, 4, 30)]
