import json
import time
from collections.abc import Callable

import numpy as np
import pytest

from canut.core.json_depth import MOST_DEEP, PIECE, Depth, TooDeepError, check_depth, load_json


def depth_of(value: object) -> int:
    """Return how deep a value is nested, the plain way."""
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


def some_value(rng: np.random.Generator, levels: int) -> object:
    kind = int(rng.integers(4 if levels else 1))
    if kind <= 1:
        return "".join(rng.choice([*'[]{}"\\é\n a'], size=int(rng.integers(9))))
    each = [some_value(rng, levels - 1) for _ in range(int(rng.integers(4)))]
    return each if kind == 2 else {f'k"{number}\\': one for number, one in enumerate(each)}


@pytest.mark.parametrize("seed", range(50))
def test_depth_is_that_of_the_value_whatever_its_texts_hold(seed: int) -> None:
    value = some_value(np.random.default_rng(seed), 7)
    raw, levels = json.dumps(value, ensure_ascii=bool(seed % 2)).encode(), depth_of(value)

    check_depth(raw + b" " * 5000, limit=levels)
    if levels:
        with pytest.raises(TooDeepError):
            check_depth(raw + b" " * 5000, limit=levels - 1)


@pytest.mark.parametrize("length", range(1, 12))
def test_pieces_of_any_length_measure_as_the_whole(length: int) -> None:
    raw = b'{"a": "[[\\"[\\\\", "b\\\\\\"": [["]"], [[{"c": "\\\\"}]]]}'
    pieces = [raw[begin : begin + length] for begin in range(0, len(raw), length)]

    enough, short = Depth(5), Depth(4)
    for piece in pieces:
        enough.feed(piece)
    with pytest.raises(TooDeepError):
        for piece in pieces:
            short.feed(piece)


@pytest.mark.parametrize("levels", [MOST_DEEP + 1, 10_000, 1_000_000])
@pytest.mark.parametrize("opens", [b"[", b'{"a":', b'[{"":'])
def test_place_where_it_goes_too_deep_is_named(opens: bytes, levels: int) -> None:
    raw = b'["' + b"x" * PIECE + b'",' + opens * levels

    with pytest.raises(TooDeepError) as refused:
        check_depth(raw)
    with pytest.raises(TooDeepError):
        load_json(raw)

    brackets = b"".join(opens.partition(b":")[0].split(b'"a"')).replace(b'""', b"")
    assert refused.value.byte > len(b'["",') + PIECE
    assert raw[refused.value.byte : refused.value.byte + 1] in brackets


def test_as_deep_as_allowed_is_read() -> None:
    raw = b"[" * MOST_DEEP + b"]" * MOST_DEEP

    assert depth_of(load_json(raw)) == MOST_DEEP
    assert depth_of(load_json(raw.decode())) == MOST_DEEP


def test_large_body_is_measured_in_far_less_time_than_it_takes_to_read() -> None:
    rows = [
        {"lease": number, "key": f"k{number}", "values": {"q": ["a"]}} for number in range(9000)
    ]
    raw = json.dumps(rows).encode()

    def quickest(read: Callable[[bytes], object]) -> float:
        taken = []
        for _ in range(5):
            began = time.perf_counter()
            read(raw)
            taken.append(time.perf_counter() - began)
        return min(taken)

    assert quickest(check_depth) < quickest(json.loads) / 2


@pytest.mark.parametrize(
    "text",
    [
        *('{"a": NaN}', "[Infinity]", "-Infinity", "1e999", "-1e999", "[9223372036854775808]"),
        *("9" * 5_000, "[-9223372036854775809]", r'["\u0000"]', r'{"\u0000": 1}', r'[["\ud800"]]'),
    ],
)
def test_what_no_column_holds_is_no_json_from_outside(text: str) -> None:
    with pytest.raises(ValueError, match=r"within bounds|surrogate"):
        load_json(text)
    with pytest.raises(ValueError, match=r"within bounds|surrogate"):
        load_json(text.encode())


@pytest.mark.parametrize(
    "value",
    [2**63 - 1, -(2**63), 0.1, 1e308, "\\u0000", "😀é", {"a": [1, None, True, "\ud83d\ude00"[:0]]}],
)
def test_all_else_comes_as_it_is(value: object) -> None:
    assert load_json(json.dumps(value)) == value
    assert load_json(json.dumps(value, ensure_ascii=False).encode()) == value
