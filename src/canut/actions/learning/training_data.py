"""Load what a model learns from: items and people's labels. Reads only.

A plain choice between labels is learnt, from one text, from columns, or from pictures. What models
said is never learnt: a task that a model took over teaches nothing.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.db.models import Q, QuerySet, Sum
from PIL import Image

from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import BadInput, Missing
from canut.core.kinds import cells_of, choice, is_plain_choice, questions_of
from canut.core.learning.model import Form, Item
from canut.store.media.files import media_bytes
from canut.store.models import Answer, Project, QuestionVersion, Task, TaskState, Worker
from canut.store.tables.learning import Proposal
from canut.store.tables.tasks import APART

MOST_TASKS = 50_000
AT_ONCE = 2_000
SIDE = 16
INK = 255


@dataclass(frozen=True)
class LearningTarget:
    """What is to be learnt in a project.

    Args:
        project: whose tasks.
        form: what its items are.
        columns: where they stand in a task.
        labels: the classes, in the order of the question.
    """

    project: Project
    form: Form
    columns: tuple[str, ...]
    labels: list[str]


class Lesson(NamedTuple):
    """What people said: tasks in the order of their numbers, with what each is to a model.

    ``label`` holds places in the subject's labels, ``answers`` how many people gave each.
    ``labels_ms``: the time of those answers, ``simulated_ms`` the part of simulated people;
    ``last_answer``: the newest of them.
    """

    task: Counts
    items: list[Item]
    label: Codes
    confidence: Floats
    answers: Counts
    labels_ms: int
    simulated_ms: int
    last_answer: int


def subject_of(project: Project) -> LearningTarget:
    """Say what a model would learn in a project.

    Raises:
        BadInput: ``nothing-asked``, ``train-kind`` or ``train-form``: models learn plain choices,
            from text, columns or pictures.
    """
    question = QuestionVersion.objects.filter(project=project).order_by("-number").first()
    if question is None:
        raise BadInput("nothing is asked yet; write the question first", code="nothing-asked")
    schema = question.schema
    first = questions_of(schema)[0]
    if not is_plain_choice(schema) or choice.is_multiple(first):
        raise BadInput(
            "models learn a question with one choice among labels, and nothing else yet; this"
            " project asks something else, and its answers can be taken out to teach a model"
            " elsewhere",
            code="train-kind",
        )
    shown = {part["column"]: part["as"] for part in schema["show"]} | cells_of(schema)
    pictures = [column for column, how in shown.items() if how == "image"]
    texts = [column for column, how in shown.items() if how == "text"]
    form, columns = Form.TEXT, tuple(texts[:1])
    if pictures:
        form, columns = Form.IMAGE, tuple(pictures[:1])
    elif len(texts) > 1:
        form, columns = Form.TABLE, tuple(texts)
    if not columns:
        raise BadInput(
            "models learn from text, columns or pictures; this project shows none of them, and its"
            " answers can be taken out to teach a model elsewhere",
            code="train-form",
        )
    return LearningTarget(project, form, columns, list(choice.values_of(first)))


def unlearnable_reason(project: Project) -> str:
    """Say by its code why nothing can learn what a project asks; empty where something can."""
    try:
        subject_of(project)
    except BadInput as why:
        return why.code
    return ""


def known_to(subject: LearningTarget) -> "QuerySet[TaskState]":
    """Return the tasks that people gave a label; none that a model took over."""
    by_people = Q(counted__gt=0) | Q(reviewed_ms__isnull=False)
    known = TaskState.objects.filter(by_people, project=subject.project, label__in=subject.labels)
    return known.exclude(state__in=APART)


def lesson_of(subject: LearningTarget) -> Lesson:
    """Read the tasks that people gave a label, the newest fifty thousand, and what they are."""
    known = known_to(subject)
    rows = sorted(
        known.order_by("-task_id").values_list("task_id", "label", "confidence", "counted")[
            :MOST_TASKS
        ]
    )
    place = {label: code for code, label in enumerate(subject.labels)}
    task = np.array([row[0] for row in rows], np.int64)
    gave = Answer.objects.filter(
        project=subject.project, counted=True, task__now__in=known.values("task_id")
    ).exclude(author_kind=Worker.Kind.MODEL)
    sums = gave.values_list("author_kind").annotate(ms=Sum("elapsed_ms")).order_by()
    times: dict[str, int] = dict(sums)
    newest = gave.order_by("-id").values_list("id", flat=True).first()
    return Lesson(
        task,
        items_of(subject, task.tolist()),
        np.array([place[row[1] or ""] for row in rows], np.int32),
        np.array([1.0 if row[2] is None else row[2] for row in rows], np.float64),
        np.array([row[3] for row in rows], np.int64),
        sum(times.values()),
        times.get(Worker.Kind.SIMULATED, 0),
        newest or 0,
    )


def votes_of(tasks: Sequence[int], labels: Sequence[str]) -> tuple[Counts, Counts]:
    """Return how many of people's answers to each task are its label, and how many there are."""
    label = dict(zip(tasks, labels, strict=True))
    same, given = dict.fromkeys(tasks, 0), dict.fromkeys(tasks, 0)
    for part in _in_parts(tasks):
        said = Answer.objects.filter(task__in=part, counted=True)
        for task, values in said.exclude(author_kind=Worker.Kind.MODEL).values_list(
            "task_id", "values"
        ):
            given[task] += 1
            same[task] += label[task] in json.loads(values).values()
    return np.array([same[task] for task in tasks]), np.array([given[task] for task in tasks])


def answered_since(tasks: Sequence[int], at_ms: int) -> set[int]:
    """Return those of some tasks that people gave an answer from a moment on."""
    found: set[int] = set()
    for part in _in_parts(tasks):
        said = Answer.objects.filter(task__in=part, counted=True, answered_ms__gte=at_ms)
        found |= set(said.exclude(author_kind=Worker.Kind.MODEL).values_list("task_id", flat=True))
    return found


def unhidden_of(tasks: Sequence[int]) -> set[int]:
    """Return those of some tasks whose proposal is not hidden: drawn since more are to be."""
    found: set[int] = set()
    for part in _in_parts(tasks):
        said = Proposal.objects.filter(task__in=part, is_hidden=False)
        found |= set(said.values_list("task_id", flat=True))
    return found


def items_of(subject: LearningTarget, tasks: Sequence[int]) -> list[Item]:
    """Read what tasks are to a model, in their order."""
    return [item for part in _in_parts(tasks) for item in _read(subject, part)]


def _in_parts(tasks: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(tasks), AT_ONCE):
        yield tasks[begin : begin + AT_ONCE]


def _read(subject: LearningTarget, tasks: Sequence[int]) -> Iterator[Item]:
    data = dict(Task.objects.filter(id__in=tasks).values_list("id", "data"))
    for task in tasks:
        row = {name: str(cell) for name, cell in json.loads(data[task]).items()}
        cells = {column: row.get(column, "") for column in subject.columns}
        if subject.form is Form.TABLE:
            yield cells
        elif subject.form is Form.IMAGE:
            yield _ink(subject.project.pk, cells[subject.columns[0]])
        else:
            yield cells[subject.columns[0]]


def _ink(project_id: int, sha256: str) -> Floats:
    """Return a picture as grey points, 16 a side; white where it is gone or cannot be drawn."""
    try:
        content, _ = media_bytes(project_id, sha256, smooth=False)
        with Image.open(io.BytesIO(content)) as picture:
            small = picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    except (Missing, OSError, ValueError):
        return np.ones(SIDE * SIDE)
    found: Floats = np.asarray(small, np.float64).ravel() / INK
    return found
