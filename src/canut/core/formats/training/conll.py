"""Read spans from columns of tokens, in CoNLL-2003 or CoNLL-U.

CoNLL-2003 has one token per line with its tag in the last column, a blank line after each sentence
and optionally a ``-DOCSTART-`` line before each text; without any, each sentence is a text. It does
not store spaces: a text read back has one space between tokens and a line end between sentences,
unless the original texts are given. CoNLL-U stores spaces; its tags are in a column ``NER``, or as
``NER=`` in the last column.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from canut.core.formats.training.conll_writing import DOCUMENT, FROM_ESCAPE
from canut.core.formats.training.labelled_items import DocumentPath, LabelledText, Notes
from canut.core.formats.training.text_lines import lines_of
from canut.core.formats.training.tokens import Token, spans_of

LEAST_COLUMNS = 2  # a token and its tag
_escape = re.compile(r"\\(.)").sub
_whole, _range, _empty = (
    re.compile(pattern).fullmatch for pattern in (r"\d{1,9}", r"(\d{1,9})-(\d{1,9})", r"\d+\.\d+")
)
_FIRST = {"I-": "B-", "E-": "S-", "L-": "U-"}
_PLAIN_U = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")
_TAGS = ("NER", "NE", "PARSEME:MWE")


@dataclass(slots=True)
class _Text:
    """One text while its lines are read."""

    given: str | None
    text: str = ""
    id: str = ""
    at: int = 0
    joint: str = ""
    is_first: bool = False
    tokens: list[Token] = field(default_factory=list[Token])
    tags: list[str] = field(default_factory=list[str])
    ats: list[DocumentPath] = field(default_factory=list[DocumentPath])

    def add(self, form: str, tag: str, at: DocumentPath) -> None:
        """Add the next token, at its position in the given text, or after the previous one."""
        if self.given is None:
            self.text += self.joint
            start = len(self.text)
            self.text += form
        else:
            start = self.at
            while self.given[start : start + 1].isspace():
                start += 1
            if not self.given.startswith(form, start):
                at.refuse("tokens-astray", seen=form[:80])
        self.at = start + len(form)
        if self.is_first and tag[:2] in _FIRST:  # a span never goes on from another sentence
            tag = _FIRST[tag[:2]] + tag[2:]
        self.joint, self.is_first = " ", False
        self.tokens.append(Token(start, self.at))
        self.tags.append(tag)
        self.ats.append(at)

    def passage(self) -> LabelledText:
        """Return the text with its spans."""
        spans = spans_of(self.tokens, self.tags, self.ats)
        text = self.text if self.given is None else self.given
        return LabelledText(text, {"spans": spans, "relations": []}, self.id)


def read(
    chunks: Iterable[bytes], file: str, notes: Notes, texts: Iterable[str] | None = None
) -> Iterator[LabelledText]:
    """Yield the texts of a file with their spans, one text at a time.

    Args:
        chunks: the bytes of the file, in pieces of any size.
        file: its name, for refusals.
        notes: counts texts whose spacing had to be guessed.
        texts: the original texts of the tokens, in the order of the file.

    Raises:
        BadFile: not UTF-8, a line with too few columns or a different number of them, an invalid
            tag, or a token that does not come next in its text.
    """
    lines = lines_of(chunks, file)
    text_iterator = iter(texts) if texts is not None else None
    first = next(lines, None)
    if first is None:
        return
    all_lines = _with(first, lines)
    if first[1].startswith("#") or (_whole(first[1].split("\t", 1)[0]) and "\t" in first[1]):
        yield from _read_u(all_lines, file, text_iterator)
        return
    if text_iterator is None:
        notes.add("note-spacing")
    yield from _read_2003(all_lines, file, text_iterator)


def _with(first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield first
    yield from lines


def _read_2003(
    lines: Iterator[tuple[int, str]], file: str, texts: Iterator[str] | None
) -> Iterator[LabelledText]:
    text: _Text | None = None
    by_document: bool | None = None
    columns = 0
    for number, line in lines:
        at = DocumentPath(file, f"line {number}")
        cells = line.split("\t") if "\t" in line else line.split()
        is_start = bool(cells) and cells[0] == DOCUMENT
        if not cells or not line.strip():
            if text and not by_document:
                yield text.passage()
                text = None
            elif text and text.tokens:
                text.joint, text.is_first = "\n", True
            continue
        by_document = is_start if by_document is None else by_document
        if is_start:
            if text:
                yield text.passage()
            text = _Text(_next(texts, at))
            continue
        columns = columns or len(cells)
        if len(cells) != columns or columns < LEAST_COLUMNS:
            n_columns = max(columns, LEAST_COLUMNS)
            at.seen("entry-columns", "the line", f"{len(cells)} columns", wanted=n_columns)
        text = text or _Text(_next(texts, at))
        text.add(at.text(cells[0], "token"), cells[-1], at)
    if text:
        yield text.passage()


def _next(texts: Iterator[str] | None, at: DocumentPath) -> str | None:
    if texts is None:
        return None
    text = next(texts, None)
    if text is None:
        at.refuse("entry-missing", field="text")
    return text


def _read_u(
    lines: Iterator[tuple[int, str]], file: str, texts: Iterator[str] | None
) -> Iterator[LabelledText]:
    names: tuple[str, ...] = _PLAIN_U
    text: _Text | None = None
    covered = 0
    for number, line in lines:
        at = DocumentPath(file, f"line {number}")
        if line.startswith("#"):
            key, _, value = line[1:].partition("=")
            if key.strip() == "global.columns":
                names = _columns(value, at)
            elif key.split()[:1] == ["newdoc"]:
                if text:
                    yield text.passage()
                text, covered = _Text(_next(texts, at), id=value.strip()), 0
            continue
        if not line.strip():
            covered = 0
            if text:
                text.is_first = True
            continue
        text = text or _Text(_next(texts, at))
        covered = _add_u(text, _row(names, line, at), covered, at)
    if text:
        yield text.passage()


def _columns(value: str, at: DocumentPath) -> tuple[str, ...]:
    names = tuple(value.split())
    for needed in ("ID", "FORM"):
        if needed not in names:
            at.refuse("entry-missing", field=needed)
    return names


def _row(names: tuple[str, ...], line: str, at: DocumentPath) -> dict[str, str]:
    cells = line.split("\t")
    if len(cells) != len(names):
        at.seen("entry-columns", "the line", f"{len(cells)} columns", wanted=len(names))
    return dict(zip(names, cells, strict=True))


def _add_u(text: _Text, row: Mapping[str, str], covered: int, at: DocumentPath) -> int:
    """Add a word; return the last number that a range of words covers."""
    name = row["ID"]
    pairs = [each.partition("=") for each in row.get("MISC", "_").split("|")]
    misc = {key: value for key, _, value in pairs}
    tag = next((row[name] for name in _TAGS if name in row), None) or next(
        (misc[name] for name in _TAGS if name in misc), "O"
    )
    tag = "O" if tag in {"_", "*"} else tag
    if _empty(name):
        return covered
    ranged = _range(name)
    if not ranged and not _whole(name):
        at.seen("entry-whole", "ID", name)
    if not ranged and int(name) <= covered:  # its text came with the range
        if text.tags[-1] == "O":
            text.tags[-1] = tag
        return covered
    if "SpacesBefore" in misc and not text.tokens and text.given is None:
        text.text = _spaces(misc["SpacesBefore"])
    text.add(at.text(row["FORM"], "FORM"), tag, at)
    text.joint = " "
    if misc.get("SpaceAfter") == "No":
        text.joint = ""
    elif "SpacesAfter" in misc:
        text.text += _spaces(misc["SpacesAfter"]) if text.given is None else ""
        text.joint = ""
    return int(ranged[2]) if ranged else covered


def _spaces(escaped: str) -> str:
    return _escape(lambda match: FROM_ESCAPE.get(match[1], match[0]), escaped)
