"""Judge the questions of a file: one label for each task, how sure, and how far people agree."""

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
    """One question, judged.

    Args:
        name: the question, as the file calls it.
        tasks: names of the tasks answered.
        labels: names of the labels given.
        label: most probable label of each task, as a place in ``labels``.
        confidence: its probability by the model.
        answers: how many were counted.
        people: how many gave them.
        replaced: answers given anew by the same person to the same task.
        model: which model judged, and ``why`` it was chosen.
        temperature: by how much the model's log-odds were divided to make confidence honest.
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
    found: WorkFile, wanted: list[str], seed: int
) -> tuple[list[QuestionLabels], list[Unjudged]]:
    """Judge the questions named, or all whose answers look like choices.

    Raises:
        Missing: no such question was answered.
    """
    unknown = [name for name in wanted if name not in found.questions]
    if unknown:
        known = ", ".join(sorted(found.questions)) or "none"
        raise Missing(
            f"nobody answered a question {unknown[0]!r}; the file has: {known}",
            code="question-unknown",
            column=unknown[0],
        )
    judged: list[QuestionLabels] = []
    others: list[Unjudged] = []
    for name in wanted or sorted(found.questions):
        said = found.said(name)
        if len(said.named.answers) and (wanted or is_a_choice(said)):
            judged.append(_judge(name, said, seed))
        else:
            different = len(np.unique(said.named.answers.label))
            others.append(Unjudged(name, len(said.named.answers), different))
    return judged, others


def _judge(name: str, said: QuestionAnswers, seed: int) -> QuestionLabels:
    answers: Answers = said.named.answers
    labels = [str(label) for label in said.named.labels]
    tasks = [str(task) for task in said.named.tasks]
    workers = [int(str(worker)) for worker in said.named.workers]
    columns = {
        "task": [tasks[each] for each in answers.task.tolist()],
        "worker": answers.worker,
        "label": [labels[each] for each in answers.label.tolist()],
    }
    known = {task: label for task, label in said.known.items() if task in set(tasks)}

    def fit(to_learn_from: list[str]) -> tuple[Result, dict[str, tuple[int, float]]]:
        usable = [task for task in to_learn_from if known[task] in labels]
        gold = {"task": usable, "label": [known[task] for task in usable]} if usable else None
        result = infer(columns, order=labels, seed=seed, gold=gold)
        places, sure = (part.tolist() for part in result.decided)
        found = zip(map(str, result.task_names.to_pylist()), places, sure, strict=True)
        return result, {task: (place, confidence) for task, place, confidence in found}

    result, decided = fit(list(known))
    label = np.array([decided[task][0] for task in tasks], dtype=np.int32)
    confidence = np.array([decided[task][1] for task in tasks])
    mixed = np.random.default_rng(seed).permutation(sorted(known)).tolist()
    right = 0
    for learnt, unseen in ((mixed[::2], mixed[1::2]), (mixed[1::2], mixed[::2])):
        if unseen:
            apart = fit(learnt)[1]
            right += sum(labels[apart[task][0]] == known[task] for task in unseen)
    return QuestionLabels(
        name=name,
        tasks=tasks,
        labels=labels,
        label=label,
        confidence=confidence,
        answers=len(answers),
        people=len(np.unique(answers.worker)),
        replaced=said.replaced,
        model=result.model,
        why=result.why,
        temperature=result.temperature,
        alpha=alpha_with_interval(answers, np.random.default_rng(seed)),
        agreement=percent_agreement(answers),
        evidence=gather_evidence(result.fitted, np.random.default_rng(seed)),
        persons=[workers[each] for each in result.worker_names.to_pylist()],
        right=(right, len(known)),
    )
