"""Create and revoke API keys, record their use, and give each program its worker.

The holder of a key is always a program with a name of its own, a ``Person`` with ``is_service``. No
decision against a person is ever taken through the API: a program may propose one, a named person
takes it on a page. Answers of a program are a ``model``'s, counted and unpaid, or ``simulated``
where the key says so; only people are paid.

It also allocates the requests a key may make in a minute, across all processes of every server.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction

from canut.actions.people.accounts import check_given, end_membership, join_as_worker
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Forbidden, Incomplete
from canut.store.integrations import api_keys
from canut.store.integrations.api_keys import Caller, project_numbered
from canut.store.models import Membership, Organisation, Person, Project, Role
from canut.store.tables.integrations import ApiKey

BEGINS = "canut_"


PREFIX_LENGTH = 12


NAME_LENGTH = 60


MOST_DAYS = 730


@dataclass(frozen=True, slots=True)
class KeyIn:
    """A key as requested.

    Args:
        name: what the program is called, as others see it.
        role: what it may do.
        days: how long the key works, 1 to 730.
        organisation: where; all its projects.
        project: where; this one alone. Without either it is good for the whole instance.
        is_simulated: its answers are those of simulated people.
    """

    name: str
    role: Role
    days: int = 365
    organisation: Organisation | None = None
    project: Project | None = None
    is_simulated: bool = False


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just created; ``token`` is displayed once and never stored."""

    key: ApiKey
    token: str


@transaction.atomic
def create_key(key_in: KeyIn, *, by: Person | None, now_ms: Ms) -> NewKey:
    """Create a key and the program it belongs to.

    The first key of an instance without an organisation makes one, whose projects it may begin.

    Args:
        key_in: what it is for.
        by: who makes it, checked by the caller; None for a command of the instance.
        now_ms: from when it works.

    Raises:
        Incomplete: it has no name.
        BadInput: the name is too long, or the key would work for no day or too many.
        Forbidden: a program makes it, or it would represent people, whom only a ballot appoints.
    """
    now = from_ms(now_ms)
    check_given(key_in.role)
    if by is not None and by.is_service:
        raise Forbidden("a program makes no keys; a person does", code="service-actor")
    name = key_in.name.strip()
    if not name:
        raise Incomplete("a key needs the name of the program it is for", field="name")
    if len(name) > NAME_LENGTH:
        raise BadInput(
            f"the name has {len(name)} characters; at most {NAME_LENGTH}",
            code="too-long",
            field="name",
            limit=NAME_LENGTH,
        )
    if not 1 <= key_in.days <= MOST_DAYS:
        raise BadInput(
            f"a key works for 1 to {MOST_DAYS} days, not {key_in.days}",
            code="key-days",
            limit=MOST_DAYS,
        )
    if by is None and not Organisation.objects.exists():  # an instance nobody has used yet
        Organisation.objects.create(name="Canut", kind=Organisation.Kind.OPERATOR, created_at=now)
    program = Person(
        username=f"key-{secrets.token_hex(6)}",
        shown_name=name,
        is_service=True,
        is_simulated=key_in.is_simulated,
    )
    program.set_unusable_password()
    program.save()
    token = BEGINS + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        person=program,
        name=name,
        prefix=token[:PREFIX_LENGTH],
        token_hash=hash_of(token),
        role=key_in.role,
        organisation=key_in.organisation,
        project=key_in.project,
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=key_in.days),
    )
    return NewKey(key, token)


@transaction.atomic
def revoke_key(key: ApiKey, now_ms: Ms) -> None:
    """Revoke a key for good; its program's work stays, its leases expire."""
    ApiKey.objects.filter(id=key.id, revoked_at=None).update(revoked_at=from_ms(now_ms))
    for membership in Membership.objects.filter(person=key.person_id, ended_at=None):
        end_membership(membership, now_ms)


@transaction.atomic
def note_key_used(key_id: int, now_ms: Ms) -> None:
    """Record the day a key was last used; at most one write a day."""
    now = from_ms(now_ms)
    ApiKey.objects.filter(id=key_id).exclude(used_on=now.date()).update(used_on=now.date())


def seat_of(caller: Caller, now_ms: Ms) -> int:
    """Return the program's worker in a project, created the first time.

    Raises:
        Forbidden: the program left the project, or was taken out of it.
    """
    if caller.has_left:
        raise Forbidden("this program no longer works in the project", code="worker-left")
    if caller.worker is not None:
        return caller.worker
    return _join(caller, now_ms)


@transaction.atomic
def _join(caller: Caller, now_ms: Ms) -> int:
    project = project_numbered(caller.found or 0)
    return int(join_as_worker(project, Person.objects.get(id=caller.person), now_ms).pk)


def hash_of(token: str) -> str:
    """Return the stored hash of a key."""
    return hashlib.sha256(token.encode()).hexdigest()


class Handed(NamedTuple):
    """The number of requests reserved for this process, and the number left for all."""

    granted: int
    left: int


def take_requests(key: int, minute: int, limit: int, count: int) -> Handed:
    """Reserve some of a minute's requests, as far as there are any.

    Args:
        key: whose.
        minute: since 1970 UTC; a clock that is behind takes from the newest minute known.
        limit: how many a minute has.
        count: how many are wanted.
    """
    with transaction.atomic():
        used = api_keys.take_requests(key, minute, count)
    before = used - count
    return Handed(max(0, min(count, limit - before)), max(0, limit - used))
