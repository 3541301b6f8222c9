"""Compute the bill and the pay summary of a project. Reads only."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from canut.actions.pay.floors import floor_of, floor_of_country, rate_on_top
from canut.actions.pay.period_costs import open_since
from canut.actions.time.task_times import Worked, worked_and_reviewed
from canut.core.errors import Refusal
from canut.core.money import Money
from canut.core.pay.bill import Bill, Owed, bill_of, bill_of_statements, together
from canut.core.pay.floor import Floor
from canut.core.pay.intermediaries import Chain
from canut.core.pay.pilot import PilotPerson
from canut.core.pay.required_funds import Balance
from canut.core.places.parameters import Status
from canut.store.integrations.panels import recruitment_of
from canut.store.models import Person, Project
from canut.store.pay import pay_lines
from canut.store.pay.funds import balance, chain_of
from canut.store.pay.periods import cost_of
from canut.store.people.work_terms import terms_expected
from canut.store.projects.versions import rate_or_none
from canut.store.tables.people import Terms
from canut.store.work.pilots import has_passed, last_pace


@dataclass(frozen=True)
class Sums:
    """A bill, with the figures it rests on.

    Args:
        bill: every part; None where no price was ever set.
        closed: the part of it in closed periods, exact, from their statements; None before any.
        under_way: the rest, as if it closed now; an estimate.
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
    closed: Bill | None = None
    under_way: Bill | None = None

    @property
    def left(self) -> Money | None:
        """Return what is locked and not owed yet; negative where too little is locked."""
        if self.bill is None or self.balance is None:
            return None
        return self.balance.locked + self.balance.spent - self.bill.labour


def sums_of(project: Project, now_ms: int) -> Sums:
    """Add up what a project has cost: closed periods by their statements, the rest live."""
    rate, chain = rate_or_none(project.id), chain_of(project.id)
    if rate is None:
        return Sums(None, None, chain, is_measured=True, unknown=0)
    since = open_since(project)
    worked = _not_closed(project, since, now_ms)
    owed: list[Owed] = []
    codes: set[str] = set()
    floors: list[Money] = []
    paid_people: set[int | None] = set()
    unknown = volunteers_ms = 0
    for row in worked:
        terms = terms_expected(row.person, now_ms) if row.person else None
        floor = _floor(project, rate.currency, terms, now_ms)
        if terms is not None and not Status(terms.status).is_paid_here:
            volunteers_ms += row.time_ms
            continue
        unknown += floor is None
        if floor:
            floors.append(floor.per_hour)
        least = floor.per_hour if floor else Money(0, rate.currency)
        tried = PilotPerson(row.worker, row.pieces, row.time_ms, least)
        is_employee = False
        if terms is not None and terms.pk is not None:  # nobody is employed by expectation
            is_employee = terms.status == Terms.Status.EMPLOYEE
        if terms is not None and is_employee:
            codes.add(terms.place)
        micros = (row.paid_micro, row.hours_micro, row.reviewed_micro)
        paid, hours, reviewed = (Money(micro, rate.currency) for micro in micros)
        owed.append(Owed(tried, paid, is_employee, hours, row.reviews, reviewed, row.review_ms))
        paid_people.add(row.person)
    under_way = bill_of(owed, chain, rate_on_top(codes, now_ms), rate.currency, volunteers_ms)
    closed, whole = None, under_way
    cost = cost_of(project.id, rate.currency) if since else None
    if cost is not None and (cost.people or cost.sums["ethics"]):
        answers = _answers_closed(project, since, cost.people)
        closed = bill_of_statements(cost.sums, answers, len(cost.people), chain, rate.currency)
        whole = together(closed, under_way, len(paid_people | cost.people))
        before = (terms_expected(row, now_ms) for row in cost.people - paid_people)
        earlier_floors = (_floor(project, rate.currency, terms, now_ms) for terms in before)
        floors += [floor.per_hour for floor in earlier_floors if floor]
    return Sums(
        whole,
        balance(project.id, rate.currency),
        chain,
        is_measured=all(row.is_measured for row in worked),
        unknown=0 if project.is_own_staff else unknown,
        floors=(min(floors, key=_micro), max(floors, key=_micro)) if floors else None,
        client_floor=floors_beside(project, None, now_ms)["client"],
        closed=closed,
        under_way=under_way,
    )


def _not_closed(project: Project, since: Mapping[int | None, int], now_ms: int) -> list[Worked]:
    """List the work of each person that no closed period has paid yet."""
    if not since:
        return list(worked_and_reviewed(project, 0, now_ms + 1).values())
    groups = _groups(since)
    return [
        row
        for begin_ms, people in sorted(groups.items())
        for row in worked_and_reviewed(project, begin_ms, now_ms + 1, people).values()
    ]


def _answers_closed(project: Project, since: Mapping[int | None, int], paid: frozenset[int]) -> int:
    """Count the answers that statements of closed periods paid."""
    return sum(
        pay_lines.count_answers_before(project.pk, paid.intersection(people), begin_ms)
        for begin_ms, people in _groups(since).items()
    )


def _groups(since: Mapping[int | None, int]) -> dict[int, set[int | None]]:
    groups: dict[int, set[int | None]] = defaultdict(set)
    for person, begin_ms in since.items():
        groups[begin_ms].add(person)
    return groups


def floors_beside(project: Project, person: Person | None, now_ms: int) -> dict[str, Money | None]:
    """Return the legal floors of the client's country and of the worker's jurisdiction.

    Either is None where it is not known.
    """
    terms = terms_expected(person.id, now_ms) if person else None
    where = {"client": project.client_country, "mine": terms.place if terms else ""}
    floors = {side: floor_of_country(code, now_ms) for side, code in where.items() if code}
    return {side: floor.per_hour if (floor := floors.get(side)) else None for side in where}


def summary_of(project: Project, now_ms: int) -> dict[str, Any]:
    """Return the pay summary put next to an export: who was paid, how much, by whom.

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
        "cost_of_closed_periods": _bill(sums.closed, is_measured=True),
        "cost_of_period_under_way": _bill(sums.under_way, is_measured=sums.is_measured),
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
        "time_ms": bill.time_ms if bill.has_measured_time else None,
        "time_is_measured": is_measured and bill.has_measured_time,
        "pieces_micro": bill.pieces.micro,
        "reviews": bill.looks,
        "reviews_micro": bill.reviews.micro,
        "review_time_ms": bill.review_ms,
        "hours_micro": bill.hours.micro,
        "top_up_micro": bill.top_up.micro,
        "contributions_micro": bill.contributions.micro,
        "ethics_micro": bill.ethics.micro,
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
