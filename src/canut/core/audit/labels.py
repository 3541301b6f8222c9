"""Estimate the labels of a file's questions, their confidence, and people's agreement."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from canut.core.answers import Answers
from canut.core.arrays import Codes, Floats
from canut.core.audit.gathered import QuestionAnswers, WorkFile, is_a_choice
from canut.core.errors import Missing
from canut.core.quality.estimators.infer import infer
from canut.core.quality.estimators.result import Result
from canut.core.quality.measures.agreement import percent_agreement
from canut.core.quality.measures.alpha import Alpha, alpha_with_interval
from canut.core.quality.measures.carelessness import CarelessnessEvidence, gather_evidence


@dataclass(frozen=True, slots=True)
class QuestionLabels:
    """One question with its estimated labels.

    Args:
        name: the question, as the file calls it.
        tasks: names of the tasks answered.
        labels: names of the labels given.
        label: most probable label of each task, as a place in ``labels``.
        confidence: its probability by the model.
        answers: number of answers counted.
        people: number of people who answered.
        replaced: earlier answers of one person to one task that a later one replaced.
        model: which model judged, and ``why`` it was chosen.
        temperature: divisor of the model's log-odds, which calibrates the confidence.
        alpha: Krippendorff's alpha, labels being the same or not, with its 95 % interval.
        agreement: share of pairs of answers to one task that are the same.
        evidence: on each person, as places in ``persons``; see ``quality.spam``.
        persons: numbers of people in the file's order.
        right: of the tasks whose answer was known, how many labels equal it, each label from a fit
            to which the other half of the known answers was shown; and of how many.
    """

    name: str
    tasks: list[str]
    labels: list[str]
    label: Codes
    confidence: Floats
    answers: int
    people: int
    replaced: int
    model: str
    why: str
    temperature: float
    alpha: Alpha
    agreement: float | None
    evidence: CarelessnessEvidence
    persons: list[int]
    right: tuple[int, int]


class Unjudged(NamedTuple):
    """A question whose answers are not choices among few."""

    name: str
    answers: int
    different: int


def judge(
    work: WorkFile, names: list[str], seed: int
) -> tuple[list[QuestionLabels], list[Unjudged]]:
    """Estimate the labels of the named questions, or of all whose answers look like choices.

    Raises:
        Missing: no such question was answered.
    """
    unknown = [name for name in names if name not in work.questions]
    if unknown:
        known_names = ", ".join(sorted(work.questions)) or "none"
        raise Missing(
            f"nobody answered a question {unknown[0]!r}; the file has: {known_names}",
            code="question-unknown",
            column=unknown[0],
        )
    judged: list[QuestionLabels] = []
    others: list[Unjudged] = []
    for name in names or sorted(work.questions):
        answers = work.said(name)
        if len(answers.named.answers) and (names or is_a_choice(answers)):
            judged.append(_judge(name, answers, seed))
        else:
            different = len(np.unique(answers.named.answers.label))
            others.append(Unjudged(name, len(answers.named.answers), different))
    return judged, others


def _judge(name: str, question: QuestionAnswers, seed: int) -> QuestionLabels:
    answers: Answers = question.named.answers
    labels = [str(label) for label in question.named.labels]
    tasks = [str(task) for task in question.named.tasks]
    workers = [int(str(worker)) for worker in question.named.workers]
    columns = {
        "task": [tasks[each] for each in answers.task.tolist()],
        "worker": answers.worker,
        "label": [labels[each] for each in answers.label.tolist()],
    }
    known_labels = {task: label for task, label in question.known.items() if task in set(tasks)}

    def fit(to_learn_from: list[str]) -> tuple[Result, dict[str, tuple[int, float]]]:
        usable = [task for task in to_learn_from if known_labels[task] in labels]
        gold = (
            {"task": usable, "label": [known_labels[task] for task in usable]} if usable else None
        )
        result = infer(columns, order=labels, seed=seed, gold=gold)
        places, sure = (column.tolist() for column in result.decided)
        pairs = zip(map(str, result.task_names.to_pylist()), places, sure, strict=True)
        return result, {task: (index, confidence) for task, index, confidence in pairs}

    result, decided = fit(list(known_labels))
    label = np.array([decided[task][0] for task in tasks], dtype=np.int32)
    confidence = np.array([decided[task][1] for task in tasks])
    mixed = np.random.default_rng(seed).permutation(sorted(known_labels)).tolist()
    right = 0
    for learnt, unseen in ((mixed[::2], mixed[1::2]), (mixed[1::2], mixed[::2])):
        if unseen:
            apart = fit(learnt)[1]
            right += sum(labels[apart[task][0]] == known_labels[task] for task in unseen)
    return QuestionLabels(
        name=name,
        tasks=tasks,
        labels=labels,
        label=label,
        confidence=confidence,
        answers=len(answers),
        people=len(np.unique(answers.worker)),
        replaced=question.replaced,
        model=result.model,
        why=result.why,
        temperature=result.temperature,
        alpha=alpha_with_interval(answers, np.random.default_rng(seed)),
        agreement=percent_agreement(answers),
        evidence=gather_evidence(result.fitted, np.random.default_rng(seed)),
        persons=[workers[each] for each in result.worker_names.to_pylist()],
        right=(right, len(known_labels)),
    )
