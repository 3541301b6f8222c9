"""Write spans as columns of tokens: CoNLL-2003, or CoNLL-U Plus, which keeps the text.

CoNLL-2003 has one token per line, with its tag last, blank lines between sentences and a
``-DOCSTART-`` line before each text. It does not store spaces: a text read back has one space
between tokens and a line end between sentences, unless the original text is given. CoNLL-U stores
spaces in its last column. One column of tags cannot represent overlapping spans, which are refused.
Relations are noted.
"""

from collections.abc import Iterable, Iterator, Sequence

from canut.core.formats.training.labelled_items import DocumentPath, LabelledText, Notes
from canut.core.formats.training.tokens import (
    Span,
    Token,
    checked,
    overlapping,
    tags_of,
    tokens_of,
    trimmed,
)

DOCUMENT = "-DOCSTART-"
SCHEMES = ("bio", "bioes", "bilou")
COLUMNS = "# global.columns = ID FORM UPOS NER MISC\n"
_SPACES = {" ": "\\s", "\n": "\\n", "\t": "\\t", "\r": "\\r", "|": "\\p", "\\": "\\\\"}
FROM_ESCAPE = {escape[1]: plain for plain, escape in _SPACES.items()}


def write(
    passages: Iterable[LabelledText], notes: Notes, *, form: str = "2003", scheme: str = "bio"
) -> Iterator[bytes]:
    """Write texts with their spans.

    Args:
        passages: texts with spans that do not overlap.
        notes: counts relations, which have no column.
        form: ``2003``, or ``u`` for CoNLL-U Plus with the columns ID, FORM, UPOS, NER and MISC.
        scheme: ``bio``, ``bioes`` or ``bilou``.

    Raises:
        BadFile: spans overlap, one is out of its text or of white space alone, or a label holds a
            space.
    """
    for name, value, allowed in (("form", form, ("2003", "u")), ("scheme", scheme, SCHEMES)):
        if value not in allowed:
            DocumentPath("CoNLL", name).seen("entry-known", name, value, known=", ".join(allowed))
    if form == "u":
        yield COLUMNS.encode()
    for number, passage in enumerate(passages, 1):
        at = DocumentPath("CoNLL", f"text {passage.id or number}")
        spans = _spans_apart(passage, at, notes)
        tokens = tokens_of(passage.text, spans)
        tags = tags_of(tokens, spans, scheme)
        lines = _lines_u if form == "u" else _lines_2003
        yield lines(passage, number, tokens, tags).encode()


def _spans_apart(passage: LabelledText, at: DocumentPath, notes: Notes) -> list[Span]:
    """Return the trimmed spans of a text, or raise if two overlap."""
    spans = list[Span]()
    for span in checked(passage, at):
        if span["label"].split() != [span["label"]]:
            at.refuse("label-unwritable", seen=span["label"])
        spans.append(trimmed(span, passage.text, at))
        if spans[-1] is not span:
            notes.add("note-trimmed", where=at.where)
    pair = overlapping(spans)
    if pair:
        first, second = [f"{each['start']}–{each['end']}" for each in pair]
        at.refuse("spans-overlap", first=first, second=second)
    relations = len(passage.value.get("relations") or ())
    if relations:
        where = at.where
        notes.add("note-unwritten", count=relations, field="relations", format="CoNLL", where=where)
    return spans


def _sentences(
    text: str, tokens: Sequence[Token], tags: Sequence[str]
) -> Iterator[list[tuple[int, Token, str]]]:
    """Yield the tokens of each line; a span across a line end joins its lines."""
    sentence = list[tuple[int, Token, str]]()
    for number, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
        is_apart = sentence and tag[0] in "OBSU" and "\n" in text[sentence[-1][1].end : token.start]
        if is_apart:
            yield sentence
            sentence = []
        sentence.append((number, token, tag))
    if sentence:
        yield sentence


def _lines_2003(
    passage: LabelledText, _number: int, tokens: Sequence[Token], tags: Sequence[str]
) -> str:
    lines = [f"{DOCUMENT} -X- -X- O\n\n"]
    for sentence in _sentences(passage.text, tokens, tags):
        lines += [
            f"{passage.text[token.start : token.end]} -X- -X- {tag}\n" for _, token, tag in sentence
        ]
        lines.append("\n")
    return "".join(lines)


def _lines_u(
    passage: LabelledText, number: int, tokens: Sequence[Token], tags: Sequence[str]
) -> str:
    text = passage.text
    name = " ".join(passage.id.split()) or str(number)
    lines = list[str]()
    for sentence in _sentences(text, tokens, tags):
        first, last = sentence[0][1], sentence[-1][1]
        if not lines:
            lines.append(f"# newdoc id = {name}\n")
        sentence_text = " ".join(text[first.start : last.end].split())
        lines.append(f"# text = {sentence_text}\n")
        for word_number, (at, token, tag) in enumerate(sentence, 1):
            following = tokens[at + 1].start if at + 1 < len(tokens) else len(text)
            misc = list[str]()
            if at == 0 and token.start:
                misc.append(f"SpacesBefore={_escaped(text[: token.start])}")
            after = text[token.end : following]
            if not after and at + 1 < len(tokens):
                misc.append("SpaceAfter=No")
            elif after != " " or at + 1 == len(tokens):
                misc.append(f"SpacesAfter={_escaped(after)}")
            cells = (
                str(word_number),
                text[token.start : token.end],
                "_",
                tag,
                "|".join(misc) or "_",
            )
            lines.append("\t".join(cells) + "\n")
        lines.append("\n")
    return "".join(lines or [f"# newdoc id = {name}\n\n"])


def _escaped(spaces: str) -> str:
    return "".join(_SPACES.get(each, each) for each in spaces)
