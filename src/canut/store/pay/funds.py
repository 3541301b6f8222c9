"""A project's funds, and the chain from client to worker.

Lines are only ever added. None takes anything from a worker: there is no such kind, and no line
names one.
"""

from django.db.models import Max, QuerySet, Sum

from canut.core.money import Money
from canut.core.pay.intermediaries import Chain, Party, PartyRole
from canut.core.pay.required_funds import Balance, FundsKind, balance_of
from canut.store.sql.written_once import FixedQuery
from canut.store.tables.pay import ChainVersion, FundsLine


def balance(project_id: int, currency: str) -> Balance:
    """Compute a project's balance in one currency."""
    return balance_of_lines(FundsLine.objects.filter(project_id=project_id), currency)


def balance_of_lines(lines: QuerySet[FundsLine], currency: str) -> Balance:
    """Compute the balance of funds lines, of one project or several, in one currency."""
    sums = lines.filter(currency=currency).values("kind").annotate(micro=Sum("micro"))
    amounts = [
        (FundsKind(row["kind"]), Money(row["micro"], currency)) for row in sums.order_by("kind")
    ]
    return balance_of(amounts, currency)


_RESERVED = FixedQuery(
    lambda project_id: FundsLine.objects.filter(
        project_id=project_id, kind=FundsLine.Kind.RESERVE
    ).values_list("pk")[:1],
    [-1],
)


def is_funded(project_id: int) -> bool:
    """Return whether money was ever locked for a project's pay."""
    return _RESERVED.first(project_id) is not None


def funds_lines(project_id: int, most: int) -> list[FundsLine]:
    """List the last funds lines of a project, newest first."""
    lines = FundsLine.objects.filter(project_id=project_id).select_related("by", "period")
    return list(lines.order_by("-id")[:most])


def chain_of(project_id: int) -> Chain | None:
    """Return the declared chain; None if nobody declared one."""
    version = ChainVersion.objects.filter(project_id=project_id).order_by("-number").first()
    if version is None:
        return None
    currency = version.currency
    parties = tuple(
        Party(PartyRole(party.role), Money(party.share_micro, currency), party.name, party.country)
        for party in version.parties.order_by("position")
    )
    price = Money(version.price_micro, currency)
    return Chain(version.client, version.country, price, parties)


def last_chain_number(project_id: int) -> int:
    """Return the number of the last version of a project's chain; 0 before the first."""
    versions = ChainVersion.objects.filter(project_id=project_id)
    return versions.aggregate(last=Max("number"))["last"] or 0
