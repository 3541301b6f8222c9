"""Find work that should be looked into, question by question; never a verdict on a person."""

from typing import NamedTuple

from canut.core.audit.labels import QuestionLabels
from canut.core.quality.measures.outliers import flag_outliers


class Sign(NamedTuple):
    """Evidence of one person's inattention to one question.

    ``low`` and ``high`` bound the agreement at 90 %; ``bits`` is the mean information of an answer,
    beyond habit; ``p`` the chance that random answers over the same tasks agree as well.
    """

    worker: int
    question: str
    answers: int
    agreement: float
    low: float
    high: float
    bits: float
    p: float


class Careless(NamedTuple):
    """Signs about people, usual agreement by question, and people with too few answers."""

    usual: dict[str, float]
    looked_at: int
    too_few: int
    signs: list[Sign]


def look_for_careless_work(judged: list[QuestionLabels]) -> Careless | None:
    """Collect the signs of all questions; None if nobody gave enough answers to any."""
    usual: dict[str, float] = {}
    looked_at: set[int] = set()
    everybody: set[int] = set()
    signs: list[Sign] = []
    for question in judged:
        evidence, apart = question.evidence, flag_outliers(question.evidence)
        everybody |= set(question.persons)
        if apart is None:
            continue
        usual[question.name] = apart.usual
        looked_at |= {question.persons[index] for index in evidence.is_tested.nonzero()[0].tolist()}
        signs += [
            Sign(
                question.persons[index],
                question.name,
                int(evidence.answers[index]),
                float(evidence.agreement[index]),
                float(evidence.agreement_low[index]),
                float(evidence.agreement_high[index]),
                float(evidence.information[index]),
                float(evidence.p[index]),
            )
            for index in apart.workers
        ]
    if not usual:
        return None
    signs.sort(key=lambda sign: (sign.high, sign.worker))
    return Careless(usual, len(looked_at), len(everybody - looked_at), signs)
