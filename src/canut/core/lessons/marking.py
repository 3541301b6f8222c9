"""Decide the result of a case from blind marks: two, or three where two lie apart.

Totals are 0 to 12. The result is the mean of two totals, or the median of three; it is counted in
halves, so that a mean of two whole totals is whole.
"""

from collections.abc import Sequence

from canut.core.errors import BadInput
from canut.core.lessons.lesson import CRITERIA, LEVELS, Lesson

LEAST_REASON = 20
MOST_REASON = 1000


def check_marks(levels: Sequence[int], reasons: Sequence[str]) -> None:
    """Check that each criterion has a level and a reason in words.

    Raises:
        BadInput: a level or a reason is missing, or a reason is shorter than 20 characters.
    """
    if len(levels) != CRITERIA or not set(levels) <= set(LEVELS):
        raise BadInput(
            f"the levels are {list(levels)}; give one of {list(LEVELS)} for each of {CRITERIA}",
            code="lesson-levels",
        )
    if len(reasons) != CRITERIA or any(
        not LEAST_REASON <= len(reason.strip()) <= MOST_REASON for reason in reasons
    ):
        raise BadInput(
            f"each criterion needs a reason of {LEAST_REASON} to {MOST_REASON} characters",
            code="lesson-reasons",
            least=LEAST_REASON,
        )


def needs_third(totals: Sequence[int], lesson: Lesson) -> bool:
    """Return whether two totals are too far apart, or stand on both sides of a pass."""
    first, second = totals
    is_apart = abs(first - second) >= lesson.case.third_if_apart
    return is_apart or (first >= lesson.pass_case) is not (second >= lesson.pass_case)


def case_halves(totals: Sequence[int]) -> int:
    """Return the result of a case in half points.

    Example:
        >>> case_halves([7, 8]), case_halves([3, 9, 8])
        (15, 16)
    """
    ordered = sorted(totals)
    middle = len(ordered) // 2
    return 2 * ordered[middle] if len(ordered) % 2 else ordered[middle - 1] + ordered[middle]


def has_passed_case(halves: int, lesson: Lesson) -> bool:
    """Return whether the result of a case is a pass."""
    return halves >= 2 * lesson.pass_case
