from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from canut.core.arrays import Codes
from canut.core.errors import BadInput, ShapeError
from canut.core.quality.merging.spans import FoundSpans, Marked, find_spans, majority_spans, span_f1

KINDS = 3


def codes(*values: int) -> Codes:
    return np.array(values, dtype=np.int32)


def runs(tokens: Codes) -> list[list[int]]:
    """Return (kind, begin, end) of the marked runs of one text."""
    cuts = [0, *(np.flatnonzero(np.diff(tokens)) + 1).tolist(), len(tokens)]
    return [[int(tokens[a]) - 1, a, b] for a, b in pairwise(cuts) if tokens[a] > 0]


def columns(rows: list[list[int]], width: int) -> list[Codes]:
    return list(np.array(rows, dtype=np.int32).reshape(-1, width).T)


def mistaken(rng: np.random.Generator, tokens: Codes, error: float) -> Codes:
    """Take tokens for others, and miss spans or give them another type, at one rate."""
    wrong = rng.random(len(tokens)) < error / 2
    said = np.where(wrong, (tokens + rng.integers(1, KINDS + 1, len(tokens))) % (KINDS + 1), tokens)
    for kind, begin, end in runs(tokens):
        if rng.random() < error:
            said[begin:end] = rng.choice([0, 0, 1 + (kind + 1) % KINDS])
    return said.astype(np.int32)


def reading(seed: int, texts: int = 60, people: int = 9) -> tuple[Marked, FoundSpans]:
    """Make people who mistake 5 to 40 % of spans, each their own share, and return the truth."""
    rng = np.random.default_rng(seed)
    length = rng.integers(15, 35, texts, dtype=np.int32)
    error = rng.permutation(np.linspace(0.05, 0.40, people))
    rows: list[list[int]] = []
    true: list[list[int]] = []
    for task, size in enumerate(length):
        tokens = np.zeros(size, dtype=np.int32)
        for start in rng.integers(0, size - 4, 3):
            tokens[start : start + rng.integers(1, 5)] = rng.integers(1, KINDS + 1)
        true += [[task, *run] for run in runs(tokens)]
        for who in range(people):
            said = mistaken(rng, tokens, error[who])
            rows += [[task, who, *run] for run in runs(said)]
    read = np.argwhere(np.ones((texts, people))).astype(np.int32)
    text, worker, kind, begin, end = columns(rows, 5)
    marked = Marked(text, worker, kind, begin, end, read, length, people, KINDS)
    text, kind, begin, end = columns(true, 4)
    return marked, FoundSpans(text, kind, begin, end, np.ones(1), np.ones(1))


@pytest.mark.parametrize("seed", range(4))
def test_knowing_people_finds_spans_that_counting_misses(seed: int) -> None:
    marked, true = reading(seed)

    found = span_f1(find_spans(marked), true, marked.length)

    assert found > span_f1(majority_spans(marked), true, marked.length)
    assert found > 0.97


def of_text(*spans: tuple[int, int, int, int], people: int = 3, length: int = 6) -> Marked:
    worker, kind, begin, end = columns([list(span) for span in spans], 4)
    read = np.stack([np.zeros(people, np.int32), np.arange(people, dtype=np.int32)], axis=1)
    task = np.zeros(len(worker), dtype=np.int32)
    return Marked(task, worker, kind, begin, end, read, codes(length), people, KINDS)


def test_neighbours_stay_apart_where_most_begin_anew() -> None:
    marked = of_text((0, 1, 0, 2), (0, 1, 2, 4), (1, 1, 0, 2), (1, 1, 2, 4), (2, 1, 0, 4))

    found = find_spans(marked)

    assert found.begin.tolist() == [0, 2]
    assert found.end.tolist() == [2, 4]
    assert found.kind.tolist() == [1, 1]


def test_neighbours_become_one_where_most_do_not() -> None:
    marked = of_text((0, 1, 0, 2), (0, 1, 2, 4), (1, 1, 0, 4), (2, 1, 0, 4))

    found = find_spans(marked)

    assert (found.begin.tolist(), found.end.tolist()) == ([0], [4])


def test_what_nobody_marked_or_read_is_empty() -> None:
    marked = Marked(
        codes(), codes(), codes(), codes(), codes(), np.zeros((1, 2), np.int32), codes(3, 4), 1, 1
    )

    assert len(find_spans(marked).task) == 0
    assert len(majority_spans(marked).task) == 0


@given(
    spans=st.dictionaries(
        st.integers(0, 3), st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(1, 2))
    ),
    name=st.permutations(range(4)),
)
def test_names_and_order_of_people_do_not_matter(
    spans: dict[int, tuple[int, int, int]], name: list[int]
) -> None:
    rows = [(worker, kind, at, at + size) for worker, (kind, at, size) in spans.items()]
    renamed = [(name[row[0]], *row[1:]) for row in reversed(rows)]

    one, other = find_spans(of_text(*rows, people=4)), find_spans(of_text(*renamed, people=4))

    assume((np.concatenate([one.confidence, other.confidence]) > 0.55).all())  # no draw
    for mine, theirs in zip(one[:4], other[:4], strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ([(0, 0, 2, 2)], "goes from 2"),
        ([(0, 0, 4, 9)], "has 6 tokens"),
        ([(0, 0, 0, 3), (0, 1, 2, 4)], "overlaps"),
    ],
)
def test_odd_spans_are_refused(spans: list[tuple[int, int, int, int]], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        find_spans(of_text(*spans))


def test_who_marks_must_have_read() -> None:
    nobody = np.empty((0, 2), dtype=np.int32)
    marked = Marked(codes(0), codes(0), codes(0), codes(0), codes(1), nobody, codes(3), 1, 1)

    with pytest.raises(BadInput, match="did not read"):
        find_spans(marked)
    with pytest.raises(BadInput, match="nobody read"):
        find_spans(Marked(codes(), codes(), codes(), codes(), codes(), nobody, codes(3), 1, 1))
    with pytest.raises(ShapeError, match="one number for each"):
        Marked(codes(0), codes(0), codes(0), codes(), codes(1), nobody, codes(3), 1, 1)
    with pytest.raises(ShapeError, match="rows"):
        Marked(codes(), codes(), codes(), codes(), codes(), codes(), codes(3), 1, 1)
