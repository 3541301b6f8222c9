"""Say what one pay statement costs each project, to the micro-unit.

What a project's work earned is its own: pieces, hours, top-up. What belongs to the pay as a whole
(the cent it is rounded up to, holidays, vacation pay, what the employer owes on top) is shared
among the projects by what the person earned in each, in whole micro-units: each gets its part
rounded down, and the micro-units left go one each to the largest remainders, the first in the
statement's order where two are the same. The platform's own pages take their share like any
project; no project pays it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

REVIEW = "review"


@dataclass(frozen=True, slots=True)
class ProjectCost:
    """What one project owes for one statement, in micro-units of its currency.

    Args:
        project: its number; 0 is the platform.
        answers: how many answers.
        time_ms: the time paid.
        pieces_micro: the price of answers, after decisions.
        hours_micro: time paid by the hour.
        top_up_micro: what reaches the floor.
        on_top_micro: its share of what belongs to the pay as a whole.
        reviews: how many reviews.
        reviews_micro: their price.
        review_ms: the part of the time that was spent on them.
    """

    project: int
    answers: int
    time_ms: int
    pieces_micro: int
    hours_micro: int
    top_up_micro: int
    on_top_micro: int
    reviews: int = 0
    reviews_micro: int = 0
    review_ms: int = 0

    @property
    def micro(self) -> int:
        """Everything."""
        work = self.pieces_micro + self.reviews_micro + self.hours_micro
        return work + self.top_up_micro + self.on_top_micro


def costs_of(content: Mapping[str, Any]) -> list[ProjectCost]:
    """Return what a statement costs each of its projects; together gross pay and employer's part.

    Args:
        content: a statement, as ``statement`` counts it.
    """
    pay, projects = content["pay"], content["projects"]
    rest = pay["gross_micro"] + pay["employer_micro"] - pay["worked_micro"]
    parts = by_largest_remainder(rest, [one["earned_micro"] for one in projects])
    return [_cost(one, part) for one, part in zip(projects, parts, strict=True)]


def _cost(one: Mapping[str, Any], on_top_micro: int) -> ProjectCost:
    """Part what one project's work earned; what decisions took is taken from answers first."""
    priced = one["earned_micro"] - one["by_hour_micro"] - one["top_up_micro"]
    reviews_micro = min(one.get("review_micro", 0), priced)
    return ProjectCost(
        project=one["number"],
        answers=one["pieces"],
        time_ms=one["time_ms"],
        pieces_micro=priced - reviews_micro,
        hours_micro=one["by_hour_micro"],
        top_up_micro=one["top_up_micro"],
        on_top_micro=on_top_micro,
        reviews=one.get("reviews", 0),
        reviews_micro=reviews_micro,
        review_ms=one["surfaces"].get(REVIEW, 0),
    )


def by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Share a whole number by weights; equally where none weighs anything.

    Example:
        >>> by_largest_remainder(10, [1, 1, 1]), by_largest_remainder(7, [0, 5, 2])
        ([4, 3, 3], [0, 5, 2])
    """
    if not sum(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % whole), at))
    for at in order[: total - sum(parts)]:
        parts[at] += 1
    return parts
