from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from canut.core.errors import BadFile
from canut.core.kinds import check_schema
from canut.core.kinds.json_schema import question_schema
from canut.core.kinds.question_file import read_question_file
from canut.core.kinds.sample import Sample, samples

EXAMPLES = Path(__file__).resolve().parents[3] / "examples/questions"
FILES = sorted(EXAMPLES.iterdir())
DESCRIBED = jsonschema_rs.validator_for(question_schema())


def test_there_are_examples() -> None:
    assert len(FILES) > 3


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_example_is_read_and_is_as_the_json_schema_says(file: Path) -> None:
    schema = read_question_file(file.name, file.read_bytes())

    assert check_schema(schema) == schema
    assert DESCRIBED.is_valid(yaml.safe_load(file.read_text()))
    assert DESCRIBED.is_valid(schema)


@pytest.mark.parametrize("sample", samples(), ids=lambda one: f"{one.kind}-{one.name}")
def test_normal_form_is_as_the_json_schema_says(sample: Sample) -> None:
    for schema in sample.schema.values():
        assert DESCRIBED.is_valid(schema)
        assert read_question_file("q.json", yaml.safe_dump(schema).encode()) == schema


def test_json_schema_refuses_what_is_not_there() -> None:
    asked = {"ask": "?", "kind": "boxes", "labels": ["a"]}

    assert DESCRIBED.is_valid({"show": "x as image", "questions": [asked]})
    assert not DESCRIBED.is_valid({"questions": [{**asked, "colour": "red"}]})
    assert not DESCRIBED.is_valid({"questions": [{**asked, "labels": []}]})
    assert not DESCRIBED.is_valid({"questions": [{**asked, "when": {"question": "q"}}]})
    assert not DESCRIBED.is_valid({"questions": []})


START = "show: x as image\nquestions:\n"


@pytest.mark.parametrize(
    ("text", "line", "field"),
    [
        ("", 1, ""),
        ("- 1", 1, ""),
        ("a: [", 1, ""),
        ("show: x\ncolour: red", 2, "colour"),
        ("show: x", 1, "questions"),
        (START, 2, "questions"),
        (START + "  - just words", 3, "questions[0]"),
        (START + "  - kind: text", 3, "questions[0].ask"),
        (START + "  - ask: a\n    kind: dance", 4, "questions[0].kind"),
        (START + "  - ask: a\n    choises: [a, b]", 4, "questions[0].choises"),
        (START + "  - ask: a\n    choices: [a, b]\n    colour: red", 5, "questions[0].colour"),
        (START + "  - ask: a\n    choices:\n      - a\n      - a", 6,
         "questions[0].choices[1].value"),
        (START + "  - ask: a\n    kind: boxes\n    labels: [a,\n      a]", 6,
         "questions[0].labels[1].value"),
        (START + "  - ask: a\n    choices: [a, b]\n  - ask: b\n    choices: [a, b]\n"
         "    when:\n      question: q1\n      is: c", 9, "questions[1].when.is"),
        ("show:\n  - x as image\n  - y as smell\nquestions:\n  - ask: a", 3, "show[1]"),
        ("show: x\nshow: y", 2, "show"),
        ("show: &x a\nquestions: *x", 2, ""),
        ("show: !!python/name:os.system x", 1, ""),
        ("show: \x00", 1, ""),
        ("? [a]\n: b", 1, ""),
        ("x: " + "[" * 50 + "]" * 50, 1, ""),
        ("x: [" + "1," * 100_001 + "]", 1, ""),
    ],
)  # fmt: skip
def test_file_is_refused_with_line_and_field(text: str, line: int, field: str) -> None:
    with pytest.raises(BadFile) as refusal:
        read_question_file("asked.yaml", text.encode())

    facts = refusal.value.facts
    assert (facts["file"], facts["line"], facts["field"]) == ("asked.yaml", line, field)
    assert str(refusal.value).startswith(f"asked.yaml, line {line}")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 1_000_001])
def test_bytes_that_are_no_small_text_are_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        read_question_file("asked.yaml", content)


def test_words_stay_words_and_numbers_become_choices() -> None:
    said = b"show: x\nquestions: [{ask: a, choices: [yes, no, 1, 2026-05-01, on]}]"

    schema = read_question_file("asked.yaml", said)

    questions: Any = schema["questions"]
    assert [each["value"] for each in questions[0]["choices"]] == [
        "yes", "no", "1", "2026-05-01", "on",
    ]  # fmt: skip
