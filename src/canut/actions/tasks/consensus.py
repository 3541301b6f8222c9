"""Write the running label of one task from its counted answers, in the answer's transaction.

It weighs answers by the model as frozen by the last estimate, and reads nothing else. The exact
labels, over all tasks and workers, are fitted in ``quality.estimates``.

It also decides, in the transaction of an answer, how many answers its task gets and whether it is
complete. With adaptive overlap a task begins with the least number and gets one more at a time, so
that nobody is leased a task that the next answer may settle. The rule is in
``core.quality.allocation.overlap``; a change of the setting is applied in ``work.overlap``.

It counts the answers of one task again when one is excluded or included. The caller holds the locks
of the worker and the task, in that order, as ``work.submission`` does.
"""

import json
import struct
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Q

from canut.core.clock import to_ms
from canut.core.errors import BadAnswer
from canut.core.kinds import (
    Schema,
    check_values,
    choice,
    distance_values,
    is_plain_choice,
    is_survey,
    label_of_values,
    merge_values,
    questions_of,
    values_of_label,
)
from canut.core.kinds.shared.fields import canonical_json
from canut.core.quality.allocation.overlap import (
    Asking,
    answers_wanted,
    cautious,
    is_overruled,
    waits_for_model,
)
from canut.core.quality.allocation.running_label import (
    ASSUMED_ACCURACY,
    assumed_chances,
    frozen_consensus,
    running_consensus,
    running_nearness,
    running_selection,
)
from canut.store.learning.prelabels import voice_on
from canut.store.projects.versions import current_question
from canut.store.quality.known_split import WHOLE, scatter
from canut.store.sql import common
from canut.store.sql.dialect import SubmitContext
from canut.store.tables.decisions import Decision
from canut.store.tables.projects import Project
from canut.store.tables.quality import Consensus
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Lease, Worker

FLOAT_BYTES = 4


LEAST_WEIGHT = 0.05


class Vote(NamedTuple):
    """One counted answer, and the estimated accuracy of its worker.

    ``values`` is JSON. ``chances``, ``estimate`` and ``frozen`` are the worker's habits and the
    model they belong to, as ``Habits`` and ``Estimate`` keep them; empty before the first estimate.
    """

    values: str
    accuracy: float | None
    chances: bytes | memoryview | None = None
    estimate: int | None = None
    frozen: str | dict[str, Any] | None = None


class Weighed(NamedTuple):
    """The most probable label of a task, its probability, and a cautious certainty.

    ``sure`` is what stopping goes by: less than the probability while no fit knows the people, and
    an even guess where the model overrules few of them.
    """

    label: str
    confidence: float
    sure: float


def running_label(
    schema: Schema, votes: Sequence[Vote], voice: str | None = None
) -> tuple[str, float]:
    """Return the most probable label of a task and its probability, as ``weigh``."""
    weighed = weigh(schema, votes, voice)
    return weighed.label, weighed.confidence


def weigh(schema: Schema, votes: Sequence[Vote], voice: str | None = None) -> Weighed:
    """Return a task's most probable label, its probability, and a cautious certainty.

    Answers to an older version of the question may hold choices that are gone; they still vote. A
    model's voice weighs as that of somebody nobody knows yet. How sure one may be, which decides
    how many people are asked, rests on people alone.

    Args:
        schema: the question as it was last answered.
        votes: each counted answer, with what is known of who gave it.
        voice: the label models say, where they have a voice and say one.
    """
    people = _weigh(schema, votes)
    model_vote = None if voice is None else _vote_of_models(schema, voice)
    if model_vote is None:
        return people
    together = _weigh(schema, [*votes, model_vote])
    return Weighed(together.label, together.confidence, people.sure)


def _vote_of_models(schema: Schema, label: str) -> Vote | None:
    """Return the models' label as a vote; None if the question no longer has it."""
    try:
        return Vote(json.dumps(values_of_label(schema, label)), None)
    except BadAnswer:
        return None


def _weigh(schema: Schema, votes: Sequence[Vote]) -> Weighed:
    if is_survey(schema):
        return _most_given(votes)
    if not is_plain_choice(schema):
        return _merged(schema, votes)
    question = questions_of(schema)[0]
    name = str(question["id"])
    answered = [json.loads(vote.values).get(name) for vote in votes]
    places = {value: index for index, value in enumerate(choice.values_of(question))}
    if not choice.is_multiple(question):
        labels = [_one(value) for value in answered]
        frozen = _by_frozen_model(labels, votes, set(places))
        if frozen is not None:
            return _weighed(*frozen, labels, is_measured=True)
        singles = [
            (places.setdefault(value, len(places)), vote.accuracy)
            for value, vote in zip(labels, votes, strict=True)
        ]
        label, confidence = running_consensus(len(places), singles)
        return _weighed(list(places)[label], confidence, labels, is_measured=False)
    several = [
        ([places.setdefault(each, len(places)) for each in _many(value)], vote.accuracy)
        for value, vote in zip(answered, votes, strict=True)
    ]
    selected, confidence = running_selection(len(places), several)
    chosen = [list(places)[index] for index in selected]
    label_of_all = json.dumps(chosen, ensure_ascii=False, separators=(",", ":"))
    return Weighed(label_of_all, confidence, cautious(confidence, is_measured=False))


def _most_given(votes: Sequence[Vote]) -> Weighed:
    """Return the answer that most gave, and its share: a page of which no field is a choice.

    A survey has thousands of answers to one task and no right one, so nothing is merged.
    """
    (text, times), *_ = Counter(vote.values for vote in votes).most_common(1)
    (label,) = json.loads(text).values()
    return Weighed(canonical_json(label), times / (len(votes) + 1), 0.0)


def _merged(schema: Schema, votes: Sequence[Vote]) -> Weighed:
    """Merge answers by the rules of their kinds, weighted by accuracy.

    Answers to an older version that the question does not allow now have no say, unless there are
    no others; nobody is ever so sure of such a label that fewer people are asked.
    """
    answered: list[tuple[dict[str, object], float | None]] = []
    for vote in votes:
        with suppress(BadAnswer):
            answered.append((check_values(schema, json.loads(vote.values)), vote.accuracy))
    if not answered:
        texts = Counter(vote.values for vote in votes)
        label, times = texts.most_common(1)[0]
        return Weighed(label, times / (len(votes) + 1), 0.0)
    weights = [
        ASSUMED_ACCURACY if each is None else max(each, LEAST_WEIGHT) for _, each in answered
    ]
    merged = merge_values(schema, [values for values, _ in answered], weights)
    apart = [(distance_values(schema, values, merged), accuracy) for values, accuracy in answered]
    return Weighed(label_of_values(schema, merged), running_nearness(apart), 0.0)


def _weighed(label: str, confidence: float, answered: list[str], *, is_measured: bool) -> Weighed:
    """Add the cautious certainty of a label, from all labels answered."""
    votes = Counter(answered)
    labels = list(dict.fromkeys([label, *votes]))
    if is_overruled(0, [votes[each] for each in labels]):
        return Weighed(label, confidence, 0.5)
    return Weighed(label, confidence, cautious(confidence, is_measured=is_measured))


def _by_frozen_model(
    answered: list[str], votes: Sequence[Vote], choices: set[str]
) -> tuple[str, float] | None:
    """Weigh the answers by the newest estimate; None if it lacks workers or labels."""
    newest = max((vote.estimate for vote in votes if vote.frozen and vote.estimate), default=None)
    if newest is None:
        return None
    frozen = next(vote.frozen for vote in votes if vote.estimate == newest)
    model: dict[str, Any] = json.loads(frozen) if isinstance(frozen, str) else dict(frozen or {})
    place_of = {label: index for index, label in enumerate(model["labels"])}
    if not choices <= place_of.keys() or not place_of.keys() >= set(answered):
        return None
    size = len(place_of)
    rows: list[Sequence[float]] = []
    for label, vote in zip(answered, votes, strict=True):
        index = place_of[label]
        if vote.estimate == newest and vote.chances:
            at = index * size * FLOAT_BYTES
            rows.append(struct.unpack_from(f"<{size}f", vote.chances, at))
        else:
            accuracy = model["typical"] if vote.accuracy is None else vote.accuracy
            rows.append(assumed_chances(size, index, accuracy))
    best, confidence = frozen_consensus(
        model["chances"], rows, model["temperature"], model["doubt"]
    )
    return str(model["labels"][best]), confidence


def _one(value: object) -> str:
    """Read the value of a single choice; an older version may have allowed several."""
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    )


def _many(value: object) -> list[str]:
    """Read the values of several choices; an older version may have allowed one."""
    return [str(each) for each in value] if isinstance(value, list) else [_one(value)]


State = TaskState.State


def asking_of(project: Project) -> Asking:
    """Return how many answers a project asks for."""
    return Asking(project.overlap, project.overlap_most)


def overlap_after(
    standing: SubmitContext, counted: int, live: int, sure: float
) -> tuple[int, State]:
    """Return a task's overlap and state after one more counted answer.

    Where the project's setting changed and has not reached the task, the task keeps its number: it
    is decided again when the change does. Where one person is asked first, the task stays open
    until a model was asked about it (``learning.one_first``).

    Args:
        standing: the task as it was, and what its project asks for.
        counted: answers that count now.
        live: people who still have it in hand.
        sure: how sure one may be of its label.
    """
    overlap = standing.overlap
    if standing.most is not None and standing.rule == standing.overlap_rule:
        overlap = answers_wanted(Asking(standing.least, standing.most), counted, live, sure)
    if counted < overlap or waits_for_model(standing.first, overlap, standing.least):
        return overlap, State.OPEN
    return overlap, state_when_done(standing.task, standing.audit_per_mille)


def state_when_done(task_id: int, audit_per_mille: int) -> State:
    """Return the state of a finished task: audit for a random share, by its number."""
    return State.AUDIT if scatter(task_id) < drawn_below(audit_per_mille) else State.CLOSED


def drawn_below(audit_per_mille: int) -> int:
    """Return the bound below which tasks are drawn; see ``store.quality.known_split.scatter``."""
    return audit_per_mille * WHOLE // 1000


def lock_task(worker_id: int, task_id: int) -> TaskState:
    """Lock a worker, then a task, and return the task's state."""
    Worker.objects.select_for_update().get(id=worker_id)
    return TaskState.objects.select_for_update().get(task_id=task_id)


def exclude_answer(answer_id: int, state: TaskState) -> None:
    """Exclude an answer from the consensus: its task asks for another one."""
    changed = Answer.objects.filter(id=answer_id, counted=True).update(counted=False)
    Answer.objects.filter(id=answer_id, surplus=True).update(surplus=False)
    if changed:
        _settle(state, -1)


def include_answer(answer_id: int, state: TaskState, *, was_counted: bool) -> bool:
    """Include an answer again; return whether it counts, else it is surplus.

    It is surplus where the task has enough by now, or was lent to all who may still answer.
    """
    has_room = state.counted + state.live < state.overlap
    counts = was_counted and has_room
    Answer.objects.filter(id=answer_id).update(counted=counts, surplus=not counts)
    if counts:
        _settle(state, 1)
    return counts


def restore_estimate(state: TaskState) -> None:
    """Give a locked task the label of the last estimate back, if its answers are the same again.

    So a rejection that is undone leaves no trace in the label: the running label, which ``_settle``
    wrote, knows less than an estimate of all answers.
    """
    consensus = Consensus.objects.filter(task_id=state.task_id).select_related("estimate").first()
    if consensus is None or state.state == TaskState.State.GOLD or state.reviewed_ms is not None:
        return
    since_ms = to_ms(consensus.estimate.created_at)
    answers = Answer.objects.filter(task_id=state.task_id)
    newest_known = consensus.estimate.last_answer
    decisions = Decision.objects.filter(
        kind=Decision.Kind.REJECTION, pk__in=answers.values("decision")
    )
    in_between = Q(at_ms__gte=since_ms, undone_ms=None) | Q(
        at_ms__lt=since_ms, undone_ms__gte=since_ms
    )
    if answers.filter(counted=True, id__gt=newest_known).exists():
        return
    if not decisions.filter(in_between).exists():
        TaskState.objects.filter(task_id=state.task_id).update(
            label=consensus.label, confidence=consensus.confidence
        )


def settle_again(state: TaskState) -> None:
    """Recompute the label and state of a locked task from its own answers."""
    _settle(state, 0)


def _settle(state: TaskState, more: int) -> None:
    """Write the task's number of answers, its running label and whether it still asks."""
    _end_audits(state)
    counted = state.counted + more
    with connection.cursor() as cursor:
        cursor.execute(common.READ_VOTES, (state.task_id,))
        votes = [Vote(*row) for row in cursor.fetchall()]
        label: str | None = None
        confidence: float | None = None
        sure = 0.0
        project = Project.objects.get(pk=state.project_id)
        if votes:
            schema = current_question(state.project_id).schema
            voice = voice_on(cursor, state.task_id) if project.models_vote else None
            label, confidence, sure = weigh(schema, votes, voice)
        asking = asking_of(project)
        overlap = state.overlap
        if asking.most is not None:
            overlap = answers_wanted(asking, counted, state.live, sure)
        waits = waits_for_model(project.overlap_first, overlap, project.overlap)
        is_enough = counted >= overlap and not waits
        new_state = TaskState.State.CLOSED if is_enough else TaskState.State.OPEN
        if state.state == TaskState.State.GOLD:
            new_state, label, confidence = TaskState.State.GOLD, state.label, state.confidence
        elif is_enough and state.state == TaskState.State.AUDIT:
            new_state = TaskState.State.AUDIT
        cursor.execute(
            common.WRITE_TASK_STATE,
            (counted, state.live, overlap, new_state, label, confidence, state.task_id),
        )
    state.overlap = overlap
    state.counted, state.state = counted, new_state


def _end_audits(state: TaskState) -> None:
    """Release live audits: the task is counted again, and may be leased as usual."""
    if state.state == TaskState.State.AUDIT:
        audits = Lease.objects.filter(task_id=state.task_id, state=Lease.State.LIVE)
        audits.update(state=Lease.State.RELEASED, ended_ms=F("lent_ms"), reason="recounted")
