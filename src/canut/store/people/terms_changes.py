"""Changes of status and place: which wait, who may agree to them, and what people say themselves.

The second person of a change is another operator, an auditor or an elected representative. Who runs
or audits nothing but a client this person works for is not one of them. What needs one is decided
in ``actions.people.terms_changes``.
"""

from datetime import date

from django.db.models import Q, QuerySet

from canut.core.clock import Ms
from canut.core.people.work_terms import contestable_until
from canut.store.tables.pay import Period
from canut.store.tables.people import (
    Membership,
    Organisation,
    Person,
    PlaceWord,
    Role,
    Terms,
    TermsChange,
)
from canut.store.tables.time import Beat, Claim, Credited
from canut.store.tables.work import Answer, Worker

State = TermsChange.State
OPEN = (State.WAITING, State.PLANNED, State.CONTESTED)


def second_people(change: TermsChange) -> QuerySet[Person]:
    """Select who may be the second person of a change: not its author, nor whom it is about."""
    return second_people_for(change.person_id, change.proposed_by_id)


def second_people_for(person_id: int, author_id: int) -> QuerySet[Person]:
    """Select who may agree to a change that one person makes about another."""
    clients = Worker.objects.filter(person=person_id).values("project__organisation")
    runs = Q(role__in=(Role.OPERATOR, Role.AUDITOR))
    operators = Organisation.objects.filter(kind=Organisation.Kind.OPERATOR).values("id")
    of_client = Q(organisation__in=clients) & ~Q(organisation__in=operators)
    of_client |= Q(project__organisation__in=clients) & ~Q(project__organisation__in=operators)
    current = Membership.objects.filter(ended_at=None)
    of_clients = current.filter(runs & of_client).values("id")
    eligible = current.filter(runs | Q(role=Role.REPRESENTATIVE)).exclude(id__in=of_clients)
    people = Person.objects.filter(is_active=True, is_service=False)
    return people.filter(id__in=eligible.values("person")).exclude(id__in=(person_id, author_id))


def deciders_of(change: TermsChange) -> QuerySet[Person]:
    """Select who may decide on a contested change: not who agreed to it, if there is another."""
    people = second_people(change)
    others = people.exclude(id=change.confirmed_by_id or 0)
    return others if others.exists() else people


def has_worked_since(person: Person, since_ms: int) -> bool:
    """Return whether any time or answer of a person lies at or after a moment."""
    return (
        Beat.objects.filter(person=person, received_ms__gte=since_ms).exists()
        or Answer.objects.filter(worker__person=person, answered_ms__gte=since_ms).exists()
        or Claim.objects.filter(person=person, end_ms__gt=since_ms).exists()
        or Credited.objects.filter(person=person, end_ms__gt=since_ms).exists()
    )


def has_later_change(change: TermsChange) -> bool:
    """Return whether a later change of the same person counts."""
    later = TermsChange.objects.filter(person=change.person_id, id__gt=change.pk)
    return later.filter(state=State.IN_FORCE).exists()


def closed_period_around(day: date) -> Period | None:
    """Return the closed period in which a day lies, unless it is its first day."""
    closed = Period.objects.filter(state=Period.State.CLOSED)
    return closed.filter(first_day__lt=day, last_day__gte=day).first()


def open_change(person_id: int) -> TermsChange | None:
    """Return a person's change that is not settled yet."""
    return _with_names(TermsChange.objects.filter(person=person_id, state__in=OPEN)).first()


def contestable_change(person_id: int, now_ms: Ms) -> TermsChange | None:
    """Return the change that a person can contest now: the newest that counts or is to count."""
    changes = TermsChange.objects.filter(person=person_id, state__in=(*OPEN, State.IN_FORCE))
    newest = changes.order_by("-id").first()
    if newest is None or newest.contested_ms is not None or newest.confirmed_by_id == person_id:
        return None
    return newest if now_ms <= contestable_until(newest.confirmed_ms or newest.at_ms) else None


def changes_of(person_id: int) -> list[TermsChange]:
    """List all changes of a person, newest first."""
    return list(_with_names(TermsChange.objects.filter(person=person_id)).order_by("-id"))


def changes_waiting(reader: Person) -> list[TermsChange]:
    """List the changes that wait for a second person, for somebody who may be theirs."""
    changes = TermsChange.objects.filter(state__in=(State.WAITING, State.CONTESTED))
    rows = _with_names(changes.exclude(person=reader)).order_by("at_ms")
    return [change for change in rows if _may_read(change, reader)]


def _may_read(change: TermsChange, reader: Person) -> bool:
    if change.state == State.CONTESTED:
        return deciders_of(change).filter(id=reader.pk).exists()
    return second_people(change).filter(id=reader.pk).exists()


def _with_names(changes: QuerySet[TermsChange]) -> QuerySet[TermsChange]:
    return changes.select_related("person", "before", "proposed_by", "confirmed_by", "decided_by")


def versions_of(person_id: int) -> list[Terms]:
    """List all versions of a person's terms, newest first."""
    versions = Terms.objects.filter(person=person_id).select_related("set_by")
    return list(versions.order_by("-number"))


def place_word_of(person_id: int) -> PlaceWord | None:
    """Return where a person last said they work."""
    return PlaceWord.objects.filter(person=person_id).order_by("-at_ms", "-id").first()
