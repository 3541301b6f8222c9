"""Read the training data of a project: items as numbers or texts, and people's labels.

Single-choice questions are learned from one text, from columns, or from pictures. Labels of models
are never training data: a task that a model took over is excluded.

Reads only.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Q, QuerySet, Sum
from PIL import Image

from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import BadInput, Missing
from canut.core.kinds import cells_of, choice, is_plain_choice, questions_of
from canut.core.learning.model import Item, ItemForm
from canut.store.media.files import PICTURE_ERRORS, media_bytes
from canut.store.models import Answer, Project, QuestionVersion, Task, TaskState, Worker
from canut.store.tables.learning import Proposal
from canut.store.tables.tasks import APART

MOST_TASKS = 50_000
AT_ONCE = 2_000
SIDE = 16
INK = 255


@dataclass(frozen=True)
class LearningTarget:
    """The target of training in a project: form, columns and labels.

    Args:
        project: whose tasks.
        form: what its items are.
        columns: where they stand in a task.
        labels: the classes, in the order of the question.
    """

    project: Project
    form: ItemForm
    columns: tuple[str, ...]
    labels: list[str]


class Lesson(NamedTuple):
    """People's labels: tasks in the order of their ids, with their items.

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


class Ballots(NamedTuple):
    """People's answers to tasks: ``votes`` by label, shape (n, n_labels); ``first`` of each, (n,).

    An answer outside the labels is no vote; as a first one it is told as ``n_labels``.
    """

    votes: Counts
    first: Counts


def subject_of(project: Project) -> LearningTarget:
    """Return what a model would learn in a project.

    Raises:
        BadInput: ``nothing-asked``, ``train-kind`` or ``train-form``: models learn plain choices,
            from text, columns or pictures.
    """
    schema = _schema_of(project)
    first = questions_of(schema)[0]
    if not is_plain_choice(schema) or choice.is_multiple(first):
        raise BadInput(
            "models learn a question with one choice among labels, and nothing else yet; this"
            " project asks something else, and its answers can be taken out to teach a model"
            " elsewhere",
            code="train-kind",
        )
    displays = {item["column"]: item["as"] for item in schema["show"]} | cells_of(schema)
    pictures = [column for column, display in displays.items() if display == "image"]
    texts = [column for column, display in displays.items() if display == "text"]
    form, columns = ItemForm.TEXT, tuple(texts[:1])
    if pictures:
        form, columns = ItemForm.IMAGE, tuple(pictures[:1])
    elif len(texts) > 1:
        form, columns = ItemForm.TABLE, tuple(texts)
    if not columns:
        raise BadInput(
            "models learn from text, columns or pictures; this project shows none of them, and its"
            " answers can be taken out to teach a model elsewhere",
            code="train-form",
        )
    return LearningTarget(project, form, columns, list(choice.values_of(first)))


def _schema_of(project: Project) -> dict[str, Any]:
    question = QuestionVersion.objects.filter(project=project).order_by("-number").first()
    if question is None:
        raise BadInput("nothing is asked yet; write the question first", code="nothing-asked")
    schema: dict[str, Any] = question.schema
    return schema


def unlearnable_reason(project: Project) -> str:
    """Return the code of why no model can learn the question; empty if one can."""
    try:
        subject_of(project)
    except BadInput as why:
        return why.code
    return ""


def known_to(subject: LearningTarget) -> "QuerySet[TaskState]":
    """Return the tasks labelled by people; none that a model took over, none withdrawn."""
    by_people = Q(counted__gt=0) | Q(reviewed_ms__isnull=False)
    labelled = TaskState.objects.filter(
        by_people, project=subject.project, label__in=subject.labels
    )
    return labelled.exclude(state__in=APART).filter(task__withdrawn=None)


def lesson_of(subject: LearningTarget) -> Lesson:
    """Read the newest fifty thousand tasks labelled by people, with their items."""
    labelled = known_to(subject)
    rows = sorted(
        labelled.order_by("-task_id").values_list("task_id", "label", "confidence", "counted")[
            :MOST_TASKS
        ]
    )
    code_of = {label: code for code, label in enumerate(subject.labels)}
    task = np.array([row[0] for row in rows], np.int64)
    gave = Answer.objects.filter(
        project=subject.project, counted=True, task__now__in=labelled.values("task_id")
    ).exclude(author_kind=Worker.Kind.MODEL)
    sums = gave.values_list("author_kind").annotate(ms=Sum("elapsed_ms")).order_by()
    times: dict[str, int] = dict(sums)
    newest = gave.order_by("-id").values_list("id", flat=True).first()
    return Lesson(
        task,
        items_of(subject, task.tolist()),
        np.array([code_of[row[1] or ""] for row in rows], np.int32),
        np.array([1.0 if row[2] is None else row[2] for row in rows], np.float64),
        np.array([row[3] for row in rows], np.int64),
        sum(times.values()),
        times.get(Worker.Kind.SIMULATED, 0),
        newest or 0,
    )


def votes_of(tasks: Sequence[int], labels: Sequence[str]) -> tuple[Counts, Counts]:
    """Return, per task, how many of people's answers equal its label, and how many exist."""
    label = dict(zip(tasks, labels, strict=True))
    same, total = dict.fromkeys(tasks, 0), dict.fromkeys(tasks, 0)
    for chunk in _in_parts(tasks):
        answers = Answer.objects.filter(task__in=chunk, counted=True)
        for task, values in answers.exclude(author_kind=Worker.Kind.MODEL).values_list(
            "task_id", "values"
        ):
            total[task] += 1
            same[task] += label[task] in json.loads(values).values()
    return np.array([same[task] for task in tasks]), np.array([total[task] for task in tasks])


def ballots_of(subject: LearningTarget, tasks: Sequence[int]) -> Ballots:
    """Count people's answers to tasks by label, and tell the first of each, in their order."""
    question = str(questions_of(_schema_of(subject.project))[0]["id"])
    code_of = {label: code for code, label in enumerate(subject.labels)}
    place_of = {task: place for place, task in enumerate(tasks)}
    votes = np.zeros((len(tasks), len(subject.labels)), np.int64)
    first = np.full(len(tasks), len(subject.labels), np.int64)
    answered = np.zeros(len(tasks), np.bool_)
    for chunk in _in_parts(tasks):
        answers = Answer.objects.filter(task__in=chunk, counted=True).order_by("id")
        for task, values in answers.exclude(author_kind=Worker.Kind.MODEL).values_list(
            "task_id", "values"
        ):
            place, code = place_of[task], code_of.get(str(json.loads(values).get(question)))
            if code is not None:
                votes[place, code] += 1
            if not answered[place]:
                answered[place], first[place] = True, len(code_of) if code is None else code
    return Ballots(votes, first)


def answered_since(tasks: Sequence[int], at_ms: int) -> set[int]:
    """Return the tasks among these that people answered since a moment."""
    answered: set[int] = set()
    for chunk in _in_parts(tasks):
        answers = Answer.objects.filter(task__in=chunk, counted=True, answered_ms__gte=at_ms)
        answered |= set(
            answers.exclude(author_kind=Worker.Kind.MODEL).values_list("task_id", flat=True)
        )
    return answered


def unhidden_of(tasks: Sequence[int]) -> set[int]:
    """Return the tasks among these whose proposal is not hidden."""
    unhidden: set[int] = set()
    for chunk in _in_parts(tasks):
        proposals = Proposal.objects.filter(task__in=chunk, is_hidden=False)
        unhidden |= set(proposals.values_list("task_id", flat=True))
    return unhidden


def items_of(subject: LearningTarget, tasks: Sequence[int]) -> list[Item]:
    """Read the items of tasks for a model, in the order of the tasks."""
    return [item for part in _in_parts(tasks) for item in _read(subject, part)]


def _in_parts(tasks: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(tasks), AT_ONCE):
        yield tasks[begin : begin + AT_ONCE]


def _read(subject: LearningTarget, tasks: Sequence[int]) -> Iterator[Item]:
    data = dict(Task.objects.filter(id__in=tasks).values_list("id", "data"))
    for task in tasks:
        row = {name: str(cell) for name, cell in json.loads(data[task]).items()}
        cells = {column: row.get(column, "") for column in subject.columns}
        if subject.form is ItemForm.TABLE:
            yield cells
        elif subject.form is ItemForm.IMAGE:
            yield _ink(subject.project.pk, cells[subject.columns[0]])
        else:
            yield cells[subject.columns[0]]


def _ink(project_id: int, sha256: str) -> Floats:
    """Return a picture as 16 by 16 grey values; white if it is deleted or unreadable."""
    try:
        content, _ = media_bytes(project_id, sha256, smooth=False)
        with Image.open(io.BytesIO(content)) as picture:
            small = picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    except (Missing, *PICTURE_ERRORS):
        return np.ones(SIDE * SIDE)
    pixels: Floats = np.asarray(small, np.float64).ravel() / INK
    return pixels
