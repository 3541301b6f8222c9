"""Find the floor of a person and the hourly cost of an employer, with today's parameters.

The rule is in ``core.pay.floor``; this module collects terms and jurisdictions for it. An unknown
jurisdiction is a refusal, never a floor of zero.

Reads only.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from canut.actions.pay.pay_rules import policy_in_force
from canut.core.clock import from_ms
from canut.core.errors import Incomplete, Refusal
from canut.core.money import Money
from canut.core.pay.floor import Floor, FloorPolicy, floor_on
from canut.core.pay.payable import check_payable
from canut.core.pay.required_funds import highest_rate
from canut.core.places.parameters import Status
from canut.store.models import Project, Worker
from canut.store.pay.places import places
from canut.store.people.work_terms import terms_expected, terms_of, zone_of
from canut.store.tables.people import Terms

PEOPLE_CASES = {
    "currencies-differ": "people-currency",
    "status-unpayable": "people-unpayable",
    "place-floorless": "people-floorless",
}
"""Refusals of one person's terms, as they are worded where a project names several people."""
MOST_NAMED = 20


def policy_of(project: Project, currency: str) -> FloorPolicy:
    """Return the floors promised by the project and the operator, with exchange rates."""
    floor, (rules, _) = project.floor_micro, policy_in_force()
    return FloorPolicy(
        currency,
        project=Money(floor, currency) if floor else None,
        operator=Money(*rules.operator_floor) if rules.operator_floor else None,
        exchange=rules.exchange,
    )


def floor_of(project: Project, currency: str, terms: Terms, at_ms: int) -> Floor:
    """Return the floor of a person under these terms, on their own local day.

    Raises:
        Incomplete: their place, its minimum or an exchange rate is not known.
    """
    moment = from_ms(at_ms)
    day = moment.astimezone(zone_of(terms.person_id, at_ms)).date()
    status = Status(terms.status)
    return floor_on(places(), terms.place, day, status, policy_of(project, currency))


def floors_known(project: Project, currency: str, at_ms: int) -> tuple[Money | None, list[str]]:
    """Return the highest floor among a project's paid people, and their jurisdictions.

    Raises:
        Incomplete: somebody works in a place whose floor is not known: nothing may begin.
    """
    highest: Money | None = None
    where: dict[str, None] = {}
    people = Worker.objects.filter(project=project, ended_at=None).exclude(person=None)
    for person_id in people.values_list("person_id", flat=True):
        terms = terms_expected(person_id, at_ms) if person_id else None
        if terms is None or not Status(terms.status).is_paid_here:
            continue
        per_hour = floor_of(project, currency, terms, at_ms).per_hour
        highest = per_hour if highest is None or highest < per_hour else highest
        if terms.pk and terms.status == Terms.Status.EMPLOYEE:
            where[terms.place] = None
    return highest or floor_to_expect(project, currency, at_ms), list(where)


def check_people_payable(project: Project, currency: str, at_ms: int) -> None:
    """Refuse a project in which somebody works whom Canut cannot pay, or not in its currency.

    Raises:
        BadInput, Incomplete: as ``check_payable``; the refusal names the people.
    """
    if project.is_own_staff:
        return
    law, refusals = places(), dict[str, tuple[Refusal, list[str]]]()
    workers = Worker.objects.filter(project=project, ended_at=None).exclude(person=None)
    for worker in workers.exclude(kind=Worker.Kind.MODEL).select_related("person").order_by("id"):
        terms = terms_of(worker.person_id, at_ms) if worker.person_id else None
        if terms is None:
            continue
        try:
            check_payable(law, terms.place, Status(terms.status), currency, day_of(at_ms))
        except Refusal as problem:
            key = f"{problem.case} {sorted(problem.facts.items())}"
            refusals.setdefault(key, (problem, []))[1].append(str(worker.person))
    for refusal, people in refusals.values():
        code = PEOPLE_CASES.get(refusal.case, refusal.case)
        facts = {**refusal.facts, "people": ", ".join(people[:MOST_NAMED]), "count": len(people)}
        raise Incomplete(f"{', '.join(people[:MOST_NAMED])}: {refusal}", code=code, **facts)


def floor_to_expect(project: Project, currency: str, at_ms: int) -> Money | None:
    """Return the floor to assume before any worker's jurisdiction is known.

    The higher of the project's own and the client's; the client's only in the price's currency.
    """
    own = Money(project.floor_micro, currency) if project.floor_micro else None
    theirs = floor_of_country(project.client_country, at_ms) if project.client_country else None
    floors = [
        floor for floor in (own, theirs and theirs.per_hour) if floor and floor.currency == currency
    ]
    return max(floors, key=lambda floor: floor.micro, default=None)


def rate_on_top(codes: Iterable[str], at_ms: int) -> Decimal:
    """Return the highest employer contribution rate among these jurisdictions.

    Raises:
        Incomplete: a value is past its hard stop.
    """
    return highest_rate(places(), codes, day_of(at_ms))


def floor_of_country(country: str, at_ms: int) -> Floor | None:
    """Return the legal hourly floor of a client's country; None if it is unknown."""
    try:
        currency = places().chain(country)[0].currency
        policy = FloorPolicy(currency)
        return floor_on(places(), country, day_of(at_ms), Status.EMPLOYEE, policy)
    except Refusal:
        return None


def day_of(at_ms: int) -> date:
    """Return the day of a moment, in UTC."""
    return from_ms(at_ms).date()
