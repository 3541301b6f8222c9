"""Read spans from columns of tokens: CoNLL-2003 and CoNLL-U, whichever the file is.

CoNLL-2003 has a token a line with its tag in the last column, a blank line after each sentence and
perhaps a ``-DOCSTART-`` line before each text; without one each sentence is a text. Spaces are not
in it: a text read back has one between tokens and a line end between sentences, unless the texts
are given. CoNLL-U says its spaces; tags stand in a column ``NER``, or as ``NER=`` in the last.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from canut.core.formats.training.conll_writing import DOCUMENT, FROM_ESCAPE
from canut.core.formats.training.labelled_items import FieldPath, Notes, Passage
from canut.core.formats.training.text_lines import lines_of
from canut.core.formats.training.tokens import Token, spans_of

LEAST_COLUMNS = 2  # a token and its tag
_escape = re.compile(r"\\(.)").sub
_whole, _range, _empty = (
    re.compile(pattern).fullmatch for pattern in (r"\d+", r"(\d+)-(\d+)", r"\d+\.\d+")
)
_FIRST = {"I-": "B-", "E-": "S-", "L-": "U-"}
_PLAIN_U = ("ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC")
_TAGS = ("NER", "NE", "PARSEME:MWE")


@dataclass(slots=True)
class _Text:
    """One text while its lines come in."""

    given: str | None
    text: str = ""
    id: str = ""
    at: int = 0
    joint: str = ""
    is_first: bool = False
    tokens: list[Token] = field(default_factory=list[Token])
    tags: list[str] = field(default_factory=list[str])
    ats: list[FieldPath] = field(default_factory=list[FieldPath])

    def add(self, form: str, tag: str, at: FieldPath) -> None:
        """Put the next token where it stands in the text given, or after what was read."""
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

    def passage(self) -> Passage:
        """Return the text with its spans."""
        spans = spans_of(self.tokens, self.tags, self.ats)
        text = self.text if self.given is None else self.given
        return Passage(text, {"spans": spans, "relations": []}, self.id)


def read(
    chunks: Iterable[bytes], file: str, notes: Notes, texts: Iterable[str] | None = None
) -> Iterator[Passage]:
    """Yield the texts of a file with their spans, one text at a time.

    Args:
        chunks: the bytes of the file, in pieces of any size.
        file: its name, for refusals.
        notes: where it is said that spaces had to be put.
        texts: the texts the tokens were made of, in the order of the file.

    Raises:
        BadFile: not UTF-8, a line with too few columns or another number of them, a tag that is
            none, a token that does not come next in its text.
    """
    lines = lines_of(chunks, file)
    given = iter(texts) if texts is not None else None
    first = next(lines, None)
    if first is None:
        return
    rest = _with(first, lines)
    if first[1].startswith("#") or (_whole(first[1].split("\t", 1)[0]) and "\t" in first[1]):
        yield from _read_u(rest, file, given)
        return
    if given is None:
        notes.add("note-spacing")
    yield from _read_2003(rest, file, given)


def _with(first: tuple[int, str], lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    yield first
    yield from lines


def _read_2003(
    lines: Iterator[tuple[int, str]], file: str, given: Iterator[str] | None
) -> Iterator[Passage]:
    held: _Text | None = None
    by_document: bool | None = None
    columns = 0
    for number, line in lines:
        at = FieldPath(file, f"line {number}")
        cells = line.split("\t") if "\t" in line else line.split()
        is_start = bool(cells) and cells[0] == DOCUMENT
        if not cells or not line.strip():
            if held and not by_document:
                yield held.passage()
                held = None
            elif held and held.tokens:
                held.joint, held.is_first = "\n", True
            continue
        by_document = is_start if by_document is None else by_document
        if is_start:
            if held:
                yield held.passage()
            held = _Text(_next(given, at))
            continue
        columns = columns or len(cells)
        if len(cells) != columns or columns < LEAST_COLUMNS:
            wanted = max(columns, LEAST_COLUMNS)
            at.seen("entry-columns", "the line", f"{len(cells)} columns", wanted=wanted)
        held = held or _Text(_next(given, at))
        held.add(at.text(cells[0], "token"), cells[-1], at)
    if held:
        yield held.passage()


def _next(given: Iterator[str] | None, at: FieldPath) -> str | None:
    if given is None:
        return None
    text = next(given, None)
    if text is None:
        at.refuse("entry-missing", field="text")
    return text


def _read_u(
    lines: Iterator[tuple[int, str]], file: str, given: Iterator[str] | None
) -> Iterator[Passage]:
    names: tuple[str, ...] = _PLAIN_U
    held: _Text | None = None
    covered = 0
    for number, line in lines:
        at = FieldPath(file, f"line {number}")
        if line.startswith("#"):
            said, _, value = line[1:].partition("=")
            if said.strip() == "global.columns":
                names = _columns(value, at)
            elif said.split()[:1] == ["newdoc"]:
                if held:
                    yield held.passage()
                held = _Text(_next(given, at), id=value.strip())
            continue
        if not line.strip():
            covered = 0
            if held:
                held.is_first = True
            continue
        held = held or _Text(_next(given, at))
        covered = _add_u(held, _row(names, line, at), covered, at)
    if held:
        yield held.passage()


def _columns(said: str, at: FieldPath) -> tuple[str, ...]:
    names = tuple(said.split())
    for needed in ("ID", "FORM"):
        if needed not in names:
            at.refuse("entry-missing", field=needed)
    return names


def _row(names: tuple[str, ...], line: str, at: FieldPath) -> dict[str, str]:
    cells = line.split("\t")
    if len(cells) != len(names):
        at.seen("entry-columns", "the line", f"{len(cells)} columns", wanted=len(names))
    return dict(zip(names, cells, strict=True))


def _add_u(held: _Text, row: Mapping[str, str], covered: int, at: FieldPath) -> int:
    """Add a word; return the last number that a range of words covers, whose text it gave."""
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
    if not ranged and int(name) <= covered:  # the range has given its text
        if held.tags[-1] == "O":
            held.tags[-1] = tag
        return covered
    if "SpacesBefore" in misc and not held.tokens and held.given is None:
        held.text = _spaces(misc["SpacesBefore"])
    held.add(at.text(row["FORM"], "FORM"), tag, at)
    held.joint = " "
    if misc.get("SpaceAfter") == "No":
        held.joint = ""
    elif "SpacesAfter" in misc:
        held.text += _spaces(misc["SpacesAfter"]) if held.given is None else ""
        held.joint = ""
    return int(ranged[2]) if ranged else covered


def _spaces(escaped: str) -> str:
    return _escape(lambda found: FROM_ESCAPE.get(found[1], found[0]), escaped)
