"""Declare the intermediaries paid between client and workers; each change is a new version."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from canut.actions.ledger.entry_types import inscribe_chain
from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.intermediaries import NAME_LENGTH, Chain, Party, build_chain, with_piece
from canut.store.models import ChainParty, ChainVersion, Person, Project
from canut.store.pay.funds import chain_of, last_chain_number
from canut.store.projects.versions import rate_or_none

REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class ChainIn:
    """A chain of intermediaries, as declared.

    Args:
        client: who pays.
        country: two letters of the country they are in.
        price_micro: what they pay for one answer; None where it is what everybody gets together.
        between: everybody between them and the worker, in order.
        purpose_hidden: why the purpose is not shown to workers; empty where it is.
    """

    client: str
    country: str
    price_micro: int | None = None
    between: Sequence[Party] = ()
    purpose_hidden: str = ""


@transaction.atomic
def write_chain(project: Project, declared: ChainIn, *, by: Person, now_ms: int) -> Chain:
    """Declare a project's chain; an unexplained remainder becomes an undisclosed link.

    Raises:
        Incomplete: there is no price yet, or the client is not named.
        BadInput: shares are more than the client's price, or something cannot be meant.
    """
    rate = rate_or_none(project.id)
    if rate is None:
        raise Incomplete("set the price of an answer first", field="price")
    if len(declared.client) > NAME_LENGTH or len(declared.purpose_hidden) > REASON_LENGTH:
        raise BadInput(
            f"a name has at most {NAME_LENGTH} characters and a reason {REASON_LENGTH}",
            code="too-long",
            field="client",
            limit=NAME_LENGTH,
        )
    piece = rate.declared.answer
    shares = sum((party.share for party in declared.between), piece)
    price = shares if declared.price_micro is None else Money(declared.price_micro, rate.currency)
    chain = build_chain(declared.client, declared.country, price, declared.between, piece)
    _keep(project, chain, by, now_ms)
    project.client_country = declared.country
    project.purpose_hidden = declared.purpose_hidden.strip()
    project.save(update_fields=["client_country", "purpose_hidden"])
    return chain


@transaction.atomic
def follow_price(project: Project, piece: Money, *, by: Person, now_ms: int) -> Chain | None:
    """Adapt a declared chain to a new price: the client pays the difference.

    A chain in another currency ends: it must be declared again.
    """
    chain = chain_of(project.id)
    if chain is None or chain.worker.share == piece:
        return chain
    if chain.price.currency != piece.currency:
        ChainVersion.objects.filter(project=project).delete()
        return None
    moved = with_piece(chain, piece)
    _keep(project, moved, by, now_ms)
    return moved


def _keep(project: Project, chain: Chain, by: Person, now_ms: int) -> None:
    Project.objects.select_for_update().get(id=project.id)
    version = ChainVersion.objects.create(
        project=project,
        number=last_chain_number(project.id) + 1,
        client=chain.client,
        country=chain.country,
        price_micro=chain.price.micro,
        currency=chain.price.currency,
        by=by,
        at_ms=now_ms,
    )
    ChainParty.objects.bulk_create(
        ChainParty(
            chain=version,
            position=position,
            role=party.role.value,
            name=party.name,
            country=party.country,
            share_micro=party.share.micro,
        )
        for position, party in enumerate(chain.parties)
    )
    inscribe_chain(project, now_ms)
