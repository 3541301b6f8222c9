"""Keep the vacation pay of an employee until their vacation, and say what of it is paid now.

It is earned with each pay and paid at once before the vacation, at the end of the employment, or
when it may wait no longer; with each pay only under an exception of the law. ``statement`` adds
what is paid to a pay. How much was earned before comes with the inputs.

Source:
    Quebec's labour standards act, articles 74 to 76; the reference year from May to April, and that
    a vacation is due within the year after it, are to verify.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from msgspec import Struct

EXCEPTIONS = ("collective_agreement", "decree", "farm_day_work")
"""Exceptions under which the law lets vacation be paid with each pay."""

EXCEPTION = "exception"
REFERENCE_MONTH, REFERENCE_DAY = 4, 30  # the last day of a reference year


class PayoutGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """Vacation pay to be paid with this statement; ``micro`` None is all of it."""

    number: int
    why: str
    on: date
    micro: int | None = None


class VacationGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """The vacation pay that an employee has earned, and why some of it is paid now.

    Args:
        before_micro: earned and not yet paid, before this statement.
        due_micro: the part of it that may wait no longer.
        is_end: whether the employment ends with this statement.
        exception: the exception of the law by which vacation is paid with each pay; empty for none.
        payouts: what was set to be paid.
    """

    before_micro: int = 0
    due_micro: int = 0
    is_end: bool = False
    exception: str = ""
    payouts: Sequence[PayoutGiven] = ()


class VacationPay(NamedTuple):
    """What is paid of the vacation pay, in micro-units, what is left, and why.

    ``why`` is ``exception``, ``end``, ``due``, ``leave``, or empty where nothing is paid.
    """

    paid_micro: int
    balance_micro: int
    why: str


def vacation_pay(given: VacationGiven, earned_micro: int, corrected_micro: int) -> VacationPay:
    """Compute what of the vacation pay is paid with a statement.

    Args:
        given: what was earned before, and what asks for a payment.
        earned_micro: earned with this statement.
        corrected_micro: earned by corrections of earlier periods, and kept.

    Example:
        >>> vacation_pay(VacationGiven(before_micro=50_000_000, is_end=True), 4_000_000, 0)
        VacationPay(paid_micro=54000000, balance_micro=0, why='end')
    """
    available = given.before_micro + earned_micro + corrected_micro
    if given.exception:
        return VacationPay(earned_micro, available - earned_micro, EXCEPTION)
    asked = sum(available if item.micro is None else item.micro for item in given.payouts)
    wishes = {"end": available if given.is_end else 0, "due": given.due_micro, "leave": asked}
    why = max(wishes, key=lambda name: wishes[name])
    paid_micro = min(available, wishes[why])
    return VacationPay(paid_micro, available - paid_micro, why if paid_micro else "")


def earned_until(last_day: date) -> date:
    """Return until when vacation pay was earned that may wait no longer than a day.

    What a reference year earned is paid within the year after it.

    Example:
        >>> earned_until(date(2028, 5, 6)), earned_until(date(2028, 4, 22))
        (datetime.date(2027, 4, 30), datetime.date(2026, 4, 30))
    """
    end = date(last_day.year, REFERENCE_MONTH, REFERENCE_DAY)
    years = 1 if last_day >= end else 2
    return date(last_day.year - years, REFERENCE_MONTH, REFERENCE_DAY)
