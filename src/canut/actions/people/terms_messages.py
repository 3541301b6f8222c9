"""Tell a person of a change of their status or place, in their language, in a thread of messages.

One thread holds all that is said of one change: what, from which day, why, what it does to pay, and
what happens next. It names nobody, since it goes into the person's own record: who did what stands
on the page of their terms. The e-mail that follows each message is in ``email_notices``.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, number_format

from canut.core.clock import Ms, local_day
from canut.core.day_names import MONTHS, day_in
from canut.core.errors import Refusal
from canut.core.messages import message
from canut.core.pay.floor import FloorPolicy, floor_on
from canut.core.people.work_terms import pay_effect
from canut.core.places.names import place_name, status_name
from canut.core.places.parameters import Status
from canut.store.pay.places import places
from canut.store.tables.participation import Message, Thread
from canut.store.tables.people import Person, Terms, TermsChange

PAGE = "/pay/terms"


class Step(StrEnum):
    """What happened to a change; names the texts of the message."""

    WAITS = "waits"
    WAITS_FOR_WORKER = "waits-for-worker"
    PLANNED = "planned"
    IN_FORCE = "in-force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UPHELD = "upheld"
    OVERTURNED = "overturned"


TELLS_ALL = (Step.WAITS, Step.WAITS_FOR_WORKER, Step.PLANNED, Step.IN_FORCE)


def tell(change: TermsChange, step: Step, by: Person, now_ms: Ms) -> None:
    """Write to the person a change is about what happened to it."""
    with translation.override(language_of(change.person)):
        text = "\n".join(_lines(change, step))
    _write(change, Message.Voice.OPERATOR, by, text, now_ms)


def add_objection(change: TermsChange, now_ms: Ms) -> None:
    """Write a person's objection into the thread of the change."""
    _write(change, Message.Voice.WORKER, change.person, change.objection, now_ms)


def language_of(person: Person) -> str:
    """Return the language a person is written to in: their own, or French if they chose none."""
    return person.language or "fr"


def _write(
    change: TermsChange, voice: Message.Voice, author: Person, text: str, now_ms: Ms
) -> None:
    if change.thread is None:
        change.thread = Thread.objects.create(
            to=Thread.To.OPERATOR, opened_by=change.person, opened_ms=now_ms
        )
    Message.objects.create(
        thread=change.thread, author=author, voice=voice, text=text, at_ms=now_ms
    )


def _lines(change: TermsChange, step: Step) -> Iterator[str]:
    language = language_of(change.person)

    def say(name: str, **facts: object) -> str:
        return message(language, f"work_terms.{name}", **facts)

    day = _day(language, change.from_day)
    yield say(f"title.{step}", day=day)
    after = _words(change, language)
    if change.before is None:
        yield say("what_first", after=after)
    else:
        yield say("what", before=_words(change.before, language), after=after)
    yield say("from", day=day)
    if step not in TELLS_ALL:
        if change.decision:
            yield say("why", reason=change.decision)
        return
    yield say("why", reason=change.reason)
    yield say("in_pay", effect=" ".join(pay_effects(change, language)))
    if step in (Step.WAITS, Step.WAITS_FOR_WORKER):
        cause = "worked" if change.concerns_worked_time else "facts"
        yield say(f"next.{cause}")
    if step is Step.WAITS_FOR_WORKER and change.due_ms is not None:
        until = local_day(change.due_ms, ZoneInfo(change.zone))
        yield say("next.nobody_else", day=_day(language, until))
    yield say("next.contest", url=f"{settings.URL.rstrip('/')}{PAGE}")


def pay_effects(change: TermsChange, language: str) -> Iterator[str]:
    """Say in sentences what a change does to pay: the status, then the minimum of an hour."""
    before = change.before
    effect = pay_effect(Status(before.status) if before else None, Status(change.status))
    if effect != "same":
        yield message(language, f"work_terms.effect.{effect}")
    if before is not None and before.place != change.place and Status(change.status).is_paid_here:
        floors = [_minimum(place, change.from_day) for place in (before.place, change.place)]
        if all(floors):
            yield message(language, "work_terms.effect.floor", before=floors[0], after=floors[1])
        else:
            yield message(language, "work_terms.effect.floor_unknown")


def _minimum(place: str, day: date) -> str:
    """Write the law's minimum of an hour in a place; empty where it is not known."""
    try:
        currency = places().chain(place)[0].currency
        floor = floor_on(places(), place, day, Status.EMPLOYEE, FloorPolicy(currency))
    except Refusal:
        return ""
    return f"{number_format(floor.per_hour.decimal, 2)} {currency}"


def _words(terms: Terms | TermsChange, language: str) -> str:
    return f"{status_name(terms.status, language)}, {place_name(terms.place, language)}"


def _day(language: str, day: date) -> str:
    """Write a day in English or French as pages do, in other languages as Django does."""
    return day_in(language, day) if language in MONTHS else date_format(day, "DATE_FORMAT")
