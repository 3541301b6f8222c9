"""Read and write spans for spaCy: its JSON training format, and JSONL with entities.

``spacy convert`` turns the first into ``.spacy`` files. The second can be passed to
``Example.from_dict`` with a short script; only it stores overlapping spans, under ``spans.sc``.
Offsets are Unicode code points in both. Neither stores relations, which are noted.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from canut.core.formats.training.json_entries import entries
from canut.core.formats.training.labelled_items import DocumentPath, LabelledText, Notes
from canut.core.formats.training.text_lines import lines_of
from canut.core.formats.training.tokens import (
    Span,
    Token,
    checked,
    overlapping,
    spans_of,
    tags_of,
    tokens_of,
    trimmed,
)
from canut.core.json_depth import load_json

SPAN_GROUP = "sc"  # where spaCy's span categoriser looks unless told otherwise
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _spans(passage: LabelledText, at: DocumentPath, notes: Notes) -> list[Span]:
    """Return spans trimmed of white space, which spaCy would not train on."""
    spans = list[Span]()
    for span in checked(passage, at):
        spans.append(trimmed(span, passage.text, at))
        if spans[-1] is not span:
            notes.add("note-trimmed", where=at.where)
    relations = len(passage.value.get("relations") or ())
    if relations:
        facts = {"field": "relations", "format": "spaCy", "where": at.where}
        notes.add("note-unwritten", count=relations, **facts)
    return spans


def write_jsonl(passages: Iterable[LabelledText], notes: Notes) -> Iterator[bytes]:
    """Write one ``[text, {"entities": [[start, end, label]]}]`` per line.

    Overlapping spans are written as ``{"spans": {"sc": […]}}`` instead, with a note, since only
    the span categoriser trains on them.

    Raises:
        BadFile: a span is empty, out of its text, or has no label.
    """
    for number, passage in enumerate(passages, 1):
        at = DocumentPath("spaCy", f"text {passage.id or number}")
        spans = _spans(passage, at, notes)
        triples = [[span["start"], span["end"], span["label"]] for span in spans]
        annotations: dict[str, Any] = {"entities": triples}
        if overlapping(spans):
            notes.add("note-overlap", where=at.where)
            annotations = {"spans": {SPAN_GROUP: triples}}
        yield (_dumps([passage.text, annotations]) + "\n").encode()


def read_jsonl(chunks: Iterable[bytes], file: str, notes: Notes) -> Iterator[LabelledText]:
    """Yield the texts of a JSONL file with their spans, line by line.

    A line is ``[text, {"entities", "spans"}]``, or ``{"text", "entities", "spans"}``; spans of
    every group are taken, each once.

    Raises:
        BadFile: a line is not of that form, or a span is out of its text.
    """
    for number, line in lines_of(chunks, file):
        if not line.strip():
            continue
        at = DocumentPath(file, f"line {number}")
        try:
            value = load_json(line)
        except json.JSONDecodeError as error:
            at.refuse("json-broken", character=error.pos + 1)
        except (ValueError, RecursionError):  # a number too long, or nested too deep
            at.refuse("json-broken", character=1)
        yield _passage(value, at, notes)


def _passage(value: object, at: DocumentPath, notes: Notes) -> LabelledText:
    if isinstance(value, list):
        pair = at.items(value, "the line")
        if len(pair) != len(("text", "what is in it")):
            at.seen("entry-columns", "the line", f"{len(pair)} values", wanted=2)
        text, fields = pair[0], at.fields(pair[1], "the line")
    else:
        fields = at.fields(value, "the line")
        text = fields.get("text")
    if not isinstance(text, str):
        at.seen("entry-text", "text", text)
    for name in fields:
        if name not in {"text", "entities", "spans", "id"}:
            notes.add("note-field", field=name, where=at.where)
    groups = at.fields(fields.get("spans") or {}, "spans")
    all_groups = [("entities", fields.get("entities") or []), *groups.items()]
    triples = dict[tuple[int, int, str], None]()
    for name, group in all_groups:
        for each in at.items(group, name):
            start, end, label, *_ = [*at.items(each, name), None, None, None]
            start, end = at.whole(start, f"{name} start"), at.whole(end, f"{name} end")
            triples[start, end, at.text(label, f"{name} label")] = None
    spans = [
        {"id": str(number), "label": label, "start": start, "end": end}
        for number, (start, end, label) in enumerate(triples, 1)
    ]
    passage = LabelledText(text, {"spans": spans, "relations": []}, str(fields.get("id") or ""))
    checked(passage, at)
    return passage


def write_json(passages: Iterable[LabelledText], notes: Notes) -> Iterator[bytes]:
    """Write spaCy's JSON training format, with entities as BILUO tags of tokens.

    Raises:
        BadFile: spans overlap, one is empty, out of its text, or has no label.
    """
    before = "[\n"
    for number, passage in enumerate(passages, 1):
        at = DocumentPath("spaCy", f"text {passage.id or number}")
        spans = _spans(passage, at, notes)
        pair = overlapping(spans)
        if pair:
            first, second = [f"{each['start']}–{each['end']}" for each in pair]
            at.refuse("spans-overlap", first=first, second=second)
        tokens = _with_spaces(passage.text, tokens_of(passage.text, spans))
        tags = tags_of(tokens, spans, "bilou")
        entries = [
            {"id": index, "orth": passage.text[token.start : token.end], "ner": tag}
            for index, (token, tag) in enumerate(zip(tokens, tags, strict=True))
        ]
        paragraph = {"raw": passage.text, "sentences": [{"tokens": entries}]}
        document = {"id": passage.id or number, "paragraphs": [paragraph]}
        yield (before + _dumps(document)).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def _with_spaces(text: str, tokens: Sequence[Token]) -> list[Token]:
    """Return tokens including those of white space beyond one space, as spaCy expects."""
    all_tokens = list[Token]()
    end = 0
    for token in [*tokens, Token(len(text), len(text))]:
        start = end + (bool(all_tokens) and text[end : end + 1] == " ")
        if start < token.start:
            all_tokens.append(Token(start, token.start))
        if token.start < token.end:
            all_tokens.append(token)
        end = token.end
    return all_tokens


def read_json(chunks: Iterable[bytes], file: str, notes: Notes) -> Iterator[LabelledText]:
    """Yield the paragraphs of spaCy's JSON training format with their entities.

    Raises:
        BadFile: a field is missing, a token does not come next in its text, or a tag is none.
    """
    for entry in entries(chunks, file):
        at = DocumentPath(file, entry.where)
        document = at.fields(entry.value, "document")
        paragraphs = at.items(document.get("paragraphs"), "paragraphs")
        for place, paragraph in enumerate(paragraphs):
            here = DocumentPath(file, f"{entry.where}.paragraphs[{place}]")
            name = str(document.get("id", "")) if len(paragraphs) == 1 else ""
            yield _paragraph(here.fields(paragraph, "paragraph"), name, here, notes)


def _paragraph(fields: dict[str, Any], name: str, at: DocumentPath, notes: Notes) -> LabelledText:
    text = fields.get("raw")
    if not isinstance(text, str):
        at.seen("entry-text", "raw", text)
    if fields.get("cats"):
        notes.add("note-field", field="cats", where=at.where)
    tokens, tags = list[Token](), list[str]()
    end = 0
    for sentence in at.items(fields.get("sentences"), "sentences"):
        for token in at.items(at.fields(sentence, "sentence").get("tokens"), "tokens"):
            orth = at.text(at.fields(token, "token").get("orth"), "orth")
            start = end
            while text[start : start + 1].isspace() and not text.startswith(orth, start):
                start += 1
            if not text.startswith(orth, start):
                at.refuse("tokens-astray", seen=orth[:80])
            end = start + len(orth)
            tokens.append(Token(start, end))
            tags.append(str(token.get("ner") or "O"))
    spans = spans_of(tokens, tags, [at] * len(tokens))
    return LabelledText(text, {"spans": spans, "relations": []}, name)
