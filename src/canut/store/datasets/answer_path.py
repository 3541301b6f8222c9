"""One answer's way: its task's label, the dataset versions and models it is in, what rests on it.

Reads only. What of it the worker may know is decided in ``core.datasets.answer_path``.
"""

from typing import NamedTuple

from canut.core.portrait.decision_roles import DecisionOutcome
from canut.store.datasets.answer_usage import EntryPosition, places_of, released_of
from canut.store.datasets.card_figures import withheld_projects
from canut.store.quality.results import label_of_answer
from canut.store.tables.datasets import Card
from canut.store.tables.decisions import Decision
from canut.store.tables.learning import Decided, Trained
from canut.store.tables.pay import PayLine, Period, Statement
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Worker

CORRECTABLE = 10
"""As in ``actions.work.submission``: the last answers of a worker that they may still change."""

MOST_LISTED = 8
MOST_VERSIONS = 5


class TaskLabel(NamedTuple):
    """The label of a task, and how many of its counted answers say the same as one of them."""

    label: str
    confidence: float | None
    same: int
    answers: int
    is_reviewed: bool


class DatasetVersion(NamedTuple):
    """A card whose dataset holds the answer, and the position of its entry in the common log."""

    card: Card
    is_public: bool
    place: int | None


class ModelUse(NamedTuple):
    """A model that learnt from the answer, and how many labels it had a part in.

    Args:
        trained: the model.
        alone: tasks it labelled that nobody answered.
        with_people: tasks where people accepted or corrected what it said.
    """

    trained: Trained
    alone: int
    with_people: int


def answer_of(person: Person, project: int, number: int) -> Answer | None:
    """Return one of a person's own answers to a project; None if it is not theirs."""
    answers = Answer.objects.filter(worker__person=person, project=project, id=number)
    return answers.select_related("worker", "task", "question_version", "project").first()


def last_answers(worker: Worker, before: int | None = None) -> list[Answer]:
    """List a worker's answers, newest first, before one of them."""
    answers = Answer.objects.filter(worker=worker)
    if before is not None:
        answers = answers.filter(id__lt=before)
    return list(answers.select_related("question_version").order_by("-id")[: MOST_LISTED + 1])


def pay_line_of(answer: Answer) -> PayLine | None:
    """Return what an answer adds to its worker's pay; None for unpaid work."""
    return PayLine.objects.filter(answer=answer).select_related("rate_version").first()


def statement_of(line: PayLine, person: Person) -> Statement | None:
    """Return the statement of a closed period that pays a line; None before."""
    statements = Statement.objects.filter(
        person=person,
        currency=line.currency,
        begin_ms__lte=line.at_ms,
        end_ms__gt=line.at_ms,
        period__state=Period.State.CLOSED,
    )
    return statements.select_related("period").order_by("id").last()


def is_correctable(answer: Answer) -> bool:
    """Return whether its worker can still change an answer."""
    state = TaskState.objects.filter(task=answer.task_id).first()
    if state is None or state.exported_ms is not None:
        return False
    if answer.project.state == Project.State.CLOSED:
        return False
    later = Answer.objects.filter(worker=answer.worker_id, id__gt=answer.pk)
    return later.values("task").distinct().count() < CORRECTABLE


def is_task_closed(answer: Answer) -> bool:
    """Return whether a task has all its answers; one that checks answers does not count as one."""
    return TaskState.objects.filter(task=answer.task_id, state=TaskState.State.CLOSED).exists()


def task_label(answer: Answer) -> TaskLabel | None:
    """Return the label of an answer's task and the agreement with it; None before there is one."""
    state = TaskState.objects.filter(task=answer.task_id).first()
    if state is None or state.label is None:
        return None
    counted = Answer.objects.filter(task=answer.task_id, counted=True)
    labels = [label_of_answer(each) for each in counted.select_related("question_version")]
    return TaskLabel(
        state.label,
        state.confidence,
        sum(label == state.label for label in labels),
        len(labels),
        state.reviewed_ms is not None,
    )


def versions_with(answer: Answer) -> list[DatasetVersion]:
    """List the dataset versions made since a counted answer, newest first."""
    if not answer.counted:
        return []
    cards = Card.objects.filter(project=answer.project_id, made_ms__gte=answer.answered_ms)
    places = {released.sha256: released.place for released in released_of(answer.project)}
    is_withheld = answer.project_id in withheld_projects()
    return [
        DatasetVersion(card, card.is_public and not is_withheld, places.get(card.sha256))
        for card in cards.defer("content").order_by("-number")[:MOST_VERSIONS]
    ]


def models_with(answer: Answer) -> list[ModelUse]:
    """List the models that learnt from a counted answer, newest first."""
    if not answer.counted or answer.author_kind == Worker.Kind.MODEL:
        return []
    models = Trained.objects.filter(project=answer.project_id, last_answer__gte=answer.pk)
    newest = models.select_related("author").defer("weights").order_by("-id")
    return [_use(trained) for trained in newest[:MOST_VERSIONS]]


def decisions_on(answer: Answer) -> list[Decision]:
    """List the decisions about an answer that stand, newest first."""
    decisions = Decision.objects.filter(answer=answer, undone_ms=None)
    return list(decisions.order_by("-at_ms"))


def outcome_of(answer: Answer) -> str:
    """Return who decided the label of an answer's task in the end; empty if nobody has."""
    outcomes = Decided.objects.filter(task=answer.task_id).values_list("outcome", flat=True)
    return outcomes.first() or ""


def replaced_by(answer: Answer) -> Answer | None:
    """Return the answer that corrects this one; None if none does."""
    return Answer.objects.filter(replaces=answer).order_by("-id").first()


def entry_of(answer: Answer) -> EntryPosition | None:
    """Return the position of an answer's entry in its project's log; None if it has none."""
    return places_of(answer.worker, [answer.client_key]).get(answer.client_key)


def same_label(answer: Answer, label: str) -> bool:
    """Return whether an answer says what a label says."""
    return label_of_answer(answer) == label


def _use(trained: Trained) -> ModelUse:
    rows = Decided.objects.filter(version=trained.author_id)
    alone = rows.filter(outcome__in=(DecisionOutcome.UNTOUCHED, DecisionOutcome.AUDITED))
    joint = rows.filter(outcome__in=(DecisionOutcome.ACCEPTED, DecisionOutcome.CORRECTED))
    return ModelUse(trained, alone.count(), joint.count())
