"""Stored labour cards, and the queries that compute the figures of a new one.

A card is kept as it was signed. What is counted here is counted over everybody: rows of single
people leave this file for ``core.datasets.anonymous_rows`` alone, which joins them.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.models import Count, Max, Min, Sum

from canut.core.clock import DAY_MS
from canut.core.pay.corrections import shares_of
from canut.core.portrait.by_place.statement_work import work_of
from canut.store.tables.datasets import Card
from canut.store.tables.decisions import Appeal, Decision
from canut.store.tables.learning import ModelAuthor
from canut.store.tables.ledger import LogEntry
from canut.store.tables.pay import Contributed, Period, Statement
from canut.store.tables.people import Person, PlaceWord, Terms
from canut.store.tables.portrait import PortraitRelease
from canut.store.tables.projects import Project, QuestionVersion
from canut.store.tables.quality import Estimate
from canut.store.tables.work import Answer, Worker

AT_ONCE = 2_000


EXPOSED = """
SELECT coalesce(l.severity, %s), sum(a.elapsed_ms) FROM store_answer a
LEFT JOIN store_lease l ON l.id = a.lease_id
WHERE a.project_id = %s AND a.counted GROUP BY 1 ORDER BY 1
"""


class PaidWork(NamedTuple):
    """What closed periods paid one person in a project; ``due_micro`` is the floor's amount."""

    person: int
    ms: int
    before_micro: int
    earned_micro: int
    due_micro: int
    floors: frozenset[int]
    is_law: bool


class Tally(NamedTuple):
    """Counted answers of a project, by author kind; times in epoch milliseconds."""

    by_kind: Mapping[str, int]
    people: int
    first_ms: int | None
    last_ms: int | None


class Contested(NamedTuple):
    """Answers rejected, appeals made and won, and the days until each answer."""

    rejections: int
    appeals: int
    won: int
    days: list[int]


def has_simulated() -> bool:
    """Return whether anyone here is simulated; then all pages must say so."""
    return (
        Person.objects.filter(is_simulated=True).exists()
        or Project.objects.filter(is_simulated=True).exists()
        or Worker.objects.filter(kind=Worker.Kind.SIMULATED).exists()
    )


def tally_of(project: Project) -> Tally:
    """Count the counted answers, without practice."""
    answers = _counted(project)
    kinds = dict(answers.values_list("author_kind").annotate(Count("id")))
    humans = answers.filter(author_kind=Worker.Kind.HUMAN)
    ends = answers.aggregate(first=Min("answered_ms"), last=Max("answered_ms"))
    people = humans.values("worker").distinct().count()
    return Tally(kinds, people, ends["first"], ends["last"])


def new_people(project: Project, since_ms: int) -> tuple[int, int]:
    """Count people whose first answer, and whose first statement, came after a time."""
    humans = _counted(project).filter(author_kind=Worker.Kind.HUMAN)
    first = humans.values("worker").annotate(first=Min("answered_ms"))
    paid = _statements(project, None).values("person").annotate(first=Min("period__closed_at"))
    late = [row["first"].timestamp() * 1000 > since_ms for row in paid]
    return first.filter(first__gt=since_ms).count(), sum(late)


def paid_work(project: Project, currency: str) -> list[PaidWork]:
    """Sum what closed periods paid each person for work in a project."""
    parts_by_person: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = _statements(project, currency).order_by("id").values_list("person", "content")
    for person, content in rows.iterator(chunk_size=200):
        shares = shares_of(json.loads(content))
        parts_by_person[person] += [share for share in shares if share["number"] == project.pk]
    return [_paid(person, parts) for person, parts in parts_by_person.items()]


class TrainingTime(NamedTuple):
    """Paid training of the people of a dataset, in milliseconds.

    ``practice_ms``: in the project. ``lesson_ms``: of each person who took lessons, in the pay
    periods in which they were paid for this work.
    """

    practice_ms: int
    lesson_ms: dict[int, int]


def training_of(project: Project, currency: str) -> TrainingTime:
    """Return the training that closed statements paid to the people of a project."""
    practice_ms, lesson_ms = 0, Counter[int]()
    rows = _statements(project, currency).order_by("id").values_list("person", "content")
    for person, content in rows.iterator(chunk_size=200):
        for share in work_of(json.loads(content)).shares:
            lesson_ms[person] += share.surfaces.get("lesson", 0)
            if share.project == project.pk:
                practice_ms += share.surfaces.get("practice", 0)
    return TrainingTime(practice_ms, {person: ms for person, ms in lesson_ms.items() if ms})


def paid_until(project: Project) -> int | None:
    """Return the end of the closed periods that pay work here; None if there are none."""
    end_ms: int | None = _statements(project, None).aggregate(end=Max("end_ms"))["end"]
    return end_ms


def contributed(project: Project, currency: str) -> list[tuple[str, str]]:
    """List the contributions on the pay of these people, by name and payer."""
    statements = _statements(project, currency).values("id")
    rows = Contributed.objects.filter(statement__in=statements).values_list("name", "payer")
    return sorted(set(rows))


def on_top_of(project: Project, currency: str) -> int:
    """Sum what employers owed on top of this project's pay, in micro-units."""
    statements = _statements(project, currency).filter(costs__project=project)
    return int(statements.aggregate(sum=Sum("costs__on_top_micro", default=0))["sum"])


def terms_in(project: Project) -> list[Terms]:
    """Return the latest terms of the people whose answers count."""
    workers = _counted(project).values("worker")
    people = Worker.objects.filter(id__in=workers, person__isnull=False).values("person")
    rows = Terms.objects.filter(person__in=people).order_by("number")
    return list({terms.person_id: terms for terms in rows}.values())


def places_said(project: Project) -> list[str]:
    """Return where each person whose answers count works: by their terms, else as they said."""
    by_person = {terms.person_id: terms.place for terms in terms_in(project)}
    workers = _counted(project).values("worker")
    people = Worker.objects.filter(id__in=workers, person__isnull=False).values("person")
    words = PlaceWord.objects.filter(person__in=people).order_by("at_ms", "id")
    by_own_words = dict(words.values_list("person", "place"))
    return list({**by_own_words, **by_person}.values())


def contested(project: Project) -> Contested:
    """Count standing rejections, and appeals of any decision."""
    rejected = Decision.objects.filter(project=project, kind=Decision.Kind.REJECTION)
    appeals = Appeal.objects.filter(decision__project=project)
    rows = appeals.filter(answered_ms__isnull=False).values_list("at_ms", "answered_ms")
    return Contested(
        rejected.filter(undone_ms=None).count(),
        appeals.count(),
        appeals.filter(outcome=Appeal.Outcome.OVERTURNED).count(),
        sorted((end - begin) // DAY_MS for begin, end in rows if end is not None),
    )


def exposed_ms(project: Project) -> dict[int, int]:
    """Sum the elapsed time of answers by severity of their material, 0 to 4."""
    with connection.cursor() as cursor:
        cursor.execute(EXPOSED, (project.severity or 0, project.pk))
        return {int(severity): int(ms) for severity, ms in cursor.fetchall()}


def versions_of(project: Project) -> list[QuestionVersion]:
    """List the versions of the question with their instructions."""
    return list(QuestionVersion.objects.filter(project=project).order_by("number"))


def machines_of(project: Project) -> list[str]:
    """Name the models whose labels people saw or that are stored with theirs."""
    rows = ModelAuthor.objects.filter(project=project).order_by("name", "version")
    return [f"{author.name} {author.version}".strip() for author in rows]


def checks_of(project: Project) -> tuple[int, int]:
    """Count the answers to known labels, and the right ones."""
    rows = Worker.objects.filter(project=project, kind=Worker.Kind.HUMAN)
    sums = rows.aggregate(
        answered=Sum("checks_answered", default=0), right=Sum("checks_right", default=0)
    )
    return sums["answered"], sums["right"]


def last_estimate(project: Project) -> Estimate | None:
    """Return the newest estimate of the labels."""
    return Estimate.objects.filter(project=project).order_by("-id").first()


def last_card(project: Project) -> Card | None:
    """Return the newest card of a project."""
    return Card.objects.filter(project=project).order_by("-number").first()


def newest_cards(slugs: Collection[str]) -> dict[str, str]:
    """Return the SHA-256 of the newest card of each project that has one, by its slug."""
    cards = Card.objects.filter(project__slug__in=slugs).order_by("number")
    return dict(cards.values_list("project__slug", "sha256"))


def cards_of(project: Project, most: int) -> list[Card]:
    """List the cards of a project, newest first."""
    return list(Card.objects.filter(project=project).order_by("-number")[:most])


def card_numbered(project: Project, number: int) -> Card | None:
    """Return a card of a project by its number; None if there is none."""
    cards = Card.objects.filter(project=project, number=number)
    return cards.select_related("project__organisation").first()


def public_cards() -> list[Card]:
    """List the newest public card of each dataset, newest first."""
    public = Card.objects.filter(is_public=True).exclude(project__in=withheld_projects())
    newest = public.values("project").annotate(last=Max("id")).values("last")
    return list(
        Card.objects.filter(id__in=newest).select_related("project__organisation").order_by("-id")
    )


def public_card(slug: str) -> Card | None:
    """Return the newest public card of a dataset; None if there is none."""
    cards = Card.objects.filter(project__slug=slug, is_public=True)
    cards = cards.exclude(project__in=withheld_projects())
    return cards.select_related("project__organisation").order_by("-number").first()


def withheld_projects() -> set[int]:
    """Return the projects whose exact card would show few people beside a Portrait's edition."""
    rows = PortraitRelease.objects.filter(is_simulated=False).values_list("withheld", flat=True)
    return {int(project) for projects in rows for project in projects or ()}


def entries_of(log_id: int, size: int) -> Iterator[bytes]:
    """Yield the first entries of a log, in order."""
    for first in range(0, size, AT_ONCE):
        rows = LogEntry.objects.filter(
            log=log_id, place__gte=first, place__lt=min(size, first + AT_ONCE)
        )
        for body in rows.order_by("place").values_list("body", flat=True):
            yield bytes(body)


def place_of(log_id: int, body: bytes) -> int | None:
    """Find the last position of an entry in a log."""
    rows = LogEntry.objects.filter(log=log_id, body=body).order_by("-place")
    return rows.values_list("place", flat=True).first()


def countries(places: list[str]) -> Counter[str]:
    """Count people by country of work."""
    return Counter(place.split("-")[0] for place in places)


def _counted(project: Project) -> models.QuerySet[Answer]:
    answers = Answer.objects.filter(project=project, counted=True)
    return answers.exclude(task=project.practice_task) if project.practice_task_id else answers


def _statements(project: Project, currency: str | None) -> models.QuerySet[Statement]:
    closed = Statement.objects.filter(period__state=Period.State.CLOSED)
    statements = closed.filter(costs__project=project).distinct()
    return statements if currency is None else statements.filter(currency=currency)


def _paid(person: int, parts: list[dict[str, Any]]) -> PaidWork:
    def total(name: str) -> int:
        return sum(int(share[name]) for share in parts)

    days = [day for share in parts for day in share.get("days", ())]
    return PaidWork(
        person,
        total("time_ms"),
        total("earned_micro") - total("top_up_micro"),
        total("earned_micro"),
        total("due_micro"),
        frozenset(day["floor_micro"] for day in days),
        all(day["is_law"] for day in days),
    )
