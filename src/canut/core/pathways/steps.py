"""The next three paid things on a pathway: a lesson, a kind of task, a role.

Each one that is chosen raises a skill that is missing here. It is advice on a page for the person
who picked the occupation; it opens, lends and prices nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from canut.core.passport.skills import shipped_skills
from canut.core.pathways.pathways import Levels, Pathway, shipped_table

STEPS = 3
PLAINEST = "choice"
"""The kind of question that asks the least of a first task."""
BY_ANSWERS = 3
"""The highest level that answers on known tasks show."""


class StepSort(StrEnum):
    """What a step is."""

    LESSON = "lesson"
    TASK = "task"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class PaidThing:
    """Something paid that can raise skills: a lesson, a kind of question, or a role.

    ``levels``: the level each skill can reach by it.
    """

    sort: StepSort
    key: str
    levels: Levels


@dataclass(frozen=True, slots=True)
class Step:
    """A paid thing that raises skills a pathway lacks, by how many hours."""

    thing: PaidThing
    skills: tuple[str, ...]
    hours: int


def task_kinds() -> tuple[PaidThing, ...]:
    """Return each kind of question with the skills that answers on it show."""
    skills = shipped_skills().values()
    kinds = sorted({kind for skill in skills for kind in skill.kinds})
    return tuple(
        PaidThing(
            StepSort.TASK,
            kind,
            {skill.id: BY_ANSWERS for skill in skills if kind in skill.kinds},
        )
        for kind in kinds
    )


def paid_roles() -> tuple[PaidThing, ...]:
    """Return the paid roles with the skills that holding one lets a person show."""
    return tuple(
        PaidThing(StepSort.ROLE, key, levels) for key, levels in shipped_table().roles.items()
    )


def next_steps(pathway: Pathway, things: Iterable[PaidThing]) -> tuple[Step, ...]:
    """Return at most three steps: the best of each sort, then the next best.

    Args:
        pathway: what is missing.
        things: what is paid here, and open to the person.

    Returns:
        Steps by the hours they can cover, most first; equal ones in the order of ``things``. None
        where nothing paid here raises what is missing.
    """
    hours = shipped_table().hours
    steps = [step for work in things if (step := _step(pathway, work, hours)) is not None]
    steps.sort(key=lambda step: -step.hours)
    best = [next((step for step in steps if step.thing.sort is sort), None) for sort in StepSort]
    chosen = [step for step in best if step is not None]
    chosen += [step for step in steps if step not in chosen]
    return tuple(sorted(chosen[:STEPS], key=lambda step: -step.hours))


def first_steps(things: Iterable[PaidThing]) -> tuple[Step, ...]:
    """Return a first paid task for somebody who has shown nothing yet: the plainest kind."""
    return tuple(
        Step(thing, tuple(thing.levels), 0)
        for thing in things
        if thing.sort is StepSort.TASK and thing.key == PLAINEST
    )


def _step(pathway: Pathway, thing: PaidThing, hours: Mapping[str, int]) -> Step | None:
    covered = {
        gap.skill: (min(gap.needed, thing.levels[gap.skill]) - gap.shown) * hours[gap.skill]
        for gap in pathway.here
        if min(gap.needed, thing.levels.get(gap.skill, 0)) > gap.shown
    }
    return Step(thing, tuple(covered), sum(covered.values())) if covered else None
