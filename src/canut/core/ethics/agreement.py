"""How far the verdicts of candidates agree with the reviewer's, beyond chance."""

from collections.abc import Sequence

import numpy as np

from canut.core.answers import Answers
from canut.core.ethics.opening import Verdict
from canut.core.quality.measures.kappa import cohen_kappa


def verdict_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Return Cohen's κ of a candidate's verdicts and the reviewer's; None where it has no value.

    Args:
        pairs: the candidate's verdict and the reviewer's.

    Example:
        >>> verdict_kappa([("go", "go"), ("hold", "hold"), ("go", "hold"), ("hold", "go")])
        0.0

    Source:
        Cohen, A coefficient of agreement for nominal scales, 1960.
    """
    codes = {verdict.value: code for code, verdict in enumerate(Verdict)}
    count = len(pairs)
    both = [codes[verdict] for pair in pairs for verdict in pair]
    answers = Answers(
        task=np.repeat(np.arange(count, dtype=np.int32), 2),
        worker=np.tile(np.arange(2, dtype=np.int32), count),
        label=np.array(both, dtype=np.int32),
        n_tasks=count,
        n_workers=2,
        n_labels=len(codes),
    )
    return cohen_kappa(answers, 0, 1)
