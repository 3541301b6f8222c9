"""Bring together what a bill and a summary say of a project; nothing is kept here."""

from dataclasses import dataclass
from typing import Any

from canut.actions.floors import floor_of, floor_of_country, rate_on_top
from canut.actions.pilot import has_passed, need_at, need_of, need_of_pilot
from canut.actions.projects import Price
from canut.actions.times import worked
from canut.core.errors import Refusal
from canut.core.labour.bill import Bill, Owed, bill_of
from canut.core.labour.chain import Chain
from canut.core.labour.floor import Floor
from canut.core.labour.funds import Balance, Need
from canut.core.labour.parameters import Status
from canut.core.labour.pilot import Tried
from canut.core.labour.price import brought
from canut.core.money import Money
from canut.store.funds import balance, chain_of
from canut.store.models import Person, Project, RateVersion
from canut.store.panels import recruitment_of
from canut.store.pilots import last_pace
from canut.store.results import rate_or_none
from canut.store.terms import Terms, terms_of


@dataclass(frozen=True)
class Estimate:
    """What a price leads to, before it is kept.

    Args:
        piece: the price of one answer.
        per_hour: what it brings an hour at the time tasks are said to take; None if nobody says.
        need: what must be locked, part by part; None where a place's values are not known.
        on_the_way: what everybody between client and worker keeps.
        total: everything.
    """

    piece: Money
    per_hour: Money | None
    need: Need | None
    on_the_way: Money
    total: Money | None


def estimate_at(project: Project, price: Price, overlap: int, now_ms: int) -> Estimate:
    """Say what a draft would cost at a price that is not kept yet.

    Raises:
        BadInput: the price cannot be meant.
    """
    said = price.declared()
    piece = said.piece
    rate = RateVersion(piece_micro=piece.micro, currency=piece.currency, task_ms=said.task_ms)
    per_hour = brought(piece, said.task_ms) if said.task_ms else None
    nothing = Money(0, piece.currency)
    try:
        need = need_at(project, rate, overlap, price.floor_micro, now_ms)
    except Refusal:
        return Estimate(piece, per_hour, None, nothing, None)
    chain = chain_of(project.id)
    is_ours = chain is not None and chain.price.currency == piece.currency
    on_the_way = (chain.price - chain.worker.share) * need.answers if chain and is_ours else nothing
    return Estimate(piece, per_hour, need, on_the_way, need.total + on_the_way)


@dataclass(frozen=True)
class Cover:
    """What must be there, what is, and what is missing; zero where nothing is."""

    need: Need
    balance: Balance
    missing: Money


def before_pilot(project: Project, now_ms: int) -> Cover:
    """Set what a pilot needs beside what is there.

    Raises:
        Incomplete: a place's values are not known.
    """
    return _cover(project, need_of_pilot(project, now_ms))


def before_opening(project: Project, now_ms: int) -> Cover:
    """Set what the whole project needs beside what is there.

    Raises:
        Incomplete: a place's values are not known.
    """
    return _cover(project, need_of(project, now_ms))


def _cover(project: Project, need: Need) -> Cover:
    there = balance(project.id, need.total.currency)
    nothing = Money(0, need.total.currency)
    return Cover(need, there, max(nothing, need.total - there.deposited, key=lambda m: m.micro))


@dataclass(frozen=True)
class Sums:
    """A bill with what it rests on.

    Args:
        bill: every part; None where no price was ever set.
        balance: the project's funds.
        chain: who is paid on the way.
        is_measured: everybody's time comes from beats; else some of it is elapsed.
        unknown: how many people's floor is not known: their top-up is not in the bill.
        floors: the lowest and the highest floor an hour among the people; None without any.
        client_floor: the legal minimum where the client is, in its own money; None if unknown.
    """

    bill: Bill | None
    balance: Balance | None
    chain: Chain | None
    is_measured: bool
    unknown: int
    floors: tuple[Money, Money] | None = None
    client_floor: Money | None = None

    @property
    def left(self) -> Money | None:
        """What is locked and owed to nobody yet; below nothing where too little is locked."""
        if self.bill is None or self.balance is None:
            return None
        return self.balance.locked + self.balance.spent - self.bill.labour


def sums_of(project: Project, now_ms: int) -> Sums:
    """Add up what a project has cost so far, from its pay lines and measured time."""
    rate, chain = rate_or_none(project.id), chain_of(project.id)
    if rate is None:
        return Sums(None, None, chain, is_measured=True, unknown=0)
    found = list(worked(project, 0, now_ms + 1).values())
    owed: list[Owed] = []
    codes: set[str] = set()
    floors: list[Money] = []
    unknown = volunteers_ms = 0
    for one in found:
        terms = terms_of(one.person, now_ms) if one.person else None
        floor = _floor(project, rate.currency, terms, now_ms)
        if terms is not None and not Status(terms.status).is_paid_here:
            volunteers_ms += one.time_ms
            continue
        unknown += floor is None
        if floor:
            floors.append(floor.per_hour)
        least = floor.per_hour if floor else Money(0, rate.currency)
        tried = Tried(one.worker, one.pieces, one.time_ms, least)
        is_employee = terms is not None and terms.status == Terms.Status.EMPLOYEE
        if terms is not None and is_employee:
            codes.add(terms.place)
        owed.append(Owed(tried, Money(one.paid_micro, rate.currency), is_employee))
    bill = bill_of(owed, chain, rate_on_top(codes, now_ms), rate.currency, volunteers_ms)
    return Sums(
        bill,
        balance(project.id, rate.currency),
        chain,
        is_measured=all(one.is_measured for one in found),
        unknown=0 if project.is_own_staff else unknown,
        floors=(min(floors, key=_micro), max(floors, key=_micro)) if floors else None,
        client_floor=floors_beside(project, None, now_ms)["client"],
    )


def floors_beside(project: Project, person: Person | None, now_ms: int) -> dict[str, Money | None]:
    """Return the legal floor where the client is, and where this person works, each in its money.

    Either is None where it is not known.
    """
    terms = terms_of(person.id, now_ms) if person else None
    where = {"client": project.client_country, "mine": terms.place if terms else ""}
    found = {who: floor_of_country(place, now_ms) for who, place in where.items() if place}
    return {who: floor.per_hour if (floor := found.get(who)) else None for who in where}


def summary_of(project: Project, now_ms: int) -> dict[str, Any]:
    """Say in a file beside an export who was paid for it, what, and by whom.

    Amounts are micro-units; what is not known is null; counts of people under ten are left out.
    """
    sums, pace = sums_of(project, now_ms), last_pace(project.id)
    bill = sums.bill
    return {
        "schema": "canut.summary/1",
        "project": project.slug,
        "title": project.title,
        "simulated": project.is_simulated,
        "own_staff": project.is_own_staff,
        "at_ms": now_ms,
        "purpose": {
            "business": project.aim_business,
            "social": project.aim_social,
            "hidden_from_workers_because": project.purpose_hidden or None,
        },
        "chain": _chain(sums.chain),
        "floors_per_hour": {
            "lowest": _money(sums.floors[0] if sums.floors else None),
            "highest": _money(sums.floors[1] if sums.floors else None),
            "legal_where_the_client_is": _money(sums.client_floor),
        },
        "cost_so_far": _bill(bill, is_measured=sums.is_measured),
        "people_without_known_floor": sums.unknown,
        "pilot_passed": has_passed(project),
        "recruited_through_panels": recruitment_of(project.id),
        "time_per_task": pace
        and {
            "tasks": pace.tasks,
            "people": pace.people,
            "p50_ms": pace.p50_ms,
            "p90_ms": pace.p90_ms,
            "measured_people": pace.by_beats,
            "per_hour_median_micro": pace.median_micro,
            "per_hour_lowest_decile_micro": pace.lowest_decile_micro,
            "currency": pace.currency,
        },
    }


def _chain(chain: Chain | None) -> dict[str, Any] | None:
    if chain is None:
        return None
    return {
        "client": chain.client,
        "country": chain.country,
        "price_micro": chain.price.micro,
        "currency": chain.price.currency,
        "undisclosed_links": chain.undisclosed,
        "parties": [
            {
                "role": party.role.value,
                "name": party.name or None,
                "country": party.country or None,
                "share_micro": party.share.micro,
            }
            for party in chain.parties
        ],
    }


def _bill(bill: Bill | None, *, is_measured: bool) -> dict[str, Any] | None:
    if bill is None:
        return None
    return {
        "currency": bill.total.currency,
        "answers": bill.answers,
        "people": bill.people,
        "time_ms": bill.time_ms,
        "time_is_measured": is_measured,
        "pieces_micro": bill.pieces.micro,
        "top_up_micro": bill.top_up.micro,
        "contributions_micro": bill.contributions.micro,
        "intermediaries_micro": bill.intermediaries.micro,
        "operator_micro": bill.operator.micro,
        "undisclosed_micro": bill.undisclosed.micro,
        "total_micro": bill.total.micro,
    }


def _money(money: Money | None) -> dict[str, Any] | None:
    return {"micro": money.micro, "currency": money.currency} if money else None


def _micro(money: Money) -> int:
    return money.micro


def _floor(project: Project, currency: str, terms: Terms | None, now_ms: int) -> Floor | None:
    try:
        return floor_of(project, currency, terms, now_ms) if terms else None
    except Refusal:
        return None
