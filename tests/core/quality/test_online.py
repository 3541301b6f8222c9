import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import Answers
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.dawid_skene import dawid_skene, expected_labels
from canut.core.quality.online import Frozen, begin, consensus, freeze, take_back, update
from canut.core.quality.stopping import softened


def crowd(seed: int = 0) -> Answers:
    rng = np.random.default_rng(seed)
    task = np.repeat(np.arange(40, dtype=np.int32), 4)
    worker = np.concatenate([rng.permutation(8)[:4] for _ in range(40)]).astype(np.int32)
    said = np.where(rng.random(160) < 0.75, task % 3, rng.integers(0, 3, 160)).astype(np.int32)
    return Answers(task, worker, said, 40, 8, 3)


def frozen(answers: Answers, temperature: float = 1.0) -> Frozen:
    fit = dawid_skene(answers)
    return freeze(fit, np.bincount(answers.worker, minlength=8).astype(np.int32), temperature)


def rows(answers: Answers) -> list[tuple[int, int | None, int]]:
    columns = answers.task.tolist(), answers.worker.tolist(), answers.label.tolist()
    return list(zip(*columns, strict=True))


@given(temperature=st.floats(1, 5), data=st.data())
def test_answers_one_by_one_give_what_all_at_once_do(
    temperature: float, data: st.DataObject
) -> None:
    answers = crowd()
    model = frozen(answers, temperature)
    fit = dawid_skene(answers)
    state = begin(model, 40)

    for row in data.draw(st.permutations(rows(answers))):
        update(model, state, [row])

    whole = softened(expected_labels(answers, fit.class_chance, fit.confusion), temperature)
    found = consensus(model, state)
    np.testing.assert_allclose(found.confidence, whole.max(axis=1), rtol=1e-9)
    np.testing.assert_array_equal(found.label, whole.argmax(axis=1))


def test_an_answer_taken_back_leaves_no_trace() -> None:
    model = frozen(crowd())
    state = begin(model, 2)
    update(model, state, [(0, 3, 1), (1, 2, 0)])
    before = state.copy()

    update(model, state, [(1, 5, 2)])
    take_back(model, state, [(1, 5, 2)])

    np.testing.assert_allclose(state, before, atol=1e-12)


def test_the_consensus_of_the_answered_tasks_comes_back() -> None:
    model = frozen(crowd())
    state = begin(model, 3)

    found = update(model, state, [(2, 0, 1), (2, 1, 1), (0, None, 2)])

    assert found.label.tolist() == [1, 1, 2]
    assert found.confidence[0] == found.confidence[1]


def test_an_unknown_worker_counts_as_a_typical_one() -> None:
    answers = crowd()
    fit = dawid_skene(answers)
    model = frozen(answers)

    sure = update(model, begin(model, 1), [(0, None, 1)]).confidence[0]

    known = [update(model, begin(model, 1), [(0, who, 1)]).confidence[0] for who in range(8)]
    assert min(known) < sure < max(known)
    assert np.exp(model.said_log[-1]).sum(axis=0) == pytest.approx(np.ones(3))
    assert fit.converged


def test_nobody_said_anything_gives_the_classes_chances() -> None:
    model = frozen(crowd())

    found = consensus(model, begin(model, 1))

    assert found.confidence[0] == pytest.approx(np.exp(model.class_log).max())


@pytest.mark.parametrize("row", [(9, 0, 0), (0, 8, 0), (0, -1, 0), (0, 0, 3)])
def test_what_is_not_there_is_refused(row: tuple[int, int, int]) -> None:
    model = frozen(crowd())

    with pytest.raises(BadInput, match="does not fit"):
        update(model, begin(model, 1), [row])


def test_odd_tables_are_refused() -> None:
    with pytest.raises(ShapeError, match="tables"):
        Frozen(np.zeros(2), np.zeros((1, 3, 3)))
    with pytest.raises(BadInput, match="temperature"):
        Frozen(np.zeros(2), np.zeros((1, 2, 2)), 0.5)
    with pytest.raises(ShapeError, match="one for each"):
        freeze(dawid_skene(crowd()), np.zeros(3, dtype=np.int32))
