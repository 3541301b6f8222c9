"""Queries of payroll: statements, sums of a period, late payments."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from canut.core.errors import Missing
from canut.store.pay.periods import LATE_DAYS
from canut.store.tables.pay import (
    BankReading,
    Contributed,
    DryRun,
    Payment,
    PaymentFile,
    PayPolicy,
    Period,
    Statement,
    VacationPayout,
)
from canut.store.tables.people import Membership, Person, PlaceWord, Role, Terms
from canut.store.tables.work import Worker

UNPAID = (Payment.State.DUE, Payment.State.RETURNED)


class StatementRow(NamedTuple):
    """A statement with its payment, which is None if nothing is owed."""

    statement: Statement
    payment: Payment | None
    is_late: bool


class OpenPayment(NamedTuple):
    """A payment that is not sent; ``days_left`` until it is late, below 0 once it is."""

    payment: Payment
    days_left: int


class Remittance(NamedTuple):
    """Contributions of a period under one name, by payer."""

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
    """A paid worker with their current terms, and where they say they work; empty for no word."""

    person: Person
    terms: Terms | None
    said_place: str = ""


def lines_of(person: Person, today: date) -> list[StatementRow]:
    """List a person's statements with their payments, newest first."""
    statements = Statement.objects.filter(person=person, period__state=Period.State.CLOSED)
    return _lines(statements.order_by("-period__first_day"), today)


def unpaid_by_currency(person: Person) -> dict[str, int]:
    """Sum the net pay of closed statements that was not sent, in micro-units by currency."""
    payments = Payment.objects.filter(
        person=person, state__in=UNPAID, statement__period__state=Period.State.CLOSED
    )
    sums = payments.values_list("statement__currency").annotate(micro=Sum("amount_micro"))
    return dict(sums.order_by("statement__currency"))


def lines_in(period: Period, today: date, most: int) -> list[StatementRow]:
    """List a period's first statements by name, with their payments."""
    statements = Statement.objects.filter(period=period, period__state=Period.State.CLOSED)
    return _lines(statements.order_by("person__shown_name", "id")[:most], today)


def late_lines(today: date, most: int = 100) -> list[StatementRow]:
    """List statements unpaid more than 16 days after the end of their period."""
    statements = Statement.objects.filter(
        period__state=Period.State.CLOSED, payment__in=late_payments(today)
    )
    return _lines(statements.order_by("period__first_day", "id")[:most], today)


def open_lines(today: date, most: int = 100) -> list[OpenPayment]:
    """List payments that are not sent, the most urgent first, with the days that are left."""
    payments = Payment.objects.filter(
        state__in=UNPAID, statement__period__state=Period.State.CLOSED
    ).select_related("person", "statement__period", "file")
    return [
        OpenPayment(payment, (payment.late_on - today).days)
        for payment in payments.order_by("late_on", "id")[:most]
    ]


def ended_periods(today: date) -> list[tuple[Period, date, int]]:
    """List periods that are over and not closed, with the last day for their pay and days left."""
    ended = Period.objects.filter(last_day__lt=today).exclude(state=Period.State.CLOSED)
    rows = [(row, row.last_day + timedelta(days=LATE_DAYS)) for row in ended.order_by("first_day")]
    return [(row, day, (day - today).days) for row, day in rows if day >= today]


def late_payments(today: date) -> QuerySet[Payment]:
    """Select payments unpaid 16 days after the end of their period."""
    return Payment.objects.filter(
        state__in=UNPAID, late_on__lt=today, statement__period__state=Period.State.CLOSED
    )


def _lines(statements: QuerySet[Statement], today: date) -> list[StatementRow]:
    lines = statements.select_related("period", "person", "payment").defer("content")
    return [_line(statement, today) for statement in lines]


def _line(statement: Statement, today: date) -> StatementRow:
    payment: Payment | None = getattr(statement, "payment", None)
    is_late = payment is not None and payment.state in UNPAID and today > payment.late_on
    return StatementRow(statement, payment, is_late)


def all_periods() -> list[Period]:
    """List periods, newest first."""
    return list(Period.objects.order_by("-first_day"))


def last_run(period: Period) -> DryRun | None:
    """Return the last dry run of a period."""
    return DryRun.objects.filter(period=period).order_by("-id").first()


def totals_of(period: Period) -> list[Totals]:
    """Sum the pay of a period by currency."""
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
            row["currency"],
            row["people"],
            row["time"],
            row["top_up"],
            row["gross"],
            row["net"],
        )
        for row in sums
    ]


def remittances_of(period: Period) -> list[Remittance]:
    """Sum the contributions of a period by name, as they must be remitted."""
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
            row["name"],
            row["statement__currency"],
            row["employee"],
            row["employer"],
            row["self_employed"],
        )
        for row in sums
    ]


def payment_counts(period: Period) -> dict[str, int]:
    """Count a period's payments by state."""
    counts = Payment.objects.filter(statement__period=period).values_list("state")
    return dict(counts.annotate(n=Count("id")).order_by("state"))


def unpaid_sums(period: Period) -> dict[str, tuple[int, int]]:
    """Return how many people of a closed period are not paid, and what, by currency."""
    unpaid = Payment.objects.filter(statement__period=period, state__in=UNPAID)
    sums = (
        unpaid.values("currency")
        .annotate(people=Count("person", distinct=True), micro=Sum("amount_micro"))
        .order_by("currency")
    )
    return {row["currency"]: (row["people"], row["micro"]) for row in sums}


def people_owed() -> set[int]:
    """Return who has a payment of a closed period that was not sent."""
    unpaid = Payment.objects.filter(state__in=UNPAID, statement__period__state=Period.State.CLOSED)
    return set(unpaid.values_list("person_id", flat=True))


def outside_files(period: Period | None = None) -> dict[str, tuple[int, int]]:
    """Return how many people are due money that no file holds, and how much, by currency.

    Args:
        period: the period of the payments; None for all.
    """
    due = Payment.objects.filter(
        Q(file=None) | Q(file__sent_at__isnull=False),
        state__in=UNPAID,
        statement__period__state=Period.State.CLOSED,
    )
    if period is not None:
        due = due.filter(statement__period=period)
    sums = (
        due.values("currency")
        .annotate(people=Count("person", distinct=True), micro=Sum("amount_micro"))
        .order_by("currency")
    )
    return {row["currency"]: (row["people"], row["micro"]) for row in sums}


def files_made() -> list[PaymentFile]:
    """List payment files, newest first; ``waits`` is whether payments wait for one to be sent."""
    waiting = Payment.objects.filter(file=OuterRef("pk"), state__in=UNPAID)
    files = PaymentFile.objects.defer("sealed").select_related("made_by", "sent_by")
    return list(files.annotate(waits=Exists(waiting)).order_by("-id")[:50])


def files_of(period: Period) -> list[PaymentFile]:
    """List the payment files that hold payments of a period, the newest first."""
    own = Payment.objects.filter(file=OuterRef("pk"), statement__period=period)
    waiting = Payment.objects.filter(file=OuterRef("pk"), state__in=UNPAID)
    files = PaymentFile.objects.defer("sealed").select_related("made_by", "sent_by")
    return list(files.filter(Exists(own)).annotate(waits=Exists(waiting)).order_by("-id"))


def currencies_due() -> list[str]:
    """List the currencies with payments due."""
    due = Payment.objects.filter(state__in=UNPAID, statement__period__state=Period.State.CLOSED)
    return list(due.values_list("currency", flat=True).distinct().order_by("currency"))


def readings_of(person: Person) -> list[BankReading]:
    """List who opened a person's bank account, newest first."""
    return list(BankReading.objects.filter(person=person).select_related("by").order_by("-id")[:20])


def payouts_to(person: Person, most: int) -> list[VacationPayout]:
    """List the payments of vacation pay that were set for a person, newest first."""
    return list(VacationPayout.objects.filter(person=person).order_by("-id")[:most])


def paid_people(most: int, named: str = "") -> list[PayrollPerson]:
    """List people who may be paid with their current terms; those without terms first.

    Args:
        most: how many at most. People without terms are left out last.
        named: a part of the name; empty for everybody.
    """
    has_terms = Exists(Terms.objects.filter(person=OuterRef("pk")))
    people = paid_here().filter(shown_name__icontains=named)
    people = people.order_by(has_terms, "shown_name", "id")
    newest = Terms.objects.values("person").annotate(last=Max("id")).values("last")
    terms_by_person = {row.person_id: row for row in Terms.objects.filter(id__in=newest)}
    shown = list(people[:most])
    words = PlaceWord.objects.filter(person__in=shown).order_by("at_ms", "id")
    places = dict(words.values_list("person_id", "place"))
    return [
        PayrollPerson(row, terms_by_person.get(row.pk), places.get(row.pk, "")) for row in shown
    ]


def policies() -> list[PayPolicy]:
    """List the versions of the pay rules, newest first."""
    return list(PayPolicy.objects.select_related("set_by").order_by("-number")[:20])


def paid_here() -> QuerySet[Person]:
    """Select the people whose time here may be paid.

    They work or review, or did, in a project that pays, or have work terms: those who hear appeals
    or look at held time need not work in any project.
    """
    workers = Worker.objects.filter(project__is_own_staff=False).exclude(kind=Worker.Kind.MODEL)
    reviewers = Membership.objects.filter(role=Role.REVIEWER, project__is_own_staff=False)
    return Person.objects.filter(
        Q(id__in=workers.filter(person__isnull=False).values("person"))
        | Q(id__in=reviewers.values("person"))
        | Q(id__in=Terms.objects.values("person"))
    )


def is_paid_here(person: Person) -> bool:
    """Return whether a person's time here may be paid."""
    return paid_here().filter(pk=person.pk).exists()


def payroll_contact() -> str:
    """Return the name of somebody who runs payroll here, or of their organisation; else empty."""
    runs = Membership.objects.filter(
        role=Role.OPERATOR, ended_at=None, person__is_active=True, person__is_service=False
    ).select_related("person", "organisation")
    first = runs.order_by("id").first()
    if first is None:
        return ""
    has_name = bool(first.person.shown_name)
    return str(first.person if has_name or first.organisation is None else first.organisation.name)


def statement_numbered(number: int, person: Person | None) -> Statement:
    """Return a closed statement, of this person or, if None, of anyone.

    Raises:
        Missing: there is no such statement.
    """
    statements = Statement.objects.select_related("period", "person", "payment").filter(
        id=number, period__state=Period.State.CLOSED
    )
    statement = (statements if person is None else statements.filter(person=person)).first()
    if statement is None:
        raise Missing("no such statement of yours")
    return statement


def payment_numbered(number: int, person: Person | None) -> Payment:
    """Return a payment, to this person or, if None, to anyone.

    Raises:
        Missing: there is no such payment.
    """
    payments = Payment.objects.filter(id=number, statement__period__state=Period.State.CLOSED)
    payment = (payments if person is None else payments.filter(person=person)).first()
    if payment is None:
        raise Missing("no such payment of yours")
    return payment


def period_numbered(number: int) -> Period:
    """Return a pay period.

    Raises:
        Missing: there is no such period.
    """
    period = Period.objects.filter(id=number).first()
    if period is None:
        raise Missing("no such period")
    return period


def file_numbered(number: int) -> PaymentFile:
    """Return a payment file.

    Raises:
        Missing: there is no such file.
    """
    payment_file = PaymentFile.objects.filter(id=number).first()
    if payment_file is None:
        raise Missing("no such payment file")
    return payment_file


def worker_numbered(number: int) -> Person:
    """Return a person whose time here may be paid.

    Raises:
        Missing: nobody who works here has this number.
    """
    person = paid_here().filter(id=number).first()
    if person is None:
        raise Missing("nobody who works here has this number")
    return person


def names_of(people: list[int]) -> dict[int, Person]:
    """Return these people by id."""
    return Person.objects.in_bulk(people)


def vacation_payouts_of(person_id: int) -> QuerySet[VacationPayout]:
    """List the vacation pay that was set to be paid to a person, the newest first."""
    return VacationPayout.objects.filter(person=person_id).order_by("-id")
