"""Terms of office of ethics reviewers: who may stand, when a term begins and ends.

A candidate mastered the twelve lessons and made three assisted reviews, or is proposed from outside
by a representative with a CV. Who runs the instance never stands, and nobody serves three terms.
"""

from collections.abc import Sequence

from django.db import transaction

from canut.actions.lessons.catalogue import list_lessons
from canut.core.clock import Ms
from canut.core.errors import Conflict, Forbidden
from canut.core.ethics.office import ASSISTED_NEEDED, LESSONS_NEEDED, MOST_TERMS
from canut.core.participation.message_deadlines import plain_text
from canut.store.ethics.offices import (
    council_ids,
    count_terms,
    is_operator,
    nominee_of,
    term_of,
)
from canut.store.ethics.reviews import assisted_by
from canut.store.lessons.attempts import passed_lessons
from canut.store.tables.ethics import EthicsNominee, EthicsTerm
from canut.store.tables.participation import Election
from canut.store.tables.people import Person

LONGEST_CV = 2_000


def lessons_left(person: Person) -> int:
    """Count the lessons of the twelve that a person has not mastered."""
    twelve = {lesson.id for lesson in list_lessons() if lesson.number <= LESSONS_NEEDED}
    return len(twelve - passed_lessons(person.pk))


def check_candidate(person: Person) -> None:
    """Refuse who may not become an ethics reviewer.

    Raises:
        Forbidden: they run the instance, served two terms, or lack lessons or assisted reviews and
            are proposed by nobody.
    """
    if person.is_service or is_operator(person):
        raise Forbidden("who runs the instance is no ethics reviewer", code="ethics-operator")
    if count_terms(person) >= MOST_TERMS:
        raise Forbidden(f"{MOST_TERMS} terms were served", code="ethics-terms", limit=MOST_TERMS)
    if nominee_of(person) is not None:
        return
    lessons, assisted = lessons_left(person), assisted_by(person.pk)
    if lessons or assisted < ASSISTED_NEEDED:
        raise Forbidden(
            f"{lessons} lessons are not mastered, and {assisted} of {ASSISTED_NEEDED} assisted"
            " reviews are made; a representative can also propose somebody from outside",
            code="ethics-not-ready",
            lessons=lessons,
            assisted=assisted,
            limit=ASSISTED_NEEDED,
        )


@transaction.atomic
def propose_outsider(person: Person, cv: str, *, by: Person, now_ms: Ms) -> EthicsNominee:
    """Propose somebody from outside, with a CV that voters read; proposing again replaces it.

    Raises:
        Forbidden: the person who proposes is no representative, or the other runs the instance.
        Incomplete, TooLarge: the CV is empty or over 2,000 characters.
    """
    if by.pk not in council_ids():
        raise Forbidden("representatives propose", code="not-a-representative")
    if person.is_service or is_operator(person):
        raise Forbidden("who runs the instance is no ethics reviewer", code="ethics-operator")
    nominee, _ = EthicsNominee.objects.update_or_create(
        person=person, defaults={"cv": plain_text(cv, LONGEST_CV), "by": by, "at_ms": now_ms}
    )
    return nominee


def begin_terms(election: Election, people: Sequence[int], now_ms: Ms) -> None:
    """Put the elected in office, most votes first; beyond the seats they are deputies.

    A term that runs goes on until its end; somebody elected again ends it and begins another.
    """
    again = EthicsTerm.objects.filter(person__in=people, ended_ms=None)
    again.update(ended_ms=now_ms, ended_why=EthicsTerm.Why.OVER)
    EthicsTerm.objects.bulk_create(
        EthicsTerm(
            person_id=person,
            election=election,
            is_deputy=rank >= election.seats,
            begins_ms=now_ms,
            ends_ms=election.term_ends_ms,
        )
        for rank, person in enumerate(people)
    )


def end_terms(now_ms: Ms) -> int:
    """End the terms that are over; return how many."""
    due = EthicsTerm.objects.filter(ended_ms=None, ends_ms__lte=now_ms)
    return due.update(ended_ms=now_ms, ended_why=EthicsTerm.Why.OVER)


@transaction.atomic
def resign_ethics(person: Person, now_ms: Ms) -> EthicsTerm:
    """End one's own term.

    Raises:
        Conflict: the person serves none.
    """
    term = term_of(person, now_ms)
    if term is None:
        raise Conflict("you are no ethics reviewer", code="ethics-no-term")
    term.ended_ms, term.ended_why = now_ms, EthicsTerm.Why.RESIGNED
    term.save(update_fields=["ended_ms", "ended_why"])
    return term
