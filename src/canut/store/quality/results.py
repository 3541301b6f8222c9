"""Queries of a project's results: progress, quality, cost, people.

Sums and counts only; what is true is decided by ``core.quality`` and kept by
``actions.quality.estimates``. Every figure comes with what it was computed on, and shares of known
answers with their interval.
"""

import json
from dataclasses import dataclass
from math import floor, sqrt
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from canut.core.errors import Refusal
from canut.core.kinds import label_of_values
from canut.store.pay.pay_lines import WorkedTotal, worked_in_project
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.quality.known_split import measuring
from canut.store.tables.pay import PayLine
from canut.store.tables.people import Person
from canut.store.tables.projects import Project, QuestionVersion, RateVersion
from canut.store.tables.quality import Consensus, Estimate
from canut.store.tables.tasks import DONE, Task, TaskState
from canut.store.tables.work import Answer, Lease, Worker
from canut.store.work.pilots import ProjectTerms, card_of

Z_95 = 1.959964
SURE = 0.8
MOST_LEFT = 2_000  # tasks counted for one person; past that, it says more
HARDEST = 5  # after every risk level: the level is not known


@dataclass(frozen=True)
class Progress:
    """Finished, leased and waiting tasks, without practice."""

    closed: int
    in_hand: int
    to_do: int
    people: int

    @property
    def total(self) -> int:
        """The number of published tasks."""
        return self.closed + self.in_hand + self.to_do

    @property
    def closed_share(self) -> float:
        """The closed share of all tasks; 0 if there are none."""
        return self.closed / self.total if self.total else 0.0


@dataclass(frozen=True)
class Proportion:
    """A share of cases, with its 95 % interval."""

    hits: int
    cases: int

    @property
    def share(self) -> float:
        """The share of hits in all cases."""
        return self.hits / self.cases

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson score interval at 95 %, valid near 0 and 1 and for few cases.

        Source:
            Wilson (1927), https://doi.org/10.1080/01621459.1927.10502953
        """
        spread = Z_95**2 / self.cases
        centre = (self.share + spread / 2) / (1 + spread)
        half = Z_95 * sqrt(self.share * (1 - self.share) / self.cases + spread / self.cases / 4)
        half /= 1 + spread
        return max(0.0, centre - half), min(1.0, centre + half)


def axis_of(measures: list[Proportion]) -> float:
    """Return the start of an axis to 1 that shows all intervals, in tenths."""
    lowest = min((measure.interval[0] for measure in measures), default=0.0)
    return min(floor(lowest * 10) / 10, 0.9)


@dataclass(frozen=True)
class Unsure:
    """A task with its competing labels, best first, and the confidence of the first."""

    task: Task
    labels: tuple[str, ...]
    confidence: float


@dataclass(frozen=True)
class Against:
    """Consensus and majority, compared with the known labels.

    Both of the same tasks; those whose known answer set the model are left out.
    """

    consensus: Proportion
    majority: Proportion


class OfferHour(NamedTuple):
    """What an hour of a project brings, and how many people it was measured of."""

    micro: int
    currency: str
    people: int
    is_measured: bool


@dataclass(frozen=True)
class Offer:
    """A project as a worker reads about it before starting or resuming."""

    project: Project
    ask: str
    rate: RateVersion | None
    answers: int
    elapsed_ms: int
    left: int
    card: ProjectTerms

    @property
    def is_any_left(self) -> bool:
        """Return whether a task is left for this person now."""
        return self.left > 0

    @property
    def is_left_capped(self) -> bool:
        """Return whether more tasks are left than were counted."""
        return self.left > MOST_LEFT

    @property
    def is_unpaid(self) -> bool:
        """Return whether nothing is paid here: kept for the organisation's own staff."""
        return self.project.is_own_staff

    @property
    def hour(self) -> OfferHour | None:
        """Return what an hour brings: measured, else the hourly price, else as announced."""
        if self.is_unpaid:
            return None
        pace, price = self.card.pace, self.card.by_hour or self.card.per_hour
        if pace is not None and pace.median_micro:
            return OfferHour(pace.median_micro, pace.currency, pace.people, is_measured=True)
        if price is None:
            return None
        return OfferHour(price.micro, price.currency, 0, is_measured=False)


def progress(project_id: int) -> Progress:
    """Count the project's tasks by what they still need, and the people with leases."""
    is_open, is_held = Q(state=TaskState.State.OPEN), Q(live__gt=0)
    counts = TaskState.objects.filter(project_id=project_id).aggregate(
        closed=Count("task_id", filter=Q(state__in=DONE)),
        in_hand=Count("task_id", filter=is_open & is_held),
        to_do=Count("task_id", filter=is_open & ~is_held),
    )
    people = (
        Lease.objects.filter(project_id=project_id, state=Lease.State.LIVE)
        .values("worker_id")
        .distinct()
        .count()
    )
    return Progress(**counts, people=people)


def last_estimate(project_id: int) -> Estimate | None:
    """Return the last estimate, without its curve; None before the first."""
    return Estimate.objects.filter(project_id=project_id).defer("curve").order_by("-id").first()


def answers_since_estimate(project_id: int, last: Estimate | None) -> int:
    """Count the counted answers that the last estimate does not know; all before the first.

    An estimate that is still being stored does not say yet which answers it read: none counts as
    unknown to it.
    """
    counted = Answer.objects.filter(project_id=project_id, counted=True)
    if last is None:
        return counted.count()
    is_being_stored = last.answers > 0 and not last.last_answer
    return 0 if is_being_stored else counted.filter(id__gt=last.last_answer).count()


def agreement(project_id: int) -> Proportion | None:
    """Count how often an answer equals the plurality of its task's other answers."""
    sums = Worker.objects.filter(project_id=project_id).aggregate(
        hits=Sum("agreed"), cases=Sum("compared")
    )
    return Proportion(sums["hits"] or 0, sums["cases"]) if sums["cases"] else None


def against_known(project_id: int) -> Against | None:
    """Compare consensus and majority with the known labels; None if there are none."""
    counts = _known(project_id).aggregate(
        cases=Count("task_id"),
        consensus=Count("task_id", filter=Q(label=F("task__known"))),
        majority=Count("task_id", filter=Q(majority_label=F("task__known"))),
    )
    if not counts["cases"]:
        return None
    return Against(
        Proportion(counts["consensus"], counts["cases"]),
        Proportion(counts["majority"], counts["cases"]),
    )


def wrong_and_sure(project_id: int, most: int = 24) -> list[Unsure]:
    """List tasks with a sure consensus that differs from the known label, surest first.

    The labels of each are the consensus, then the known answer, which is one that measures.
    """
    rows = _wrong_and_sure(project_id).select_related("task").order_by("-confidence", "task_id")
    return [Unsure(c.task, (c.label, c.task.known or ""), c.confidence) for c in rows[:most]]


def count_wrong_and_sure(project_id: int) -> int:
    """Count the tasks of ``wrong_and_sure``."""
    return _wrong_and_sure(project_id).count()


def count_unsure(project_id: int) -> int:
    """Count the finished tasks whose label is below the confidence threshold."""
    return labelled_tasks(project_id).filter(confidence__lt=SURE).count()


def least_sure(
    project_id: int, most: int = 8, after: tuple[float, int] = (-1.0, 0)
) -> list[Unsure]:
    """List the least sure finished tasks, each with its competing labels.

    Args:
        project_id: whose tasks.
        most: how many at most.
        after: confidence and number of the last task of the page before.
    """
    sure, number = after
    further = Q(confidence__gt=sure) | Q(confidence=sure, task_id__gt=number)
    labelled = labelled_tasks(project_id).filter(further, confidence__lt=SURE)
    states = list(labelled.select_related("task").order_by("confidence", "task_id")[:most])
    votes = _votes([state.task_id for state in states])
    return [
        Unsure(
            state.task,
            _competing(state.label or "", votes.get(state.task_id, {})),
            state.confidence or 0.0,
        )
        for state in states
    ]


def consensus_of(task: Task) -> Consensus | None:
    """Return the label of the last estimate; None before the first."""
    return Consensus.objects.filter(task=task).first()


def workers(project_id: int) -> list[Worker]:
    """List the workers with their agreement, in no order of merit."""
    counted = Count("answer", filter=Q(answer__counted=True))
    rows = Worker.objects.filter(project_id=project_id).annotate(counted=counted)
    return list(rows.filter(counted__gt=0).select_related("person").order_by("id"))


def pay_lines(project_id: int, after: int, most: int) -> list[PayLine]:
    """List ``most`` pay lines after one of them, in order."""
    lines = PayLine.objects.filter(project_id=project_id, id__gt=after)
    return list(lines.select_related("worker__person", "answer__task").order_by("id")[:most])


def answers_of(task: Task) -> list[Answer]:
    """List the answers to a task, oldest first, including replaced ones."""
    return list(Answer.objects.filter(task=task).select_related("worker__person").order_by("id"))


def offers(projects: list[Project], person: Person) -> list[Offer]:
    """Describe the projects a person may work in: with tasks left, paid, calm, best paid first."""
    return sorted((_offer(project, person) for project in projects), key=_rank)


def _rank(offer: Offer) -> tuple[bool, bool, int, int]:
    severity = offer.project.label
    hour = offer.hour
    return (
        offer.is_unpaid,
        not offer.is_any_left,
        HARDEST if severity is None else severity,
        -(hour.micro if hour else 0),
    )


def offer_of(project: Project) -> Offer:
    """Describe a project to a person who does not work in it yet."""
    return _offer(project, None)


def first_question_text(question: QuestionVersion | None) -> str:
    """Return the text of the first question; empty if there is none."""
    return str(question.schema["questions"][0]["ask"]) if question else ""


def _offer(project: Project, person: Person | None) -> Offer:
    own = worked_in_project(project.id, person.pk) if person else WorkedTotal(0, 0)
    leased = Lease.objects.filter(
        task=OuterRef("task_id"), worker__person=person, state__lte=Lease.State.SKIPPED
    )
    remaining = TaskState.objects.filter(
        project=project, state=TaskState.State.OPEN, counted__lt=F("overlap") - F("live")
    )
    if person:
        remaining = remaining.exclude(Exists(leased))
    return Offer(
        project=project,
        ask=first_question_text(question_or_none(project.id)),
        rate=rate_or_none(project.id),
        answers=own.answers,
        elapsed_ms=own.elapsed_ms,
        left=len(remaining.values_list("pk")[: MOST_LEFT + 1]) if project.is_lending else 0,
        card=card_of(project),
    )


def _known(project_id: int) -> QuerySet[Consensus]:
    rows = Consensus.objects.filter(measuring(), project_id=project_id, task__known__isnull=False)
    return rows.exclude(task__now__state=TaskState.State.PRACTICE)


def _wrong_and_sure(project_id: int) -> QuerySet[Consensus]:
    return _known(project_id).filter(confidence__gte=SURE).exclude(label=F("task__known"))


def labelled_tasks(project_id: int) -> QuerySet[TaskState]:
    """Select the tasks that have a label and get no more answers by themselves.

    A task that still waits for its answers is not unsure: it is not finished. In a project that
    ended, nothing comes any more.
    """
    states, ended = TaskState.State, Project.State.CLOSED
    is_over = Q(state__in=DONE) | Q(state=states.OPEN, project__state=ended)
    return TaskState.objects.filter(
        is_over, project_id=project_id, confidence__isnull=False, label__isnull=False
    )


def _votes(task_ids: list[int]) -> dict[int, dict[str, int]]:
    votes: dict[int, dict[str, int]] = {}
    for answer in Answer.objects.filter(task_id__in=task_ids, counted=True).select_related(
        "question_version"
    ):
        label = label_of_answer(answer)
        of_task = votes.setdefault(answer.task_id, {})
        of_task[label] = of_task.get(label, 0) + 1
    return votes


def label_of_answer(answer: Answer) -> str:
    """Return an answer's label as text, or its raw values if it has no label."""
    try:
        return label_of_values(answer.question_version.schema, json.loads(answer.values))
    except Refusal:
        return answer.values


def _competing(label: str, votes: dict[str, int]) -> tuple[str, ...]:
    others = sorted((v for v in votes if v != label), key=lambda v: (-votes[v], v))
    return (label, *others[:1])
