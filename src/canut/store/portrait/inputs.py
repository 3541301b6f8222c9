"""Releases of the Portrait, and the queries of a period for a new one.

A release is kept as it was signed and served as it is; the database has one of each edition. Rows
of single people leave this file for ``core.portrait`` alone, which tells of no few of them.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db import models
from django.db.models import Count, Max, Min, Q, Sum

from canut.core.clock import from_ms
from canut.core.kinds import Schema
from canut.core.portrait.by_place.statement_work import StatementWork, work_of
from canut.store.tables.decisions import Appeal
from canut.store.tables.pay import (
    ChainVersion,
    Period,
    Statement,
    StatementCost,
)
from canut.store.tables.people import Terms
from canut.store.tables.portrait import PortraitRelease
from canut.store.tables.projects import Project, QuestionVersion
from canut.store.tables.work import Answer, Worker

HARD_FROM = 2
"""Severity from which material is hard to look at."""


class StatementShare(NamedTuple):
    """One statement's pay for one project; ``project`` is None for platform pages."""

    statement: int
    person: int
    is_simulated: bool
    project: int | None
    currency: str
    time_ms: int
    review_ms: int
    reviews_micro: int
    pieces_micro: int
    other_micro: int
    top_up_micro: int


class Sold(NamedTuple):
    """Answers of one person to a project over a period; ``person`` is None for erased people."""

    project: int
    person: int | None
    answers: int


class Flows(NamedTuple):
    """Numbers of real people who answered: active ones are new, stayed or came back.

    Args:
        active: in the quarter.
        new: never before on this instance.
        stayed: also in the quarter before.
        returned: earlier, and not in the quarter before.
        left: in the quarter two before, and in none since.
    """

    active: int
    new: int
    stayed: int
    returned: int
    left: int


def releases() -> list[PortraitRelease]:
    """List the editions, newest first, without their contents."""
    return list(PortraitRelease.objects.defer("content").order_by("-period", "-edition"))


def newest_release() -> PortraitRelease | None:
    """Return the newest edition of the newest quarter."""
    return PortraitRelease.objects.order_by("-period", "-edition").first()


def release_of(period: str, edition: int) -> PortraitRelease | None:
    """Return one edition; None if there is none."""
    return PortraitRelease.objects.filter(period=period, edition=edition).first()


def editions_of(period: str) -> list[PortraitRelease]:
    """List the editions of a quarter, oldest first."""
    return list(PortraitRelease.objects.filter(period=period).order_by("edition"))


def has_real_work(begin_ms: int, end_ms: int) -> bool:
    """Return whether a real person answered between two times."""
    return _real(begin_ms, end_ms).exists()


def costs_between(first: date, last: date) -> list[StatementShare]:
    """List the pay of closed periods that ended between two days, by person and project."""
    rows = StatementCost.objects.filter(
        statement__period__state=Period.State.CLOSED,
        statement__period__last_day__gte=first,
        statement__period__last_day__lte=last,
    ).order_by("id")
    return [
        StatementShare(*row)
        for row in rows.values_list(
            "statement", "statement__person", "statement__person__is_simulated", "project",
            "statement__currency", "time_ms", "review_ms", "reviews_micro", "pieces_micro",
            "hours_micro", "top_up_micro",
        ).iterator(chunk_size=2_000)
    ]  # fmt: skip


def paid_since(first: date, last: date, since_ms: int) -> int:
    """Count real people whose statements of these days were closed after a time."""
    since = from_ms(since_ms)
    late = _closed(first, last).filter(period__closed_at__gt=since, person__is_simulated=False)
    return late.order_by().values("person").distinct().count()


def works_between(first: date, last: date) -> Iterator[tuple[int, StatementWork]]:
    """Yield each closed statement's number with its work: places, status, protections, rates."""
    rows = _closed(first, last).values_list("id", "content")
    for number, content in rows.iterator(chunk_size=200):
        yield number, work_of(json.loads(content))


def quotes_between(first: date, last: date) -> dict[int, dict[str, str]]:
    """Return, for each closed statement, the currency that each stored rate is counted in.

    Statements store the rates; the pay rules that their period closed with say of which currency.
    """
    rows = _closed(first, last).values_list("id", "period__policy", "period__policy__content")
    read: dict[int, dict[str, str]] = {}
    quotes: dict[int, dict[str, str]] = {}
    for number, policy, content in rows:
        if policy is None:
            continue
        if policy not in read:
            words = content.get("rate_words") or {}
            read[policy] = {code: str(word["quote"]) for code, word in words.items()}
        quotes[number] = read[policy]
    return quotes


def clients_of(projects: set[int]) -> dict[int, str]:
    """Return the country of the client of each project, where it is declared."""
    rows = Project.objects.filter(id__in=projects).exclude(client_country="")
    return dict(rows.values_list("id", "client_country"))


def schemas_of(projects: set[int]) -> dict[int, Schema]:
    """Return the newest question schema of each project."""
    rows = QuestionVersion.objects.filter(project__in=projects).order_by("number")
    return {version.project_id: version.schema for version in rows}


def exposed_ms(begin_ms: int, end_ms: int) -> dict[int, int]:
    """Sum people's time of exposure to hard material, by person."""
    rows = (
        Answer.objects.filter(answered_ms__gte=begin_ms, answered_ms__lt=end_ms)
        .filter(worker__person__isnull=False)
        .filter(
            Q(lease__severity__gte=HARD_FROM)
            | Q(lease__severity=None, project__severity__gte=HARD_FROM)
        )
        .values_list("worker__person")
        .annotate(ms=Sum("elapsed_ms"))
        .order_by("worker__person")
    )
    return dict(rows)


def population(quarters_ms: tuple[int, int, int, int]) -> Flows | None:
    """Count real people who answered in a quarter, by when they answered before.

    Args:
        quarters_ms: the begins of the quarter two before, the one before and the quarter itself,
            and its end.

    Returns:
        None where nobody real ever answered.
    """
    earliest_ms, before_ms, begin_ms, end_ms = quarters_ms
    people = _answers_of_real().filter(answered_ms__lt=end_ms).values("worker__person")
    ends = people.annotate(
        first=Min("answered_ms"),
        last=Max("answered_ms"),
        n_before=Count("id", filter=Q(answered_ms__gte=before_ms, answered_ms__lt=begin_ms)),
    )
    if not ends.exists():
        return None
    active = ends.filter(last__gte=begin_ms)
    earlier = active.filter(first__lt=begin_ms)
    return Flows(
        active=active.count(),
        new=active.filter(first__gte=begin_ms).count(),
        stayed=earlier.filter(n_before__gt=0).count(),
        returned=earlier.filter(n_before=0).count(),
        left=ends.filter(last__gte=earliest_ms, last__lt=before_ms).count(),
    )


def appeals_between(begin_ms: int, end_ms: int) -> list[tuple[int, bool, int | None]]:
    """List appeals of real people: author, success, milliseconds until the answer."""
    rows = Appeal.objects.filter(
        at_ms__gte=begin_ms, at_ms__lt=end_ms, by__is_simulated=False
    ).values_list("by", "outcome", "at_ms", "answered_ms")
    return [
        (by, outcome == Appeal.Outcome.OVERTURNED, None if end is None else end - at)
        for by, outcome, at, end in rows
    ]


def sold_between(begin_ms: int, end_ms: int, *, simulated: bool) -> list[Sold]:
    """Count answers by project and person; optionally of simulated people only."""
    rows = (
        Answer.objects.filter(answered_ms__gte=begin_ms, answered_ms__lt=end_ms)
        .filter(worker__person__is_simulated=simulated, counted=True)
        .values_list("project", "worker__person")
        .annotate(answers=Count("id"))
        .order_by("project", "worker__person")
    )
    return [Sold(*row) for row in rows]


def people_of_workers(workers: set[int]) -> dict[int, int]:
    """Return the person behind each worker, where nobody erased them."""
    rows = Worker.objects.filter(id__in=workers, person__isnull=False)
    return dict(rows.values_list("id", "person"))


def places_at(people: set[int], at_ms: int) -> dict[int, str]:
    """Return where people work by their terms at a time."""
    rows = Terms.objects.filter(person__in=people, at_ms__lt=at_ms).order_by("at_ms", "id")
    return dict(rows.values_list("person", "place"))


def chained(projects: set[int]) -> set[int]:
    """Return which projects disclose their chain."""
    return set(ChainVersion.objects.filter(project__in=projects).values_list("project", flat=True))


def projects_by_kind() -> tuple[list[int], list[int]]:
    """List project ids: those of real people, and those of simulated people.

    A project is simulated where it says so, or where only simulated hands have answered.
    """
    marked = set(Project.objects.filter(is_simulated=True).values_list("id", flat=True))
    hands = Worker.objects.exclude(kind=Worker.Kind.MODEL)
    real = set(
        hands.filter(kind=Worker.Kind.HUMAN, person__is_simulated=False)
        .values_list("project", flat=True)
        .distinct()
    )
    staffed = set(hands.values_list("project", flat=True).distinct())
    simulated = marked | (staffed - real)
    every = set(Project.objects.values_list("id", flat=True))
    return sorted(every - simulated), sorted(simulated)


def _closed(first: date, last: date) -> "models.QuerySet[Statement]":
    return Statement.objects.filter(
        period__state=Period.State.CLOSED,
        period__last_day__gte=first,
        period__last_day__lte=last,
    ).order_by("id")


def _answers_of_real() -> "models.QuerySet[Answer]":
    return Answer.objects.filter(author_kind=Worker.Kind.HUMAN, worker__person__is_simulated=False)


def _real(begin_ms: int, end_ms: int) -> "models.QuerySet[Answer]":
    return _answers_of_real().filter(answered_ms__gte=begin_ms, answered_ms__lt=end_ms)
