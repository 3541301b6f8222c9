"""Find what a commission says that does not fit together. Rules, not a model.

Each contradiction is answered in words before the project opens. An answer holds as long as the
facts it answers are the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from canut.core.commissions.commission import LEAST_RISK, TouchedGroup, names_group
from canut.core.errors import Fact

LEAST_ANSWER, LONGEST_ANSWER = 20, 600


class ContradictionRule(StrEnum):
    """Two things that do not fit together."""

    NO_REDRESS = "no-redress"
    """The material is hard (risk 2 and more), and nobody says how to contest a result."""
    NO_SLICE = "no-slice"
    """The ethical aim names a group, and no column of the file tells it apart."""
    UNDER_FLOOR = "under-floor"
    """The pay of an hour at the middle pace is under the floor: top-ups fill the gap."""
    NO_HIDDEN = "no-hidden"
    """Proposals are shown, and no task hides its proposal: nobody can see their influence."""
    NOBODY_NAMED = "nobody-named"
    """Results decide about people, and nobody is named who answers for the decision."""
    KNOWN_FEW = "known-few"
    """The acceptance test asks for more hidden known tasks than there are."""
    PRECISION_FEW = "precision-few"
    """The precision wanted needs more tasks than the file has."""


class Contradiction(NamedTuple):
    """A contradiction with its facts, as numbers or words that its sentence names."""

    rule: ContradictionRule
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class CommissionFacts:
    """What the rules compare.

    Args:
        risk: level of the hardest task, 0 to 4; None where nobody said it.
        redress: how a result can be contested; empty where nobody said it.
        ethical: text of the ethical aim.
        touched: people whom the results touch.
        hour_micro: pay of an hour at the middle pace, in micro-units; None where it is not known.
        floor_micro: highest floor of an hour; None where it is not known.
        currency: of both.
        shows: whether people see proposals.
        hidden: number of tasks whose proposal is hidden from people.
        is_about_people: whether somebody decides about people by the results.
        person_named: who answers for these decisions.
        known_needed: hidden known tasks of the acceptance test; 0 where it is not fixed.
        known_available: those there are.
        precision_tasks: number of tasks the precision needs; 0 where none is wanted.
        tasks: number of tasks of the file.
    """

    risk: int | None
    redress: str
    ethical: str
    touched: Sequence[TouchedGroup]
    hour_micro: int | None
    floor_micro: int | None
    currency: str
    shows: bool
    hidden: int
    is_about_people: bool
    person_named: str
    known_needed: int
    known_available: int
    precision_tasks: int
    tasks: int


def find_contradictions(facts: CommissionFacts) -> list[Contradiction]:
    """List what does not fit together, in the order of the rules."""
    rows: list[Contradiction] = []
    risk = facts.risk or 0
    if risk >= LEAST_RISK and not facts.redress:
        rows.append(Contradiction(ContradictionRule.NO_REDRESS, {"risk": risk}))
    rows.extend(
        Contradiction(ContradictionRule.NO_SLICE, {"group": group.name})
        for group in facts.touched
        if not group.column and names_group(facts.ethical, group.name)
    )
    hour, floor = facts.hour_micro, facts.floor_micro
    if hour is not None and floor is not None and hour < floor:
        pay: Mapping[str, Fact] = {
            "hour_micro": hour,
            "floor_micro": floor,
            "currency": facts.currency,
        }
        rows.append(Contradiction(ContradictionRule.UNDER_FLOOR, pay))
    if facts.shows and not facts.hidden:
        rows.append(Contradiction(ContradictionRule.NO_HIDDEN, {}))
    if facts.is_about_people and not facts.person_named:
        rows.append(Contradiction(ContradictionRule.NOBODY_NAMED, {}))
    if facts.known_needed > facts.known_available:
        tasks = {"needed": facts.known_needed, "available": facts.known_available}
        rows.append(Contradiction(ContradictionRule.KNOWN_FEW, tasks))
    if facts.precision_tasks > facts.tasks:
        precision = {"needed": facts.precision_tasks, "tasks": facts.tasks}
        rows.append(Contradiction(ContradictionRule.PRECISION_FEW, precision))
    return rows
