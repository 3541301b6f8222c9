"""Spans of time: pairs of a begin and an end, in milliseconds since 1970 UTC."""

from collections.abc import Iterable

from canut.core.errors import BadInput

type Span = tuple[int, int]


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch or overlap; return them in order.

    Args:
        spans: pairs (begin, end) in any order, milliseconds since 1970 UTC.

    Raises:
        BadInput: a span ends before it begins.

    >>> merge_spans([(5, 9), (1, 3), (3, 4), (6, 7)])
    [(1, 4), (5, 9)]
    """
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if end < begin:
            raise BadInput(f"worked from {begin} to {end}; expected an end that is after")
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
