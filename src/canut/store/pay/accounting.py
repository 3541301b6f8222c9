"""Queries for bookkeeping: pay from before Canut, own costs of people, statements of a year."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.db.models import Max, Min, QuerySet, Sum

from canut.store.tables.ethics import EthicsHour
from canut.store.tables.lessons import LessonAttempt
from canut.store.tables.pay import Contributed, OpeningBalance, OwnCosts, Period, Statement
from canut.store.tables.people import Person


class MonthRemittance(NamedTuple):
    """Contributions under one name by month of payment, by who bears them."""

    month: str
    name: str
    currency: str
    employee_micro: int
    employer_micro: int


class YearTotal(NamedTuple):
    """What a person was paid in a year in one currency, here and before Canut."""

    person: int
    name: str
    currency: str
    gross_micro: int
    net_micro: int
    opening_micro: int


def openings_in_force(year: int, people: Sequence[int] | None = None) -> list[OpeningBalance]:
    """List the confirmed opening balances of a year, one for each person and currency.

    Args:
        year: of the payment.
        people: of these alone; None is everybody.
    """
    confirmed = OpeningBalance.objects.filter(
        year=year, confirmed_ms__isnull=False, withdrawn_ms=None
    )
    if people is not None:
        confirmed = confirmed.filter(person__in=people)
    newest = {(row.person_id, row.currency): row for row in confirmed.order_by("id")}
    return list(newest.values())


def openings_of_year(year: int) -> QuerySet[OpeningBalance]:
    """Select the opening balances of a year that were not withdrawn, waiting ones too, by name."""
    rows = OpeningBalance.objects.filter(year=year, withdrawn_ms=None)
    return rows.select_related("person", "set_by", "confirmed_by").order_by(
        "person__shown_name", "person", "id"
    )


def stated_costs() -> Iterator[tuple[int, int, int, str]]:
    """Yield each version of people's own costs: person, moment, micro an hour, currency."""
    rows = OwnCosts.objects.order_by("person", "number")
    yield from rows.values_list("person", "at_ms", "hourly_micro", "currency").iterator()


def newest_costs(people: Sequence[int] | None = None) -> list[OwnCosts]:
    """List the newest version of people's own costs, by name."""
    newest = OwnCosts.objects.values("person").annotate(last=Max("id")).values("last")
    rows = OwnCosts.objects.filter(id__in=newest).select_related("person")
    if people is not None:
        rows = rows.filter(person__in=people)
    return list(rows.order_by("person__shown_name", "person"))


def statements_of_year(year: int, person: Person | None = None) -> QuerySet[Statement]:
    """Select the closed statements paid in a year, by person and period."""
    rows = Statement.objects.filter(pay_year=year, period__state=Period.State.CLOSED)
    if person is not None:
        rows = rows.filter(person=person)
    return rows.select_related("period", "person", "payment").order_by(
        "person", "period__first_day", "id"
    )


def years_of(person: Person | None = None) -> list[int]:
    """List the years in which somebody was paid, or this person; the newest first."""
    statements = Statement.objects.filter(period__state=Period.State.CLOSED)
    openings = OpeningBalance.objects.filter(confirmed_ms__isnull=False, withdrawn_ms=None)
    if person is not None:
        statements, openings = statements.filter(person=person), openings.filter(person=person)
        years = {*statements.values_list("pay_year", flat=True).distinct()}
        return sorted(years | {*openings.values_list("year", flat=True)}, reverse=True)
    ends = statements.aggregate(first=Min("pay_year"), last=Max("pay_year"))
    first_year, last_year = ends["first"], ends["last"]
    years = set() if first_year is None else {*range(first_year, last_year + 1)}
    return sorted(years | {*openings.values_list("year", flat=True).distinct()}, reverse=True)


def last_statements(people: Sequence[int]) -> list[Statement]:
    """List the newest statement of each of these people that holds time."""
    timed = Statement.objects.filter(
        person__in=people, period__state=Period.State.CLOSED, time_ms__gt=0
    )
    newest = timed.values("person").annotate(last=Max("id")).values("last")
    return list(Statement.objects.filter(id__in=newest))


def year_totals(year: int) -> list[YearTotal]:
    """Sum what each person was paid in a year by currency, by name."""
    sums: dict[tuple[int, str], tuple[int, int]] = {
        (person, currency): (gross, net)
        for person, currency, gross, net in Statement.objects.filter(
            pay_year=year, period__state=Period.State.CLOSED
        )
        .values_list("person", "currency")
        .annotate(Sum("gross_micro"), Sum("net_micro"))
    }
    openings = {(row.person_id, row.currency): row for row in openings_in_force(year)}
    people = Person.objects.in_bulk({person for person, _ in (*sums, *openings)})
    totals: list[YearTotal] = []
    for key in {*sums, *openings}:
        gross, net = sums.get(key, (0, 0))
        opening = openings.get(key)
        before = (opening.gross_micro, opening.net_micro) if opening is not None else (0, 0)
        totals.append(
            YearTotal(
                key[0], str(people[key[0]]), key[1], gross + before[0], net + before[1], before[0]
            )
        )
    return sorted(totals, key=lambda row: (row.name, row.person, row.currency))


def remittances_of_year(year: int) -> list[MonthRemittance]:
    """Sum the contributions of employees and employer in a year, by month of payment and name."""
    sums: dict[tuple[str, str, str], dict[str, int]] = {}
    lines = Contributed.objects.filter(
        statement__pay_year=year,
        statement__period__state=Period.State.CLOSED,
        payer__in=("employee", "employer"),
    )
    for day, name, currency, payer, micro in lines.values_list(
        "statement__period__pay_day", "name", "statement__currency", "payer"
    ).annotate(Sum("micro")):
        row = sums.setdefault((day.isoformat()[:7], name, currency), {})
        row[payer] = row.get(payer, 0) + micro
    return [
        MonthRemittance(*key, row.get("employee", 0), row.get("employer", 0))
        for key, row in sorted(sums.items())
    ]


def own_lesson_hours() -> list[tuple[int, int, int, str]]:
    """List each person's own pay an hour when they began a lesson, oldest first.

    Returns:
        Person, moment, micro-units (0 where it was not known) and currency.
    """
    rows = LessonAttempt.objects.order_by("person", "started_ms")
    return list(rows.values_list("person", "started_ms", "hour_micro", "currency"))


def ethics_hours() -> list[tuple[int, int, int, str]]:
    """List what an hour of ethics review pays each person from when on, oldest first.

    Returns:
        Person, moment, micro-units and currency.
    """
    rows = EthicsHour.objects.order_by("person", "at_ms", "id")
    return list(rows.values_list("person", "at_ms", "hour_micro", "currency"))
