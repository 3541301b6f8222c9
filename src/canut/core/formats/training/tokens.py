"""Split texts into tokens aligned with spans, and convert between tags of tokens and spans.

A token is a run of letters, digits and marks, or one other character; white space separates tokens.
A token is split where a span starts or ends inside it, so that every span can be expressed.
``conll_writing`` and ``spacy`` write these tokens.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from canut.core.formats.training.labelled_items import DocumentPath, LabelledText

_word = re.compile(r"\w+|[^\w\s]").finditer
_tag = re.compile(r"(O)|([BIESLU])-(.+)").fullmatch
INSIDE, ENDS = frozenset("IEL"), frozenset("ESLU")

type Span = Mapping[str, Any]


class Token(NamedTuple):
    """The extent of a token in a text, in Unicode code points."""

    start: int
    end: int


def tokens_of(text: str, spans: Iterable[Span] = ()) -> list[Token]:
    """Return the tokens of a text, split at the ends of its spans.

    >>> tokens_of("L'été", [{"start": 3, "end": 4}])
    [Token(start=0, end=1), Token(start=1, end=2), Token(start=2, end=3), Token(start=3, end=4), \
Token(start=4, end=5)]
    """
    cuts = sorted({span[name] for span in spans for name in ("start", "end")})
    tokens = list[Token]()
    index = 0
    for word in _word(text):
        start = word.start()
        while index < len(cuts) and cuts[index] <= start:
            index += 1
        while index < len(cuts) and cuts[index] < word.end():
            tokens.append(Token(start, cuts[index]))
            start = cuts[index]
            index += 1
        tokens.append(Token(start, word.end()))
    return tokens


def checked(passage: LabelledText, at: DocumentPath) -> list[Span]:
    """Return the spans of a text in order, or raise if one lacks a label or leaves the text.

    Raises:
        BadFile: a span is empty, out of the text, or has no label.
    """
    spans = at.items(passage.value.get("spans"), "spans")
    for span in spans:
        start, end = at.whole(span.get("start"), "start"), at.whole(span.get("end"), "end")
        at.text(span.get("label"), "label")
        if not start < end <= len(passage.text):
            at.refuse("span-outside", start=start, end=end, length=len(passage.text))
    return sorted(spans, key=lambda span: (span["start"], -span["end"]))


def overlapping(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """Return the first two of the sorted spans that share a character, or None."""
    furthest = None
    for span in spans:
        if furthest is not None and span["start"] < furthest["end"]:
            return furthest, span
        if furthest is None or span["end"] > furthest["end"]:
            furthest = span
    return None


def trimmed(span: Span, text: str, at: DocumentPath) -> Span:
    """Return a span without the white space at its ends.

    Raises:
        BadFile: there is nothing but white space in it.
    """
    inside = text[span["start"] : span["end"]]
    start = span["start"] + len(inside) - len(inside.lstrip())
    end = span["start"] + len(inside.rstrip())
    if start >= end:
        at.refuse("span-outside", start=span["start"], end=span["end"], length=len(text))
    if (start, end) == (span["start"], span["end"]):
        return span
    return {**span, "start": start, "end": end}


def tags_of(tokens: Sequence[Token], spans: Sequence[Span], scheme: str) -> list[str]:
    """Tag tokens with spans that do not overlap: ``bio``, ``bioes`` or ``bilou``.

    >>> tags_of([Token(0, 2), Token(3, 5), Token(6, 7)], [{"start": 0, "end": 5, "label": "A"}],
    ...         "bioes")
    ['B-A', 'E-A', 'O']
    """
    last, only = {"bio": ("I", "B"), "bioes": ("E", "S"), "bilou": ("L", "U")}[scheme]
    tags = ["O"] * len(tokens)
    index = 0
    for span in spans:
        while tokens[index].end <= span["start"]:
            index += 1
        first = index
        while index < len(tokens) and tokens[index].start < span["end"]:
            tags[index] = f"I-{span['label']}"
            index += 1
        tags[first] = f"{only if index == first + 1 else 'B'}-{span['label']}"
        if index > first + 1:
            tags[index - 1] = f"{last}-{span['label']}"
    return tags


def spans_of(
    tokens: Sequence[Token], tags: Sequence[str], ats: Sequence[DocumentPath]
) -> list[Span]:
    """Return the spans that tags of tokens describe, in any of the schemes.

    An ``I-`` without a preceding tag of its label starts a span (IOB1).

    Raises:
        BadFile: an invalid tag, with the path of its token.
    """
    spans = list[dict[str, Any]]()
    is_open = False
    for token, tag, at in zip(tokens, tags, ats, strict=True):
        match = _tag(tag)
        if match is None:
            at.refuse("tag-unread", seen=tag[:80])
        if match[1]:
            is_open = False
            continue
        prefix, label = match[2], match[3]
        if not (is_open and prefix in INSIDE and spans[-1]["label"] == label):
            name = str(len(spans) + 1)
            spans.append({"id": name, "label": label, "start": token.start, "end": token.end})
        spans[-1]["end"] = token.end
        is_open = prefix not in ENDS
    return [*spans]
