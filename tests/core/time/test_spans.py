"""Spans of time are merged where they touch or overlap."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.time.spans import merge_spans

SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: (min(ends), max(ends))),
    max_size=8,
)


@pytest.mark.parametrize(
    ("spans", "merged"),
    [
        ([], []),
        ([(5, 9), (1, 3), (3, 4), (6, 7)], [(1, 4), (5, 9)]),
        ([(2, 2)], [(2, 2)]),
        ([(0, 10), (2, 3)], [(0, 10)]),
    ],
)
def test_spans_that_touch_or_overlap_are_joined(
    spans: list[tuple[int, int]], merged: list[tuple[int, int]]
) -> None:
    assert merge_spans(spans) == merged


def test_a_backward_span_is_refused() -> None:
    with pytest.raises(BadInput, match="worked from 2 to 1"):
        merge_spans([(2, 1)])


@given(SPANS)
def test_merged_spans_are_apart_in_order_and_cover_the_same_time(
    spans: list[tuple[int, int]],
) -> None:
    merged = merge_spans(spans)

    assert all(left[1] < right[0] for left, right in pairwise(merged))
    covered = {moment for begin, end in spans for moment in range(begin, end)}
    assert {moment for begin, end in merged for moment in range(begin, end)} == covered
    assert merge_spans(merged) == merged
