"""Handle time claims and contests: accept, hold for a decision, grant after seven days.

The first thirty minutes claimed in a pay period count at once. The rest waits for a person, who
grants or refuses it in writing; what nobody decides within seven days is granted, unless it cannot
be true. What can be claimed is checked in ``claim_bounds``, overlaps in ``core.time.claims``; who
decides is in ``store.time.claim_deciders``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from canut.actions.decisions.record import Ruling, decide
from canut.actions.platform.row_faults import attempt_each
from canut.actions.time.claim_bounds import (
    access_of,
    check_possible,
    claimable_since,
    is_possible,
    remaining_free_ms,
)
from canut.actions.time.measure import credited_intervals, stretches
from canut.core.clock import DAY_MS, MINUTE_MS, Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing, Refusal
from canut.core.time.claims import FREE_MS, outside, settled
from canut.core.time.claims import Claim as Asked
from canut.core.time.spans import Span, merge_spans
from canut.store.decisions.automated_systems import is_on
from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.time import Claim
from canut.store.tables.work import Worker

DECIDE_MS = 7 * DAY_MS
WORDS_LIMIT = 2_000
PROPOSED_MS = 20 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class ClaimIn:
    """Time a person says they worked.

    Args:
        project: in which they work, or worked; None for a contest of the platform's own pages.
        begin_ms: milliseconds since 1970 UTC.
        end_ms: after it, and past.
        why: paper, crashed or other.
        words: what happened, if they want to say.
    """

    project: int | None
    begin_ms: int
    end_ms: int
    why: Claim.Why = Claim.Why.OTHER
    words: str = ""


@transaction.atomic
def claim_time(person: Person, claim_in: ClaimIn, now_ms: Ms) -> Claim:
    """Claim time that no heartbeat recorded.

    Raises:
        BadInput: the person cannot have worked then, or the time is counted already.
        Forbidden: the person does not work in the project.
    """
    _check_words(claim_in)
    person = _lock(person)
    if not Worker.objects.filter(person=person, project=claim_in.project).exists():
        raise Forbidden("you do not work in this project", code="not-a-worker")
    check_possible(person, claim_in.project, (claim_in.begin_ms, claim_in.end_ms), now_ms)
    covered = _taken(person.id, claim_in)
    room_ms = remaining_free_ms(person.id, claim_in.begin_ms)
    requested = Asked(claim_in.project or 0, claim_in.begin_ms, claim_in.end_ms)
    (outcome,) = settled([requested], covered, room_ms, now_ms)
    if not outcome.accepted and not outcome.pending:
        raise BadInput("that time is counted already; look at the day", code="claim-covered")
    claim = _keep(person, claim_in, Claim.Kind.ASKED, now_ms)
    claim.accepted, claim.pending = _lists(outcome.accepted), _lists(outcome.pending)
    if outcome.pending:
        claim.state = Claim.State.PENDING
        claim.decision = _decide_to_wait(claim, room_ms, now_ms) if is_on("caps") else None
    claim.save()
    return claim


def _decide_to_wait(claim: Claim, room_ms: Ms, now_ms: Ms) -> Decision:
    """Record that a part of a claim waits for a person."""
    waiting, free = _time_in_words(claim), FREE_MS // MINUTE_MS
    return decide(
        Ruling(
            person=claim.person_id,
            kind=Decision.Kind.TIME_HELD,
            code="claim-over-limit",
            system="caps",
            project=claim.project_id,
            text_en=f"{waiting['en']} of what you added are above the {free} min of a pay period"
            " that count at once, and wait for a person; without an answer within 7 days they are"
            " paid.",
            text_fr=f"{waiting['fr']} de ce que vous avez ajouté dépassent les {free} min d’une"
            " période de paie qui comptent tout de suite, et attendent une personne\u202f; sans"
            " réponse sous 7 jours, elles sont payées.",
            inputs={"claimed_ms": claim.end_ms - claim.begin_ms},
            factors=[{"name": "room_ms", "value": room_ms}],
        ),
        now_ms,
    )


@transaction.atomic
def contest(person: Person, claim_in: ClaimIn, now_ms: Ms) -> Claim:
    """Contest the timeline of a day; a person always decides.

    Raises:
        BadInput: the person cannot have worked then.
        Incomplete: nothing is said.
        Forbidden: the person never had a role in the project.
    """
    if not claim_in.words.strip():
        raise Incomplete("say what is not right", code="contest-unsaid", field="words")
    _check_words(claim_in)
    person = _lock(person)
    if claim_in.project is not None and access_of(person, claim_in.project) is None:
        raise Forbidden("you do not work in this project", code="not-a-worker")
    check_possible(person, claim_in.project, (claim_in.begin_ms, claim_in.end_ms), now_ms)
    claim = _keep(person, claim_in, Claim.Kind.CONTEST, now_ms)
    claim.why, claim.state = Claim.Why.NOT_RIGHT, Claim.State.PENDING
    claim.pending = _lists(
        outside((claim_in.begin_ms, claim_in.end_ms), _taken(person.id, claim_in))
    )
    claim.save()
    return claim


@transaction.atomic
def correct_time(person: Person, claim_in: ClaimIn, now_ms: Ms) -> Claim:
    """Correct a measured stretch: what is more than measured is claimed, anything else contested.

    Raises:
        BadInput: the person cannot have worked then, or the time is counted already and nothing is
            said.
        Forbidden: the person never had a role in the project.
    """
    works_there = Worker.objects.filter(person=person, project=claim_in.project).exists()
    if claim_in.project is not None and works_there and uncounted_of(person, claim_in):
        return claim_time(person, claim_in, now_ms)
    if not claim_in.words.strip() and not uncounted_of(person, claim_in):
        raise BadInput("that time is counted already; look at the day", code="claim-covered")
    return contest(person, claim_in, now_ms)


def uncounted_of(person: Person, claim_in: ClaimIn) -> Ms:
    """Return how much of some time is neither measured nor claimed yet."""
    return sum(end - begin for begin, end in uncounted_spans(person, claim_in))


def uncounted_spans(person: Person, claim_in: ClaimIn) -> list[Span]:
    """Return the parts of some time that are neither measured nor claimed yet."""
    return list(outside((claim_in.begin_ms, claim_in.end_ms), _taken(person.pk, claim_in)))


def propose_time(person: Person, project_id: int, within: Span, now_ms: Ms) -> Span | None:
    """Return the newest time that a claim would be accepted for, in whole minutes.

    Args:
        person: who may claim it.
        project_id: in which project.
        within: where to look, milliseconds since 1970 UTC; at most 20 minutes of it are proposed.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Returns:
        The end of the newest uncounted time within, or None where nothing can be claimed.
    """
    begin_ms = max(within[0], claimable_since(person, project_id))
    end_ms = min(within[1], now_ms)
    if begin_ms >= end_ms:
        return None
    free = outside((begin_ms, end_ms), _taken(person.pk, ClaimIn(project_id, begin_ms, end_ms)))
    for begin, end in reversed(free):
        last = end - end % MINUTE_MS
        first = max(begin + -begin % MINUTE_MS, last - PROPOSED_MS)
        if first < last:
            return (
                (first, last) if _is_claimable(person, project_id, (first, last), now_ms) else None
            )
    return None


def _is_claimable(person: Person, project_id: int, span: Span, now_ms: Ms) -> bool:
    try:
        check_possible(person, project_id, span, now_ms)
    except Refusal:
        return False
    return True


@transaction.atomic
def withdraw_claim(person: Person, claim_id: int, now_ms: Ms) -> Claim:
    """Withdraw what one's own claim or contest still asks for; what counts already stays.

    Raises:
        Missing: the person made no such claim.
        Conflict: it is settled.
    """
    claim = (
        Claim.objects.select_for_update()
        .filter(id=claim_id, person=person)
        .exclude(kind=Claim.Kind.HELD)
        .first()
    )
    if claim is None:
        raise Missing(f"you made no claim {claim_id}")
    if claim.state != Claim.State.PENDING:
        raise Conflict(f"this was settled: {claim.state}", code="claim-settled")
    claim.state, claim.settled_ms = Claim.State.WITHDRAWN, now_ms
    claim.save(update_fields=["state", "settled_ms"])
    return claim


@transaction.atomic
def grant_time(claim_id: int, *, by: Person, words: str, now_ms: Ms) -> Claim:
    """Grant time that waited for a decision.

    Raises:
        Missing, Conflict: there is no such claim, or it is settled.
        Forbidden: it is one's own.
    """
    claim = _waiting(claim_id)
    if claim.person_id == by.id:
        raise Forbidden("nobody decides about themselves; ask somebody else", code="own-decision")
    waiting = _time_in_words(claim)
    ruling = Ruling(
        person=claim.person_id,
        kind=Decision.Kind.TIME_GRANTED,
        code="time-granted",
        by=by,
        project=claim.project_id,
        text_en=f"{waiting['en']} count, by the decision of {by}.",
        text_fr=f"{waiting['fr']} comptent, sur décision de {by}.",
        evidence=words,
        inputs=_inputs(claim),
    )
    return _settle(claim, Claim.State.GRANTED, ruling, now_ms)


@transaction.atomic
def refuse_time(claim_id: int, *, by: Person, words: str, now_ms: Ms) -> Claim:
    """Refuse time that waited for a decision, with reasons; the person may appeal.

    Raises:
        Missing, Conflict: there is no such claim, or it is settled.
        Incomplete: no reasons are written.
        Forbidden: a program refuses, or somebody their own.
    """
    claim = _waiting(claim_id)
    waiting = _time_in_words(claim)
    ruling = Ruling(
        person=claim.person_id,
        kind=Decision.Kind.TIME_REFUSED,
        code="time-refused",
        by=by,
        project=claim.project_id,
        text_en=f"{waiting['en']} do not count, by the decision of {by}: {words.strip()}",
        text_fr=f"{waiting['fr']} ne comptent pas, sur décision de {by}\u00a0: {words.strip()}",
        evidence=words,
        inputs=_inputs(claim),
    )
    return _settle(claim, Claim.State.REFUSED, ruling, now_ms)


def grant_due(now_ms: Ms) -> int:
    """Grant claims that nobody decided within seven days; return how many.

    What cannot be true goes on waiting for a person.
    """
    due = Claim.objects.filter(state=Claim.State.PENDING, due_ms__lte=now_ms)
    numbers = list(due.values_list("id", flat=True))
    return attempt_each("claim", numbers, lambda number: _grant_by_default(number, now_ms))


@transaction.atomic
def _grant_by_default(claim_id: int, now_ms: Ms) -> bool:
    claim = Claim.objects.select_for_update().get(id=claim_id)
    if claim.state != Claim.State.PENDING:
        return False
    if claim.kind != Claim.Kind.HELD and not is_possible(claim):
        return False
    waiting = _time_in_words(claim)
    ruling = Ruling(
        person=claim.person_id,
        kind=Decision.Kind.TIME_GRANTED,
        code="time-undecided",
        system="caps",
        project=claim.project_id,
        text_en=f"Nobody decided within 7 days: {waiting['en']} count.",
        text_fr=f"Personne n’a décidé sous 7 jours\u00a0: {waiting['fr']} comptent.",
        inputs=_inputs(claim),
        factors=[{"name": "days_waited", "value": 7}],
    )
    _settle(claim, Claim.State.GRANTED, ruling, now_ms)
    return True


def _lock(person: Person) -> Person:
    """Lock a person, so that two claims at once come one after another."""
    return Person.objects.select_for_update().get(id=person.id)


def _check_words(claim: ClaimIn) -> None:
    if len(claim.words) > WORDS_LIMIT:
        raise BadInput(
            f"{len(claim.words)} characters; write at most {WORDS_LIMIT}",
            code="claim-words",
            limit=WORDS_LIMIT,
        )


def _taken(person_id: int, claim_in: ClaimIn) -> list[Span]:
    """Return what is already credited, counted or claimed within the claimed time."""
    window = [person_id], claim_in.begin_ms, claim_in.end_ms
    claims = Claim.objects.filter(
        person=person_id, begin_ms__lt=claim_in.end_ms, end_ms__gt=claim_in.begin_ms
    ).exclude(kind=Claim.Kind.HELD)
    spans: list[Span] = [
        (begin, end)
        for claim in claims
        for begin, end in (
            *claim.accepted,
            *([] if claim.state == Claim.State.WITHDRAWN else claim.pending),
        )
    ]
    spans += [
        (interval.begin_ms, interval.end_ms)
        for interval in (*stretches(*window), *credited_intervals(*window))
    ]
    return merge_spans(spans)


def _keep(person: Person, claim_in: ClaimIn, kind: Claim.Kind, now_ms: int) -> Claim:
    return Claim(
        person=person,
        project_id=claim_in.project,
        kind=kind,
        why=claim_in.why,
        words=claim_in.words.strip(),
        begin_ms=claim_in.begin_ms,
        end_ms=claim_in.end_ms,
        state=Claim.State.ACCEPTED,
        made_ms=now_ms,
        due_ms=now_ms + DECIDE_MS,
    )


def _time_in_words(claim: Claim) -> dict[str, str]:
    """Return the time of a claim that waits as text, by language; never 0 for some seconds."""
    ms = claim.pending_ms
    if ms >= MINUTE_MS:
        return dict.fromkeys(("en", "fr"), f"{ms // MINUTE_MS} min")
    return dict.fromkeys(("en", "fr"), f"{-(-ms // 1000)} s")


def _waiting(claim_id: int) -> Claim:
    claim = Claim.objects.select_for_update().filter(id=claim_id).first()
    if claim is None:
        raise Missing(f"there is no claim {claim_id}")
    if claim.state != Claim.State.PENDING:
        raise Conflict(f"this was settled: {claim.state}", code="claim-settled")
    return claim


def _settle(claim: Claim, state: Claim.State, ruling: Ruling, now_ms: Ms) -> Claim:
    claim.decision = decide(ruling, now_ms)
    claim.state, claim.settled_ms = state, now_ms
    claim.save(update_fields=["decision", "state", "settled_ms"])
    return claim


def _inputs(claim: Claim) -> dict[str, object]:
    return {"claim": claim.id, "kind": claim.kind, "pending_ms": claim.pending_ms}


def _lists(spans: Sequence[Span]) -> list[list[int]]:
    return [[begin, end] for begin, end in spans]
