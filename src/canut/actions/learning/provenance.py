"""Derive who did the work of each decision from the stored answers, reviews and proposals.

Submitting an answer writes no provenance. A project is refreshed after changes: each closed task
gets its chain of acts, a reopened one loses it. Every millisecond of an answer or a review is
attributed once: to a decision, to all decisions if it was gold or practice, or to open tasks. The
figures are in ``provenance_report``.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from canut.actions.platform.bulk_pacing import BulkPacer
from canut.core.errors import Refusal
from canut.core.kinds import Schema, label_of_values
from canut.core.portrait.decision_chain import (
    AnswerFact,
    Look,
    Looked,
    ModelProposal,
    arms_of,
    chain_of,
)
from canut.core.portrait.decision_roles import Actor, Did
from canut.core.portrait.decision_shares import DecisionTrail, outcome_of
from canut.store.comparisons.comparisons import hidden_times
from canut.store.learning.loop import rule_of_loop
from canut.store.learning.proposals import proposals_of
from canut.store.learning.provenance import FOREVER, newest_of
from canut.store.models import (
    Answer,
    ModelAnswer,
    Project,
    QuestionVersion,
    TaskState,
    Verdict,
    Worker,
)
from canut.store.tables.learning import ActorsNoted, Decided, LoopRule
from canut.store.tables.quality import AuditAnswer

TASKS_AT_ONCE = 500
SIMULATED = Worker.Kind.SIMULATED
REST_RATIO, REST_MS = 20, 30_000
NEVER_MS = -1
CLOSED = frozenset({TaskState.State.CLOSED, TaskState.State.AUDIT})
BEFORE = frozenset({TaskState.State.GOLD, TaskState.State.PRACTICE})
FIELDS = {
    Did.LABEL: "label_ms",
    Did.CORRECT: "correct_ms",
    Did.VERIFY: "verify_ms",
    Did.ADJUDICATE: "adjudicate_ms",
    Did.IMPERSONATE: "impersonate_ms",
}
WRITTEN = (
    "outcome", "decided_ms", "version_id", *FIELDS.values(), "simulated_ms", "machine_ms",
    "is_simulated", "acts", "shown", "kept", "unseen", "same",
)  # fmt: skip


@dataclass
class _Task:
    """All answers, reviews and proposals of one task."""

    state: str
    label: str | None
    given: list[AnswerFact] = field(default_factory=list[AnswerFact])
    looked: list[Looked] = field(default_factory=list[Looked])
    said: ModelProposal | None = None
    author: int | None = None
    at_ms: int = 0

    @property
    def ms(self) -> int:
        """Return the time of all answers and reviews."""
        return sum(fact.ms for fact in self.given) + sum(fact.ms for fact in self.looked)


def note_actors(project_id: int, now_ms: int, *, is_forced: bool = False) -> bool:
    """Refresh a project's provenance if anything changed in it, at a limited rate.

    Args:
        project_id: whose.
        now_ms: milliseconds since 1970 UTC.
        is_forced: read it whatever moved, and now.

    Returns:
        Whether it was read.
    """
    newest, noted = newest_of(project_id), ActorsNoted.objects.filter(project=project_id).first()
    if noted is not None and not is_forced:
        rest_ms = max(REST_MS, noted.seconds * 1000 * REST_RATIO)
        if noted.seen == newest or 0 <= now_ms - noted.at_ms < rest_ms:
            return False
    started, sums = time.perf_counter(), dict.fromkeys(("before_ms", "open_ms"), 0)
    is_imitation = rule_of_loop(project_id).role == LoopRule.Role.IMITATE
    with BulkPacer() as pace:
        for tasks in _tasks_of(project_id):
            rows: list[Decided] = []
            for number, task in tasks.items():
                row = _row(project_id, number, task, is_imitation=is_imitation)
                if row is not None:
                    rows.append(row)
                else:
                    sums["before_ms" if task.state in BEFORE else "open_ms"] += task.ms
            _keep(list(tasks), rows, pace)
    with transaction.atomic():
        ActorsNoted.objects.update_or_create(
            project_id=project_id,
            defaults={
                "seen": newest, "seconds": time.perf_counter() - started, "at_ms": now_ms, **sums,
            },
        )  # fmt: skip
    return True


def refresh_provenance(project_id: int, now_ms: int) -> None:
    """Refresh a project's provenance now, unless nothing changed: used before signing."""
    noted = ActorsNoted.objects.filter(project=project_id).first()
    if noted is None or noted.seen != newest_of(project_id):
        note_actors(project_id, now_ms, is_forced=True)


def _row(project_id: int, number: int, task: _Task, *, is_imitation: bool) -> Decided | None:
    """Build the provenance row of a task; None if the task has no decision."""
    if task.state not in CLOSED or task.label is None:
        return None
    chain = chain_of(task.label, task.said, task.given, task.looked, is_imitation=is_imitation)
    if not chain.acts:
        return None
    hands = [act for act in chain.acts if act.actor is not Actor.MODEL]
    simulated = [act.ms for act in hands if act.actor is Actor.SIMULATED]
    has_say = any(act.did is Did.PRELABEL for act in chain.acts)
    return Decided(
        task_id=number,
        project_id=project_id,
        outcome=outcome_of(chain).value,
        decided_ms=task.at_ms,
        version_id=task.author if has_say else None,
        simulated_ms=sum(simulated),
        machine_ms=sum(act.ms for act in chain.acts if act.actor is Actor.MODEL),
        is_simulated=bool(simulated),
        acts=_written(chain),
        **arms_of(task.said, task.given)._asdict(),
        **{name: sum(step.ms for step in hands if step.did is did) for did, name in FIELDS.items()},
    )


def _written(chain: DecisionTrail) -> str:
    rows = [[act.did.value, act.actor.value, act.ms, act.version] for act in chain.acts]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _keep(tasks: Sequence[int], rows: Sequence[Decided], pace: BulkPacer) -> None:
    """Write changed rows of some tasks, and delete those of tasks without decision."""
    existing = {decided.task_id: decided for decided in Decided.objects.filter(task__in=tasks)}
    obsolete = sorted(set(existing) - {row.task_id for row in rows})
    new = [row for row in rows if not _is_same(row, existing.get(row.task_id))]
    if obsolete:
        with pace.chunk(len(obsolete)):
            Decided.objects.filter(task__in=obsolete).delete()
    while new:
        some, new = new[: pace.rows], new[pace.rows :]
        with pace.chunk(len(some)):
            Decided.objects.bulk_create(
                some,
                update_conflicts=True,
                unique_fields=["task"],
                update_fields=[name.removesuffix("_id") for name in WRITTEN],
            )


def _is_same(row: Decided, existing: Decided | None) -> bool:
    return existing is not None and all(getattr(row, n) == getattr(existing, n) for n in WRITTEN)


def take_in_all_actors(now_ms: int) -> None:
    """Refresh every project's provenance now: used before signing figures of them all."""
    for project in _begun():
        refresh_provenance(project, now_ms)


def _begun() -> list[int]:
    projects = Project.objects.exclude(state=Project.State.DRAFT).order_by("id")
    return list(projects.values_list("id", flat=True))


def _tasks_of(project_id: int) -> Iterator[dict[int, _Task]]:
    """Yield a project's published tasks with all their answers, in chunks."""
    project = Project.objects.get(id=project_id)
    reader = _Reader(project)
    last = 0
    while True:
        states = TaskState.objects.filter(project=project_id, task__gt=last).order_by("task_id")
        rows = list(states.values_list("task_id", "state", "label")[:TASKS_AT_ONCE])
        if not rows:
            return
        last = rows[-1][0]
        yield reader.read({task: _Task(state, label) for task, state, label in rows})


class _Reader:
    """Reads the answers, reviews and proposals of a chunk of tasks in four queries."""

    def __init__(self, project: Project) -> None:
        self._project = project
        versions = QuestionVersion.objects.filter(project=project)
        self._schemas: dict[int, Schema] = dict(versions.values_list("id", "schema"))
        self._labels: dict[tuple[int, str], str] = {}
        self._blind = hidden_times(project.pk)

    def read(self, tasks: dict[int, _Task]) -> dict[int, _Task]:
        """Fill in the answers, reviews and proposals of each task."""
        numbers, blind = list(tasks), list[tuple[_Task, int]]()
        audits = set(AuditAnswer.objects.filter(task__in=numbers).values_list("answer", flat=True))
        answers = Answer.objects.filter(task__in=numbers).order_by("answered_ms", "id")
        for row in answers.values_list(
            "id", "task_id", "question_version_id", "values", "elapsed_ms", "answered_ms",
            "author_kind", "counted", "worker__public_id", "lease__lent_ms",
        ):  # fmt: skip
            number, task_id, version, values, ms, at_ms, kind, counted, name, lent_ms = row
            task = tasks[task_id]
            program = f"program {name}" if kind == Worker.Kind.MODEL else ""
            leased_ms = at_ms - ms if lent_ms is None else lent_ms
            answer = AnswerFact(self._label(version, values), ms, leased_ms, kind == SIMULATED)
            task.given.append(answer._replace(is_audit=number in audits, version=program))
            if any(begin <= leased_ms < end for begin, end in self._blind.get(name, ())):
                blind.append((task, len(task.given) - 1))
            if counted:
                task.at_ms = max(task.at_ms, at_ms)
        verdicts = Verdict.objects.filter(task__in=numbers).order_by("at_ms", "id")
        for task_id, kind, ms, at_ms, worker_kind in verdicts.values_list(
            "task_id", "kind", "elapsed_ms", "at_ms", "worker__kind"
        ):
            task = tasks[task_id]
            task.looked.append(Looked(Look(kind), ms, worker_kind == SIMULATED))
            task.at_ms = max(task.at_ms, at_ms)
        self._read_models(tasks)
        for task, at in blind:
            if task.said is not None and task.said.is_shown:  # shown to others, and not to them
                task.given[at] = task.given[at]._replace(lent_ms=NEVER_MS)
        return tasks

    def _read_models(self, tasks: dict[int, _Task]) -> None:
        """Read the models' labels: proposals, and imported pre-labels with a vote."""
        for number, proposal in proposals_of(list(tasks)).items():
            task = tasks[number]
            task.author = proposal.author
            task.said = ModelProposal(
                proposal.source,
                proposal.label,
                proposal.at_ms,
                is_shown=proposal.is_shown,
                is_hidden=proposal.is_hidden,
                took_over=proposal.took_ms is not None,
            )
            task.at_ms = max(task.at_ms, proposal.took_ms or 0)
        if not self._project.models_vote:
            return
        voices = ModelAnswer.objects.filter(task__in=list(tasks)).select_related("author")
        for voice in sorted(voices, key=lambda each: (-(each.score or -1.0), each.pk)):
            task = tasks[voice.task_id]
            if task.said is None:
                name = f"{voice.author.name} {voice.author.version}".strip()
                task.author = voice.author_id
                task.said = ModelProposal(name, voice.label, FOREVER, has_vote=True)

    def _label(self, version: int, values: str) -> str:
        if (version, values) not in self._labels:
            try:
                label = label_of_values(self._schemas[version], json.loads(values))
            except Refusal:
                label = values
            self._labels[version, values] = label
        return self._labels[version, values]
