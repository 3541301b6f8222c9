"""Named reads of payroll: a person's statements, a period's sums, who waits for money."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet, Sum

from canut.core.errors import Missing
from canut.store.tables.pay import (
    BankReading,
    Contributed,
    DryRun,
    Payment,
    PaymentFile,
    PayPolicy,
    Period,
    Statement,
)
from canut.store.tables.people import Person, Terms
from canut.store.tables.work import Worker

UNPAID = (Payment.State.DUE, Payment.State.RETURNED)


class StatementRow(NamedTuple):
    """A statement with its payment, which is None where nothing is owed."""

    statement: Statement
    payment: Payment | None
    is_late: bool


class Remittance(NamedTuple):
    """What a period contributes under one name, by who bears it."""

    name: str
    currency: str
    employee_micro: int
    employer_micro: int
    self_employed_micro: int


class Totals(NamedTuple):
    """What a period pays in one currency."""

    currency: str
    people: int
    time_ms: int
    top_up_micro: int
    gross_micro: int
    net_micro: int


@dataclass(frozen=True)
class PayrollPerson:
    """Somebody who works here for pay, with the terms they have now."""

    person: Person
    terms: Terms | None


def lines_of(person: Person, today: date) -> list[StatementRow]:
    """List a person's statements, newest first, with what became of their payments."""
    found = Statement.objects.filter(person=person, period__state=Period.State.CLOSED)
    return _lines(found.order_by("-period__first_day"), today)


def lines_in(period: Period, today: date, most: int) -> list[StatementRow]:
    """List the first statements of a period by name, with what became of their payments."""
    found = Statement.objects.filter(period=period, period__state=Period.State.CLOSED)
    return _lines(found.order_by("person__shown_name", "id")[:most], today)


def late_lines(today: date, most: int = 100) -> list[StatementRow]:
    """List who waits for money longer than 16 days after the end of a period."""
    found = Statement.objects.filter(
        period__state=Period.State.CLOSED, payment__in=late_payments(today)
    )
    return _lines(found.order_by("period__first_day", "id")[:most], today)


def late_payments(today: date) -> QuerySet[Payment]:
    """Find payments that are still unpaid 16 days after the end of their period."""
    return Payment.objects.filter(
        state__in=UNPAID, late_on__lt=today, statement__period__state=Period.State.CLOSED
    )


def _lines(found: QuerySet[Statement], today: date) -> list[StatementRow]:
    lines = found.select_related("period", "person", "payment").defer("content")
    return [_line(one, today) for one in lines]


def _line(one: Statement, today: date) -> StatementRow:
    payment: Payment | None = getattr(one, "payment", None)
    is_late = payment is not None and payment.state in UNPAID and today > payment.late_on
    return StatementRow(one, payment, is_late)


def all_periods() -> list[Period]:
    """List periods, newest first."""
    return list(Period.objects.order_by("-first_day"))


def last_run(period: Period) -> DryRun | None:
    """Return the last dry run of a period."""
    return DryRun.objects.filter(period=period).order_by("-id").first()


def totals_of(period: Period) -> list[Totals]:
    """Add up what a period pays, by currency."""
    sums = (
        Statement.objects.filter(period=period)
        .values("currency")
        .annotate(
            people=Count("person", distinct=True),
            time=Sum("time_ms"),
            top_up=Sum("top_up_micro"),
            gross=Sum("gross_micro"),
            net=Sum("net_micro"),
        )
        .order_by("currency")
    )
    return [
        Totals(
            one["currency"],
            one["people"],
            one["time"],
            one["top_up"],
            one["gross"],
            one["net"],
        )
        for one in sums
    ]


def remittances_of(period: Period) -> list[Remittance]:
    """Add up what a period contributes, by name: what is to be sent to whom collects it."""
    sums = (
        Contributed.objects.filter(statement__period=period)
        .values("name", "statement__currency")
        .annotate(
            employee=Sum("micro", filter=Q(payer="employee"), default=0),
            employer=Sum("micro", filter=Q(payer="employer"), default=0),
            self_employed=Sum("micro", filter=Q(payer="self_employed"), default=0),
        )
        .order_by("statement__currency", "name")
    )
    return [
        Remittance(
            one["name"],
            one["statement__currency"],
            one["employee"],
            one["employer"],
            one["self_employed"],
        )
        for one in sums
    ]


def payment_counts(period: Period) -> dict[str, int]:
    """Count a period's payments by state."""
    counts = Payment.objects.filter(statement__period=period).values_list("state")
    return dict(counts.annotate(n=Count("id")).order_by("state"))


def files_made() -> list[PaymentFile]:
    """List payment files, newest first."""
    return list(PaymentFile.objects.defer("sealed").select_related("made_by").order_by("-id")[:50])


def currencies_due() -> list[str]:
    """List the currencies in which something is due."""
    due = Payment.objects.filter(state__in=UNPAID, statement__period__state=Period.State.CLOSED)
    return list(due.values_list("currency", flat=True).distinct().order_by("currency"))


def readings_of(person: Person) -> list[BankReading]:
    """List who opened where a person is paid, newest first."""
    return list(BankReading.objects.filter(person=person).select_related("by").order_by("-id")[:20])


def paid_people(most: int = 500) -> list[PayrollPerson]:
    """List who works in projects that pay, with their terms now; those without terms first."""
    workers = Worker.objects.filter(project__is_own_staff=False, person__isnull=False)
    people = Person.objects.filter(id__in=workers.values("person")).order_by("shown_name", "id")
    newest = Terms.objects.values("person").annotate(last=Max("id")).values("last")
    held = {one.person_id: one for one in Terms.objects.filter(id__in=newest)}
    found = [PayrollPerson(one, held.get(one.pk)) for one in people[:most]]
    return sorted(found, key=lambda one: one.terms is not None)


def policies() -> list[PayPolicy]:
    """List the versions of the pay rules, newest first."""
    return list(PayPolicy.objects.select_related("set_by").order_by("-number")[:20])


def is_worker(person: Person) -> bool:
    """Say whether somebody works, or worked, in a project that pays."""
    return Worker.objects.filter(person=person, project__is_own_staff=False).exists()


def statement_numbered(number: int, person: Person | None) -> Statement:
    """Return a closed statement; of this very person, or anybody's where none is given.

    Raises:
        Missing: there is no such statement.
    """
    found = Statement.objects.select_related("period", "person", "payment").filter(
        id=number, period__state=Period.State.CLOSED
    )
    statement = (found if person is None else found.filter(person=person)).first()
    if statement is None:
        raise Missing("no such statement of yours")
    return statement


def payment_numbered(number: int, person: Person | None) -> Payment:
    """Return a payment; to this very person, or anybody's where none is given.

    Raises:
        Missing: there is no such payment.
    """
    found = Payment.objects.filter(id=number, statement__period__state=Period.State.CLOSED)
    payment = (found if person is None else found.filter(person=person)).first()
    if payment is None:
        raise Missing("no such payment of yours")
    return payment


def period_numbered(number: int) -> Period:
    """Return a pay period.

    Raises:
        Missing: there is no such period.
    """
    found = Period.objects.filter(id=number).first()
    if found is None:
        raise Missing("no such period")
    return found


def file_numbered(number: int) -> PaymentFile:
    """Return a payment file.

    Raises:
        Missing: there is no such file.
    """
    found = PaymentFile.objects.filter(id=number).first()
    if found is None:
        raise Missing("no such payment file")
    return found


def worker_numbered(number: int) -> Person:
    """Return somebody who works in a project that pays.

    Raises:
        Missing: nobody who works here has this number.
    """
    found = Person.objects.filter(id=number, workers__project__is_own_staff=False).first()
    if found is None:
        raise Missing("nobody who works here has this number")
    return found


def names_of(people: list[int]) -> dict[int, Person]:
    """Return these people by number."""
    return Person.objects.in_bulk(people)
