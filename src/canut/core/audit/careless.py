"""Name the work of a file that somebody should look into, question by question; never a verdict."""

from typing import NamedTuple

from canut.core.audit.labels import QuestionLabels
from canut.core.quality.measures.outliers import flag_outliers


class Sign(NamedTuple):
    """What speaks against one person's attention to one question.

    ``low`` and ``high`` bound the agreement at 90 %; ``bits`` is what an answer tells on average,
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
    """Signs on people, what agreement is usual by question, and on how many nothing can be said."""

    usual: dict[str, float]
    looked_at: int
    too_few: int
    signs: list[Sign]


def look_for_careless_work(judged: list[QuestionLabels]) -> Careless | None:
    """Gather the signs of all questions; None where nobody gave enough answers to any."""
    usual: dict[str, float] = {}
    looked_at: set[int] = set()
    everybody: set[int] = set()
    signs: list[Sign] = []
    for one in judged:
        found, apart = one.evidence, flag_outliers(one.evidence)
        everybody |= set(one.persons)
        if apart is None:
            continue
        usual[one.name] = apart.usual
        looked_at |= {one.persons[place] for place in found.is_tested.nonzero()[0].tolist()}
        signs += [
            Sign(
                one.persons[place],
                one.name,
                int(found.answers[place]),
                float(found.agreement[place]),
                float(found.agreement_low[place]),
                float(found.agreement_high[place]),
                float(found.information[place]),
                float(found.p[place]),
            )
            for place in apart.workers
        ]
    if not usual:
        return None
    signs.sort(key=lambda sign: (sign.high, sign.worker))
    return Careless(usual, len(looked_at), len(everybody - looked_at), signs)
