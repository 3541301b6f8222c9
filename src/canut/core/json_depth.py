"""Limit the nesting depth of JSON before it is decoded.

Decoders in C recurse once per level. On the small stack of a server thread a deep document crashes
the process before Python can raise. So the depth of every text from outside is measured here first,
in a few passes over its bytes. The caller interprets the text.
"""

import json
import re
from math import isfinite
from typing import Any, Never

import numpy as np

from canut.core.outside_text import LARGEST, is_storable, read_whole

type Json = Any
MOST_DEEP = 100
MOST_SEEN = 40
SHORT = 4096  # bytes; below, counting brackets is quicker than looking at each byte
PIECE = 1 << 16  # bytes at a time: what is made of them stays in the processor's cache
OPEN, CLOSED, QUOTE = ord("{"), ord("}"), ord('"')
CURLY = 0x20  # the bit by which [ and ] differ from { and }
_MARKS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


class TooDeepError(RecursionError):
    """JSON nested deeper than the limit.

    Args:
        limit: maximum number of levels.
        byte: offset of the first level beyond it, from 0; -1 if the text came in chunks.
    """

    def __init__(self, limit: int, byte: int) -> None:
        super().__init__(f"nested deeper than {limit} levels, from byte {byte} on; flatten it")
        self.limit = limit
        self.byte = byte


class NumberRangeError(ValueError):
    """A number of JSON that no column can hold, or that JSON does not have."""


class Depth:
    """Measures the nesting depth of a text that arrives in chunks.

    Args:
        limit: maximum number of levels.
    """

    def __init__(self, limit: int = MOST_DEEP) -> None:
        self._limit = limit
        self._levels = 0
        self._quotes = 0  # 1 where the last piece ended within a string
        self._escape = b""

    def feed(self, piece: bytes) -> None:
        """Measure the next chunk.

        Raises:
            TooDeepError: it is deeper than the limit.
        """
        if self._escape or b"\\" in piece:
            piece = self._without_escapes(piece)
        values = np.frombuffer(piece, np.uint8)
        curly = values | CURLY
        is_mark = (curly == OPEN) | (curly == CLOSED) | (values == QUOTE)
        marks = curly[np.flatnonzero(is_mark)]
        if not len(marks):
            return
        quotes = np.cumsum(marks == QUOTE, dtype=np.int32) + self._quotes
        steps = (marks == OPEN).view(np.int8) - (marks == CLOSED).view(np.int8)
        steps *= (quotes & 1 == 0).view(np.int8)
        levels = np.cumsum(steps, dtype=np.int32)
        if self._levels + int(levels.max()) > self._limit:
            raise TooDeepError(self._limit, -1)
        self._levels += int(levels[-1])
        self._quotes = int(quotes[-1]) & 1

    def _without_escapes(self, piece: bytes) -> bytes:
        r"""Remove ``\\`` and ``\"``; a backslash at the very end waits for the next chunk."""
        piece = (self._escape + piece).replace(rb"\\", b"")
        self._escape = b"\\" if piece.endswith(b"\\") else b""
        return piece.removesuffix(b"\\").replace(rb"\"", b"")


def check_depth(raw: bytes, limit: int = MOST_DEEP) -> None:
    """Raise if JSON is nested too deep.

    Args:
        raw: the whole text; it need not be valid JSON.
        limit: maximum number of levels.

    Raises:
        TooDeepError: it is deeper than the limit.

    Example:
        >>> check_depth(b'{"a": ["[[[", 1]}', limit=2)
    """
    if len(raw) < SHORT and raw.count(b"[") + raw.count(b"{") <= limit:
        return
    depth = Depth(limit)
    try:
        for begin in range(0, len(raw), PIECE):
            depth.feed(raw[begin : begin + PIECE])
    except TooDeepError:
        raise TooDeepError(limit, _byte_beyond(raw, limit)) from None


def whole_of(text: str) -> int:
    """Read a whole number of JSON, for ``parse_int`` of a decoder.

    Raises:
        NumberRangeError: it is beyond 63 bits.
    """
    number = read_whole(text, least=-LARGEST - 1)
    return no_number(text) if number is None else number


def fraction_of(text: str) -> float:
    """Read a fraction of JSON, for ``parse_float`` of a decoder.

    Raises:
        NumberRangeError: it is beyond what floating point holds.
    """
    number = float(text)
    return number if isfinite(number) else no_number(text)


def no_number(text: str) -> Never:
    """Refuse a number, for ``parse_constant`` of a decoder: NaN and the infinities.

    Raises:
        NumberRangeError: always.
    """
    raise NumberRangeError(f"{text[:MOST_SEEN]} is no number within bounds")


def load_json(text: str | bytes, limit: int = MOST_DEEP) -> Json:
    """Decode JSON from outside, after checking its depth and its numbers.

    Raises:
        TooDeepError: it is nested too deep.
        ValueError: it is not JSON, or holds a number that no column can: NaN, an infinity, a whole
            number beyond 63 bits; or text that no column can.
    """
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    check_depth(raw, limit)
    value: Json = json.loads(
        text, parse_int=whole_of, parse_float=fraction_of, parse_constant=no_number
    )
    if rb"\u" in raw and not _is_storable(value):
        raise ValueError("a text holds U+0000 or half a surrogate pair")
    return value


def _is_storable(value: Json) -> bool:
    """Return whether all texts of a value can be stored; its depth is limited already."""
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, dict):
        return all(_is_storable(name) and _is_storable(each) for name, each in value.items())
    return not isinstance(value, list) or all(map(_is_storable, value))


def _byte_beyond(raw: bytes, limit: int) -> int:
    """Find where the first level beyond the limit begins; -1 where there is none."""
    levels = 0
    for mark in _MARKS.finditer(raw):
        first = mark.group()[:1]
        levels += (first in b"[{") - (first in b"]}")
        if levels > limit:
            return mark.start()
    return -1
