"""What is never broken, as questions to the database: each names what it found broken.

They hold at any moment at which no transaction is open, on either database, whatever the projects.
"""

import json
from collections import Counter
from collections.abc import Iterator

from django.db.models import Count, Q

from canut.actions.pay.statement_recount import recount
from canut.core.proofs.canonical import commitment
from canut.store.models import (
    Answer,
    Bulk,
    Decision,
    EntryPending,
    Lease,
    PayLine,
    Period,
    Project,
    TaskState,
)
from canut.store.platform.person_keys import open_entries

LENT = 0


def broken() -> list[str]:
    """List everything that is not as it must be; empty when all holds."""
    return [*_tasks(), *_workers(), *_answers(), *_decisions(), *_statements()]


def _tasks() -> Iterator[str]:
    """Compare what a task says of itself with its leases and answers.

    No answer is counted where the task has as many as it needs. So a task holds more than its
    overlap only where the overlap was lowered since: for the project, or for some tasks by undoing.
    """
    live = Counter(Lease.objects.filter(state=LENT).values_list("task", flat=True))
    counted = Counter(Answer.objects.filter(counted=True).values_list("task", flat=True))
    never_lowered = _never_lowered()
    for state in TaskState.objects.exclude(state=TaskState.State.PRACTICE).iterator():
        truth = (live[state.task_id], counted[state.task_id])
        if (state.live, state.counted) != truth:
            yield f"task {state.task_id} says {(state.live, state.counted)}, is {truth}"
        if state.live and state.live + state.counted > state.overlap:
            yield f"task {state.task_id} has {truth} for an overlap of {state.overlap}"
        if state.counted > state.overlap and state.project_id in never_lowered:
            yield f"task {state.task_id} counts {state.counted} answers of {state.overlap}"
        if (state.label is None) != (state.counted == 0):
            yield f"task {state.task_id} has a label without answers, or none with some"
        if state.state == TaskState.State.OPEN and state.counted >= state.overlap:
            yield f"task {state.task_id} is open with all its answers"


def _never_lowered() -> set[int]:
    """Return the projects whose overlap is as it was at first."""
    undone = Bulk.objects.filter(kind=Bulk.Kind.ANSWERS, undone_ms__isnull=False)
    projects = Project.objects.filter(overlap_rule=0).exclude(id__in=undone.values("project"))
    return set(projects.values_list("id", flat=True))


def _workers() -> Iterator[str]:
    twice = Answer.objects.filter(counted=True).values("worker", "task")
    for row in twice.annotate(n=Count("id")).filter(n__gt=1):
        yield f"counted twice: {row}"
    open_twice = Lease.objects.filter(state=LENT).values("worker", "task")
    for row in open_twice.annotate(n=Count("id")).filter(n__gt=1):
        yield f"lent twice: {row}"


def _answers() -> Iterator[str]:
    """Find answers without exactly one pay line and one entry that says the same."""
    lines = {line.answer_id: line for line in PayLine.objects.all()}
    entries: dict[tuple[str, str], tuple[int, int]] = {}
    for entry in EntryPending.objects.filter(type="answer").iterator():
        opened = open_entries([entry]).get(entry.pk)
        if opened is None:
            yield f"entry {entry.pk} does not open"
            continue
        said = json.loads(opened.payload)
        if (said["w"], said["key"]) in entries:
            yield f"entry {entry.pk} tells an answer a second time"
        entries[said["w"], said["key"]] = said["ms"], said["micro"]
        if commitment(opened.payload.encode(), opened.nonce) != bytes(entry.commitment):
            yield f"entry {entry.pk} is not what was committed to"
    for answer in Answer.objects.select_related("worker").iterator():
        line = lines.pop(answer.pk, None)
        if line is not None and line.piece_micro and answer.author_kind == "model":
            yield f"answer {answer.pk} of a program is paid: {line}"
        told = entries.pop((answer.worker.public_id, answer.client_key), None)
        if line is None or told != (line.elapsed_ms, line.piece_micro):
            yield f"answer {answer.pk}: pay line {line}, entry {told}"
    yield from (f"pay line {line.pk} is for no answer" for line in lines.values())
    yield from (f"entry is for no answer: {key}" for key in entries)


def _decisions() -> Iterator[str]:
    """Find decisions without words, and automated ones that do not name their rule and inputs."""
    mute = Q(text_en="") | Q(text_fr="")
    by_nobody = Q(made_by=None) & (Q(system="") | Q(rule="") | Q(factors=[]))
    for decision in Decision.objects.filter(mute | by_nobody):
        yield f"decision {decision.pk} cannot be understood"


def _statements() -> Iterator[str]:
    """Count every closed period again, to the byte."""
    for period in Period.objects.filter(state=Period.State.CLOSED):
        for one in recount(period):
            yield f"period {period.pk}: {one}"
