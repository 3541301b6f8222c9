"""Fit a project's answers: labels, confidence, worker models and agreement, as numbers.

Several models are averaged, and their weights kept until answers have grown by a fifth or known
labels have changed, since weighing them costs as much as many fits. Known labels are split: one
part fits the model, the other measures it (``store.quality.known_split``).

Answers that are not labels of a list (numbers, texts, rankings, comparisons) are merged by the
rules of their kinds, weighted by each person's nearness to others; this is no model, and is
reported as such. Reading and writing is done in ``estimates``.

Reads only.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

import numpy as np

from canut.actions.quality.curves import curve_of_labels, curve_of_merged, curve_of_selections
from canut.core.answers import Answers, blocks
from canut.core.arrays import Bools, Codes, Counts, Floats
from canut.core.errors import BadAnswer
from canut.core.kinds import (
    Comparison,
    Schema,
    check_values,
    choice,
    compare_values,
    label_of_values,
    merge_values,
)
from canut.core.quality.allocation.frozen_fit import freeze
from canut.core.quality.allocation.running_label import ASSUMED_ACCURACY, running_nearness
from canut.core.quality.estimators.auto import (
    MEMBERS,
    EstimatorChoice,
    average,
    choose,
    fit_members,
)
from canut.core.quality.estimators.calibration import calibrate
from canut.core.quality.estimators.em import Fitted, Run
from canut.core.quality.estimators.register import estimate
from canut.core.quality.estimators.sampling import NameKeys, key_names
from canut.core.quality.estimators.skill import skill_of
from canut.core.quality.estimators.vote import majority
from canut.core.quality.measures.agreement import (
    Agreement,
    PairAgreement,
    agreement_by_worker,
    agreement_within,
    percent_agreement,
)
from canut.core.quality.measures.alpha import Alpha, alpha_with_interval
from canut.core.quality.measures.carelessness import gather_evidence
from canut.core.quality.measures.outliers import flag_outliers
from canut.core.quality.merging.distances import (
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
    """The counted answers as codes, what the codes mean, and the known labels by task."""

    task: Codes
    worker: Codes
    said: Codes
    task_ids: Counts
    worker_ids: list[int]
    values: list[object]
    known: dict[int, str | None]


class ModelChoice(NamedTuple):
    """The chosen model, the candidates, and the answers and known labels it rests on.

    ``choice`` is a ``EstimatorChoice`` as JSON, with its ``rule``; of choices judged one by one,
    that alone.
    """

    model: str
    choice: dict[str, Any]
    answers: int
    known: int


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """Labels as codes into ``names``, by task; results for workers and the project.

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
    question: dict[str, Any], coded: CodedAnswers, before: ModelChoice | None
) -> InferenceResult:
    """Fit tasks of a single-choice question; at least one answer is needed."""
    code_of = {name: code for code, name in enumerate(choice.values_of(question))}
    code_of_text = np.array(
        [code_of.setdefault(_text(value), len(code_of)) for value in coded.values], dtype=np.int32
    )
    names = list(code_of)
    answers = Answers(
        coded.task,
        coded.worker,
        code_of_text[coded.said],
        len(coded.task_ids),
        len(coded.worker_ids),
        len(names),
    )
    gold = _gold(coded, code_of)
    n_known = 0 if gold is None else len(gold.task)
    rows, _ = arrange(answers)
    keys = NameKeys(key_names(coded.task_ids.tolist()), key_names([*coded.worker_ids]))
    mean, chosen = _fit(Fitting(rows, keys, gold, n_known), before)
    fitted = calibrate(mean, gold)
    counted = fitted if gold else mean  # the usual doubt is about labels, not about errors
    label, confidence = fitted.decide()
    skill, vote = skill_of(fitted), majority(answers)
    alpha = alpha_with_interval(answers, np.random.default_rng(SEED), samples=SAMPLES)
    frozen, chances = _frozen(counted, names)
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
        _evidence(counted),
        by_worker,
        {
            "model": fitted.model,
            "choice": chosen.choice,
            "chosen_answers": chosen.answers,
            "known": n_known,
            "iterations": len(fitted.trace),
            "converged": fitted.converged,
            "temperature": fitted.temperature,
            "agreement": percent_agreement(answers),
            "alpha": alpha.value,
            "alpha_low": alpha.low,
            "alpha_high": alpha.high,
            "frozen": frozen,
            "labels": names if len(names) <= MOST_LABELS_SHOWN else None,
            "confusion": _confusion(counted) if len(names) <= MOST_LABELS_SHOWN else None,
            "curve": curve_of_labels(
                fitted,
                chosen.choice.get("weight", {}),
                coded.task,
                _unused_known(coded, gold, code_of),
            ),
        },
    )


def _unused_known(coded: CodedAnswers, gold: Gold | None, code_of: dict[str, int]) -> Codes:
    """Return the known label of each task that did not set the model, -1 for the others."""
    known_labels = np.full(len(coded.task_ids), -1, dtype=np.int32)
    for position, task in enumerate(coded.task_ids.tolist()):
        known_labels[position] = code_of.get(coded.known.get(task) or "", -1)
    if gold is not None:
        known_labels[gold.task] = -1
    return known_labels


class Fitting(NamedTuple):
    """The inputs of a fit; ``known`` counts the known labels."""

    rows: AnswersByTask
    keys: NameKeys
    gold: Gold | None
    known: int


def _fit(fitting: Fitting, before: ModelChoice | None) -> tuple[Fitted, ModelChoice]:
    """Refit the models with their weights while these are recent enough, else weigh them again."""
    answers = len(fitting.rows.cell)
    if before and before.known == fitting.known and answers <= GROWN * before.answers:
        weights = before.choice.get("weight", {})
        if weights and weights.keys() <= set(MEMBERS):
            return average(fit_members(fitting.rows, Run()), weights), before
    fitted, selection = choose(fitting.rows, Run(), fitting.keys, fitting.gold, SEED)
    return fitted, ModelChoice(fitted.model, _facts(selection), answers, fitting.known)


def _facts(selection: EstimatorChoice) -> dict[str, Any]:
    return {"rule": selection.rule, **selection._asdict()}


def _gold(coded: CodedAnswers, code_of: dict[str, int]) -> Gold | None:
    """Return the known labels used for fitting, of answered tasks, as codes."""
    place_of = {task: position for position, task in enumerate(coded.task_ids.tolist())}
    known_codes = {
        task: code_of[label or ""]
        for task, label in sorted(coded.known.items())
        if task in place_of and label in code_of
    }
    setting = that_set_the_model(known_codes)
    if not setting:
        return None
    tasks = np.array([place_of[task] for task in setting], dtype=np.int32)
    return Gold(tasks, np.array([*setting.values()], dtype=np.int32), 0)


def _frozen(fitted: Fitted, names: list[str]) -> tuple[dict[str, Any] | None, list[bytes | None]]:
    """Return the model parameters that running consensus needs, per project and worker."""
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
    """Count each label under each truth, by the fit's posterior probabilities."""
    rows = fitted.rows
    counted = np.zeros((rows.n_labels, rows.n_labels))
    for first, last in blocks(rows.start):
        posterior = fitted.posterior(first, last)
        cells = rows.cell[rows.start[first] : rows.start[last]]
        answered = cells % rows.n_labels
        task = np.repeat(np.arange(last - first), np.diff(rows.start[first : last + 1]))
        votes = np.bincount(
            task * rows.n_labels + answered, minlength=(last - first) * rows.n_labels
        ).reshape(last - first, rows.n_labels)
        counted += posterior.T @ votes
    rounded: list[list[float]] = counted.round(3).tolist()
    return rounded


def _evidence(fitted: Fitted) -> list[dict[str, Any] | None]:
    """Return each worker's evidence for review, as stored in ``Habits``."""
    gathered = gather_evidence(fitted, np.random.default_rng(SEED))
    evidence: list[dict[str, Any] | None] = [None] * len(gathered.answers)
    apart = flag_outliers(gathered)
    for worker in apart.workers if apart else ():
        evidence[worker] = {
            "compared": int(gathered.answers[worker]),
            "share": float(gathered.agreement[worker]),
            "low": float(gathered.agreement_low[worker]),
            "high": float(gathered.agreement_high[worker]),
            "bits": float(gathered.information[worker]),
            "bits_low": float(gathered.information_low[worker]),
            "bits_high": float(gathered.information_high[worker]),
            "p": float(gathered.p[worker]),
            "usual": apart.usual if apart else None,
        }
    return evidence


def judge_selections(question: dict[str, Any], coded: CodedAnswers) -> InferenceResult:
    """Fit tasks of a multiple-choice question; at least one answer is needed."""
    choices = choice.values_of(question)
    made_by_text: Bools = np.array(
        [
            [name in (value if isinstance(value, list) else [_text(value)]) for name in choices]
            for value in coded.values
        ]
    )
    selections = Selections(
        coded.task,
        coded.worker,
        made_by_text[coded.said],
        len(coded.task_ids),
        len(coded.worker_ids),
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
        [None] * len(coded.worker_ids),
        [None] * len(coded.worker_ids),
        [None] * len(coded.worker_ids),
        _evidence(estimate("majority", arrange(whole)[0])),
        by_worker,
        {
            "model": BY_CHOICE,
            "choice": {"rule": EACH_CHOICE},
            "chosen_answers": len(coded.task),
            "iterations": fit.iterations,
            "converged": fit.converged,
            "agreement": selection_agreement(selections),
            "alpha": alpha.value,
            "alpha_low": alpha.low,
            "alpha_high": alpha.high,
            "curve": curve_of_selections(question, selections, coded.task_ids, coded.known),
        },
    )


def _text(value: object) -> str:
    """Read one choice; an earlier version of the question may have allowed several."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _named(question: dict[str, Any], chosen: Bools) -> tuple[list[str], Codes]:
    """Return the distinct selections as label texts, and the code of each task."""
    choices = choice.values_of(question)
    distinct, codes = np.unique(chosen, axis=0, return_inverse=True)
    names = [
        choice.label_of(
            question, [name for name, is_chosen in zip(choices, row, strict=True) if is_chosen]
        )
        for row in distinct.tolist()
    ]
    return names, codes.reshape(-1).astype(np.int32)


BY_KIND = "merged"


BELIEVED = 4.0
"""Weight of the prior of an accuracy, in answers of a typical person."""


DISTANCES_KEPT = 200_000


type Values = Mapping[str, object]


class Merged(NamedTuple):
    """Result of merging answers: ``said`` holds label codes, ``common`` the commonest ones."""

    names: list[str]
    said: Codes
    confidence: Floats
    common: Codes
    share: Floats
    accuracy: Floats


def allowed(schema: Schema, coded: CodedAnswers) -> CodedAnswers:
    """Return the answers the current question allows, in normal form."""
    checked = [_checked(schema, values) for values in coded.values]
    code_of: dict[str, int] = {}
    values: list[object] = []
    codes = np.full(len(checked), -1, dtype=np.int32)
    for position, normal in enumerate(checked):
        if normal is None:
            continue
        code = code_of.setdefault(label_of_values(schema, normal), len(code_of))
        codes[position] = code
        if code == len(values):
            values.append(normal)
    label_codes = codes[coded.said] if len(coded.said) else coded.said
    rows = np.flatnonzero(label_codes >= 0)
    tasks, task = np.unique(coded.task[rows], return_inverse=True)
    workers, worker = np.unique(coded.worker[rows], return_inverse=True)
    return CodedAnswers(
        task.astype(np.int32),
        worker.astype(np.int32),
        label_codes[rows],
        coded.task_ids[tasks],
        [coded.worker_ids[position] for position in workers],
        values,
        coded.known,
    )


def _checked(schema: Schema, values: object) -> Values | None:
    try:
        return check_values(schema, cast("Values", values))
    except BadAnswer:
        return None


def judge_merged(schema: Schema, coded: CodedAnswers) -> InferenceResult:
    """Fit tasks whose answers are merged by kind; at least one answer is needed.

    Args:
        schema: the question as it is asked now.
        coded: answers it allows, see ``allowed``; a value is what one person said, by question.
    """
    values = cast("list[Values]", coded.values)
    answers = Answers(
        coded.task,
        coded.worker,
        coded.said,
        len(coded.task_ids),
        len(coded.worker_ids),
        len(values),
    )

    @lru_cache(maxsize=DISTANCES_KEPT)
    def between(first: int, second: int) -> Comparison:
        return compare_values(schema, values[first], values[second])

    def compare(first: int, second: int) -> Comparison:
        return between(min(first, second), max(first, second))

    def apart(first: int, second: int) -> float:
        return compare(first, second).distance

    weight = weight_of(medoids_by_distance(answers, apart).error)
    merged = _merge(schema, answers, values, weight)
    tasks = enumerate(coded.task_ids.tolist())
    known_labels = {position: coded.known[task] for position, task in tasks if task in coded.known}
    curve = curve_of_merged(schema, answers, values, weight, known_labels)
    alpha = alpha_by_distance(answers, apart, np.random.default_rng(SEED), SAMPLES)
    agreement = agreement_within(answers, lambda first, second: compare(first, second).agrees)
    return _judged(answers, merged, alpha, agreement, curve)


def _merge(schema: Schema, answers: Answers, values: list[Values], weight: Floats) -> Merged:
    """Merge the answers to each task, and compute each person's nearness to them."""
    texts = [label_of_values(schema, each) for each in values]
    names: dict[str, int] = {}
    label_codes, common = (np.zeros(answers.n_tasks, dtype=np.int32) for _ in range(2))
    confidence, share = np.zeros(answers.n_tasks), np.zeros(answers.n_tasks)
    near, compared = np.zeros(answers.n_workers), np.zeros(answers.n_workers)
    for rows in rows_by_task(answers):
        task, workers = int(answers.task[rows[0]]), answers.worker[rows]
        answered = [values[code] for code in answers.label[rows]]
        merged = merge_values(schema, answered, weight[workers].tolist())
        label_codes[task] = names.setdefault(label_of_values(schema, merged), len(names))
        far = np.array([compare_values(schema, answer, merged).distance for answer in answered])
        confidence[task] = running_nearness([(each, None) for each in far.tolist()])
        ((most, times),) = Counter(texts[code] for code in answers.label[rows]).most_common(1)
        common[task], share[task] = names.setdefault(most, len(names)), times / len(rows)
        if len(rows) > 1:
            np.add.at(near, workers, 1 - far)
            np.add.at(compared, workers, 1)
    accuracy = (near + BELIEVED * ASSUMED_ACCURACY) / (compared + BELIEVED)
    return Merged(list(names), label_codes, confidence, common, share, accuracy)


def _judged(
    answers: Answers,
    merged: Merged,
    alpha: Alpha,
    agreement: PairAgreement,
    curve: dict[str, Any] | None,
) -> InferenceResult:
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
        agreement.by_worker,
        {
            "model": BY_KIND,
            "choice": {"rule": BY_KIND},
            "chosen_answers": len(answers),
            "iterations": 0,
            "converged": True,
            "agreement": agreement.share,
            "alpha": alpha.value,
            "alpha_low": alpha.low,
            "alpha_high": alpha.high,
            "curve": curve,
        },
    )
