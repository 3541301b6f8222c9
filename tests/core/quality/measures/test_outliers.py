import numpy as np

from canut.core.quality.measures.carelessness import CarelessnessEvidence
from canut.core.quality.measures.outliers import flag_outliers


def of(*people: tuple[int, float, float, float]) -> CarelessnessEvidence:
    """Give answers, agreement, its upper end and q of each."""
    answers, agreement, high, q = (np.array(column) for column in zip(*people, strict=True))
    rest = np.full(len(people), np.nan)
    tested = answers >= 20
    return CarelessnessEvidence(answers, agreement, rest, high, rest, rest, rest, rest, q, tested)


def test_whoever_agrees_far_less_than_usual_stands_apart() -> None:
    found = flag_outliers(of((90, 0.9, 0.95, 0.0), (90, 0.91, 0.96, 0.0), (90, 0.3, 0.4, 0.0)))

    assert found
    assert (found.workers, found.usual, found.looked_at) == ([2], 0.9, 3)


def test_whoever_might_have_answered_at_random_stands_apart() -> None:
    found = flag_outliers(of((90, 0.9, 0.95, 0.0), (90, 0.88, 0.95, 0.6)))

    assert found
    assert found.workers == [1]


def test_a_little_less_than_usual_is_nothing_to_look_into() -> None:
    found = flag_outliers(of((90, 0.96, 0.97, 0.0), (90, 0.96, 0.97, 0.0), (90, 0.9, 0.92, 0.0)))

    assert found
    assert found.workers == []


def test_too_few_answers_say_nothing() -> None:
    found = flag_outliers(of((90, 0.9, 0.95, 0.0), (19, 0.1, 0.2, 0.9)))

    assert found
    assert (found.workers, found.looked_at, found.too_few) == ([], 1, 1)
    assert flag_outliers(of((19, 0.1, 0.2, 0.9))) is None
