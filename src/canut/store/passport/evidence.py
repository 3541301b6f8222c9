"""Read what a person's own answers and paid work show; nobody else's page reads this.

An answer counts where the task's answer is known and was not told beforehand: practice is left out.
It counts from the next day on: a count that rose with an answer would tell which task is known.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Q, Sum

from canut.core.clock import DAY_MS
from canut.core.errors import Refusal
from canut.core.kinds.register import kind_of, trade_of
from canut.core.kinds.schema import questions_of
from canut.core.kinds.values import values_of_label
from canut.core.passport.credentials import HOURS
from canut.core.passport.lesson_skills import CountShown
from canut.core.passport.skills import KnownAnswer, SkillShown, hardest_fifth, skills_shown
from canut.store.tables.pay import PayLine, Statement
from canut.store.tables.projects import QuestionVersion
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer

LEAST_FOR_HARD = 100
"""Whose answers are fewer cannot reach the level that asks for hard tasks."""


class WorkTime(NamedTuple):
    """Paid time of one occupation: milliseconds, first and last moment."""

    occupation: str
    elapsed_ms: int
    first_ms: int
    last_ms: int


class Situation(NamedTuple):
    """Work of one kind of question: counted answers, paid time, first and last moment."""

    kind: str
    answers: int
    elapsed_ms: int
    first_ms: int
    last_ms: int


def situations_of(person_id: int) -> list[Situation]:
    """Return a person's counted answers by kind of question, and the time paid for them."""
    rows = Answer.objects.filter(worker__person=person_id, counted=True)
    sums = rows.values_list("project").annotate(
        count=Count("pk"), first=Min("answered_ms"), last=Max("answered_ms")
    )
    by_project = {project: figures for project, *figures in sums}
    lines = PayLine.objects.filter(worker__person=person_id).values_list("project")
    paid = dict(lines.annotate(elapsed=Sum("elapsed_ms")))
    situations: dict[str, Situation] = {}
    for project, schema in _newest_schemas(by_project).items():
        count, first, last = by_project[project]
        kind = str(questions_of(schema)[0]["kind"])
        before = situations.get(kind, Situation(kind, 0, 0, first, last))
        situations[kind] = Situation(
            kind,
            before.answers + count,
            before.elapsed_ms + (paid.get(project) or 0),
            min(before.first_ms, first),
            max(before.last_ms, last),
        )
    return sorted(situations.values(), key=lambda each: -each.answers)


def skills_of(person_id: int, now_ms: int) -> list[SkillShown]:
    """Return what a person's answers on known tasks show by the end of yesterday, by skill."""
    until_ms = now_ms - now_ms % DAY_MS
    rows = _on_known_tasks(Q(worker__person=person_id, answered_ms__lt=until_ms))
    own = [answer for _project, answer in _compared(rows)]
    hard: frozenset[int] = frozenset()
    if len({answer.task for answer in own}) >= LEAST_FOR_HARD:
        tasks = {answer.task for answer in own}
        hard = _hard_tasks(person_id) & tasks
    return skills_shown(own, hard)


def beside_proposals(person_id: int, now_ms: int) -> CountShown | None:
    """Return how often a person was right on known tasks lent with a model's proposal."""
    until_ms = now_ms - now_ms % DAY_MS
    whose = Q(worker__person=person_id, answered_ms__lt=until_ms, task__proposal__is_shown=True)
    by_task = {answer.task: answer for _project, answer in _compared(_on_known_tasks(whose))}
    if not by_task:
        return None
    moments = [answer.at_ms for answer in by_task.values()]
    right = sum(answer.is_right for answer in by_task.values())
    return CountShown("S08", right, len(by_task), min(moments), max(moments))


def skills_by_person(until_ms: int) -> dict[int, frozenset[str]]:
    """Return the skills of which each real person had shown a level before a time.

    Whether a level is shown needs no hard task.
    """
    whose = Q(answered_ms__lt=until_ms, worker__person__is_simulated=False)
    answers: dict[int, list[KnownAnswer]] = {}
    for row in _on_known_tasks(whose, "worker__person"):
        own = answers.setdefault(row[-1], [])
        own.extend(answer for _project, answer in _compared([row[:-1]]))
    return {
        person: frozenset(line.skill for line in skills_shown(own, frozenset()) if line.level)
        for person, own in answers.items()
    }


def work_of(person_id: int) -> list[WorkTime]:
    """Return a person's time of closed pay statements by occupation, from ten hours on."""
    until_ms = Statement.objects.filter(person=person_id).aggregate(last=Max("end_ms"))["last"]
    lines = PayLine.objects.filter(worker__person=person_id, at_ms__lt=until_ms or 0)
    sums = lines.values_list("project").annotate(
        elapsed=Sum("elapsed_ms"), first=Min("at_ms"), last=Max("at_ms")
    )
    by_project = {project: (elapsed, first, last) for project, elapsed, first, last in sums}
    times: dict[str, WorkTime] = {}
    for project, occupation in _occupations(by_project).items():
        elapsed, first, last = by_project[project]
        before = times.get(occupation, WorkTime(occupation, 0, first, last))
        times[occupation] = WorkTime(
            occupation,
            before.elapsed_ms + elapsed,
            min(before.first_ms, first),
            max(before.last_ms, last),
        )
    return sorted(
        (time for time in times.values() if time.elapsed_ms >= HOURS[-1] * 3_600_000),
        key=lambda time: -time.elapsed_ms,
    )


def projects_of_occupation(occupation: str) -> list[int]:
    """Return the projects whose work is of an occupation."""
    projects = QuestionVersion.objects.order_by().values_list("project", flat=True).distinct()
    return [number for number, key in _occupations(projects).items() if key == occupation]


def _on_known_tasks(whose: Q, *more: str) -> Iterable[tuple[Any, ...]]:
    is_gold = Q(
        task__now__state=TaskState.State.GOLD, replaces=None, task__planted_proposal__isnull=True
    )
    rows = Answer.objects.filter(
        Q(counted=True) | is_gold, whose, task__known__isnull=False
    ).exclude(task__now__state=TaskState.State.PRACTICE)
    return rows.values_list(
        "project",
        "task",
        "values",
        "task__known",
        "question_version__schema",
        "answered_ms",
        "elapsed_ms",
        *more,
    ).iterator(5_000)


def _compared(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, KnownAnswer]]:
    """Compare each answer with the known one, as the kind of its first question does."""
    for project, task, values, known, schema, at_ms, elapsed_ms in rows:
        question = questions_of(schema)[0]
        kind = kind_of(question)
        try:
            answer = json.loads(values)[str(question["id"])]
            expected = values_of_label(schema, known)[str(question["id"])]
            is_right = kind.distance(question, answer, expected) <= kind.AGREES_WITHIN
        except (Refusal, KeyError):
            continue  # a question that was changed since, or left out: it shows nothing
        yield project, KnownAnswer(task, str(question["kind"]), is_right, at_ms, elapsed_ms)


def _hard_tasks(person_id: int) -> frozenset[int]:
    projects = Answer.objects.filter(worker__person=person_id, task__known__isnull=False)
    by_project: dict[int, dict[int, tuple[int, int]]] = {}
    everybody = _on_known_tasks(Q(project__in=projects.values("project")))
    for project, answer in _compared(everybody):
        tasks = by_project.setdefault(project, {})
        right, answered = tasks.get(answer.task, (0, 0))
        tasks[answer.task] = (right + answer.is_right, answered + 1)
    return frozenset().union(*(hardest_fifth(tasks) for tasks in by_project.values()))


def _occupations(projects: Iterable[int]) -> dict[int, str]:
    return {
        project: trade_of(questions_of(schema)[0]).occupation
        for project, schema in _newest_schemas(projects).items()
    }


def _newest_schemas(projects: Iterable[int]) -> dict[int, Any]:
    versions = QuestionVersion.objects.filter(project__in=list(projects)).order_by("number")
    return dict(versions.values_list("project", "schema"))
