"""Give leases the names by which programs of an organisation know them, and read those of people.

Names are random, made when they are first needed, and stay. Those of people are made in
``people.worker_aliases``.
"""

import secrets
from collections.abc import Iterable, Mapping

from django.db import transaction

from canut.core.turk.ids import RANDOM_BYTES, object_id
from canut.core.turk.refusals import missing
from canut.store.models import Answer, Assignment
from canut.store.turk.hits import assignments_of, person_named, seats_of


def new_object_id() -> str:
    """Return a fresh name of a type, HIT, assignment or qualification."""
    return object_id(secrets.token_bytes(RANDOM_BYTES))


@transaction.atomic
def name_assignments(leases: Iterable[int]) -> dict[int, Assignment]:
    """Return the assignment of each lease, made where there is none.

    It has the name that the page of the lease was given, if one was opened.
    """
    numbers = list(dict.fromkeys(leases))
    existing = assignments_of(numbers)
    seats = seats_of(lease for lease in numbers if lease not in existing)
    fresh = [
        Assignment(public_id=seats.get(lease) or new_object_id(), lease_id=lease)
        for lease in numbers
        if lease not in existing
    ]
    if fresh:
        Assignment.objects.bulk_create(fresh, ignore_conflicts=True)
        existing = assignments_of(numbers)
    return existing


def name_worker(names: Mapping[int, str], answer: Answer) -> str:
    """Return the name of who gave an answer; of an erased person, one that leads to nobody."""
    person = answer.worker.person_id
    return names[person] if person is not None else f"A{answer.worker.public_id.upper()}"


def get_person(organisation: int, public_id: str) -> int:
    """Return the person a program names.

    Raises:
        TurkError: nobody of this name ever worked for this organisation.
    """
    person = person_named(organisation, public_id)
    if person is None:
        raise missing("Worker", public_id)
    return person
