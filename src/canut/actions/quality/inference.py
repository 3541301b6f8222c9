"""Estimate labels, workers' accuracy and agreement from the answers. Reads only.

The model is chosen from several, and kept until answers have grown by a fifth or known answers have
changed: choosing costs as much as many fits. Of the known answers only those see the fit that will
not measure it (``store.quality.known_split``). Reading and writing is done in ``estimates``.

Judge answers that are no labels of a list: numbers, texts, orders, comparisons.

Answers to one task are merged as their kinds merge them, people counting by how near they lie to
others; that is no model, and says so. Reading and writing is done in ``estimates``.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np

from canut.core.answers import Answers, blocks
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import BadAnswer
from canut.core.kinds import (
    Schema,
    check_values,
    choice,
    distance_values,
    label_of_values,
    merge_values,
)
from canut.core.quality.allocation.frozen_fit import freeze
from canut.core.quality.allocation.running_label import ASSUMED_ACCURACY, running_nearness
from canut.core.quality.estimators.auto import Choice, choose
from canut.core.quality.estimators.calibration import calibrate
from canut.core.quality.estimators.em import Fitted, Run
from canut.core.quality.estimators.held_out import NameKeys, key_names
from canut.core.quality.estimators.register import AUTO, ESTIMATORS, estimate
from canut.core.quality.estimators.skill import skill_of
from canut.core.quality.estimators.vote import majority
from canut.core.quality.measures.agreement import Agreement, agreement_by_worker, percent_agreement
from canut.core.quality.measures.alpha import Alpha, alpha_with_interval
from canut.core.quality.measures.carelessness import gather_evidence
from canut.core.quality.measures.outliers import flag_outliers
from canut.core.quality.merging.distances import (
    Distance,
    alpha_by_distance,
    medoids_by_distance,
    rows_by_task,
    weight_of,
)
from canut.core.quality.merging.selections import (
    Selections,
    dawid_skene_selection,
    majority_selection,
    selection_agreement,
    selection_agreement_by_worker,
)
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange
from canut.core.quality.tables.coded_answers import Gold
from canut.store.quality.known_split import that_set_the_model

GROWN = 1.2


SEED = 1


SAMPLES = 200


MOST_LABELS_FROZEN = 64


MOST_LABELS_SHOWN = 24


BY_CHOICE = "dawid-skene"


EACH_CHOICE = "each-choice"


class CodedAnswers(NamedTuple):
    """The counted answers as codes, what the codes stand for, and the known answers by task."""

    task: Codes
    worker: Codes
    said: Codes
    task_ids: Counts
    worker_ids: list[int]
    values: list[object]
    known: dict[int, str | None]


class ModelChoice(NamedTuple):
    """A model that was chosen, over which others, and from how many answers and known ones.

    ``choice`` is a ``Choice`` as JSON, with its ``rule``; of choices judged one by one, that alone.
    """

    model: str
    choice: dict[str, Any]
    answers: int
    known: int


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """Labels as codes into ``names``, by task; what was learnt of workers; and of the whole.

    ``low`` and ``high`` bound each worker's accuracy at 90 %, where the model tells; ``chances``
    and ``evidence`` are as in ``Habits``; ``of_estimate`` holds what an ``Estimate`` keeps.
    """

    names: list[str]
    label: Codes
    confidence: Floats
    majority_names: list[str]
    majority_label: Codes
    majority_share: Floats
    accuracy: Floats
    low: list[float | None]
    high: list[float | None]
    chances: list[bytes | None]
    evidence: list[dict[str, Any] | None]
    by_worker: Agreement
    of_estimate: dict[str, Any]


def judge(
    question: dict[str, Any], read: CodedAnswers, before: ModelChoice | None
) -> InferenceResult:
    """Judge tasks where one choice is made; there is at least one answer."""
    code_of = {name: code for code, name in enumerate(choice.values_of(question))}
    code_of_text = np.array(
        [code_of.setdefault(_text(value), len(code_of)) for value in read.values], dtype=np.int32
    )
    names = list(code_of)
    answers = Answers(
        read.task,
        read.worker,
        code_of_text[read.said],
        len(read.task_ids),
        len(read.worker_ids),
        len(names),
    )
    gold = _gold(read, code_of)
    known = 0 if gold is None else len(gold.task)
    rows, _ = arrange(answers)
    keys = NameKeys(key_names(read.task_ids.tolist()), key_names([*read.worker_ids]))
    fitted, chosen = _fit(Fitting(rows, keys, gold, known), before)
    fitted = calibrate(fitted, gold)
    label, confidence = fitted.decide()
    skill, vote = skill_of(fitted), majority(answers)
    alpha = alpha_with_interval(answers, np.random.default_rng(SEED), samples=SAMPLES)
    frozen, chances = _frozen(fitted, names)
    by_worker = agreement_by_worker(answers)
    return InferenceResult(
        names,
        label,
        confidence,
        names,
        vote.label,
        vote.share,
        skill.accuracy,
        skill.low.tolist(),
        skill.high.tolist(),
        chances,
        _evidence(fitted),
        by_worker,
        {
            "model": fitted.model,
            "choice": chosen.choice,
            "chosen_answers": chosen.answers,
            "known": known,
            "iterations": len(fitted.trace),
            "converged": fitted.converged,
            "temperature": fitted.temperature,
            "agreement": percent_agreement(answers),
            "alpha": alpha.value,
            "alpha_low": alpha.low,
            "alpha_high": alpha.high,
            "frozen": frozen,
            "labels": names if len(names) <= MOST_LABELS_SHOWN else None,
            "confusion": _confusion(fitted) if len(names) <= MOST_LABELS_SHOWN else None,
        },
    )


class Fitting(NamedTuple):
    """What a model is fitted to; ``known`` counts the known answers."""

    rows: AnswersByTask
    keys: NameKeys
    gold: Gold | None
    known: int


def _fit(given: Fitting, before: ModelChoice | None) -> tuple[Fitted, ModelChoice]:
    """Fit the model chosen before while it may be trusted to be the best still, else choose."""
    answers = len(given.rows.cell)
    if before and before.known == given.known and answers <= GROWN * before.answers:
        if before.model in ESTIMATORS:
            return estimate(before.model, given.rows), before
        if before.model == AUTO:
            fitted, made = choose(given.rows, Run(), given.keys, None, SEED)
            kept = {name: before.choice[name] for name in ("known", "right")}
            return fitted, before._replace(model=fitted.model, choice=_facts(made) | kept)
    fitted, made = choose(given.rows, Run(), given.keys, given.gold, SEED)
    return fitted, ModelChoice(fitted.model, _facts(made), answers, given.known)


def _facts(made: Choice) -> dict[str, Any]:
    return {"rule": made.rule, **made._asdict()}


def _gold(read: CodedAnswers, code_of: dict[str, int]) -> Gold | None:
    """Return the known answers that set the model, of tasks that were answered, as codes."""
    place_of = {task: place for place, task in enumerate(read.task_ids.tolist())}
    known = {
        task: code_of[label or ""]
        for task, label in sorted(read.known.items())
        if task in place_of and label in code_of
    }
    setting = that_set_the_model(known)
    if not setting:
        return None
    tasks = np.array([place_of[task] for task in setting], dtype=np.int32)
    return Gold(tasks, np.array([*setting.values()], dtype=np.int32), 0)


def _frozen(fitted: Fitted, names: list[str]) -> tuple[dict[str, Any] | None, list[bytes | None]]:
    """Return what the running consensus needs of a model, for the project and for each worker."""
    frozen = freeze(fitted) if len(names) <= MOST_LABELS_FROZEN else None
    if frozen is None:
        return None, [None] * fitted.rows.n_workers
    model = {
        "labels": names,
        "chances": frozen.classes.tolist(),
        "typical": frozen.typical,
        "temperature": frozen.temperature,
        "doubt": frozen.doubt,
    }
    return model, [table.tobytes() for table in frozen.said.astype("<f4")]


def _confusion(fitted: Fitted) -> list[list[float]]:
    """Count how often each label was said under each truth, by the fit's own chances."""
    rows = fitted.rows
    counted = np.zeros((rows.n_labels, rows.n_labels))
    for first, last in blocks(rows.start):
        posterior = fitted.posterior(first, last)
        cells = rows.cell[rows.start[first] : rows.start[last]]
        said = cells % rows.n_labels
        task = np.repeat(np.arange(last - first), np.diff(rows.start[first : last + 1]))
        votes = np.bincount(
            task * rows.n_labels + said, minlength=(last - first) * rows.n_labels
        ).reshape(last - first, rows.n_labels)
        counted += posterior.T @ votes
    rounded: list[list[float]] = counted.round(3).tolist()
    return rounded


def _evidence(fitted: Fitted) -> list[dict[str, Any] | None]:
    """Return for each worker what there is to look into, as ``Habits`` keeps it."""
    found = gather_evidence(fitted, np.random.default_rng(SEED))
    evidence: list[dict[str, Any] | None] = [None] * len(found.answers)
    apart = flag_outliers(found)
    for worker in apart.workers if apart else ():
        evidence[worker] = {
            "compared": int(found.answers[worker]),
            "share": float(found.agreement[worker]),
            "low": float(found.agreement_low[worker]),
            "high": float(found.agreement_high[worker]),
            "bits": float(found.information[worker]),
            "bits_low": float(found.information_low[worker]),
            "bits_high": float(found.information_high[worker]),
            "p": float(found.p[worker]),
            "usual": apart.usual if apart else None,
        }
    return evidence


def judge_selections(question: dict[str, Any], read: CodedAnswers) -> InferenceResult:
    """Judge tasks where any number of choices may be made; there is at least one answer."""
    known = choice.values_of(question)
    made_by_text: Bools = np.array(
        [
            [name in (value if isinstance(value, list) else [_text(value)]) for name in known]
            for value in read.values
        ]
    )
    selections = Selections(
        read.task,
        read.worker,
        made_by_text[read.said],
        len(read.task_ids),
        len(read.worker_ids),
    )
    fit, vote = dawid_skene_selection(selections), majority_selection(selections)
    whole = selections.whole()
    alpha = alpha_with_interval(whole, np.random.default_rng(SEED), samples=SAMPLES)
    by_worker = selection_agreement_by_worker(selections)
    names, label = _named(question, fit.chosen)
    majority_names, majority_label = _named(question, vote.chosen)
    return InferenceResult(
        names,
        label,
        fit.confidence,
        majority_names,
        majority_label,
        vote.share,
        fit.accuracy,
        [None] * len(read.worker_ids),
        [None] * len(read.worker_ids),
        [None] * len(read.worker_ids),
        _evidence(estimate("majority", arrange(whole)[0])),
        by_worker,
        {
            "model": BY_CHOICE,
            "choice": {"rule": EACH_CHOICE},
            "chosen_answers": len(read.task),
            "iterations": fit.iterations,
            "converged": fit.converged,
            "agreement": selection_agreement(selections),
            "alpha": alpha.value,
            "alpha_low": alpha.low,
            "alpha_high": alpha.high,
        },
    )


def _text(value: object) -> str:
    """Read one choice; an earlier version of the question may have asked for several."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _named(question: dict[str, Any], chosen: Bools) -> tuple[list[str], Codes]:
    """Return the selections that occur, as label texts, and which of them each task has."""
    known = choice.values_of(question)
    distinct, codes = np.unique(chosen, axis=0, return_inverse=True)
    names = [
        choice.label_of(question, [name for name, made in zip(known, row, strict=True) if made])
        for row in distinct.tolist()
    ]
    return names, codes.reshape(-1).astype(np.int32)


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


def allowed(schema: Schema, read: CodedAnswers) -> CodedAnswers:
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
    return CodedAnswers(
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


def judge_merged(schema: Schema, read: CodedAnswers) -> InferenceResult:
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


def _judged(answers: Answers, merged: Merged, alpha: Alpha) -> InferenceResult:
    nothing: list[Any] = [None] * answers.n_workers
    return InferenceResult(
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
