"""Read one JSON document entry by entry: the file is never whole in memory.

``[a, b]`` gives its elements under the empty name; ``{"name": [a, b], "other": c}`` gives the
elements of each list under its name, and every other value whole. What entries mean is decided by
the formats that are one document: COCO, Label Studio.
"""

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Never

from canut.core.formats.training.labelled_items import FieldPath
from canut.core.json_depth import Depth, TooDeepError

LARGEST_ENTRY = 64 * 2**20  # characters: a mask of a large picture, written as numbers
_SPACE = " \t\r\n"
_AFTER = frozenset(",]}:" + _SPACE)


class JsonItem(NamedTuple):
    """One entry: the list it stands in, its place there from 0 (-1 for a whole value), itself."""

    name: str
    number: int
    value: object

    @property
    def where(self) -> str:
        """Name the place as people write it: ``annotations[3]``."""
        return f"{self.name}[{self.number}]" if self.number >= 0 else self.name


class _BadObjectError(ValueError):
    """A value that Python would take and JSON does not have, or a key written twice."""


def _constant(name: str) -> Never:
    raise _BadObjectError(name)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _BadObjectError("key")
    return made


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


class _Text:
    """The text of a file, held only as far as it is needed."""

    def __init__(self, chunks: Iterable[bytes], file: str) -> None:
        self.chunks = iter(chunks)
        self.decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self.depth = Depth()
        self.file = file
        self.held = ""
        self.at = 0
        self.is_ended = False

    def more(self, where: str) -> bool:
        """Take in as much again as is held, so that a long entry is not read over and over."""
        wanted = max(len(self.held) - self.at, 1)
        parts = [self.held[self.at :]]
        while wanted > 0 and not self.is_ended:
            chunk = next(self.chunks, None)
            self.is_ended = chunk is None
            try:
                self.depth.feed(chunk or b"")
                parts.append(self.decode(chunk or b"", self.is_ended))
            except UnicodeDecodeError:
                FieldPath(self.file, where).refuse("file-bad-byte")
            except TooDeepError:
                FieldPath(self.file, where).refuse("json-broken", character=1)
            wanted -= len(parts[-1])
        self.held, self.at = "".join(parts), 0
        return wanted <= 0 or not self.is_ended

    def peek(self, where: str) -> str:
        """Return the next character that is no space, empty at the end."""
        while True:
            while self.at < len(self.held) and self.held[self.at] in _SPACE:
                self.at += 1
            if self.at < len(self.held):
                return self.held[self.at]
            if self.is_ended:
                return ""
            self.more(where)

    def take(self, wanted: str, where: str) -> str:
        """Take one of the characters wanted."""
        seen = self.peek(where)
        if not seen or seen not in wanted:
            FieldPath(self.file, where).refuse("json-broken", character=1)
        self.at += 1
        return seen

    def value(self, where: str) -> object:
        """Take one whole value."""
        self.peek(where)
        while True:
            fault = 1
            try:
                value, end = _decoder.raw_decode(self.held, self.at)
            except _BadObjectError:
                FieldPath(self.file, where).refuse("json-broken", character=1)
            except RecursionError:
                FieldPath(self.file, where).refuse("json-broken", character=1)
            except json.JSONDecodeError as error:
                fault = error.pos - self.at + 1
            else:
                if self.is_ended or self.held[end : end + 1] in _AFTER:  # else a number may go on
                    self.at = end
                    return value
            if len(self.held) - self.at > LARGEST_ENTRY:
                FieldPath(self.file, where).refuse("json-too-large", limit=LARGEST_ENTRY)
            if self.is_ended:
                FieldPath(self.file, where).refuse("json-broken", character=fault)
            self.more(where)


def entries(chunks: Iterable[bytes], file: str) -> Iterator[JsonItem]:
    """Yield the entries of a JSON document.

    Args:
        chunks: the bytes of the file, in pieces of any size; an open file will do.
        file: its name, for refusals.

    Raises:
        BadFile: it is not JSON in UTF-8, a key stands twice in one object, or one entry is over
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
        seen = set[str]()
        closes = text.peek("the start") == "}"
        while not closes:
            name = text.value("a name")
            if not isinstance(name, str) or name in seen:
                FieldPath(file, str(name)).refuse("json-broken", character=1)
            seen.add(name)
            text.take(":", name)
            if text.peek(name) == "[":
                yield from _elements(text, name)
            else:
                yield JsonItem(name, -1, text.value(name))
            closes = text.take(",}", name) == "}"
        text.at += not seen
    if text.peek("the end"):
        FieldPath(file, "the end").refuse("json-broken", character=1)


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
