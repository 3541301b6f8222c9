"""Raise quality flags from the last estimate, notify people, and record them as decisions.

Two systems flag workers: answers apart from everybody's, and wrong answers to known labels. A flag
changes no pay and no right. At most one flag per worker and system is open; it is undone when it no
longer holds, and one that was won on appeal does not return before there are twice as many answers.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from django.db import transaction
from django.db.models import Q

from canut.actions.decisions.record import Ruling, decide
from canut.core.decisions.explanations import explain
from canut.core.errors import Refusal
from canut.core.kinds import label_of_values
from canut.core.quality.measures.gold import score_counts
from canut.core.quality.measures.gold_failures import flag_gold_failures
from canut.store.decisions.automated_systems import is_on
from canut.store.tables.decisions import Decision
from canut.store.tables.quality import Habits
from canut.store.tables.tasks import TaskState
from canut.store.tables.work import Answer, Worker

CARELESS, KNOWN = "careless", "known"
AGAIN = 2
NEAR_CHANCE = 0.05


class QualityFlag(NamedTuple):
    """A system's flag of one worker: a code, and the figures it rests on."""

    worker: int
    case: str
    inputs: dict[str, int]


def keep_flags(project_id: int, now_ms: int) -> None:
    """Update the flags of a project's workers to its last estimate."""
    careless = _apart(project_id) if is_on(CARELESS) else []
    silenced = _keep(project_id, CARELESS, careless, now_ms)
    flagged = {flag.worker for flag in careless} - silenced
    Habits.objects.filter(project=project_id, evidence__isnull=False).exclude(
        worker__in=flagged
    ).update(evidence=None)
    _keep(project_id, KNOWN, _missed(project_id) if is_on(KNOWN) else [], now_ms)


def _keep(project_id: int, system: str, flags: list[QualityFlag], now_ms: int) -> set[int]:
    """Raise new flags, undo outdated ones; return workers who recently won an appeal."""
    standing = Decision.objects.filter(
        project=project_id, kind=Decision.Kind.QUALITY, system=system, undone_ms=None
    )
    standing.exclude(worker__in=[flag.worker for flag in flags]).update(undone_ms=now_ms)
    flagged = set(standing.values_list("worker", flat=True))
    won = Decision.objects.filter(
        project=project_id, system=system, appeal__outcome="overturned"
    ).values_list("worker", "inputs")
    most: dict[int | None, int] = {}
    for worker, inputs in won:
        most[worker] = max(most.get(worker, 0), int(inputs.get("compared", 0)))
    silenced = {
        flag.worker for flag in flags if flag.inputs["compared"] < AGAIN * most.get(flag.worker, 0)
    }
    people = Worker.objects.select_related("project", "person").in_bulk([f.worker for f in flags])
    for flag in flags:
        if flag.worker not in silenced | flagged and people[flag.worker].person_id:
            _flag(people[flag.worker], system, flag, now_ms)
    return silenced


@transaction.atomic
def _flag(worker: Worker, system: str, flag: QualityFlag, now_ms: int) -> None:
    explanation = explain(flag.case, {"project": worker.project.title, **flag.inputs})
    factors: list[dict[str, str | int]] = [
        {"name": name, "value": value} for name, value in flag.inputs.items()
    ]
    decide(
        Ruling(
            person=worker.person_id or 0,
            kind=Decision.Kind.QUALITY,
            code=flag.case,
            text_en=explanation.en,
            text_fr=explanation.fr,
            system=system,
            worker=worker.id,
            project=worker.project_id,
            inputs=flag.inputs,
            factors=factors,
        ),
        now_ms,
    )


def _apart(project_id: int) -> list[QualityFlag]:
    """Load the workers whose answers stand apart, as the last estimate computed."""
    habits = Habits.objects.filter(project=project_id, evidence__isnull=False)
    pairs = habits.values_list("worker", "evidence")
    return [_of_evidence(worker, evidence or {}) for worker, evidence in pairs]


def _of_evidence(worker: int, evidence: Mapping[str, Any]) -> QualityFlag:
    figures = {
        "compared": int(evidence["compared"]),
        **{
            f"{to}_share": round(1000 * float(evidence[name] or 0))
            for to, name in (("seen", "share"), ("low", "low"), ("high", "high"))
        },
        "usual_share": round(1000 * float(evidence["usual"] or 0)),
    }
    is_random = float(evidence["p"]) > NEAR_CHANCE
    return QualityFlag(worker, "quality-random" if is_random else "quality-apart", figures)


def _missed(project_id: int) -> list[QualityFlag]:
    """Flag workers by comparing their answers with known labels."""
    is_gold = Q(
        task__now__state=TaskState.State.GOLD, replaces=None, task__planted_proposal__isnull=True
    )
    rows = Answer.objects.filter(
        Q(counted=True) | is_gold, project=project_id, task__known__isnull=False
    ).exclude(task__now__state=TaskState.State.PRACTICE)
    right: dict[int, int] = {}
    answered: dict[int, int] = {}
    for worker, is_right in _compared(
        rows.values_list("worker", "values", "task__known", "question_version__schema").iterator(
            5_000
        )
    ):
        answered[worker] = answered.get(worker, 0) + 1
        right[worker] = right.get(worker, 0) + is_right
    workers = sorted(answered)
    score = score_counts(
        np.array([right[w] for w in workers], np.int64),
        np.array([answered[w] for w in workers], np.int64),
    )
    missed = flag_gold_failures(score)
    if missed is None:
        return []
    return [
        QualityFlag(
            workers[index],
            "quality-known",
            {
                "compared": answered[workers[index]],
                "hits": right[workers[index]],
                "low_share": round(1000 * float(score.low[index])),
                "high_share": round(1000 * float(score.high[index])),
                "usual_share": round(1000 * missed.usual),
            },
        )
        for index in missed.workers
    ]


def _compared(rows: Iterable[tuple[int, str, str | None, Any]]) -> Iterable[tuple[int, bool]]:
    for worker, values, known_label, schema in rows:
        try:
            yield worker, label_of_values(schema, json.loads(values)) == known_label
        except Refusal:
            continue
