"""What a worker may know of one answer's way: when the label shows, and what the answer earned.

While a task is open, and while the worker can still change their answer, nothing about it is shown:
neither its label nor how many agree, and no sign of whether it is a gold task. What one answer
earned is the price of its piece with its share, by time, of the top-up to the floor.
``web.datasets.answer_path`` shows it.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple

from canut.core.errors import BadInput

LEAST_ANSWERS = 3
"""From how many answers on the page says how many agree; of two, it would show the other one."""


class LabelView(StrEnum):
    """What a worker may know of the label of a task they answered."""

    HIDDEN = "hidden"
    """The task is not closed, or is used to check answers: both look the same."""
    CORRECTABLE = "correctable"
    """The worker can still change their answer."""
    MISSING = "missing"
    """No label was estimated yet."""
    SHOWN = "shown"


def label_view(*, is_closed: bool, is_correctable: bool, has_label: bool) -> LabelView:
    """Return what a worker may know of a task's label.

    Args:
        is_closed: the task has all its answers and checks nobody.
        is_correctable: their own answer can still be changed.
        has_label: a label was estimated.

    Example:
        >>> label_view(is_closed=False, is_correctable=True, has_label=True).value
        'hidden'
    """
    if not is_closed:
        return LabelView.HIDDEN
    if is_correctable:
        return LabelView.CORRECTABLE
    return LabelView.SHOWN if has_label else LabelView.MISSING


def shown_agreement(same: int, answers: int) -> tuple[int, int] | None:
    """Return how many of the counted answers say the same; None where that would show one.

    Example:
        >>> shown_agreement(2, 3), shown_agreement(1, 2)
        ((2, 3), None)
    """
    return (same, answers) if answers >= LEAST_ANSWERS else None


class AnswerPay(NamedTuple):
    """What one answer earned by the statement that pays it, in micro-units.

    Args:
        piece_micro: its price.
        hours_micro: its share of the time paid by the hour.
        top_up_micro: its share of the top-up to the floor.
        withheld_micro: its share of the contributions withheld from the pay.
        added_micro: its share of the contributions that the employer adds.
        floor_micro: the floor an hour of its day; None where the statement names none.
    """

    piece_micro: int
    hours_micro: int
    top_up_micro: int
    withheld_micro: int
    added_micro: int
    floor_micro: int | None

    @property
    def micro(self) -> int:
        """Return what the answer earned, before contributions."""
        return self.piece_micro + self.hours_micro + self.top_up_micro


def answer_pay(
    content: Mapping[str, Any], project: int, day: str, piece_micro: int, elapsed_ms: int
) -> AnswerPay | None:
    """Compute what one answer earned by a statement; None if the statement has no such work.

    Args:
        content: the statement.
        project: number of the project.
        day: the local day of the answer, such as ``2026-11-25``.
        piece_micro: the price of the answer.
        elapsed_ms: its time.

    Raises:
        BadInput: the time is below 0.
    """
    if elapsed_ms < 0:
        raise BadInput(f"elapsed_ms is {elapsed_ms}; it must be 0 or more")
    row = next((item for item in content["projects"] if item["number"] == project), None)
    if row is None:
        return None
    part = Fraction(min(elapsed_ms, row["time_ms"]), row["time_ms"]) if row["time_ms"] else 0
    hours, top_up = round(row["by_hour_micro"] * part), round(row["top_up_micro"] * part)
    earned, pay = piece_micro + hours + top_up, content["pay"]
    share = Fraction(earned, pay["gross_micro"]) if pay["gross_micro"] else 0
    floor = next((item["floor_micro"] for item in row["days"] if item["day"] == day), None)
    return AnswerPay(
        piece_micro,
        hours,
        top_up,
        round(pay["withheld_micro"] * share),
        round(pay["employer_micro"] * share),
        floor,
    )
