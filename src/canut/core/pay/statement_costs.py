"""Split the cost of one pay statement between projects, to the micro-unit.

A project pays what its work earned: pieces, hours, top-up, and what corrections of earlier periods
add to them. Parts of the whole pay (rounding to the cent, overtime, holidays, vacation pay as it is
earned, employer's contributions) are split between the projects in proportion to what the person
earned in each, in whole micro-units: each share is rounded down, and the remaining micro-units go
to the largest remainders, in the statement's order if equal. The platform's own pages get a share
like any project; no project pays it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from canut.core.pay.statement_input import PLATFORM

REVIEW = "review"


@dataclass(frozen=True, slots=True)
class ProjectCost:
    """What one project owes for one statement, in micro-units of its currency.

    Args:
        project: number of the project; 0 is the platform.
        answers: number of answers.
        time_ms: time paid, in milliseconds.
        pieces_micro: the price of answers, after decisions.
        hours_micro: time paid by the hour.
        top_up_micro: top-up to the floor.
        on_top_micro: its share of the parts of the whole pay.
        reviews: number of reviews.
        reviews_micro: price of those reviews.
        review_ms: part of the time spent on reviews, in milliseconds.
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

    def __add__(self, other: "ProjectCost") -> "ProjectCost":
        """Add what the same project owes for a correction."""
        sums = {
            field.name: getattr(self, field.name) + getattr(other, field.name)
            for field in fields(self)
            if field.name != "project"
        }
        return ProjectCost(project=self.project, **sums)

    @property
    def micro(self) -> int:
        """Return the sum of all parts, in micro-units."""
        work = self.pieces_micro + self.reviews_micro + self.hours_micro
        return work + self.top_up_micro + self.on_top_micro


def costs_of(content: Mapping[str, Any]) -> list[ProjectCost]:
    """Split gross pay and employer's contributions of a statement between its projects.

    Args:
        content: a statement, as ``statement`` computes it.
    """
    pay, projects = content["pay"], [*content["projects"]]
    shared_micro = pay["gross_micro"] + pay["employer_micro"] - pay["worked_micro"]
    shared_micro += _kept_vacation(pay)
    for correction in pay.get("corrections", ()):
        shared_micro -= correction["wages_micro"]
        projects += (row | {"earned_micro": row["wages_micro"]} for row in correction["projects"])
    parts = by_largest_remainder(shared_micro, [project["earned_micro"] for project in projects])
    costs: dict[int, ProjectCost] = {}
    for project, part in zip(projects, parts, strict=True):
        cost = _cost(project, part)
        costs[cost.project] = cost if cost.project not in costs else costs[cost.project] + cost
    if not projects and shared_micro:  # a holiday alone
        costs[PLATFORM] = ProjectCost(PLATFORM, 0, 0, 0, 0, 0, shared_micro)
    return list(costs.values())


def _kept_vacation(pay: Mapping[str, Any]) -> int:
    """Return the vacation pay earned and kept for later, less what was paid of earlier one."""
    vacation = pay.get("vacation") or {}
    kept_micro: int = vacation.get("balance_micro", 0) - vacation.get("before_micro", 0)
    return kept_micro


def _cost(project: Mapping[str, Any], on_top_micro: int) -> ProjectCost:
    """Split one project's earnings by kind; deductions are taken from answers first."""
    priced = project["earned_micro"] - project["by_hour_micro"] - project["top_up_micro"]
    reviews_micro = min(project.get("review_micro", 0), priced)
    return ProjectCost(
        project=project["number"],
        answers=project["pieces"],
        time_ms=project["time_ms"],
        pieces_micro=priced - reviews_micro,
        hours_micro=project["by_hour_micro"],
        top_up_micro=project["top_up_micro"],
        on_top_micro=on_top_micro,
        reviews=project.get("reviews", 0),
        reviews_micro=reviews_micro,
        review_ms=project["surfaces"].get(REVIEW, 0),
    )


def by_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number by weights; equally if all weights are 0.

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
