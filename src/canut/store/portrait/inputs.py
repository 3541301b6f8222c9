"""Releases of the Portrait, and the queries of a period for a new one.

A release is kept as it was signed and served as it is; the database has one of each edition. Rows
of single people leave this file for ``core.portrait`` alone, which tells of no few of them.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.db import models
from django.db.models import Count, Max, Min, Q, Sum

from canut.core.clock import from_ms
from canut.core.kinds import Schema
from canut.core.pay.corrections import shares_of
from canut.store.tables.decisions import Appeal
from canut.store.tables.pay import (
    ChainVersion,
    Contributed,
    Period,
    Statement,
    StatementCost,
)
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


class Surfaces(NamedTuple):
    """Time of one statement by project and kind of page, in milliseconds."""

    statement: int
    by_project: Mapping[int | None, Mapping[str, int]]


class Sold(NamedTuple):
    """Answers of a project over a period, and the number of people."""

    project: int
    answers: int
    people: int


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


def surfaces_between(first: date, last: date) -> Iterator[Surfaces]:
    """Yield the time of each closed statement by project and kind of page."""
    rows = _closed(first, last).values_list("id", "content")
    for number, content in rows.iterator(chunk_size=200):
        by_project: dict[int | None, dict[str, int]] = {}
        for share in shares_of(json.loads(content)):
            of = None if share["is_platform"] else int(share["number"])
            sums = by_project.setdefault(of, {})
            for name, ms in share["surfaces"].items():
                sums[name] = sums.get(name, 0) + int(ms)
        yield Surfaces(number, by_project)


def covered_between(first: date, last: date) -> dict[int, set[str]]:
    """Return the contributions on each closed statement."""
    rows = Contributed.objects.filter(
        statement__in=_closed(first, last).values("id"), micro__gt=0
    ).exclude(payer="self_employed")
    names: dict[int, set[str]] = {}
    for statement, name in rows.values_list("statement", "name"):
        names.setdefault(statement, set()).add(name)
    return names


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


def population(before_ms: int, begin_ms: int, end_ms: int) -> tuple[int, int, int] | None:
    """Count real people: active in a period, new in it, and gone since the one before.

    Who left answered between ``before_ms`` and the period, and not in it. None where nobody real
    ever answered.
    """
    people = _answers_of_real().filter(answered_ms__lt=end_ms).values("worker__person")
    ends = people.annotate(first=Min("answered_ms"), last=Max("answered_ms"))
    if not ends.exists():
        return None
    active = ends.filter(last__gte=begin_ms)
    left = ends.filter(last__gte=before_ms, last__lt=begin_ms)
    return active.count(), active.filter(first__gte=begin_ms).count(), left.count()


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
    """Count answers and people by project; optionally of simulated people only."""
    rows = (
        Answer.objects.filter(answered_ms__gte=begin_ms, answered_ms__lt=end_ms)
        .filter(worker__person__is_simulated=simulated, counted=True)
        .values_list("project")
        .annotate(answers=Count("id"), people=Count("worker__person", distinct=True))
        .order_by("project")
    )
    return [Sold(*row) for row in rows]


def chained(projects: set[int]) -> set[int]:
    """Return which projects disclose their chain."""
    return set(ChainVersion.objects.filter(project__in=projects).values_list("project", flat=True))


def people_of(projects: set[int], begin_ms: int, end_ms: int, *, simulated: bool) -> int:
    """Count the people who answered in any of these projects."""
    rows = Answer.objects.filter(
        project__in=projects, answered_ms__gte=begin_ms, answered_ms__lt=end_ms, counted=True
    ).filter(worker__person__is_simulated=simulated)
    return rows.values("worker__person").distinct().count()


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
