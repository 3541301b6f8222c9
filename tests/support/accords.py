"""Price rounds brought as far as a test needs them: representatives, a client, an accord."""

from dataclasses import dataclass

from canut.actions.participation.price_rounds import (
    OfferIn,
    call_vote,
    make_offer,
    open_round,
    settle_rounds,
    sign_accord,
    vote_on_offer,
)
from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS
from canut.core.participation.accords import AccordTerms, Quantile, VoteChoice
from canut.store.models import Accord, Organisation, Person, PriceOffer, PriceRound, Role
from canut.store.participation.accords import clients_concerned
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
    make_representative,
)

KIND = "choice"
VOTED = NOW_MS + 7 * DAY_MS
FLOOR = AccordTerms(16_600_000, Quantile.P50, "CAD", 12)


@dataclass
class Table:
    """Who negotiates: workers, one representative, a client with an open project, an operator."""

    made: Made
    workers: list[Person]
    representative: Person
    client: Person
    operator: Person

    @property
    def organisation(self) -> int:
        """Return the number of the client."""
        return self.made.project.organisation_id


def set_table(people: int = 5, piece_micro: int = 163_334) -> Table:
    """Make a project at work whose workers have answered, with the parties of a round."""
    made = make_project(tasks=people, workers=people, piece_micro=piece_micro)
    made.project.opened_at = NOW
    made.project.save(update_fields=["opened_at"])
    for worker in made.workers:
        answer_next(worker, now_ms=NOW_MS - 5000)
    runs = Organisation.objects.create(name="La Coop", kind="operator", created_at=NOW)
    representative, client, operator = (make_person() for _ in range(3))
    make_representative(representative, runs)
    add_member(client, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    add_member(operator, Role.OPERATOR, NOW_MS, organisation=runs)
    workers = [Person.objects.get(workers=worker) for worker in made.workers]
    return Table(made, workers, representative, client, operator)


def open_with_offer(
    table: Table, terms: AccordTerms = FLOOR, place: str = ""
) -> tuple[PriceRound, PriceOffer]:
    """Open a round and let the client make an offer."""
    opened = open_round(table.representative, KIND, place, "Le loyer a monté.", NOW_MS)
    offer = OfferIn(terms, "Nous pouvons payer cela.", table.organisation)
    return opened, make_offer(table.client, opened.pk, offer, NOW_MS)


def vote_all(table: Table, number: int, *choices: VoteChoice | None) -> None:
    """Let the first workers vote, one after the other, and count."""
    for person, choice in zip(table.workers, choices, strict=False):
        vote_on_offer(person, number, choice, NOW_MS + DAY_MS)
    settle_rounds(VOTED)


def make_accord(
    table: Table, terms: AccordTerms = FLOOR, place: str = "", at_ms: int = VOTED
) -> Accord:
    """Bring a round to its signed accord."""
    opened, offer = open_with_offer(table, terms, place)
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)
    vote_all(table, opened.pk, *[VoteChoice.YES] * 5)
    sign_accord(table.representative, opened.pk, None, at_ms)
    accord = None
    for organisation in clients_concerned(KIND, place):
        if accord is None:
            owner = make_person()
            add_member(owner, Role.REQUESTER, NOW_MS, organisation=organisation)
            accord = sign_accord(owner, opened.pk, organisation.pk, at_ms)
    if accord is None:
        raise AssertionError("the accord is not signed by enough")
    return accord
