"""Draw a worker's presentation when they open the workbench, and keep it until they leave.

Both presentations have the same price, review, floor and rights: nothing here touches any of them.
Who asks for the usual presentation gets it at once; nothing else changes for them.
"""

import copy
from typing import Any, NamedTuple

from django.db import transaction

from canut.actions.comparisons.comparisons import hold_comparison
from canut.core.clock import Ms
from canut.core.comparisons.assignment import Arm, arm_of
from canut.core.comparisons.guards import Harm
from canut.core.comparisons.plan import Subject
from canut.core.errors import BadInput, Conflict, Incomplete
from canut.core.kinds import Schema
from canut.store.comparisons.comparisons import live_comparison, place_in, place_of
from canut.store.tables.comparisons import ComparedPerson, Comparison
from canut.store.tables.people import Person
from canut.store.tables.projects import QuestionVersion
from canut.store.tables.work import Worker

LEAST_STRAIN, MOST_STRAIN = 1, 5


class Presentation(NamedTuple):
    """What a worker reads of a question; ``comparison``: None where nothing is compared."""

    schema: Schema
    instructions: str
    comparison: Comparison | None


def presentation_for(worker: Worker, question: QuestionVersion, now_ms: Ms) -> Presentation:
    """Return how a worker sees a question, drawing their presentation the first time.

    Args:
        worker: who opens the workbench.
        question: the version in force.
        now_ms: milliseconds since 1970 UTC.
    """
    usual = Presentation(question.schema, question.instructions, None)
    comparison = live_comparison(worker.project_id)
    if comparison is None or worker.kind == Worker.Kind.MODEL:
        return usual
    is_shown = comparison.state == Comparison.State.OPEN and comparison.question == question.number
    place = place_in(comparison.pk, worker.pk)
    if place is None:
        if not is_shown:
            return usual
        place = _join(comparison, worker, now_ms)
    usual = usual._replace(comparison=comparison)
    if place.arm == Arm.A or place.left_ms is not None or not is_shown:
        return usual
    if comparison.subject == Subject.INSTRUCTIONS:
        return usual._replace(instructions=comparison.instructions)
    if comparison.subject == Subject.ORDER:
        return usual._replace(schema=reverse_choices(question.schema))
    return usual  # its proposals are hidden where tasks are read


def reverse_choices(schema: Schema) -> Schema:
    """Return a question with the choices of each question in reverse order."""
    reordered: dict[str, Any] = copy.deepcopy(dict(schema))
    for question in reordered.get("questions", []):
        if isinstance(question.get("choices"), list):
            question["choices"].reverse()
    return reordered


@transaction.atomic
def ask_usual(worker: Worker, now_ms: Ms) -> None:
    """Give a worker the usual presentation for the rest of a comparison; twice is once.

    Raises:
        Conflict: ``comparison-none``: nothing is compared for them.
    """
    place = _own_place(worker)
    if place.left_ms is None:
        place.left_ms, place.asked_usual, place.hides_proposals = now_ms, True, False
        place.save(update_fields=["left_ms", "asked_usual", "hides_proposals"])


@transaction.atomic
def say_strain(worker: Worker, strain: int | None, *, uses_aid: bool | None) -> None:
    """Keep how hard the work is, 1 to 5, and whether somebody uses assistive technology.

    Both are optional, and can be taken back.

    Raises:
        BadInput: ``comparison-strain``.
        Conflict: ``comparison-none``.
    """
    if strain is not None and not LEAST_STRAIN <= strain <= MOST_STRAIN:
        raise BadInput(f"{strain}; expected 1 to 5", code="comparison-strain", field="strain")
    place = _own_place(worker)
    place.strain, place.uses_aid = strain, uses_aid
    place.save(update_fields=["strain", "uses_aid"])


@transaction.atomic
def report_harm(
    worker: Worker, by: Person, words: str, now_ms: Ms, *, access_failed: bool = False
) -> Comparison:
    """Hold a comparison because a worker says that it does harm: one person's word is enough.

    Raises:
        Incomplete: ``comparison-unsaid``: nothing is said.
        Conflict: ``comparison-none``; raised by ``hold_comparison``.
    """
    if not words.strip():
        raise Incomplete("say what happened", code="comparison-unsaid", field="words")
    place = _own_place(worker)
    if access_failed:
        place.access_failed = True
        place.save(update_fields=["access_failed"])
    harm = Harm.ACCESS if access_failed else Harm.PERSON
    return hold_comparison(place.comparison.pk, harm, words, now_ms, by=by)


def _own_place(worker: Worker) -> ComparedPerson:
    place = place_of(worker.pk)
    if place is None or place.comparison.ended_ms is not None:
        raise Conflict("nothing is compared in your work here", code="comparison-none")
    return place


@transaction.atomic
def _join(comparison: Comparison, worker: Worker, now_ms: Ms) -> ComparedPerson:
    """Draw a worker's presentation: the next of the comparison's random order."""
    Comparison.objects.select_for_update().get(pk=comparison.pk)
    existing = place_in(comparison.pk, worker.pk)
    if existing is not None:
        return existing
    position = ComparedPerson.objects.filter(comparison=comparison).count()
    arm = arm_of(bytes(comparison.seed), position)
    return ComparedPerson.objects.create(
        comparison=comparison,
        worker=worker,
        arm=arm,
        hides_proposals=comparison.subject == Subject.PROPOSALS and arm == Arm.B,
        joined_ms=now_ms,
    )
