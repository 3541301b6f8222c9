import numpy as np
import pytest

from canut.core.answers import Answers, code
from canut.core.errors import ShapeError
from canut.core.quality.estimators.vote import majority


def test_draw_goes_to_the_first_label_and_is_said() -> None:
    named = code("aab", "xyx", ["7", "1", "7"], label_order=["1", "7"])

    vote = majority(named.answers)

    assert [named.labels[label] for label in vote.label] == ["1", "7"]
    assert vote.share.tolist() == [0.5, 1.0]
    assert vote.tied.tolist() == [True, False]


def test_task_without_answers_has_no_label() -> None:
    one = np.array([1], dtype=np.int32)

    vote = majority(Answers(one, one, one, n_tasks=3, n_workers=2, n_labels=2))

    assert vote.label.tolist() == [-1, 1, -1]
    assert vote.share.tolist() == [0, 1, 0]
    assert not vote.tied.any()


def test_weights_count() -> None:
    named = code("aaa", "xyz", ["7", "1", "1"])

    vote = majority(named.answers, weights=np.array([3.0, 1.0, 1.0]))

    assert named.labels[vote.label[0]] == "7"
    assert vote.share[0] == pytest.approx(0.6)


def test_weights_of_other_people_are_refused() -> None:
    with pytest.raises(ShapeError, match="one for each of 2 workers"):
        majority(code("aa", "xy", "pq").answers, weights=np.ones(3))
