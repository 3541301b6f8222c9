"""Give people the names by which an organisation, its programs and its own pages know them.

A person has another name at each organisation, so two requesters cannot compare lists. Names are
random, made when they are first needed, and stay.
"""

import secrets
from collections.abc import Iterable

from django.db import transaction

from canut.core.turk.ids import RANDOM_BYTES, worker_id
from canut.store.models import WorkerAlias


@transaction.atomic
def name_people(organisation: int, people: Iterable[int]) -> dict[int, str]:
    """Return the name of each person at an organisation, made where there is none."""
    numbers = list(dict.fromkeys(people))
    existing = _aliases(organisation, numbers)
    fresh = [
        WorkerAlias(
            organisation_id=organisation,
            person_id=person,
            public_id=worker_id(secrets.token_bytes(RANDOM_BYTES)),
        )
        for person in numbers
        if person not in existing
    ]
    if fresh:
        WorkerAlias.objects.bulk_create(fresh, ignore_conflicts=True)
        existing = _aliases(organisation, numbers)
    return existing


def _aliases(organisation: int, people: Iterable[int]) -> dict[int, str]:
    rows = WorkerAlias.objects.filter(organisation=organisation, person__in=list(people))
    return dict(rows.values_list("person", "public_id"))
