"""Pay periods, the statements that close them, and what was paid of whose time.

Rows of a period that is not closed count for nothing: closing writes them in small batches and then
turns the period's state, so that a period is closed whole or not at all.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q, Sum

from canut.store.tables.people import Person
from canut.store.tables.projects import Project

LATE_DAYS = 16


class PayPolicy(models.Model):
    """One version of what whoever pays decides: floor, payroll, own rates, account, threshold."""

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    set_by = models.ForeignKey(Person, models.PROTECT)
    at_ms = models.BigIntegerField()


class PlaceFile(models.Model):
    """A file of parameters as it was when a period closed, so that it can be counted again."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=40)
    content = models.TextField()


class Period(models.Model):
    """A stretch of days that is paid at once; periods follow each other without gaps.

    ``failure`` says in facts why closing stopped, or whom a closed one left waiting; ``done`` of
    ``total`` people are counted.
    """

    class State(models.TextChoices):
        """Whether it still takes work."""

        OPEN = "open"
        CLOSING = "closing"
        CLOSED = "closed"

    first_day = models.DateField(unique=True)
    last_day = models.DateField(unique=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    pay_day = models.DateField()
    policy = models.ForeignKey(PayPolicy, models.PROTECT, null=True)
    places = models.ManyToManyField(PlaceFile)
    run = models.CharField(max_length=32, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failure = models.JSONField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True)
    closed_at = models.DateTimeField(null=True)
    measured_ms = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="period_has_days"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_by__isnull=False, closed_at__isnull=False, measured_ms__isnull=False),
                name="period_closed_by_somebody",
            ),
        )


class Statement(models.Model):
    """One person's pay of one period in one currency: the canonical text, and its hash.

    Its sums stand beside the text for lists. The window is which moments' pieces it pays.
    """

    period = models.ForeignKey(Period, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT, related_name="statements")
    currency = models.CharField(max_length=3)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    time_ms = models.BigIntegerField()
    top_up_micro = models.BigIntegerField()
    gross_micro = models.BigIntegerField()
    vacation_micro = models.BigIntegerField()
    net_micro = models.BigIntegerField()
    pay_year = models.PositiveSmallIntegerField()
    begin_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("period", "person", "currency"), name="statement_once"),
        )


class Contributed(models.Model):
    """What one statement contributes under one name, for the sums of a year and remittances."""

    statement = models.ForeignKey(Statement, models.CASCADE)
    name = models.CharField(max_length=40)
    payer = models.CharField(max_length=13)
    base_micro = models.BigIntegerField()
    micro = models.BigIntegerField()


class StatementCost(models.Model):
    """What one statement costs one project, part by part; no project is the platform itself.

    ``review_ms`` is the part of ``time_ms`` that was spent on reviews. Periods closed before
    reviews were told apart have theirs among the answers.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="costs")
    project = models.ForeignKey(Project, models.PROTECT, null=True)
    answers = models.PositiveIntegerField()
    time_ms = models.BigIntegerField()
    pieces_micro = models.BigIntegerField()
    hours_micro = models.BigIntegerField()
    top_up_micro = models.BigIntegerField()
    on_top_micro = models.BigIntegerField()
    reviews = models.PositiveIntegerField(default=0, db_default=0)
    reviews_micro = models.BigIntegerField(default=0, db_default=0)
    review_ms = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("statement", "project"), name="cost_once"),
            models.CheckConstraint(
                condition=Q(
                    pieces_micro__gte=0,
                    hours_micro__gte=0,
                    top_up_micro__gte=0,
                    on_top_micro__gte=0,
                ),
                name="cost_not_negative",
            ),
        )


class PaidTime(models.Model):
    """Time of a person on one day that a period pays; no project on the platform's own pages."""

    period = models.ForeignKey(Period, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT, db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, null=True)
    day = models.DateField()
    ms = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(ms__gt=0), name="paid_time_is_some"),)
        indexes = (models.Index(fields=("person", "day"), name="paid_of_person"),)


class DryRun(models.Model):
    """What a period would have paid at a moment: for explaining what changed since."""

    period = models.ForeignKey(Period, models.CASCADE)
    rows = models.JSONField()
    problems = models.JSONField()
    left_out = models.JSONField()
    made_by = models.ForeignKey(Person, models.PROTECT)
    made_at = models.DateTimeField()


@dataclass(frozen=True, slots=True)
class Cost:
    """What closed periods cost a project in one currency: whom they paid, and each part's sum."""

    people: frozenset[int]
    sums: dict[str, int]


def cost_of(project_id: int, currency: str) -> Cost:
    """Add up what the statements of closed periods cost a project in one currency."""
    found = StatementCost.objects.filter(
        project_id=project_id,
        statement__currency=currency,
        statement__period__state=Period.State.CLOSED,
    )
    sums = found.aggregate(
        time=Sum("time_ms", default=0),
        pieces=Sum("pieces_micro", default=0),
        hours=Sum("hours_micro", default=0),
        top_up=Sum("top_up_micro", default=0),
        on_top=Sum("on_top_micro", default=0),
        looks=Sum("reviews", default=0),
        looked=Sum("reviews_micro", default=0),
        look_time=Sum("review_ms", default=0),
    )
    sums["time_ms"], sums["review_ms"] = sums.pop("time"), sums.pop("look_time")
    sums["reviews"] = sums.pop("looked")
    return Cost(frozenset(found.values_list("statement__person", flat=True)), sums)


def cost_sums(period: Period) -> dict[tuple[int, str], int]:
    """Add up what a period's statements cost, by project and currency."""
    found = StatementCost.objects.filter(statement__period=period, project__isnull=False)
    rows = (
        found.values_list("project", "statement__currency")
        .annotate(
            micro=Sum(
                F("pieces_micro")
                + F("reviews_micro")
                + F("hours_micro")
                + F("top_up_micro")
                + F("on_top_micro")
            )
        )
        .order_by("project", "statement__currency")
    )
    return {(project, currency): micro for project, currency, micro in rows}


def last_closed(before: date) -> Period | None:
    """Return the closed period that comes last before a day."""
    closed = Period.objects.filter(state=Period.State.CLOSED, first_day__lt=before)
    return closed.order_by("-first_day").first()


def overdue_periods(today: date) -> list[Period]:
    """List the periods that are not closed though they ended more than sixteen days ago."""
    ended = Period.objects.filter(last_day__lt=today - timedelta(days=LATE_DAYS))
    return list(ended.exclude(state=Period.State.CLOSED).order_by("first_day"))


def policy_now() -> PayPolicy | None:
    """Return the policy in force; None before the first."""
    return PayPolicy.objects.order_by("-number").first()
