"""Elect representatives and ethics reviewers: call, candidates, votes, count, end of term.

This is the only place that gives either office. The operator may open an election, but can
neither appoint nor dismiss anybody. One election runs at a time. A vote marks the voter as having
voted and puts an anonymous ballot in the box in one transaction; the box is sorted each time, so
that not even the order of voting links a ballot to a voter.
"""

from django.db import transaction

from canut.actions.participation.ballot_box import cast_ballot
from canut.actions.participation.ethics_terms import begin_terms, check_candidate, end_terms
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import DAY_MS, Ms, from_ms
from canut.core.errors import Conflict, Forbidden, Incomplete
from canut.core.ethics.office import LEAST_REVIEWERS
from canut.core.participation import ballot
from canut.core.participation.ballot import ElectionKind
from canut.core.participation.message_deadlines import plain_text
from canut.store.models import Membership, Organisation, Person, Role
from canut.store.participation.elections import last_active
from canut.store.tables.participation import Call, Candidate, Election, Voter

LONGEST_REASON = 600


@transaction.atomic
def call_election(person: Person, now_ms: int) -> Election | None:
    """Request an election as an active worker; with one in ten requesting, it opens.

    Raises:
        Conflict: one is running, or the person has not worked here in the last ninety days.
    """
    _check_none_runs()
    active = active_people(now_ms)
    if person.pk not in active:
        raise Conflict("only active workers ask for an election", code="not-active")
    Call.objects.get_or_create(person=person, defaults={"at_ms": now_ms})
    asking = Call.objects.filter(person__in=active).count()
    if not ballot.is_called(asking, len(active)):
        return None
    return _open(_home(), 1 + len(active) // 50, None, active, now_ms)


@transaction.atomic
def open_election(
    by: Person, seats: int, now_ms: int, kind: ElectionKind = ElectionKind.REPRESENTATIVES
) -> Election:
    """Open an election: of representatives as an operator, of ethics reviewers as either.

    Args:
        by: who opens it.
        seats: how many are to be elected; of ethics reviewers, one seat elects a deputy too.
        now_ms: the moment, in milliseconds since 1970 UTC.
        kind: whom it elects.

    Raises:
        Forbidden: the person does not run it, nor represents workers where that is enough.
        Conflict: one is running, or nobody could vote.
        BadInput: the number of seats cannot be meant.
    """
    openers = [Role.OPERATOR] + [Role.REPRESENTATIVE] * (kind is ElectionKind.ETHICS)
    if not Membership.objects.filter(person=by, role__in=openers, ended_at=None).exists():
        raise Forbidden("only an operator opens an election; workers call for one")
    ballot.check_seats(seats)
    _check_none_runs()
    active = active_people(now_ms)
    if not active:
        raise Conflict("nobody worked here in the last ninety days", code="no-voters")
    election = _open(_home(), seats, by, active, now_ms)
    if kind is not ElectionKind.REPRESENTATIVES:
        election.kind = kind
        election.save(update_fields=["kind"])
    return election


@transaction.atomic
def stand(person: Person, text: str, now_ms: int) -> Candidate:
    """Stand for election with a statement; standing again replaces it.

    Raises:
        Conflict: no election is at that point.
        Forbidden: the person is not of the electorate, or may not become an ethics reviewer.
        Incomplete, TooLarge: the text is empty or too long.
    """
    election = _running()
    if now_ms >= election.voting_ms:
        raise Conflict("candidates are known; voting has begun", code="not-standing-time")
    if election.kind == ElectionKind.ETHICS:
        check_candidate(person)
    elif not Voter.objects.filter(election=election, person=person).exists():
        raise Forbidden("only those who may vote may stand", code="not-a-voter")
    statement = plain_text(text, LONGEST_REASON)
    candidate, _ = Candidate.objects.update_or_create(
        election=election, person=person, defaults={"text": statement}
    )
    return candidate


@transaction.atomic
def vote(person: Person, candidates: list[int], now_ms: int) -> None:
    """Use a person's right to vote, and put an anonymous ballot in the box.

    Args:
        person: who votes; kept nowhere beside the ballot.
        candidates: whom the ballot names; nobody is a blank ballot.
        now_ms: only to tell whether voting is open; not kept.

    Raises:
        Conflict: no election is at that point, or the right is used.
        Forbidden: the person is not of the electorate.
        BadInput: the ballot names somebody who does not stand.
    """
    election = _running()
    if not election.voting_ms <= now_ms < election.closes_ms:
        raise Conflict("voting is not open", code="not-voting-time")
    if not Voter.objects.filter(election=election, person=person).exists():
        raise Forbidden("you are not of the electorate", code="not-a-voter")
    standing = Candidate.objects.filter(election=election).values_list("id", flat=True)
    cast = ballot.checked(candidates, standing)
    cast_ballot(election, Voter.objects.filter(election=election, person=person), cast)


@transaction.atomic
def resign(person: Person, now_ms: Ms) -> int:
    """End a person's role of representative; return how many roles ended.

    Raises:
        Forbidden: the person holds none.
    """
    roles = Membership.objects.filter(person=person, role=Role.REPRESENTATIVE, ended_at=None)
    ended = roles.update(ended_at=from_ms(now_ms))
    if not ended:
        raise Forbidden("you are no representative", code="not-a-representative")
    return ended


def close_elections(now_ms: int) -> int:
    """Count closed elections, put the elected in office, end terms that are over.

    Returns:
        How many elections were counted.
    """
    closed = Election.objects.filter(counted_ms=None, closes_ms__lte=now_ms)
    numbers = list(closed.values_list("id", flat=True))
    counted = attempt_each("election", numbers, lambda number: _count(number, now_ms))
    in_office = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    attempt_each(
        "membership",
        list(in_office.values_list("id", flat=True)),
        lambda number: _end_term(number, now_ms),
    )
    end_terms(now_ms)
    return counted


@transaction.atomic
def _end_term(membership_id: int, now_ms: Ms) -> None:
    """End a representative's membership if the term is over."""
    membership = Membership.objects.select_related("election").get(id=membership_id)
    if membership.election is not None and membership.election.term_ends_ms <= now_ms:
        Membership.objects.filter(id=membership_id).update(ended_at=from_ms(now_ms))


@transaction.atomic
def _count(election_id: int, now_ms: Ms) -> bool:
    """Store the result; a valid one replaces the representatives in office."""
    election = Election.objects.select_for_update().get(id=election_id)
    if election.counted_ms is not None:
        return False
    people = dict(Candidate.objects.filter(election=election).values_list("id", "person"))
    is_ethics = election.kind == ElectionKind.ETHICS
    seats = max(election.seats, LEAST_REVIEWERS) if is_ethics else election.seats
    count = ballot.count_ballots(election.box, people, seats, election.voters)
    election.counted_ms, now = now_ms, from_ms(now_ms)
    election.result = {
        "votes": [
            {"candidate": candidate, "votes": many} for candidate, many in count.votes.items()
        ],
        "elected": list(count.elected),
        "ballots": count.ballots,
        "quorum": count.quorum,
        "extra": count.extra,
    }
    election.save(update_fields=["counted_ms", "result"])
    if not count.elected:
        return True
    if is_ethics:
        begin_terms(election, [people[candidate] for candidate in count.elected], now_ms)
        return True
    before = Membership.objects.filter(role=Role.REPRESENTATIVE, ended_at=None)
    before.filter(organisation=election.organisation).update(ended_at=now)
    Membership.objects.bulk_create(
        Membership(
            person_id=people[candidate],
            organisation=election.organisation,
            role=Role.REPRESENTATIVE,
            election=election,
            created_at=now,
        )
        for candidate in count.elected
    )
    return True


def _open(
    organisation: Organisation, seats: int, by: Person | None, active: frozenset[int], now_ms: int
) -> Election:
    dates = ballot.calendar(now_ms)
    election = Election.objects.create(
        organisation=organisation,
        seats=min(seats, ballot.MOST_SEATS),
        opened_by=by,
        opened_ms=dates.opened_ms,
        voting_ms=dates.voting_ms,
        closes_ms=dates.closes_ms,
        voters=len(active),
    )
    Voter.objects.bulk_create(
        [Voter(election=election, person_id=person_id) for person_id in sorted(active)],
        batch_size=500,
    )
    Call.objects.all().delete()
    return election


def active_people(now_ms: int) -> frozenset[int]:
    """Return who may vote now: the people who worked in the last ninety days."""
    since = now_ms - ballot.ACTIVE_DAYS * DAY_MS
    return ballot.electorate(last_active(since), now_ms)


def _home() -> Organisation:
    """Return the organisation that runs this instance."""
    organisation = (
        Organisation.objects.filter(kind=Organisation.Kind.OPERATOR).order_by("id").first()
    )
    if organisation is None:
        raise Incomplete("nobody runs this instance yet: canut operator add", field="operator")
    return organisation


def _running() -> Election:
    election = Election.objects.select_for_update().filter(counted_ms=None).first()
    if election is None:
        raise Conflict("no election is running", code="no-election")
    return election


def _check_none_runs() -> None:
    if Election.objects.filter(counted_ms=None).exists():
        raise Conflict("an election is running", code="election-running")
