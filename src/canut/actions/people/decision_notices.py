"""Find who is to be told by e-mail that something waits for their decision.

Changes of status or place and rejections that need a second person, time that waits for its client
or whoever runs the instance, appeals; and two days before its end, that a time limit runs out. Each
person gets at most one e-mail a day about each, however much waits. ``email_notices`` writes and
sends them; who may decide is decided where the matter is.

Reads only.
"""

from collections.abc import Callable, Iterable, Iterator

from canut.core.clock import DAY_MS, Ms
from canut.core.operations.email_texts import EmailKind
from canut.store.decisions.appeals import appeals_waiting
from canut.store.decisions.waiting_rejections import waiting_for
from canut.store.people.terms_changes import changes_waiting
from canut.store.tables.decisions import Appeal, WaitingRejection
from canut.store.tables.people import Letter, Membership, Person, Role, TermsChange
from canut.store.tables.time import Claim
from canut.store.time.claim_deciders import SILENT_MS, claims_to_decide

SOON_MS = 2 * DAY_MS
type Waiting = tuple[int, Ms, Ms | None]
"""The number of a row, since when this person may decide on it, and until when; None for ever."""
type Notice = tuple[int, int]


def decision_news(since_ms: Ms, now_ms: Ms) -> Iterator[tuple[EmailKind, list[Notice]]]:
    """List what waits for whom, as number and person, by kind; nobody twice a day.

    Args:
        since_ms: what waited before it is news no more.
        now_ms: the moment.
    """
    readers = _deciders() if _is_anything_waiting() else []
    ending: dict[int, int] = {}
    for kind, waiting_of in _KINDS.items():
        newest: dict[int, int] = {}
        for person in readers:
            rows = list(waiting_of(person, now_ms))
            new = [number for number, at_ms, _due_ms in rows if at_ms >= since_ms]
            ends = [due for _n, _at, due in rows if due and now_ms < due <= now_ms + SOON_MS]
            if new:
                newest[person.pk] = max(new)
            if ends:
                ending[person.pk] = min(*ends, ending.get(person.pk, ends[0]))
        yield kind, _not_notified_today(kind, newest, now_ms)
    yield EmailKind.TIME_LIMIT, _not_notified_today(EmailKind.TIME_LIMIT, ending, now_ms)


def _is_anything_waiting() -> bool:
    states = (TermsChange.State.WAITING, TermsChange.State.CONTESTED)
    return (
        TermsChange.objects.filter(state__in=states).exists()
        or Claim.objects.filter(state=Claim.State.PENDING).exists()
        or WaitingRejection.objects.filter(outcome="").exists()
        or Appeal.objects.filter(answered_ms=None).exists()
    )


def _deciders() -> list[Person]:
    """List the people with an address who may decide about others anywhere."""
    current = Membership.objects.filter(ended_at=None).exclude(role=Role.WORKER)
    people = Person.objects.filter(is_active=True, is_service=False).exclude(email="")
    return list(people.filter(id__in=current.values("person")).order_by("id"))


def _terms(person: Person, _now_ms: Ms) -> Iterable[Waiting]:
    for change in changes_waiting(person):
        yield change.pk, change.contested_ms or change.at_ms, change.due_ms


def _time(person: Person, now_ms: Ms) -> Iterable[Waiting]:
    for claim in claims_to_decide(person, now_ms):
        silent_ms = claim.made_ms + SILENT_MS
        yield claim.pk, silent_ms if silent_ms <= now_ms else claim.made_ms, claim.due_ms


def _rejections(person: Person, now_ms: Ms) -> Iterable[Waiting]:
    for waiting in waiting_for(person, now_ms):
        yield waiting.pk, waiting.at_ms, None


def _appeals(person: Person, _now_ms: Ms) -> Iterable[Waiting]:
    for appeal in appeals_waiting(person):
        yield appeal.pk, appeal.at_ms, appeal.due_ms


_KINDS: dict[EmailKind, Callable[[Person, Ms], Iterable[Waiting]]] = {
    EmailKind.TERMS_WAIT: _terms,
    EmailKind.TIME_WAITS: _time,
    EmailKind.REJECTION_WAITS: _rejections,
    EmailKind.APPEAL_WAITS: _appeals,
}


def _not_notified_today(kind: EmailKind, numbers: dict[int, int], now_ms: Ms) -> list[Notice]:
    letters = Letter.objects.filter(kind=kind, person__in=numbers, made_ms__gt=now_ms - DAY_MS)
    recent = set(letters.values_list("person_id", flat=True))
    return [(number, person) for person, number in numbers.items() if person not in recent]
