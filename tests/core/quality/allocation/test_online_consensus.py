import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import Answers
from canut.core.errors import BadInput
from canut.core.quality.allocation.frozen_fit import Frozen, freeze
from canut.core.quality.allocation.online_consensus import Online, Said
from canut.core.quality.allocation.running_label import assumed_chances, frozen_consensus
from canut.core.quality.estimators.calibration import calibrate
from canut.core.quality.estimators.em import Fitted
from canut.core.quality.estimators.register import estimate
from canut.core.quality.tables.answers_by_task import arrange


def crowd(seed: int = 0) -> Answers:
    rng = np.random.default_rng(seed)
    task = np.repeat(np.arange(40, dtype=np.int32), 4)
    worker = np.concatenate([rng.permutation(8)[:4] for _ in range(40)]).astype(np.int32)
    said = np.where(rng.random(160) < 0.75, task % 3, rng.integers(0, 3, 160)).astype(np.int32)
    return Answers(task, worker, said, 40, 8, 3)


def fitted() -> Fitted:
    return calibrate(estimate("dawid-skene", arrange(crowd())[0]), None)


def frozen() -> Frozen:
    model = freeze(fitted())
    assert model
    return model


def rows(answers: Answers) -> list[Said]:
    columns = answers.task.tolist(), answers.worker.tolist(), answers.label.tolist()
    return list(zip(*columns, strict=True))


@given(order=st.permutations(rows(crowd())))
def test_answers_one_by_one_give_what_the_fit_gave(order: list[Said]) -> None:
    online = Online(frozen(), 40)

    for row in order:
        online.update([row])

    label, confidence = fitted().decide()
    found = online.consensus(np.arange(40, dtype=np.int32))
    np.testing.assert_allclose(found.confidence, confidence, rtol=1e-9)
    np.testing.assert_array_equal(found.label, label)


@given(
    votes=st.lists(
        st.tuples(st.none() | st.integers(0, 7), st.integers(0, 2)), min_size=1, max_size=9
    )
)
def test_many_tasks_at_once_are_judged_as_one_alone(votes: list[tuple[int | None, int]]) -> None:
    model = frozen()

    found = Online(model, 1).update([(0, worker, label) for worker, label in votes])

    said = [
        assumed_chances(3, label, model.typical)
        if worker is None
        else model.said[worker, label].tolist()
        for worker, label in votes
    ]
    _, confidence = frozen_consensus(model.classes.tolist(), said, model.temperature, model.doubt)
    assert found.confidence[0] == pytest.approx(confidence)


def test_an_answer_taken_back_leaves_no_trace() -> None:
    online = Online(frozen(), 2)
    before = online.update([(0, 3, 1), (1, 2, 0)])

    online.update([(1, 5, 2)])
    online.take_back([(1, 5, 2)])

    after = online.consensus(np.arange(2, dtype=np.int32))
    np.testing.assert_allclose(after.confidence, before.confidence, atol=1e-12)


def test_the_consensus_of_the_answered_tasks_comes_back() -> None:
    found = Online(frozen(), 3).update([(2, 0, 1), (2, 1, 1), (0, None, 2)])

    assert found.label.tolist() == [1, 1, 2]
    assert found.confidence[0] == found.confidence[1]


def test_an_unknown_worker_counts_as_a_typical_one() -> None:
    model = frozen()

    sure = Online(model, 1).update([(0, None, 1)]).confidence[0]

    known = [Online(model, 1).update([(0, who, 1)]).confidence[0] for who in range(8)]
    assert min(known) < sure < max(known)


@pytest.mark.parametrize("row", [(9, 0, 0), (0, 8, 0), (0, -1, 0), (0, 0, 3)])
def test_what_is_not_there_is_refused(row: Said) -> None:
    with pytest.raises(BadInput, match="does not fit"):
        Online(frozen(), 1).update([row])
