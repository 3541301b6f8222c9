"""Change somebody's status or place of work: with a reason, told at once, never by one hand alone.

A change that concerns time already worked, or that goes against the facts of who controls the work,
needs a second person. Where there is none, the worker agrees themselves, or it counts after seven
days. Any other change counts from its day on. The person is told of every step and can contest it
for 90 days: what held before holds until somebody else has decided.

Every version of terms stays; the newest counts from its day on. Pay reads versions alone
(``work_terms``); what a change of closed periods pays is in ``pay.corrections``.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from canut.actions.people.terms_messages import Step, add_objection, tell
from canut.actions.people.work_terms import (
    StatusAndPlace,
    TermsIn,
    add_version,
    check_terms,
    check_terms_payable,
    set_terms,
)
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import HOUR_MS, Ms, day_begin, local_day
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing, TooLate
from canut.core.people.work_terms import (
    LONGEST_NOTICE_DAYS,
    LONGEST_TEXT,
    REASON_LENGTH,
    contestable_until,
    counts_by_waiting_from,
    is_against_facts,
)
from canut.core.places.parameters import PLACE, Status
from canut.store.people.terms_changes import (
    OPEN,
    closed_period_around,
    deciders_of,
    has_later_change,
    has_worked_since,
    open_change,
    place_word_of,
    second_people,
)
from canut.store.people.work_terms import terms_of, versions_from
from canut.store.tables.people import Person, PlaceWord, Terms, TermsChange

State = TermsChange.State
NOON_MS = 12 * HOUR_MS


@dataclass(frozen=True, slots=True)
class ChangeIn:
    """A change as somebody enters it.

    Args:
        terms: the terms there are to be.
        from_day: the first day they count, in the person's time zone; None for today.
        reason: why, in words the person reads.
        control_facts: from how many facts of control on somebody is an employee.
    """

    terms: TermsIn
    control_facts: int
    from_day: date | None = None
    reason: str = ""


@transaction.atomic
def change_terms(person: Person, entry: ChangeIn, *, by: Person, now_ms: Ms) -> TermsChange | None:
    """Set somebody's terms; return the change where their status or place needs one.

    First terms of somebody who is paid, and what is neither status nor place, count at once.

    Raises:
        BadInput: place, zone, pace or day cannot be used, or the day lies within a closed period.
        Incomplete: a change has no reason, or too short a one.
        Conflict: another change of this person is not settled yet.
        Forbidden: a program, or the person themselves.
    """
    terms_in = entry.terms
    check_terms(terms_in)
    check_terms_payable(person, terms_in.place, terms_in.status, now_ms)
    if by.is_service or by.pk == person.pk:
        raise Forbidden("somebody else sets the terms of a person", code="terms-own")
    Person.objects.select_for_update().get(id=person.pk)
    newest = terms_of(person.pk, now_ms)
    zone = ZoneInfo(terms_in.zone)
    from_day = entry.from_day or local_day(now_ms, zone)
    from_ms = day_begin(from_day, zone)
    change = TermsChange(
        person=person,
        before=_version_changed(person, terms_in, min(now_ms, from_ms + NOON_MS)),
        place=terms_in.place,
        zone=terms_in.zone,
        status=terms_in.status.value,
        facts=terms_in.facts,
        from_day=from_day,
        from_ms=from_ms,
        is_against_facts=_is_newly_against_facts(newest, terms_in, entry.control_facts),
        reason=entry.reason.strip(),
        proposed_by=by,
        at_ms=now_ms,
        concerns_worked_time=False,
    )
    if _counts_at_once(change, newest):
        if newest is None:
            _check_none_open(person)
        set_terms(person, terms_in, by=by, now_ms=now_ms)
        return None
    _check_change(change, now_ms)
    if newest is not None and _is_other_beside(newest, terms_in):
        former = replace(
            terms_in,
            place=newest.place,
            zone=newest.zone,
            status=Status(newest.status),
            facts=newest.facts,
        )
        set_terms(person, former, by=by, now_ms=now_ms)
    _begin(change, now_ms)
    return change


@transaction.atomic
def confirm_change(change_id: int, *, by: Person, now_ms: Ms) -> TermsChange:
    """Agree to a change, as the second person, or as the worker where there is none.

    Raises:
        Missing: there is no such change.
        Conflict: it does not wait for anybody.
        Forbidden: they are its author, or cannot be the second person.
    """
    change = _lock(change_id)
    if change.state != State.WAITING:
        raise Conflict(f"change {change.pk} is {change.state}", code="terms-change-settled")
    is_worker = by.pk == change.person_id
    if is_worker and second_people(change).exists():
        raise Forbidden("a second person agrees to this change", code="terms-second-person")
    if not is_worker:
        _check_second_person(change, by)
    _agree(change, by, now_ms)
    return change


@transaction.atomic
def refuse_change(change_id: int, words: str, *, by: Person, now_ms: Ms) -> TermsChange:
    """Refuse a change as the second person, or withdraw it as its author.

    Raises:
        Missing: there is no such change.
        Conflict: it counts already, or is settled.
        Forbidden: they cannot be the second person.
        Incomplete: the second person gives no reason.
    """
    change = _lock(change_id)
    is_author = by.pk == change.proposed_by_id
    states = OPEN if is_author else (State.WAITING,)
    if change.state not in states:
        raise Conflict(f"change {change.pk} is {change.state}", code="terms-change-settled")
    if not is_author:
        _check_second_person(change, by)
        change.decision = _checked(words)
    change.state = State.WITHDRAWN if is_author else State.REFUSED
    _settle(change, by, now_ms, Step.WITHDRAWN if is_author else Step.REFUSED)
    return change


@transaction.atomic
def contest_change(change_id: int, words: str, *, by: Person, now_ms: Ms) -> TermsChange:
    """Contest a change of one's own terms; what held before holds until somebody has decided.

    Raises:
        Missing: there is no such change of theirs.
        Conflict: it does not count and is not going to, or was contested or agreed to already.
        TooLate: they were told of it more than 90 days ago.
        Incomplete: no words, or too few.
    """
    change = _lock(change_id)
    if by.pk != change.person_id:
        raise Missing(f"there is no change {change_id} of yours", code="terms-change-missing")
    if change.state not in (State.WAITING, State.PLANNED, State.IN_FORCE):
        raise Conflict(f"change {change.pk} is {change.state}", code="terms-change-settled")
    if change.contested_ms is not None or change.confirmed_by_id == by.pk:
        raise Conflict("it was contested or agreed to already", code="terms-change-settled")
    if now_ms > contestable_until(change.confirmed_ms or change.at_ms):
        raise TooLate("the change is more than 90 days old", code="terms-contest-late")
    if open_change(by.pk) not in (None, change) or has_later_change(change):
        raise Conflict("a later change is not settled yet", code="terms-change-open")
    change.objection = _checked(words)
    change.contested_ms, was_in_force = now_ms, change.state == State.IN_FORCE
    change.state = State.CONTESTED
    if was_in_force:
        _restore(change, by, now_ms)
    add_objection(change, now_ms)
    change.save()
    return change


@transaction.atomic
def decide_contest(
    change_id: int, words: str, *, counts: bool, by: Person, now_ms: Ms
) -> TermsChange:
    """Decide on a contested change, as a second person: it counts, or it does not.

    Raises:
        Missing: there is no such change.
        Conflict: it is not contested.
        Forbidden: they are its author or the worker, or agreed to it while somebody else could
            decide.
        Incomplete: no words, or too few.
    """
    change = _lock(change_id)
    if change.state != State.CONTESTED:
        raise Conflict(f"change {change.pk} is {change.state}", code="terms-change-settled")
    if not deciders_of(change).filter(id=by.pk).exists():
        raise Forbidden("somebody else decides on this change", code="terms-second-person")
    change.decision = _checked(words)
    change.decided_by, change.decided_ms = by, now_ms
    if not counts:
        change.state = State.REFUSED
    else:
        _enact(change, now_ms)
    _settle(change, by, now_ms, Step.UPHELD if counts else Step.OVERTURNED)
    return change


def apply_due_changes(now_ms: Ms) -> int:
    """Let the changes count whose day has come, or whose seven days are over; return how many.

    A change whose second people have all gone begins its seven days when that is noticed.
    """
    waiting = TermsChange.objects.filter(state=State.WAITING)
    planned = TermsChange.objects.filter(state=State.PLANNED, from_ms__lte=now_ms)
    numbers = [*waiting.values_list("id", flat=True), *planned.values_list("id", flat=True)]
    return attempt_each("terms-change", numbers, lambda number: _apply(number, now_ms))


@transaction.atomic
def say_place(person: Person, place: str, now_ms: Ms) -> PlaceWord:
    """Record where a person says they work; it confirms the place of their terms, or not.

    Raises:
        BadInput: the code is not that of a place.
    """
    if not PLACE.fullmatch(place):
        raise BadInput(f"{place!r} is no place such as CA-QC", code="bad-place")
    return PlaceWord.objects.create(person=person, place=place, at_ms=now_ms)


def _begin(change: TermsChange, now_ms: Ms) -> None:
    """Start a change: it counts, is planned for its day, or waits; and tell the person."""
    if change.needs_agreement and not _is_own_word(change):
        change.state = State.WAITING
        if second_people(change).exists():
            tell(change, Step.WAITS, change.proposed_by, now_ms)
            change.save()
        else:
            _wait_for_worker(change, now_ms)
        return
    if change.needs_agreement:
        change.confirmed_by, change.confirmed_ms = change.person, now_ms
    _count(change, change.proposed_by, now_ms)


def _wait_for_worker(change: TermsChange, now_ms: Ms) -> None:
    """Begin the seven days of a change that nobody else can agree to, and tell the person."""
    change.due_ms = counts_by_waiting_from(now_ms)
    tell(change, Step.WAITS_FOR_WORKER, change.proposed_by, now_ms)
    change.save()


def _is_own_word(change: TermsChange) -> bool:
    """Return whether a change says only where the person said they work, from that day on."""
    before, word = change.before, place_word_of(change.person_id)
    if before is None or word is None or change.is_against_facts:
        return False
    if change.from_day < local_day(word.at_ms, ZoneInfo(change.zone)):
        return False
    return before.status == change.status and word.place == change.place


def _agree(change: TermsChange, by: Person | None, now_ms: Ms) -> None:
    change.confirmed_by, change.confirmed_ms = by, now_ms
    _count(change, by or change.proposed_by, now_ms)


def _count(change: TermsChange, by: Person, now_ms: Ms) -> None:
    """Let a change count from its day on, and tell the person."""
    _enact(change, now_ms)
    step = Step.IN_FORCE if change.state == State.IN_FORCE else Step.PLANNED
    tell(change, step, by, now_ms)
    change.save()


def _settle(change: TermsChange, by: Person, now_ms: Ms, step: Step) -> None:
    change.decided_by, change.decided_ms = by, now_ms
    tell(change, step, by, now_ms)
    change.save()


def _enact(change: TermsChange, now_ms: Ms) -> None:
    """Make the version of a change whose day has come; plan it for its day otherwise."""
    if change.from_ms > now_ms:
        change.state = State.PLANNED
        return
    status_and_place = StatusAndPlace(
        Status(change.status), change.place, change.zone, change.facts
    )
    change.terms = add_version(
        change.person,
        status_and_place,
        by=change.proposed_by,
        at_ms=change.from_ms,
        decided_ms=now_ms,
    )
    change.state = State.IN_FORCE


def _restore(change: TermsChange, by: Person, now_ms: Ms) -> None:
    """Make the versions before a change count again; without any, they are an employee."""
    former = versions_from(change.person_id, change.from_ms, before=change.terms)
    segments = [
        (at_ms, StatusAndPlace(Status(row.status), row.place, row.zone, row.facts))
        for at_ms, row in former
    ] or [
        (
            change.from_ms,
            StatusAndPlace(Status.EMPLOYEE, change.place, change.zone, change.facts),
        )
    ]
    for at_ms, status_and_place in segments:
        add_version(change.person, status_and_place, by=by, at_ms=at_ms, decided_ms=now_ms)


@transaction.atomic
def _apply(change_id: int, now_ms: Ms) -> bool:
    change = _lock(change_id)
    if change.state == State.PLANNED and change.from_ms <= now_ms:
        _count(change, change.proposed_by, now_ms)
        return True
    if change.state != State.WAITING:
        return False
    if second_people(change).exists():
        if change.due_ms is not None:
            change.due_ms = None
            change.save(update_fields=["due_ms"])
        return False
    if change.due_ms is None:
        _wait_for_worker(change, now_ms)
        return False
    if now_ms < change.due_ms:
        return False
    _agree(change, None, now_ms)
    return True


def _version_changed(person: Person, terms_in: TermsIn, since_ms: Ms) -> Terms | None:
    """Return the first version from a moment on that is other than these terms, else the last."""
    versions = [row for _, row in versions_from(person.pk, since_ms)]
    other = [
        row for row in versions if (row.status, row.place) != (terms_in.status, terms_in.place)
    ]
    if not versions:
        return None
    return other[0] if other else versions[-1]


def _counts_at_once(change: TermsChange, newest: Terms | None) -> bool:
    """Return whether nobody has to be asked; note on the change why somebody has to."""
    before = change.before
    if before is None or newest is None:
        is_paid_here = Status(change.status).is_paid_here
        change.concerns_worked_time = not is_paid_here and has_worked_since(change.person, 0)
        return not change.needs_agreement
    if (before.status, before.place) != (change.status, change.place):
        change.concerns_worked_time = has_worked_since(change.person, change.from_ms)
        return False
    return not change.is_against_facts


def _is_newly_against_facts(newest: Terms | None, terms_in: TermsIn, control_facts: int) -> bool:
    """Return whether a status goes against the facts, unless it does so already."""
    if newest is not None and (newest.status, newest.facts) == (terms_in.status, terms_in.facts):
        return False
    return is_against_facts(terms_in.status, terms_in.facts, control_facts)


def _is_other_beside(before: Terms, terms_in: TermsIn) -> bool:
    """Return whether what is neither status nor place differs, and so counts at once."""
    return (before.is_minor, before.pace_granted) != (terms_in.is_minor, terms_in.pace_granted)


def _check_change(change: TermsChange, now_ms: Ms) -> None:
    """Refuse a change without a reason, of a day it cannot have, or while another is open."""
    change.reason = _checked(change.reason)
    _check_none_open(change.person)
    today = local_day(now_ms, ZoneInfo(change.zone))
    if change.from_day > today + timedelta(days=LONGEST_NOTICE_DAYS):
        raise BadInput(f"{change.from_day} is over a year ahead", code="terms-day-far")
    closed = closed_period_around(change.from_day)
    if closed is not None:
        raise BadInput(
            f"{change.from_day} lies within a closed period; begin with it or after it",
            code="terms-day-closed",
            first=closed.first_day.isoformat(),
            next=(closed.last_day + timedelta(days=1)).isoformat(),
        )


def _check_none_open(person: Person) -> None:
    if open_change(person.pk) is not None:
        raise Conflict("another change of this person is not settled", code="terms-change-open")


def _check_second_person(change: TermsChange, by: Person) -> None:
    if not second_people(change).filter(id=by.pk).exists():
        raise Forbidden(
            "another operator, an auditor or a representative agrees, never its author, and nobody"
            " of the client alone",
            code="terms-second-person",
        )


def _checked(words: str) -> str:
    text = words.strip()
    if not REASON_LENGTH <= len(text) <= LONGEST_TEXT:
        raise Incomplete(
            f"{len(text)} characters; write {REASON_LENGTH} to {LONGEST_TEXT}",
            code="terms-reason",
            least=REASON_LENGTH,
            most=LONGEST_TEXT,
        )
    return text


def _lock(change_id: int) -> TermsChange:
    change = TermsChange.objects.select_for_update().filter(id=change_id).first()
    if change is None:
        raise Missing(f"there is no change {change_id}", code="terms-change-missing")
    return change
