"""Quality measures of a project, their method, and signs of careless work."""

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from canut.actions.platform.system_clock import now_ms
from canut.core.kinds import questions_of
from canut.store.models import Project
from canut.store.projects.versions import question_or_none
from canut.store.quality import known_split, results
from canut.store.quality import measures as measured
from canut.store.quality.people_pairs import answers_by_day, people_table
from canut.web.kit.access import get_person, roles_in
from canut.web.kit.audiences import DECIDERS, REVIEWERS
from canut.web.kit.messages import message_now
from canut.web.people.tags import name_for
from canut.web.quality.figures import figures_of
from canut.web.quality.results import may_manage, with_items

AGREE_WHEN = {
    "choice": "page.measures.agree_choice",
    "rating": "page.measures.agree_rating",
    "number": "page.measures.agree_number",
    "date": "page.measures.agree_date",
    "text": "page.measures.agree_text",
    "spans": "page.measures.agree_spans",
    "boxes": "page.measures.agree_boxes",
    "polygons": "page.measures.agree_polygons",
    "keypoints": "page.measures.agree_keypoints",
    "audio": "page.measures.agree_audio",
    "pair": "page.measures.agree_pair",
    "ranking": "page.measures.agree_ranking",
    "chat": "page.measures.agree_chat",
    "page": "page.measures.agree_page",
}
"""What two answers that agree have in common, by kind of question."""


LETTERS = "ABCDEFGHIJKL"


class Column(NamedTuple):
    """One person of the table: letter and name."""

    letter: str
    name: str


class Cell(NamedTuple):
    """How often two people agree; nothing where they share no task."""

    is_self: bool
    proportion: results.Proportion | None

    @property
    def low(self) -> float:
        """The low end of the interval."""
        return self.proportion.interval[0] if self.proportion else 0.0

    @property
    def high(self) -> float:
        """The high end of the interval."""
        return self.proportion.interval[1] if self.proportion else 0.0


class Row(NamedTuple):
    """One person and how often they agree with each of the others."""

    person: Column
    cells: list[Cell]


class Table(NamedTuple):
    """Who agrees with whom."""

    heads: list[Column]
    rows: list[Row]
    tasks: int


def measures(request: HttpRequest, project: Project) -> HttpResponse:
    """Show model, agreement, confusion and skill, each with its interval and meaning."""
    figures = figures_of(project)
    estimate = figures["estimate"]
    context = figures | {
        "project": project,
        "unsure": with_items(project, results.least_sure(project.id)),
        "manages": may_manage(request, project),
        "reviews": bool(roles_in(get_person(request), project) & REVIEWERS.roles),
        "decides": bool(roles_in(get_person(request), project) & DECIDERS.roles),
        "against": results.against_known(project.id),
        "fewest": known_split.FEWEST,
        "confusion": measured.confusion_of(estimate),
        "habits": measured.habits_of(project.id),
        "people": _people(request, project),
        "days": answers_by_day(project.id, now_ms(), zone_offset_ms()),
        "agree_when": _agree_when(project),
    }
    return render(request, "quality/measures.html", context)


def _agree_when(project: Project) -> str:
    """Say when two answers agree, by the kind of what is asked."""
    question = question_or_none(project.id)
    kinds = [str(each["kind"]) for each in questions_of(question.schema)] if question else []
    code = AGREE_WHEN[kinds[0]] if len(kinds) == 1 else "page.measures.agree_several"
    return message_now(code)


def zone_offset_ms() -> int:
    """Return how far the reader's clock is ahead of UTC, in milliseconds."""
    offset = timezone.localtime().utcoffset()
    return int(offset.total_seconds() * 1000) if offset else 0


def _people(request: HttpRequest, project: Project) -> Table | None:
    """Return who agrees with whom; None below two people who share a task."""
    question = question_or_none(project.id)
    if question is None:
        return None
    table = people_table(project.id, question.schema)
    if not table.pairs:
        return None
    heads = [
        Column(letter, name_for(request, worker))
        for letter, worker in zip(LETTERS, table.workers, strict=False)
    ]
    rows: list[Row] = []
    for person, worker in zip(heads, table.workers, strict=True):
        counts = [(other.pk, table.pairs.of(worker.pk, other.pk)) for other in table.workers]
        cells = [
            Cell(other == worker.pk, results.Proportion(*pair) if pair[1] else None)
            for other, pair in counts[: len(rows) + 1]
        ]
        rows.append(Row(person, cells))
    return Table(heads, rows, table.tasks)


def care(request: HttpRequest, project: Project) -> HttpResponse:
    """Show reviewers the signs of careless work: to investigate, never a verdict."""
    context = {
        "project": project,
        "estimate": results.last_estimate(project.id),
        "evidence": measured.evidence_of(project.id),
    }
    return render(request, "quality/work_to_check.html", context)
