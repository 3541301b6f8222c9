"""Tell how the price a client pays is shared on its way to whoever works.

The parties stand in order, from the client to the worker; what each keeps of the price of one
answer is whole micro-units, and together they are the price, to the micro-unit. What nobody
declares is a link too: it is counted and shown as not disclosed. What the worker is paid is decided
in ``price`` and ``pay``; a place's floor in ``floor``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money

MOST_PARTIES = 12
NAME_LENGTH = 120
COUNTRY_LENGTH = 2


class PartyRole(StrEnum):
    """What a party does between the client and the worker."""

    INTERMEDIARY = "intermediary"
    OPERATOR = "operator"
    UNDISCLOSED = "undisclosed"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Party:
    """Who keeps how much of the price of one answer.

    Args:
        role: what they do; the worker is always last.
        share: what they keep, in the currency of the price.
        name: who they are; empty where it is not disclosed, and for the worker.
        country: two letters of the country they are in; empty where unknown.
    """

    role: PartyRole
    share: Money
    name: str = ""
    country: str = ""

    @property
    def is_disclosed(self) -> bool:
        """Whether anybody says who this is; workers keep their names to themselves."""
        return self.role is not PartyRole.UNDISCLOSED


@dataclass(frozen=True, slots=True)
class Chain:
    """Everybody between the client and the worker, and the price they share.

    Args:
        client: who pays, by name.
        country: two letters of the country they are in.
        price: what the client pays for one answer.
        parties: in order; the worker is last.
    """

    client: str
    country: str
    price: Money
    parties: tuple[Party, ...]

    @property
    def undisclosed(self) -> int:
        """How many links nobody declares."""
        return sum(1 for party in self.parties if not party.is_disclosed)

    @property
    def worker(self) -> Party:
        """Whoever answers."""
        return self.parties[-1]

    @property
    def worker_share(self) -> float:
        """The worker's part of the client's price; 1 of nothing."""
        return self.worker.share.micro / self.price.micro if self.price.micro else 1.0

    def kept_by(self, *roles: PartyRole) -> Money:
        """Return what parties of these roles keep of one answer's price."""
        micro = sum(party.share.micro for party in self.parties if party.role in roles)
        return Money(micro, self.price.currency)


def build_chain(
    client: str, country: str, price: Money, between: Sequence[Party], piece: Money
) -> Chain:
    """Put a chain together; whatever is left of the price is a link that is not disclosed.

    Args:
        client: who pays; said even where the purpose is not.
        country: where they are, two capital letters.
        price: what they pay for one answer.
        between: everybody between them and the worker, in order.
        piece: what the worker is paid for one answer.

    Raises:
        Incomplete: the client is not named.
        BadInput: a country is not two capital letters, a share is below 0, somebody has no name, a
            worker stands in between, or the shares are more than the price.

    Example:
        >>> cad = lambda micro: Money(micro, "CAD")
        >>> agency = Party(PartyRole.INTERMEDIARY, cad(10_000), "Relais", "FR")
        >>> chain = build_chain("Presse", "CA", cad(60_000), [agency], cad(40_000))
        >>> [(party.role.value, party.share.micro) for party in chain.parties]
        [('intermediary', 10000), ('undisclosed', 10000), ('worker', 40000)]
    """
    if not client.strip():
        raise Incomplete("say who the client is: people read it first", field="client")
    _check_country(country, needed=True)
    if len(between) > MOST_PARTIES:
        raise BadInput(
            f"{len(between)} parties stand between; at most {MOST_PARTIES}",
            code="chain-long",
            limit=MOST_PARTIES,
        )
    for party in between:
        _check(party)
    worker = Party(PartyRole.WORKER, piece)
    total = sum((party.share for party in (*between, worker)), Money(0, price.currency))
    left = price - total
    if left.micro < 0:
        raise BadInput(
            f"shares add up to {total.micro} and the client pays {price.micro}; the client's price "
            "is at least everybody's shares",
            code="chain-over",
            seen=total.micro,
            expected=price.micro,
        )
    hidden = (Party(PartyRole.UNDISCLOSED, left),) if left.micro else ()
    return Chain(client.strip(), country, price, (*between, *hidden, worker))


def with_piece(chain: Chain, piece: Money) -> Chain:
    """Change what the worker is paid: nobody else's share moves, so the client's price does.

    Raises:
        BadInput: the new price is in another currency.
    """
    price = chain.price + (piece - chain.worker.share)
    worker = Party(PartyRole.WORKER, piece)
    return Chain(chain.client, chain.country, price, (*chain.parties[:-1], worker))


def _check(party: Party) -> None:
    if party.role is PartyRole.WORKER:
        raise BadInput("a worker stands at the end of the chain only", code="chain-worker")
    if party.share.micro < 0:
        raise BadInput(
            f"{party.name} keeps {party.share.micro}; expected 0 or more", code="bad-share"
        )
    if party.is_disclosed and not 0 < len(party.name.strip()) <= NAME_LENGTH:
        raise BadInput(
            "a party has no name; name it, or say that it is not disclosed", code="party-unnamed"
        )
    _check_country(party.country, needed=False)


def _check_country(code: str, *, needed: bool) -> None:
    if not code and not needed:
        return
    if not (len(code) == COUNTRY_LENGTH and code.isascii() and code.isalpha() and code.isupper()):
        raise BadInput(
            f"country is {code!r}; expected two capital letters, such as CA or FR",
            code="bad-country",
            seen=code,
        )
