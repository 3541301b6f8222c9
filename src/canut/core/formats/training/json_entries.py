"""Read a JSON document entry by entry, without loading the whole file.

``[a, b]`` yields its elements under the empty name; ``{"name": [a, b], "other": c}`` yields the
elements of each list under its name, and every other value whole. COCO and Label Studio interpret
the entries.
"""

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from canut.core.formats.training.labelled_items import DocumentPath
from canut.core.json_depth import (
    Depth,
    NumberRangeError,
    TooDeepError,
    fraction_of,
    no_number,
)
from canut.core.outside_text import LONGEST_NUMBER

LARGEST_ENTRY = 64 * 2**20  # characters: a mask of a large picture, written as numbers
_SPACE = " \t\r\n"
_AFTER = frozenset(",]}:" + _SPACE)


class JsonItem(NamedTuple):
    """One entry: the name of its list, its index (-1 for a single value), and its value."""

    name: str
    number: int
    value: object

    @property
    def where(self) -> str:
        """Return its path as people write it: ``annotations[3]``."""
        return f"{self.name}[{self.number}]" if self.number >= 0 else self.name


class _BadObjectError(ValueError):
    """A duplicate key."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _BadObjectError("key")
    return mapping


def _whole(text: str) -> int:
    """Read a whole number; fields that are used have bounds of their own, others may be long."""
    return int(text) if len(text) <= LONGEST_NUMBER else no_number(text)


_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_whole,
    parse_float=fraction_of,
    parse_constant=no_number,
)


class _Text:
    """The buffered text of a file."""

    def __init__(self, chunks: Iterable[bytes], file: str) -> None:
        self.chunks = iter(chunks)
        self.decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.depth = Depth()
        self.file = file
        self.held = ""
        self.at = 0
        self.is_ended = False

    def more(self, where: str) -> bool:
        """Double the buffer, so that a long entry is not scanned repeatedly."""
        needed = max(len(self.held) - self.at, 1)
        parts = [self.held[self.at :]]
        while needed > 0 and not self.is_ended:
            chunk = next(self.chunks, None)
            self.is_ended = chunk is None
            try:
                self.depth.feed(chunk or b"")
                parts.append(self.decode(chunk or b"", self.is_ended))
            except UnicodeDecodeError:
                DocumentPath(self.file, where).refuse("file-bad-byte")
            except TooDeepError:
                DocumentPath(self.file, where).refuse("json-broken", character=1)
            needed -= len(parts[-1])
        self.held, self.at = "".join(parts), 0
        return needed <= 0 or not self.is_ended

    def peek(self, where: str) -> str:
        """Return the next character that is not a space, empty at the end."""
        while True:
            while self.at < len(self.held) and self.held[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self.held):
                return self.held[self.at]
            if self.is_ended:
                return ""
            self.more(where)

    def take(self, allowed: str, where: str) -> str:
        """Consume and return one of the allowed characters."""
        character = self.peek(where)
        if not character or character not in allowed:
            DocumentPath(self.file, where).refuse("json-broken", character=1)
        self.at += 1
        return character

    def value(self, where: str) -> object:
        """Consume and return one whole value."""
        self.peek(where)
        while True:
            fault = 1
            try:
                value, end = _decoder.raw_decode(self.held, self.at)
            except (_BadObjectError, NumberRangeError):
                DocumentPath(self.file, where).refuse("json-broken", character=1)
            except RecursionError:
                DocumentPath(self.file, where).refuse("json-broken", character=1)
            except json.JSONDecodeError as error:
                fault = error.pos - self.at + 1
            else:
                if self.is_ended or self.held[end : end + 1] in _AFTER:  # else a number may go on
                    self.at = end
                    return value
            if len(self.held) - self.at > LARGEST_ENTRY:
                DocumentPath(self.file, where).refuse("json-too-large", limit=LARGEST_ENTRY)
            if self.is_ended:
                DocumentPath(self.file, where).refuse("json-broken", character=fault)
            self.more(where)


def entries(chunks: Iterable[bytes], file: str) -> Iterator[JsonItem]:
    """Yield the entries of a JSON document.

    Args:
        chunks: the bytes of the file, in pieces of any size; an open file will do.
        file: its name, for refusals.

    Raises:
        BadFile: it is not JSON in UTF-8, an object has a duplicate key, or one entry is over
            64 MiB.

    Example:
        >>> [tuple(entry) for entry in entries([b'{"a": [1, ', b'2], "b": "c"}'], "x.json")]
        [('a', 0, 1), ('a', 1, 2), ('b', -1, 'c')]
    """
    text = _Text(chunks, file)
    if text.peek("the start") == "[":
        yield from _elements(text, "")
    else:
        text.take("{", "the start")
        names = set[str]()
        closes = text.peek("the start") == "}"
        while not closes:
            name = text.value("a name")
            if not isinstance(name, str) or name in names:
                DocumentPath(file, str(name)).refuse("json-broken", character=1)
            names.add(name)
            text.take(":", name)
            if text.peek(name) == "[":
                yield from _elements(text, name)
            else:
                yield JsonItem(name, -1, text.value(name))
            closes = text.take(",}", name) == "}"
        text.at += not names
    if text.peek("the end"):
        DocumentPath(file, "the end").refuse("json-broken", character=1)


def _elements(text: _Text, name: str) -> Iterator[JsonItem]:
    text.take("[", name)
    if text.peek(name) == "]":
        text.at += 1
        return
    number = 0
    while True:
        entry = JsonItem(name, number, text.value(f"{name}[{number}]"))
        yield entry
        if text.take(",]", entry.where) == "]":
            return
        number += 1
