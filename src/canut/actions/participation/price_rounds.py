"""Price rounds: mandate, offers, a secret vote of the workers, signatures.

Representatives open a round, clients with such projects answer it, the workers vote by the same
ballot as in elections, and an accord is signed by more than half of the representatives and of the
clients concerned. Whoever runs the instance takes no part: neither opens, offers, votes nor signs.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_accord
from canut.actions.participation.accord_prices import compare_projects
from canut.actions.participation.ballot_box import cast_ballot
from canut.actions.participation.elections import active_people
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.kinds import KINDS
from canut.core.participation import accords, ballot
from canut.core.participation.accords import AccordTerms, RoundState, VoteChoice
from canut.core.participation.message_deadlines import plain_text
from canut.store.participation.accords import (
    clients_concerned,
    clients_owned,
    last_vote,
    operators_now,
    representatives_now,
    signatures_of,
)
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.prices import (
    Accord,
    AccordSignature,
    PriceMandate,
    PriceOffer,
    PriceRound,
    PriceVote,
    PriceVoter,
)

LONGEST_PLACE = 12


@dataclass(frozen=True, slots=True)
class OfferIn:
    """An offer: its terms, its words, and the client it is made for; None by representatives."""

    terms: AccordTerms
    text: str
    organisation: int | None = None


@transaction.atomic
def open_round(by: Person, kind: str, place: str, text: str, now_ms: int) -> PriceRound:
    """Open a price round as a representative, with what is asked for in words.

    Raises:
        Forbidden: somebody else opens it.
        BadInput: no such kind of question, or a place that is none.
        Conflict: one of this kind and place is open.
        Incomplete, TooLarge: the text is empty or too long.
    """
    _check_representative(by)
    if kind not in KINDS or not _is_place(place):
        raise BadInput(f"no round is opened for {kind!r} in {place!r}", code="bad-round")
    words = plain_text(text)
    open_now = PriceRound.objects.filter(kind=kind, place=place, state__in=accords.OPEN_STATES)
    if open_now.exists():
        raise Conflict("a round of this kind and place is open", code="round-open")
    opened = PriceRound.objects.create(
        kind=kind,
        place=place,
        opened_ms=now_ms,
        closes_ms=now_ms + accords.ROUND_DAYS * DAY_MS,
        state=RoundState.MANDATE.value,
    )
    _support(opened, by, words, now_ms)
    return opened


@transaction.atomic
def support_round(by: Person, number: int, text: str, now_ms: int) -> PriceRound:
    """Support a round as another representative; more than half of them make the mandate.

    Raises:
        Forbidden: somebody else supports it.
        Missing: there is no such round.
        Conflict: it has its mandate, or this person supports it already.
    """
    _check_representative(by)
    opened = _lock(number, RoundState.MANDATE)
    if PriceMandate.objects.filter(round=opened, by=by).exists():
        raise Conflict("you support this round already", code="round-supported")
    _support(opened, by, plain_text(text) if text.strip() else "", now_ms)
    return opened


@transaction.atomic
def make_offer(by: Person, number: int, offer: OfferIn, now_ms: int) -> PriceOffer:
    """Make an offer, or a counter-offer, for a client or as a representative.

    Raises:
        Forbidden: the person neither represents nor owns a client concerned, or runs the instance.
        Missing: there is no such round.
        Conflict: the round is not at that point.
        Incomplete, TooLarge: the words are empty or too long.
    """
    current = _lock(number, RoundState.OFFER)
    _check_party(by, current, offer.organisation)
    terms = offer.terms
    return PriceOffer.objects.create(
        round=current,
        organisation_id=offer.organisation,
        by=by,
        hour_micro=terms.hour_micro,
        quantile=terms.quantile.value,
        currency=terms.currency,
        months=terms.months,
        text=plain_text(offer.text),
        at_ms=now_ms,
    )


@transaction.atomic
def call_vote(by: Person, number: int, offer_id: int, now_ms: int) -> PriceVote:
    """Ask the workers about an offer, as a representative: a secret vote of seven days.

    Raises:
        Forbidden: somebody else calls it.
        Missing: there is no such round, or no such offer in it.
        Conflict: the round is not at that point, or this offer was voted on.
        Incomplete: no offer is named.
    """
    _check_representative(by)
    current = _lock(number, RoundState.OFFER)
    if not offer_id:
        raise Incomplete("say which offer", field="offer")
    offer = PriceOffer.objects.filter(round=current, pk=offer_id).first()
    if offer is None:
        raise Missing("no such offer in this round")
    if PriceVote.objects.filter(offer=offer).exists():
        raise Conflict("this offer was voted on", code="offer-voted")
    voters = active_people(now_ms) - operators_now()
    if not voters:
        raise Conflict("nobody worked here in the last ninety days", code="no-voters")
    closes_ms = now_ms + ballot.VOTING_DAYS * DAY_MS
    vote = PriceVote.objects.create(
        round=current, offer=offer, opened_ms=now_ms, closes_ms=closes_ms, voters=len(voters)
    )
    PriceVoter.objects.bulk_create(
        [PriceVoter(vote=vote, person_id=person_id) for person_id in sorted(voters)],
        batch_size=500,
    )
    current.state = RoundState.VOTE.value
    current.closes_ms = max(current.closes_ms, closes_ms + accords.SIGNING_DAYS * DAY_MS)
    current.save(update_fields=["state", "closes_ms"])
    return vote


@transaction.atomic
def vote_on_offer(person: Person, number: int, choice: VoteChoice | None, now_ms: int) -> None:
    """Use a person's right to vote on an offer, and put an anonymous ballot in the box.

    Args:
        person: who votes; kept nowhere beside the ballot.
        number: the round.
        choice: yes or no; None is a blank ballot.
        now_ms: only to tell whether voting is open; not kept.

    Raises:
        Missing: there is no such round.
        Conflict: no vote is open in it, or the right is used.
        Forbidden: the person is not of the electorate, or runs the instance.
    """
    _check_no_operator(person)
    current = _lock(number, RoundState.VOTE)
    vote = PriceVote.objects.select_for_update().filter(round=current).order_by("-pk").first()
    if vote is None or not vote.opened_ms <= now_ms < vote.closes_ms:
        raise Conflict("voting is not open", code="not-voting-time")
    right = PriceVoter.objects.filter(vote=vote, person=person)
    if not right.exists():
        raise Forbidden("you are not of the electorate", code="not-a-voter")
    named = [accords.CHOICES[choice]] if choice else []
    cast_ballot(vote, right, ballot.checked(named, accords.CHOICES.values()))


@transaction.atomic
def sign_accord(by: Person, number: int, organisation: int | None, now_ms: int) -> Accord | None:
    """Sign the offer the workers accepted; return the accord once enough have signed.

    Args:
        by: who signs.
        number: the round.
        organisation: the client they sign for; None as a representative.
        now_ms: from when the accord is in force, for the last signature.

    Raises:
        Forbidden: the person neither represents nor owns a client concerned, or runs the instance.
        Missing: there is no such round.
        Conflict: the workers have not accepted an offer, or it is signed already for this
            client, or by this representative.
    """
    current = _lock(number, RoundState.VOTE)
    _check_party(by, current, organisation)
    vote = last_vote(number)
    if vote is None or not is_accepted(vote):
        raise Conflict("no offer is accepted in this round", code="round-step")
    signed = AccordSignature.objects.filter(offer=vote.offer, organisation=organisation)
    if (signed if organisation else signed.filter(by=by)).exists():
        raise Conflict("it is signed already", code="accord-signed")
    AccordSignature.objects.create(
        offer=vote.offer, organisation_id=organisation, by=by, at_ms=now_ms
    )
    return _conclude(current, vote, now_ms) if _is_signed(current, vote.offer) else None


def settle_rounds(now_ms: int) -> int:
    """Count the votes that are over, and end the rounds whose time is; return how many changed."""
    over = PriceVote.objects.filter(counted_ms=None, closes_ms__lte=now_ms)
    counted = attempt_each(
        "price vote",
        list(over.values_list("pk", flat=True)),
        lambda number: _count(number, now_ms),
    )
    late = PriceRound.objects.filter(state__in=accords.OPEN_STATES, closes_ms__lte=now_ms)
    ended = attempt_each(
        "price round",
        list(late.values_list("pk", flat=True)),
        lambda number: _end(number, now_ms),
    )
    return counted + ended


def is_accepted(vote: PriceVote) -> bool:
    """Return whether the workers accepted the offer of a counted vote."""
    return bool((vote.result or {}).get("is_accepted"))


@transaction.atomic
def _count(vote_id: int, now_ms: int) -> bool:
    """Count a vote; a refused offer leaves the round open to others."""
    number = PriceVote.objects.values_list("round_id", flat=True).get(pk=vote_id)
    current = PriceRound.objects.select_for_update().get(pk=number)
    vote = PriceVote.objects.select_for_update().get(pk=vote_id)
    if vote.counted_ms is not None:
        return False
    count = ballot.count_ballots(vote.box, accords.CHOICES.values(), 1, vote.voters)
    yes = count.votes[accords.CHOICES[VoteChoice.YES]]
    no = count.votes[accords.CHOICES[VoteChoice.NO]]
    vote.counted_ms = now_ms
    vote.result = {
        "yes": yes,
        "no": no,
        "ballots": count.ballots,
        "quorum": count.quorum,
        "is_accepted": count.is_valid and yes > no,
    }
    vote.save(update_fields=["counted_ms", "result"])
    if not is_accepted(vote):
        current.state = RoundState.OFFER.value
        current.save(update_fields=["state"])
    return True


@transaction.atomic
def _end(number: int, now_ms: int) -> bool:
    """End a round without an accord, unless a vote in it is still to be counted."""
    current = PriceRound.objects.select_for_update().get(pk=number)
    waits = PriceVote.objects.filter(round=current, counted_ms=None).exists()
    if current.state not in accords.OPEN_STATES or waits:
        return False
    current.state, current.settled_ms = RoundState.FAILED.value, now_ms
    current.save(update_fields=["state", "settled_ms"])
    return True


def _is_signed(current: PriceRound, offer: PriceOffer) -> bool:
    """Return whether more than half of the representatives and of the clients have signed."""
    signed = signatures_of(offer)
    people = {row.by_id for row in signed if row.organisation_id is None}
    clients = {row.organisation_id for row in signed if row.organisation_id is not None}
    in_office = representatives_now()
    concerned = {client.pk for client in clients_concerned(current.kind, current.place)}
    return accords.is_majority(len(people & in_office), len(in_office)) and accords.is_majority(
        len(clients & concerned), len(concerned)
    )


def _conclude(current: PriceRound, vote: PriceVote, now_ms: int) -> Accord:
    """Create the accord, enter it in the platform log, and compare the projects it covers."""
    offer = vote.offer
    ends_ms = accords.ends_after(now_ms, offer.months)
    content = {
        "schema": accords.SCHEMA,
        "number": current.pk,
        "kind": current.kind,
        "place": current.place,
        "hour": offer.hour_micro,
        "quantile": offer.quantile,
        "currency": offer.currency,
        "from": now_ms,
        "to": ends_ms,
        "text": offer.text,
    }
    accord = Accord.objects.create(
        round=current,
        offer=offer,
        kind=current.kind,
        place=current.place,
        hour_micro=offer.hour_micro,
        quantile=offer.quantile,
        currency=offer.currency,
        starts_ms=now_ms,
        ends_ms=ends_ms,
        sha256=accords.accord_digest(content),
    )
    current.state, current.settled_ms = RoundState.SIGNED.value, now_ms
    current.save(update_fields=["state", "settled_ms"])
    result = vote.result or {}
    inscribe_accord(accord, {"yes": result["yes"], "no": result["no"]}, now_ms)
    compare_projects(accord, now_ms)
    return accord


def _support(current: PriceRound, by: Person, text: str, now_ms: int) -> None:
    """Add a representative's support; with more than half of them, offers may be made."""
    offices = Membership.objects.filter(person=by, role=Role.REPRESENTATIVE, ended_at=None)
    elections = offices.exclude(election=None).order_by("-pk").values_list("election_id", flat=True)
    election_id = elections.first()
    if election_id is None:
        raise Forbidden("needs the role: representative", role=Role.REPRESENTATIVE.value)
    PriceMandate.objects.create(
        round=current, election_id=election_id, by=by, text=text, at_ms=now_ms
    )
    in_office = representatives_now()
    support = PriceMandate.objects.filter(round=current, by__in=in_office).count()
    if accords.is_majority(support, len(in_office)):
        current.state = RoundState.OFFER.value
        current.save(update_fields=["state"])


def _lock(number: int, state: RoundState) -> PriceRound:
    current = PriceRound.objects.select_for_update().filter(pk=number).first()
    if current is None:
        raise Missing("no such price round")
    if current.state != state:
        raise Conflict(f"the round is at {current.state}, not at {state}", code="round-step")
    return current


def _is_place(place: str) -> bool:
    return len(place) <= LONGEST_PLACE and all(
        letter.isascii() and (letter.isalnum() or letter == "-") for letter in place
    )


def _check_no_operator(person: Person) -> None:
    if person.pk in operators_now():
        raise Forbidden("who runs the instance takes no part in accords", code="accord-operator")


def _check_representative(person: Person) -> None:
    _check_no_operator(person)
    if person.pk not in representatives_now():
        raise Forbidden("needs the role: representative", role=Role.REPRESENTATIVE.value)


def _check_party(person: Person, current: PriceRound, organisation: int | None) -> None:
    """Check that a person speaks for a client concerned, or as a representative."""
    _check_no_operator(person)
    if organisation is None:
        _check_representative(person)
        return
    concerned = {client.pk for client in clients_concerned(current.kind, current.place)}
    if organisation not in clients_owned(person) & concerned:
        raise Forbidden("you own no client with such a project", code="accord-party")
