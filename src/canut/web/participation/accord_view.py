"""What pages show of price rounds and price agreements, and of their price in a project."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import get_language

from canut.core.clock import DAY_MS
from canut.core.errors import Incomplete
from canut.core.messages import FALLBACK
from canut.core.participation.accords import (
    CHOICES,
    FLOOR_DAYS,
    RoundState,
    Standing,
    VoteChoice,
    standing_at,
)
from canut.core.places.names import place_name
from canut.store.models import (
    Accord,
    AccordPrice,
    AccordSignature,
    Organisation,
    Person,
    PriceOffer,
    PriceRound,
    PriceVote,
    Project,
)
from canut.store.participation.accords import (
    accord_of_round,
    accords_of,
    clients_concerned,
    clients_owned,
    last_price,
    last_vote,
    newest_prices,
    offers_of,
    operators_now,
    representatives_now,
    right_to_vote,
    signatures_of,
    votes_of,
)
from canut.store.projects.versions import rate_or_none
from canut.web.kinds.names import KIND_NAMES
from canut.web.kit.formatting import typed_amount
from canut.web.kit.messages import message_now

BLANK = "blank"
QUANTILES = {
    "P50": "page.accords.half_of_tasks",
    "P75": "page.accords.three_quarters_of_tasks",
    "P90": "page.accords.nine_tenths_of_tasks",
}
STATES = {
    RoundState.MANDATE.value: "page.accords.state_mandate",
    RoundState.OFFER.value: "page.accords.state_offer",
    RoundState.VOTE.value: "page.accords.state_vote",
    RoundState.SIGNED.value: "page.accords.state_signed",
    RoundState.FAILED.value: "page.accords.state_failed",
}


class RoundRow(NamedTuple):
    """A price round in the list: its number, what it is about, its state, and its accord."""

    round: PriceRound
    subject: str
    state: str
    accord: Accord | None
    standing: Standing | None
    floor_until_ms: int


class OfferRow(NamedTuple):
    """An offer: who made it, its terms, and its vote if there was one."""

    offer: PriceOffer
    quantile: str
    typed_hour: str
    vote: PriceVote | None


class Parties(NamedTuple):
    """What a person may do in a round: as a representative, for clients, or nothing."""

    is_operator: bool
    is_representative: bool
    clients: list[Organisation]

    @property
    def is_party(self) -> bool:
        """Return whether they may offer and sign."""
        return self.is_representative or bool(self.clients)


class AccordLine(NamedTuple):
    """The price agreement of a project, in one line: its number, until when, the least price.

    ``least``: None before a task was timed under it. ``is_below``: the price is under it.
    """

    accord: Accord
    quantile: str
    is_floor: bool
    until_ms: int
    least: AccordPrice | None
    currency: str
    is_below: bool


class ProjectCounts(NamedTuple):
    """How many projects an accord covers, opened before and pay less, and must set a new price."""

    covered: int
    below: int
    reopened: int


def subject_of(kind: str, place: str) -> str:
    """Name what a round is about: the kind of question, and the place of work."""
    where = place_name(place, get_language() or FALLBACK) if place else ""
    return message_now(
        "page.accords.kind_in_place",
        kind=message_now(KIND_NAMES[kind]) if kind in KIND_NAMES else kind,
        place=where or message_now("page.accords.every_place"),
    )


def quantile_words(quantile: str) -> str:
    """Name the task time that counts."""
    return message_now(QUANTILES[quantile])


def rows_of(rounds: Sequence[PriceRound], now_ms: int) -> list[RoundRow]:
    """Describe rounds for the list."""
    return [_row(listed, getattr(listed, "accord", None), now_ms) for listed in rounds]


def row_of(listed: PriceRound, now_ms: int) -> RoundRow:
    """Describe one round with its accord."""
    return _row(listed, accord_of_round(listed.pk), now_ms)


def offer_rows(number: int) -> list[OfferRow]:
    """Describe the offers of a round, newest first."""
    votes = {vote.offer_id: vote for vote in votes_of(number)}
    return [
        OfferRow(
            offer,
            quantile_words(offer.quantile),
            typed_amount(offer.hour_micro),
            votes.get(offer.pk),
        )
        for offer in offers_of(number)
    ]


def parties_of(person: Person | None, listed: PriceRound) -> Parties:
    """Return what a person may do in a round."""
    if person is None or person.pk in operators_now():
        return Parties(person is not None, is_representative=False, clients=[])
    owned = clients_owned(person)
    concerned = clients_concerned(listed.kind, listed.place) if owned else []
    return Parties(
        is_operator=False,
        is_representative=person.pk in representatives_now(),
        clients=[client for client in concerned if client.pk in owned],
    )


def may_vote(person: Person | None, vote: PriceVote | None, now_ms: int) -> bool | None:
    """Return whether a person may still vote on an offer; None where they have no right to."""
    if person is None or vote is None or person.pk in operators_now():
        return None
    right = right_to_vote(vote, person)
    if right is None:
        return None
    return not right.has_voted and now_ms < vote.closes_ms


def signed_by(vote: PriceVote | None) -> list[AccordSignature]:
    """List the signatures under the offer of a vote."""
    return signatures_of(vote.offer) if vote else []


def left_to_sign(
    person: Person | None, parties: Parties, signatures: Sequence[AccordSignature]
) -> Parties:
    """Return for whom a person may still sign."""
    clients = {row.organisation_id for row in signatures}
    people = {row.by_id for row in signatures if row.organisation_id is None}
    return Parties(
        parties.is_operator,
        parties.is_representative and person is not None and person.pk not in people,
        [client for client in parties.clients if client.pk not in clients],
    )


def choice_of(text: str) -> VoteChoice | None:
    """Read a ballot of the form; None is a blank one.

    Raises:
        Incomplete: it says neither yes nor no nor blank.
    """
    if text == BLANK:
        return None
    if text not in CHOICES:
        raise Incomplete("say yes, no or blank", field="choice")
    return VoteChoice(text)


def counts_of(accord: Accord, now_ms: int) -> ProjectCounts:
    """Count the projects at work that an accord sets a price in."""
    prices = [price for price in newest_prices(now_ms) if price.accord_id == accord.pk]
    below = [price for price in prices if _is_below(price)]
    reopened = sum(price.is_binding for price in below)
    return ProjectCounts(len(prices), len(below) - reopened, reopened)


def line_of(project: Project, now_ms: int) -> AccordLine | None:
    """Describe the price agreement of a project; None where none sets a price."""
    accords = accords_of(project, now_ms)
    if not accords:
        return None
    least, rate = last_price(project.pk), rate_or_none(project.pk)
    accord = next(
        (candidate for candidate in accords if least and candidate.pk == least.accord_id),
        accords[0],
    )
    if least is not None and least.accord_id != accord.pk:
        least = None
    is_floor = standing_at(accord.starts_ms, accord.ends_ms, now_ms) is Standing.FLOOR
    return AccordLine(
        accord=accord,
        quantile=quantile_words(accord.quantile),
        is_floor=is_floor,
        until_ms=accord.ends_ms + (FLOOR_DAYS * DAY_MS if is_floor else 0),
        least=least,
        currency=rate.currency if rate else accord.currency,
        is_below=least is not None and _is_below(least),
    )


def _is_below(price: AccordPrice) -> bool:
    rate = rate_or_none(price.project_id)
    return rate is not None and rate.piece_micro < price.minimum_micro


def _row(listed: PriceRound, accord: Accord | None, now_ms: int) -> RoundRow:
    standing = standing_at(accord.starts_ms, accord.ends_ms, now_ms) if accord else None
    vote = last_vote(listed.pk) if listed.state == RoundState.VOTE else None
    waits = vote is not None and vote.counted_ms is not None
    return RoundRow(
        listed,
        subject_of(listed.kind, listed.place),
        message_now("page.accords.state_sign" if waits else STATES[listed.state]),
        accord,
        standing,
        accord.ends_ms + FLOOR_DAYS * DAY_MS if accord else 0,
    )
