"""Show how the client's price is shared between intermediaries and the worker.

The parties are in order, from the client to the worker; each receives whole micro-units of the
price of one answer, and together they make up the price. What nobody declares is a party too: it is
counted and shown as not disclosed. ``price`` and ``period_pay`` decide what the worker is paid;
``floor`` decides the floor.
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
    """One party and the amount it receives of the price of one answer.

    Args:
        role: role of the party; the worker is always last.
        share: amount it receives, in the currency of the price.
        name: name; empty for undisclosed parties and for the worker.
        country: country code of two letters; empty if unknown.
    """

    role: PartyRole
    share: Money
    name: str = ""
    country: str = ""

    @property
    def is_disclosed(self) -> bool:
        """Return whether the party's identity is declared; workers stay anonymous."""
        return self.role is not PartyRole.UNDISCLOSED


@dataclass(frozen=True, slots=True)
class Chain:
    """All parties between the client and the worker, and the price they share.

    Args:
        client: name of the client.
        country: country code of the client, two letters.
        price: what the client pays for one answer.
        parties: parties in order; the worker is last.
    """

    client: str
    country: str
    price: Money
    parties: tuple[Party, ...]

    @property
    def undisclosed(self) -> int:
        """Return the number of parties that nobody declared."""
        return sum(1 for party in self.parties if not party.is_disclosed)

    @property
    def worker(self) -> Party:
        """Return the party that answers."""
        return self.parties[-1]

    @property
    def worker_share(self) -> float:
        """Return the worker's share of the client's price; 1 if the price is 0."""
        return self.worker.share.micro / self.price.micro if self.price.micro else 1.0

    def kept_by(self, *roles: PartyRole) -> Money:
        """Return the amount that parties of these roles receive of one answer's price."""
        micro = sum(party.share.micro for party in self.parties if party.role in roles)
        return Money(micro, self.price.currency)


def build_chain(
    client: str, country: str, price: Money, between: Sequence[Party], piece: Money
) -> Chain:
    """Build the chain of parties; an unexplained remainder becomes an undisclosed party.

    Args:
        client: name of the client; required even if the purpose is not disclosed.
        country: country code of the client, two capital letters.
        price: what the client pays for one answer.
        between: parties between client and worker, in order.
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
    remainder = price - total
    if remainder.micro < 0:
        raise BadInput(
            f"shares add up to {total.micro} and the client pays {price.micro}; the client's price "
            "is at least everybody's shares",
            code="chain-over",
            seen=total.micro,
            expected=price.micro,
        )
    hidden = (Party(PartyRole.UNDISCLOSED, remainder),) if remainder.micro else ()
    return Chain(client.strip(), country, price, (*between, *hidden, worker))


def with_piece(chain: Chain, piece: Money) -> Chain:
    """Change the worker's price; the other amounts stay, so the client's price changes.

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
