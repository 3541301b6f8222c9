"""Measure the learning curve of an estimate, for each way in which answers become labels.

A single choice is fitted by the project's own estimator, several choices are fitted one by one, a
scale by the ordinal model. Other kinds are merged: there the curve shows how soon the result
settles, and forecasts nothing. What the next answers buy is computed in ``next_answers``.

Reads only.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, cast

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import BadAnswer
from canut.core.kinds import (
    Schema,
    choice,
    compare_values,
    is_plain_choice,
    is_survey,
    merge_values,
    questions_of,
    value_of_label,
)
from canut.core.kinds.shared.fields import number_of
from canut.core.quality.estimators.auto import MEMBERS, average, fit_members
from canut.core.quality.estimators.em import Fitted, Run
from canut.core.quality.estimators.register import estimate
from canut.core.quality.measures.learning_curve import (
    CurveMeasure,
    Judged,
    Scorer,
    as_json,
    lack_of,
    measure_curve,
    measure_curves,
)
from canut.core.quality.measures.merged_curve import lack_of_merged, measure_merged
from canut.core.quality.merging.distances import rows_by_task
from canut.core.quality.merging.selections import Selections
from canut.core.quality.tables.answers_by_task import AnswersByTask, arrange

SEED = 1
NONE_KNOWN = -1


class Softened(NamedTuple):
    """A model, and the temperature and doubt of its chances where answers of one kind are judged.

    Single models are surer than they are right, made crowds less so than real ones. The figures
    were chosen on both; ``bench.quality.foresight`` measures them on made crowds they never saw.
    """

    model: str
    temperature: float
    doubt: float


OF_CHOICES = Softened("dawid-skene", 1.5, 0.1)
OF_SCALES = Softened("ordinal", 2.0, 0.1)

type Curve = dict[str, Any] | None
type Known = Mapping[int, str | None]
type Values = Mapping[str, object]


def measure_of(schema: Schema) -> CurveMeasure | None:
    """Return what share the curve of a question shows; None for a survey, which has no label."""
    if is_survey(schema):
        return None
    if is_plain_choice(schema):
        is_multiple = choice.is_multiple(questions_of(schema)[0])
        return CurveMeasure.CHOICES if is_multiple else CurveMeasure.LABELS
    return CurveMeasure.LABELS if is_scale(schema) else CurveMeasure.MERGED


def is_scale(schema: Schema) -> bool:
    """Return whether there is one question, and its answers are the steps of a scale."""
    questions = questions_of(schema)
    first = questions[0]
    is_steps = first["kind"] == "rating" and first.get("look") == "scale"
    return is_steps and len(questions) == 1 and not first.keys() & {"anywhere", "optional"}


def curve_of_labels(
    fitted: Fitted, weights: Mapping[str, float], task: Codes, known_labels: Codes
) -> Curve:
    """Measure the curve of a single choice; None where it cannot be measured.

    Args:
        fitted: the fit of all answers.
        weights: weight of each model in it.
        task: of each answer in the order they came, shape (n_answers,).
        known_labels: those that did not set the model, -1 for the others, shape (n_tasks,).
    """
    is_of_members = bool(weights) and weights.keys() <= set(MEMBERS)
    if lack_of(np.diff(fitted.rows.start)) or not is_of_members:
        return None

    def chances_of(part: AnswersByTask) -> Floats:
        mean = average(fit_members(part, Run()), weights)
        return replace(mean, temperature=fitted.temperature, doubt=fitted.doubt).posterior()

    curve = measure_curve(fitted.rows, _arrival(task), chances_of, known_labels, SEED)
    return as_json(curve)


def curve_of_selections(
    question: Mapping[str, Any], selections: Selections, task_ids: Counts, known_by_task: Known
) -> Curve:
    """Measure the curve of a question with several choices, each of them a yes or no.

    Args:
        question: with its choices.
        selections: the answers in the order they came.
        task_ids: identity of each task, shape (n_tasks,).
        known_by_task: known label of tasks.
    """
    if lack_of(np.bincount(selections.task, minlength=selections.n_tasks)):
        return None
    names = choice.values_of(question)
    known_labels = np.full((len(names), selections.n_tasks), NONE_KNOWN, dtype=np.int32)
    for position, task_id in enumerate(task_ids.tolist()):
        chosen = _read_known(
            lambda label: choice.value_of(question, label), known_by_task.get(task_id)
        )
        if isinstance(chosen, list):
            known_labels[:, position] = [name in chosen for name in names]
    chances_of = fitting(OF_CHOICES)
    choices = [
        Judged(arrange(selections.of_choice(code))[0], chances_of, known_labels[code])
        for code in range(len(names))
    ]
    return as_json(measure_curves(choices, _arrival(selections.task), SEED))


def curve_of_merged(
    schema: Schema,
    answers: Answers,
    values: list[Values],
    weights: Floats,
    known_by_task: Known,
) -> Curve:
    """Measure the curve of answers that are merged by their kind.

    Args:
        schema: the question as it is asked now.
        answers: in the order they came; the label is a code into ``values``.
        values: each distinct answer, by question.
        weights: of each person's answers in the merging, shape (n_workers,).
        known_by_task: known label of each task, by its code.
    """
    if is_scale(schema):
        return _curve_of_scale(schema, answers, values, known_by_task)
    rows = rows_by_task(answers)
    if lack_of_merged(np.array([len(each) for each in rows])):
        return None

    def merge(some: Counts) -> Values:
        answered = [values[code] for code in answers.label[some]]
        return merge_values(schema, answered, weights[answers.worker[some]].tolist())

    def likeness(first: Values, second: Values) -> float:
        return 1 - compare_values(schema, first, second).distance

    return as_json(measure_merged(rows, merge, likeness, SEED))


def fitting(softened: Softened) -> Scorer:
    """Return what fits answers with one model.

    Args:
        softened: the model, and how its chances are softened.
    """

    def chances_of(part: AnswersByTask) -> Floats:
        fitted = estimate(softened.model, part)
        temperature, doubt = softened.temperature, softened.doubt
        return replace(fitted, temperature=temperature, doubt=doubt).posterior()

    return chances_of


def _curve_of_scale(
    schema: Schema, answers: Answers, values: list[Values], known_by_task: Known
) -> Curve:
    """Measure how often the step that the ordinal model finds is right."""
    if lack_of(np.bincount(answers.task, minlength=answers.n_tasks)):
        return None
    question = questions_of(schema)[0]
    name = str(question["id"])
    least, most, step = (number_of(question, bound) for bound in ("least", "most", "step"))
    n_steps = round((most - least) / step) + 1

    def step_of(rating: object) -> int:
        return round((cast("float", rating) - least) / step)

    steps = np.array([step_of(each[name]) for each in values], dtype=np.int32)
    rows, _ = arrange(
        Answers(
            answers.task,
            answers.worker,
            steps[answers.label],
            answers.n_tasks,
            answers.n_workers,
            n_steps,
        )
    )
    known_labels = np.full(answers.n_tasks, NONE_KNOWN, dtype=np.int32)
    for task, label in known_by_task.items():
        rated = _read_known(lambda text: value_of_label(schema, text), label)
        if rated is not None:
            known_labels[task] = step_of(rated)
    arrival = _arrival(answers.task)
    return as_json(measure_curve(rows, arrival, fitting(OF_SCALES), known_labels, SEED))


def _read_known(read: Callable[[str], object], label: str | None) -> object:
    """Read a known label; None without, or where the question no longer allows it."""
    if label is None:
        return None
    try:
        return read(label)
    except BadAnswer:
        return None


def _arrival(task: Codes) -> Counts:
    """Return the order in which the answers came, of answers that are arranged by task."""
    return np.argsort(task, kind="stable")
