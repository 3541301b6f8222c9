import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.errors import BadFile
from canut.core.formats.training import spacy
from canut.core.formats.training.labelled_items import LabelledText, Notes
from tests.core.formats.labelled_examples import passages


def trimmed(passage: LabelledText) -> LabelledText:
    """Return the passage with the spans that end in no white space, numbered in order."""
    spans = [
        span
        for span in passage.value["spans"]
        if passage.text[span["start"]].strip() and passage.text[span["end"] - 1].strip()
    ]
    spans.sort(key=lambda span: (span["start"], -span["end"]))
    named = [{**span, "id": str(number)} for number, span in enumerate(spans, 1)]
    return LabelledText(passage.text, {"spans": named, "relations": []})


def distinct(passage: LabelledText) -> bool:
    spans = passage.value["spans"]
    return len({(s["start"], s["end"], s["label"]) for s in spans}) == len(spans)


@settings(max_examples=20)
@given(made=st.lists(passages(overlap=True, relations=False).map(trimmed).filter(distinct)))
def test_spans_of_any_kind_come_back_from_jsonl(made: list[LabelledText]) -> None:
    content = b"".join(spacy.write_jsonl(made, Notes()))

    assert list(spacy.read_jsonl([content], "a.jsonl", Notes())) == made


@settings(max_examples=20)
@given(made=st.lists(passages(overlap=False, relations=False).map(trimmed), max_size=3))
def test_spans_apart_come_back_from_the_training_form(made: list[LabelledText]) -> None:
    content = b"".join(spacy.write_json(made, Notes()))

    found = list(spacy.read_json([content], "a.json", Notes()))

    assert [(each.text, each.value) for each in found] == [(each.text, each.value) for each in made]


SPANS = [
    {"id": "1", "label": "A", "start": 0, "end": 4},
    {"id": "2", "label": "B", "start": 2, "end": 8},
]
OVER = LabelledText(
    "Ada  dort", {"spans": SPANS, "relations": [{"from": "1", "to": "2", "label": "x"}]}, "t7"
)


def test_overlapping_spans_go_to_the_span_group_and_what_is_not_held_is_noted() -> None:
    notes = Notes()

    (line,) = spacy.write_jsonl([OVER], notes)

    assert json.loads(line) == ["Ada  dort", {"spans": {"sc": [[0, 3, "A"], [2, 8, "B"]]}}]
    assert [note.code for note in notes] == ["note-trimmed", "note-unwritten", "note-overlap"]
    with pytest.raises(BadFile, match="text t7: the spans 0–3 and 2–8 overlap"):
        list(spacy.write_json([OVER], Notes()))


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("[1", "line 1: this is not JSON"),
        ('["a"]', "line 1: “the line” is '1 values'; expected 2 columns"),
        ('[1, {"entities": []}]', "line 1: “text” is 1; expected a text"),
        ('["a", {"entities": [[0, 2, "A"]]}]', "line 1: the span from 0 to 2 is empty or outside"),
        ('["a", {"entities": [[0, 1]]}]', "line 1: “entities label” is not there"),
        ('["a", {"entities": [["0", 1, "A"]]}]', "line 1: “entities start” is '0'; expected a"),
        ("3", "line 1: “the line” is 3; expected an object"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line_and_field(line: str, place: str) -> None:
    with pytest.raises(BadFile) as refused:
        list(spacy.read_jsonl([line.encode()], "a.jsonl", Notes()))

    assert f"a.jsonl, {place}" in str(refused.value)


BAD = {"orth": "a", "ner": "X"}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ([{}], "[0]: “paragraphs” is not there"),
        ([{"paragraphs": [{"raw": "a"}]}], "[0].paragraphs[0]: “sentences” is not there"),
        (
            [{"paragraphs": [{"raw": "a", "sentences": [{"tokens": [{"orth": "b"}]}]}]}],
            "[0].paragraphs[0]: the token “b” does not come next",
        ),
        (
            [
                {
                    "paragraphs": [
                        {"raw": "a", "sentences": [{"tokens": [{"orth": "a", "ner": "X"}]}]}
                    ]
                }
            ],
            "[0].paragraphs[0]: the tag “X” is none of",
        ),
    ],
)
def test_a_training_file_that_is_none_is_refused_with_its_place(
    document: object, place: str
) -> None:
    with pytest.raises(BadFile) as refused:
        list(spacy.read_json([json.dumps(document).encode()], "a.json", Notes()))

    assert f"a.json, {place}" in str(refused.value)


def test_what_has_no_place_is_noted() -> None:
    notes = Notes()
    line = b'{"text": "a", "cats": {"x": 1}, "id": 7}\n\n'

    (found,) = spacy.read_jsonl([line], "a.jsonl", notes)

    assert (found.id, found.text) == ("7", "a")
    assert [note.words("fr")[:14] for note in notes] == ["« cats » n’a p"]
