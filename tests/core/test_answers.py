import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.answers import Answers, blocks, by_task, code, keep_last
from canut.core.errors import BadInput, ShapeError


def test_labels_keep_the_order_of_the_question() -> None:
    named = code(["t"], ["w"], ["9"], label_order=["0", "9", "1"])

    assert named.labels == ["0", "9", "1"]
    assert named.answers.label.tolist() == [1]
    assert named.answers.n_labels == 3


def test_label_out_of_the_order_is_named() -> None:
    with pytest.raises(BadInput, match="'8' is not among the 2 labels"):
        code(["t"], ["w"], ["8"], label_order=["0", "9"])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ShapeError, match="one code per answer"):
        code(["t", "t"], ["w"], ["8"])


@pytest.mark.parametrize("worker", [-1, 2])
def test_codes_out_of_range_are_refused(worker: int) -> None:
    zero = np.zeros(1, dtype=np.int32)

    with pytest.raises(ShapeError, match="worker codes run from"):
        Answers(zero, np.array([worker], dtype=np.int32), zero, 1, 2, 1)


def test_the_last_of_two_answers_is_kept() -> None:
    named = code("aaab", "xyxx", ["1", "2", "3", "4"])

    kept = keep_last(named.answers)

    assert [named.labels[label] for label in kept.label] == ["2", "3", "4"]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 2))))
def test_sorted_by_task_nothing_is_lost(rows: list[tuple[int, int, int]]) -> None:
    columns = np.array(rows, dtype=np.int32).reshape(-1, 3).T
    task, worker, label = (np.ascontiguousarray(column) for column in columns)

    found = by_task(Answers(task, worker, label, 10, 4, 3))

    again = [
        (number, int(found.worker[row]), int(found.label[row]))
        for number in range(10)
        for row in range(found.start[number], found.start[number + 1])
    ]
    assert again == sorted(rows, key=lambda row: row[0])


@given(st.lists(st.integers(0, 7)), st.integers(1, 5))
def test_blocks_cover_every_task_once(sizes: list[int], rows: int) -> None:
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    found = list(blocks(start, rows))

    assert [task for first, last in found for task in range(first, last)] == list(range(len(sizes)))
