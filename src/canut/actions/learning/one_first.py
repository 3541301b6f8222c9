"""Ask one person a task first, and more only where a model or another person disagrees.

A project that wants this begins once its hidden draw is large enough to prove anything
(``can_begin``); until then every task gets the usual number of answers. While it runs, a task with
one answer stays open until a model that did not learn from it was asked (``settle``): where the
model foretells its label, the task is closed; else more people are asked, never more than the usual
number. Where the model is no match for people, or errs later, every task goes back to the usual
number (``end``). After a look that proved nothing, more tasks are hidden (``grow_draw``). The rules
are in ``core.learning.disputes``; the training is in ``training``, and
its job in ``operations.jobs``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched

import numpy as np
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from canut.actions.learning.training_data import (
    LearningTarget,
    Lesson,
    ballots_of,
    unlearnable_reason,
)
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.actions.tasks.consensus import state_when_done
from canut.actions.tasks.priority import FIRST as TO_FRONT
from canut.actions.tasks.priority import USUAL
from canut.core.arrays import Bools, Floats
from canut.core.learning.disputes import (
    FIRST,
    Draw,
    answers_more,
    corrected,
    is_settled,
    one_is_enough,
)
from canut.core.learning.hidden_share import grown_share, is_hidden
from canut.core.learning.takeover import PLACES, ConfidenceBand
from canut.store.learning.incidents import open_incident, weighing
from canut.store.learning.loop import last_trained
from canut.store.models import Answer, Decided, Project, Proposal, TaskState, Worker
from canut.store.sql import dialect
from canut.store.tables.learning import LoopRule, Trained
from canut.store.turk.hits import has_hits

FEWEST_HIDDEN = 200
EXPECTED_HIDDEN = 220  # the draw is random: fewer than 200 of these are rare
MOST_TASKS = 50_000  # a model learns from no more, so it is asked about no more
FEWEST_USUAL = 2
DISPUTED = USUAL - 1  # the priority of disputed tasks: before all but those put first by hand
EIGHTH, QUARTER, LITTLE = 8, 4, 32  # a new version learns after such a part more answers
ENDING = 0
PER_MILLE = 1_000
AT_ONCE = 500
State = TaskState.State


@dataclass(frozen=True)
class DrawVerdict:
    """The hidden draw of a training, where one person is asked first.

    ``draw``: corrected for errors unseen; ``is_settled``: few of its tasks need more people;
    ``is_enough``: one answer that the model foretells is as good as the usual number. Neither while
    the draw is too small, or its first disputes are unanswered.
    """

    draw: Draw
    is_settled: bool
    is_enough: bool


def can_begin(project: Project, rule: LoopRule) -> bool:
    """Return whether one person can be asked first: the hidden draw can prove something.

    Proposals must not be shown: a person who saw one is no witness of their own. A model behind an
    address is not asked for this.
    """
    if rule.shows or rule.endpoint or project.overlap_most is not None:
        return False
    if project.overlap < FEWEST_USUAL or project.held_ms is not None:
        return False
    if project.state != Project.State.OPEN:
        return False
    states = TaskState.objects.filter(project=project).exclude(state=State.PRACTICE)
    tasks = states.order_by("task_id").values("task_id")[: MOST_TASKS + 1].count()
    if tasks > MOST_TASKS or tasks * rule.hidden_per_mille < EXPECTED_HIDDEN * PER_MILLE:
        return False
    return not (has_hits(project.pk) or unlearnable_reason(project) or _is_failing(project.pk))


def follow(project: Project, rule: LoopRule, now_ms: int) -> bool:
    """Begin, go on or end asking one person first; return whether a new version should learn."""
    if project.overlap_first == ENDING:
        _give_usual(project, now_ms)
        return False
    is_wanted = rule.asks_one and rule.one_ended_ms is None
    if project.overlap_first is None:
        if is_wanted and can_begin(project, rule):
            _begin(project, rule)
        return False
    is_possible = project.overlap_most is None and not rule.shows and not rule.endpoint
    if not is_wanted or not is_possible:
        end(project.pk, now_ms)
        return False
    if _is_failing(project.pk):
        end(project.pk, now_ms, is_failure=True)
        return False
    return _is_due(project, now_ms)


def end(project_id: int, now_ms: int, *, is_failure: bool = False) -> None:
    """Give every task of a project its usual number of answers again.

    Args:
        project_id: the project; nothing happens where all tasks get the usual number already.
        now_ms: the moment, in milliseconds since 1970 UTC.
        is_failure: the model failed: it does not begin again before somebody asks for it.
    """
    with transaction.atomic():
        running = Project.objects.filter(pk=project_id, overlap_first__isnull=False)
        if not running.update(overlap_first=ENDING):
            return
        if is_failure:
            LoopRule.objects.filter(project=project_id).update(one_ended_ms=now_ms)
    _give_usual(Project.objects.get(pk=project_id), now_ms)


def look_at_draw(
    subject: LearningTarget, lesson: Lesson, foretold: Floats, hidden: Bools, bar: float
) -> DrawVerdict:
    """Correct the hidden draw for what nobody saw, and judge whether one answer is enough.

    How often people repeat a model's errors is known from answers after a dispute: while more tasks
    are disputed than had such answers, nothing is judged.

    Args:
        subject: what the model learns.
        lesson: tasks with answers, and their labels.
        foretold: chances by models that did not learn from each task, shape (n, n_labels).
        hidden: which tasks are of the draw, shape (n,).
        bar: share of what people reach that must be reached.
    """
    usual = subject.project.overlap
    label, best = lesson.label[hidden].astype(np.int64), foretold.argmax(axis=1)[hidden]
    votes, first = ballots_of(subject, lesson.task[hidden].tolist())
    draw = corrected(votes, first, label, best, foretold.max(axis=1)[hidden])
    is_foretold = best == label
    singles = int((is_foretold & (votes.sum(axis=1) == FIRST)).sum())
    more = answers_more(votes, is_foretold, usual)
    still_open, answered = int((more > 0).sum()), int((votes.sum(axis=1) > FIRST).sum())
    is_known = len(label) >= FEWEST_HIDDEN and still_open <= answered
    return DrawVerdict(
        draw,
        is_known and is_settled(more),
        is_known and one_is_enough(draw, singles, usual, bar),
    )


def settle(
    subject: LearningTarget, lesson: Lesson, foretold: Floats, verdict: DrawVerdict, now_ms: int
) -> None:
    """Close the tasks whose label a model foretells; ask more people about the others.

    Nothing with one answer is closed before that is known to be enough. Where it is not, though
    few tasks of the draw need more people, all get the usual number.
    """
    project = subject.project
    if verdict.is_settled and not verdict.is_enough:
        end(project.pk, now_ms, is_failure=True)
        return
    counted_of = dict(sorted(_waiting(project).values_list("task_id", "counted")))
    place_of = {task: place for place, task in enumerate(lesson.task.tolist())}
    learnt = [task for task in counted_of if task in place_of]
    overlap_of = {task: project.overlap for task in counted_of if task not in place_of}
    places = np.array([place_of[task] for task in learnt], np.int64)
    votes, _ = ballots_of(subject, learnt)
    is_foretold = foretold[places].argmax(axis=1) == lesson.label[places]
    more = answers_more(votes, is_foretold, project.overlap)
    for task, number in zip(learnt, more.tolist(), strict=True):
        if number:
            overlap_of[task] = min(counted_of[task] + number, project.overlap)
    _raise_tasks(overlap_of, now_ms, priority=DISPUTED)
    _restart_queue(project)
    may_close = (more == 0) & (verdict.is_enough | (votes.sum(axis=1) > FIRST))
    _close(
        [task for task, closes in zip(learnt, may_close.tolist(), strict=True) if closes], project
    )


def grow_draw(project: Project, rule: LoopRule, trained: Trained) -> None:
    """Hide more tasks after a look that proved nothing, and ask them first.

    Only until a first proof: later the size of a draw would follow from how it came out. Tasks that
    were answered already join too, for without them the draw would lack what a model finds hard.
    Where people ever saw proposals, answers were given in view of one, and the draw stays.

    Args:
        project: where one person is asked first.
        rule: what models may do there; its share is updated.
        trained: the newest version, with its look.
    """
    is_running = Project.objects.filter(pk=project.pk, overlap_first=FIRST).exists()
    share = grown_share(rule.hidden_per_mille)
    if not is_running or not trained.bands or share == rule.hidden_per_mille:
        return
    if _has_proven(project.pk) or Decided.objects.filter(project=project, shown__gt=0).exists():
        return
    rule.hidden_per_mille = share
    rule.save(update_fields=["hidden_per_mille"])
    states = TaskState.objects.filter(project=project).exclude(state=State.PRACTICE)
    tasks = sorted(states.values_list("task_id", flat=True))
    drawn = [task for task in tasks if is_hidden(task, project.pk, share)]
    with BulkPacer() as pace:
        for chunk in batched(drawn, AT_ONCE):
            with pace.chunk(len(chunk)):
                _lock(chunk)
                unseen = Proposal.objects.filter(task__in=chunk, is_shown=False, took_ms=None)
                unseen.filter(is_hidden=False).update(is_hidden=True)
                later = TaskState.objects.filter(task__in=chunk, priority__gt=USUAL)
                later.filter(state=State.OPEN, counted=0).update(priority=USUAL)
    _restart_queue(project)


def _begin(project: Project, rule: LoopRule) -> None:
    """Ask one person about each task that nobody has begun, the hidden ones first."""
    with transaction.atomic():
        idle = Project.objects.filter(pk=project.pk, overlap_first=None)
        if not idle.update(overlap_first=FIRST):
            return
    fresh = TaskState.objects.filter(project=project, state=State.OPEN, counted=0, live=0)
    tasks = sorted(fresh.filter(overlap__gt=FIRST).values_list("task_id", flat=True))
    with BulkPacer() as pace:
        for chunk in batched(tasks, AT_ONCE):
            with pace.chunk(len(chunk)):
                locked = TaskState.objects.select_for_update().filter(task__in=chunk)
                untouched = [
                    state.task_id
                    for state in locked.order_by("task_id")
                    if state.counted == state.live == 0
                ]
                TaskState.objects.filter(task__in=untouched).update(overlap=FIRST)
                later = [
                    task
                    for task in untouched
                    if not is_hidden(task, project.pk, rule.hidden_per_mille)
                ]
                usual = TaskState.objects.filter(task__in=later, priority=USUAL)
                usual.update(priority=PLACES - 1)
    _restart_queue(project)


def _restart_queue(project: Project) -> None:
    """Let everybody look at the queue from its front: tasks behind them are asked again."""
    Worker.objects.filter(project=project).update(cursor_priority=TO_FRONT, cursor_task=0)


def _is_failing(project_id: int) -> bool:
    """Return whether an alarm is open, or the newest version is under suspicion."""
    if open_incident(project_id) is not None:
        return True
    trained = last_trained(project_id)
    since = weighing(project_id)
    return trained is not None and since.filter(at_ms__gte=trained.made_ms).exists()


def _waiting(project: Project) -> "QuerySet[TaskState]":
    """Return the tasks that have their answers for now, and no word of a model yet."""
    states = TaskState.objects.filter(project=project, state=State.OPEN, live=0)
    return states.filter(counted__gte=F("overlap"), overlap__lt=project.overlap)


def _is_due(project: Project, now_ms: int) -> bool:
    """Return whether tasks wait for a model, and enough is new for it to learn.

    Where nobody is asked any more and the last version knew all answers, nothing would ever change:
    the usual number is asked for.
    """
    if not _waiting(project).exists():
        return False
    trained = last_trained(project.pk)
    answers = Answer.objects.filter(project=project, counted=True)
    new = answers.filter(id__gt=trained.last_answer).count() if trained else answers.count()
    open_tasks = TaskState.objects.filter(
        project=project, state=State.OPEN, counted__lt=F("overlap")
    )
    if not open_tasks.exists():
        if new:
            return True
        end(project.pk, now_ms, is_failure=True)
        return False
    if trained is None:
        return not open_tasks.filter(priority__lte=USUAL).exists()
    if new * QUARTER < trained.answers:
        part = EIGHTH if trained.bands else LITTLE  # without a look, the first disputes decide
        if new * part < trained.answers or open_tasks.filter(priority=DISPUTED).exists():
            return False
    return not _is_draw_growing(project.pk)


def _has_proven(project_id: int) -> bool:
    """Return whether any version of a project was proven from a confidence on."""
    versions = Trained.objects.filter(project=project_id).values_list("bands", flat=True)
    return any(ConfidenceBand(*band).is_proven for bands in versions for band in bands)


def _is_draw_growing(project_id: int) -> bool:
    """Return whether many hidden tasks wait for their first answer, and nothing is proven yet.

    A version that learnt meanwhile would spend its look on a part of the draw.
    """
    hidden = Proposal.objects.filter(project=project_id, is_hidden=True)
    waiting = hidden.filter(task__now__state=State.OPEN, task__now__counted=0).count()
    return waiting * LITTLE > hidden.count() and not _has_proven(project_id)


def _give_usual(project: Project, now_ms: int) -> None:
    """Raise all tasks below the usual number to it; then it is over.

    A label that a model has proven, or a reviewer decided, stands: only the number is raised.
    """
    below = TaskState.objects.filter(project=project, overlap__lt=project.overlap)
    is_decided = Q(task__proposal__took_ms__isnull=False) | Q(reviewed_ms__isnull=False)
    standing = sorted(below.filter(is_decided).values_list("task_id", flat=True))
    with BulkPacer() as pace:
        for chunk in batched(standing, AT_ONCE):
            with pace.chunk(len(chunk)):
                _lock(chunk)
                TaskState.objects.filter(task__in=chunk).update(overlap=project.overlap)
    tasks = sorted(below.exclude(state=State.PRACTICE).values_list("task_id", flat=True))
    _raise_tasks(dict.fromkeys(tasks, project.overlap), now_ms)
    Project.objects.filter(pk=project.pk, overlap_first=ENDING).update(overlap_first=None)


def _raise_tasks(wanted: dict[int, int], now_ms: int, priority: int | None = None) -> None:
    """Set how many answers tasks get in all; move them forward to a priority, if there is one."""
    with BulkPacer() as pace:
        for chunk in batched(sorted(wanted), AT_ONCE):
            with pace.chunk(len(chunk)), connection.cursor() as cursor:
                _lock(chunk)
                for overlap in sorted({wanted[task] for task in chunk}):
                    tasks = [task for task in chunk if wanted[task] == overlap]
                    dialect().write_overlap(cursor, overlap, tasks, now_ms, "more answers asked")
                if priority is not None:
                    later = TaskState.objects.filter(task__in=chunk, priority__gt=priority)
                    later.update(priority=priority)


def _close(tasks: Sequence[int], project: Project) -> None:
    """Close tasks whose label stands, some of them for an audit."""
    with BulkPacer() as pace:
        for chunk in batched(tasks, AT_ONCE):
            with pace.chunk(len(chunk)):
                done: dict[State, list[int]] = {}
                for state in _lock(chunk):
                    if state.state == State.OPEN and state.counted >= state.overlap:
                        ending = state_when_done(state.task_id, project.audit_per_mille)
                        done.setdefault(ending, []).append(state.task_id)
                for ending, closing in done.items():
                    TaskState.objects.filter(task__in=closing).update(state=ending)


def _lock(tasks: Sequence[int]) -> list[TaskState]:
    states = TaskState.objects.select_for_update().filter(task__in=tasks)
    return list(states.order_by("task_id"))
