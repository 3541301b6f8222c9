from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, ShapeError
from canut.core.quality.merging.text import (
    TextFit,
    Texts,
    medoid_texts,
    rover,
    word_errors,
    words_of,
)
from tests.core.quality.crowds import read

type Merge = Callable[[Texts], TextFit]
both_merges = pytest.mark.parametrize("merge", [medoid_texts, rover])
sentences = st.lists(st.sampled_from(["the", "Cat", "sat", "on", "a", "mat."]), max_size=6).map(
    " ".join
)


def one_task(*texts: str) -> Texts:
    workers = np.arange(len(texts), dtype=np.int32)
    return Texts(np.zeros_like(workers), workers, texts, 1, len(texts))


@pytest.mark.parametrize(("merge", "most"), [(medoid_texts, 0.124), (rover, 0.117)])
def test_speech_is_written_down_with_few_errors(
    merge: Merge, most: float, crowd_folder: Path
) -> None:
    crowd = read(crowd_folder / "speech_test_other")
    answers = crowd.answers
    said = [str(crowd.labels[label]) for label in answers.label.tolist()]

    found = merge(Texts(answers.task, answers.worker, said, answers.n_tasks, answers.n_workers))

    pairs = zip(crowd.tasks, found.text, strict=True)
    counts = [word_errors(crowd.gold[str(task)], text) for task, text in pairs]
    assert sum(errors for errors, _ in counts) / sum(words for _, words in counts) <= most


@both_merges
@given(text=sentences, times=st.integers(1, 4))
def test_what_all_wrote_is_the_text(merge: Merge, text: str, times: int) -> None:
    found = merge(one_task(*[text] * times))

    assert words_of(found.text[0]) == words_of(text)
    assert found.support[0] == pytest.approx(1)


@both_merges
@given(texts=st.lists(sentences, min_size=1, max_size=5), data=st.data())
def test_order_of_texts_does_not_matter(
    merge: Merge, texts: list[str], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(texts))))
    written = one_task(*texts)
    shuffled = Texts(
        written.task, written.worker[order], [texts[row] for row in order], 1, len(texts)
    )

    one, other = merge(written), merge(shuffled)

    assert one.support == pytest.approx(other.support)
    np.testing.assert_allclose(one.error, other.error)


@given(one=sentences, other=sentences, third=sentences)
def test_errors_are_a_metric(one: str, other: str, third: str) -> None:
    def apart(left: str, right: str) -> int:
        return word_errors(left, right)[0]

    assert apart(one, one) == 0
    assert apart(one, other) == apart(other, one)
    assert apart(one, third) <= apart(one, other) + apart(other, third)


def test_each_place_is_voted_on() -> None:
    found = rover(
        one_task("we shall meet in paris", "we shall met in paris", "he shall meet paris")
    )

    assert found.text == ["we shall meet in paris"]


def test_words_keep_how_they_are_written() -> None:
    found = rover(one_task("Then, it is settled!", "Then, it is", "then it settled!"))

    assert found.text == ["Then, it is settled!"]


@both_merges
def test_a_task_nobody_wrote_to_is_empty(merge: Merge) -> None:
    zero = np.zeros(1, dtype=np.int32)

    found = merge(Texts(zero, zero, ["ici"], 2, 1))

    assert found.text == ["ici", ""]


@both_merges
def test_nothing_written_is_refused(merge: Merge) -> None:
    with pytest.raises(BadInput, match="no answers"):
        merge(one_task())


def test_one_text_an_answer_is_wanted() -> None:
    zero = np.zeros(1, dtype=np.int32)

    with pytest.raises(ShapeError, match="give one each"):
        Texts(zero, zero, [], 1, 1)
