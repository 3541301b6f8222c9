"""Judge answers that are no labels of a list: numbers, texts, orders, comparisons.

Answers to one task are merged as their kinds merge them, people counting by how near they lie to
others; that is no model, and says so. Reading and writing is done in ``estimates``.
"""

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np

from canut.actions.quality.judging import SAMPLES, SEED, Judged, Read
from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats
from canut.core.errors import BadAnswer
from canut.core.kinds import Schema, check_values, distance_values, label_of_values, merge_values
from canut.core.quality.allocation.running_label import ASSUMED_ACCURACY, running_nearness
from canut.core.quality.measures.agreement import Agreement, percent_agreement
from canut.core.quality.measures.alpha import Alpha
from canut.core.quality.merging.distances import (
    Distance,
    alpha_by_distance,
    medoids_by_distance,
    rows_by_task,
    weight_of,
)

BY_KIND = "merged"
BELIEVED = 4.0
"""An accuracy begins as if so many answers had come near as often as a typical person's do."""
DISTANCES_KEPT = 200_000

type Values = Mapping[str, object]


class Merged(NamedTuple):
    """What was made of the answers: ``said`` are the codes of labels, and of the commonest ones."""

    names: list[str]
    said: Codes
    confidence: Floats
    common: Codes
    share: Floats
    accuracy: Floats
    agreed: Floats
    compared: Floats


def allowed(schema: Schema, read: Read) -> Read:
    """Return the answers that the question as it is asked now allows, in normal form."""
    checked = [_checked(schema, values) for values in read.values]
    code_of: dict[str, int] = {}
    values: list[object] = []
    codes = np.full(len(checked), -1, dtype=np.int32)
    for place, one in enumerate(checked):
        if one is None:
            continue
        code = code_of.setdefault(label_of_values(schema, one), len(code_of))
        codes[place] = code
        if code == len(values):
            values.append(one)
    said = codes[read.said] if len(read.said) else read.said
    rows = np.flatnonzero(said >= 0)
    tasks, task = np.unique(read.task[rows], return_inverse=True)
    workers, worker = np.unique(read.worker[rows], return_inverse=True)
    return Read(
        task.astype(np.int32),
        worker.astype(np.int32),
        said[rows],
        read.task_ids[tasks],
        [read.worker_ids[place] for place in workers],
        values,
        read.known,
    )


def _checked(schema: Schema, values: object) -> Values | None:
    try:
        return check_values(schema, cast("Values", values))
    except BadAnswer:
        return None


def judge_merged(schema: Schema, read: Read) -> Judged:
    """Judge tasks whose answers are merged by kind; there is at least one answer.

    Args:
        schema: the question as it is asked now.
        read: answers it allows, see ``allowed``; a value is what one person said, by question.
    """
    values = cast("list[Values]", read.values)
    answers = Answers(
        read.task, read.worker, read.said, len(read.task_ids), len(read.worker_ids), len(values)
    )

    @lru_cache(maxsize=DISTANCES_KEPT)
    def between(one: int, other: int) -> float:
        return distance_values(schema, values[one], values[other])

    def apart(one: int, other: int) -> float:
        return between(min(one, other), max(one, other))

    merged = _merge(schema, answers, values, apart)
    alpha = alpha_by_distance(answers, apart, np.random.default_rng(SEED), SAMPLES)
    return _judged(answers, merged, alpha)


def _merge(schema: Schema, answers: Answers, values: list[Values], apart: Distance) -> Merged:
    """Merge the answers to each task, and say how near each person's lie."""
    weight = weight_of(medoids_by_distance(answers, apart).error)
    texts = [label_of_values(schema, each) for each in values]
    names: dict[str, int] = {}
    said, common = (np.zeros(answers.n_tasks, dtype=np.int32) for _ in range(2))
    confidence, share = np.zeros(answers.n_tasks), np.zeros(answers.n_tasks)
    near, agreed, compared = (np.zeros(answers.n_workers) for _ in range(3))
    for rows in rows_by_task(answers):
        task, workers = int(answers.task[rows[0]]), answers.worker[rows]
        given = [values[code] for code in answers.label[rows]]
        merged = merge_values(schema, given, weight[workers].tolist())
        said[task] = names.setdefault(label_of_values(schema, merged), len(names))
        far = np.array([distance_values(schema, one, merged) for one in given])
        confidence[task] = running_nearness([(each, None) for each in far.tolist()])
        ((most, times),) = Counter(texts[code] for code in answers.label[rows]).most_common(1)
        common[task], share[task] = names.setdefault(most, len(names)), times / len(rows)
        if len(rows) > 1:
            np.add.at(near, workers, 1 - far)
            np.add.at(agreed, workers, (far == 0).astype(np.float64))
            np.add.at(compared, workers, 1)
    accuracy = (near + BELIEVED * ASSUMED_ACCURACY) / (compared + BELIEVED)
    return Merged(list(names), said, confidence, common, share, accuracy, agreed, compared)


def _judged(answers: Answers, merged: Merged, alpha: Alpha) -> Judged:
    nothing: list[Any] = [None] * answers.n_workers
    return Judged(
        merged.names,
        merged.said,
        merged.confidence,
        merged.names,
        merged.common,
        merged.share,
        merged.accuracy,
        nothing,
        nothing,
        nothing,
        nothing,
        Agreement(merged.agreed.astype(np.int64), merged.compared.astype(np.int64)),
        {
            "model": BY_KIND,
            "choice": {"rule": BY_KIND},
            "chosen_answers": len(answers),
            "iterations": 0,
            "converged": True,
            "agreement": percent_agreement(answers),
            "alpha": alpha.value,
            "alpha_low": alpha.low,
            "alpha_high": alpha.high,
        },
    )
