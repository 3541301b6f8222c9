"""Set the first terms of several people at once, all of them or nobody's."""

from collections.abc import Sequence

from django.db import transaction

from canut.actions.people.terms_changes import ChangeIn, change_terms
from canut.actions.people.work_terms import TermsIn
from canut.core.clock import Ms
from canut.core.errors import Conflict, Incomplete
from canut.store.models import Person
from canut.store.people.work_terms import terms_of


@transaction.atomic
def set_first_terms(
    people: Sequence[tuple[Person, TermsIn]], control_facts: int, *, by: Person, now_ms: Ms
) -> int:
    """Set the terms of people who have none; return how many.

    Raises:
        Incomplete: nobody is chosen.
        Conflict: somebody has terms already: a change has a reason of its own.
        BadInput, Forbidden: as ``change_terms``.
    """
    if not people:
        raise Incomplete("choose at least one person", code="nobody-chosen")
    for person, terms in people:
        if terms_of(person.pk, now_ms) is not None:
            raise Conflict(f"{person} has terms already", code="has-terms", name=str(person))
        change_terms(person, ChangeIn(terms, control_facts), by=by, now_ms=now_ms)
    return len(people)
