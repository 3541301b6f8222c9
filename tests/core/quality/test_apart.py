import numpy as np

from canut.core.quality.agreement import Agreement
from canut.core.quality.apart import who_stands_apart


def of(*pairs: tuple[int, int]) -> Agreement:
    agreed, compared = zip(*pairs, strict=True)
    return Agreement(np.array(agreed, dtype=np.int64), np.array(compared, dtype=np.int64))


def test_whoever_agrees_far_less_than_usual_stands_apart() -> None:
    found = who_stands_apart(of((90, 100), (91, 100), (89, 100), (30, 100)))

    assert found
    [one] = found.evidence
    assert (one.worker, one.agreed, one.compared) == (3, 30, 100)
    assert one.low < 0.3 < one.high < found.usual == 0.895


def test_a_little_less_than_usual_is_nothing_to_look_into() -> None:
    found = who_stands_apart(of((960, 1000), (960, 1000), (890, 1000)))

    assert found
    assert found.evidence == []


def test_too_few_answers_say_nothing() -> None:
    found = who_stands_apart(of((90, 100), (0, 19), (0, 0)))

    assert found
    assert (found.evidence, found.looked_at, found.too_few) == ([], 1, 1)
    assert who_stands_apart(of((0, 19))) is None
