"""Announce to a person what was decided about them, until they open it.

Announced are decisions with an effect, their undoing, answers to appeals, changes of status or
place, and replies to messages. What only holds tasks back for a while (a practice task, a limit of
the day) is said where tasks are asked for, and is not announced.

Each place is opened as a whole: opening it marks everything in it as seen.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from canut.core.clock import DAY_MS, Ms
from canut.core.decisions.deadlines import CONTEST_DAYS
from canut.store.people.waiting import may_wait
from canut.store.tables.decisions import Decision, PlaceOpened
from canut.store.tables.participation import Message
from canut.store.tables.people import Person, TermsChange

DECISIONS, TERMS, MESSAGES = "decisions", "my_terms", "messages"
PLACES = (DECISIONS, TERMS, MESSAGES)
"""Names of the pages where news stand, as in the addresses."""
ANNOUNCED_MS = CONTEST_DAYS * DAY_MS
"""What is older can no longer be appealed, and is announced no more."""


def unseen_counts(person: Person, now_ms: Ms) -> Mapping[str, int]:
    """Count what is new to a person, by place; places with nothing new are left out."""
    places = places_with_news(person, now_ms).intersection(PLACES)
    return unseen_in(person, places, now_ms)


def places_with_news(person: Person, now_ms: Ms) -> frozenset[str]:
    """Return the places where something may wait for a person, or be new to them."""
    return may_wait(person.pk, now_ms - ANNOUNCED_MS)


def unseen_in(person: Person, places: Collection[str], now_ms: Ms) -> Mapping[str, int]:
    """Count what is new to a person in some places; those with nothing new are left out."""
    if not places:
        return {}
    opened = opened_ms(person, now_ms)
    select: dict[str, Callable[[Person, Ms], QuerySet[Any]]] = {
        DECISIONS: unseen_decisions,
        TERMS: unseen_changes,
        MESSAGES: _unseen_messages,
    }
    counts = {place: select[place](person, opened[place]).count() for place in places}
    return {place: count for place, count in counts.items() if count}


def opened_ms(person: Person, now_ms: Ms) -> dict[str, Ms]:
    """Return since when things are new to a person, by place."""
    first_ms = now_ms - ANNOUNCED_MS
    stored = dict(PlaceOpened.objects.filter(person=person).values_list("place", "at_ms"))
    return {place: max(stored.get(place, 0), first_ms) for place in PLACES}


@transaction.atomic
def open_place(person: Person, place: str, now_ms: Ms) -> Ms:
    """Mark everything in a place as seen; return since when things in it were new."""
    before_ms = opened_ms(person, now_ms)[place]
    PlaceOpened.objects.update_or_create(person=person, place=place, defaults={"at_ms": now_ms})
    return before_ms


def unseen_decisions(person: Person, since_ms: Ms) -> QuerySet[Decision]:
    """Select the decisions about a person that were made or changed since a time, newest first.

    One that was made and undone since is none.
    """
    is_new = Q(at_ms__gt=since_ms, undone_ms=None)
    is_undone = Q(at_ms__lte=since_ms, undone_ms__gt=since_ms)
    is_answered = Q(appeal__answered_ms__gt=since_ms)
    return (
        Decision.objects.filter(is_new | is_undone | is_answered, person=person)
        .exclude(kind=Decision.Kind.NOT_LENT)
        .order_by("-at_ms", "-id")
    )


def unseen_changes(person: Person, since_ms: Ms) -> QuerySet[TermsChange]:
    """Select the changes of a person's status or place that others made or decided since a time."""
    is_new = Q(at_ms__gt=since_ms) & ~Q(proposed_by=person)
    is_agreed = Q(confirmed_ms__gt=since_ms) & ~Q(confirmed_by=person)
    is_decided = Q(decided_ms__gt=since_ms) & ~Q(decided_by=person)
    return TermsChange.objects.filter(is_new | is_agreed | is_decided, person=person)


def _unseen_messages(person: Person, since_ms: Ms) -> QuerySet[Message]:
    """Select the replies to a person's messages since a time."""
    replies = Message.objects.filter(thread__opened_by=person, at_ms__gt=since_ms)
    return replies.exclude(author=F("thread__opened_by"))
