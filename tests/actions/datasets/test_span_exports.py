"""Marked texts leave as what spaCy and CoNLL readers take, and come back the same."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from canut.actions.datasets.export_jobs import ExportIn, ask_export, file_of
from canut.actions.datasets.span_exports import FORMS, export_passages
from canut.actions.imports.span_files import reader_of, write_rows
from canut.core.clock import to_ms
from canut.core.errors import BadAnswer, BadInput
from canut.core.formats.training import conll, spacy
from canut.core.formats.training.labelled_items import Notes
from canut.core.kinds import check_schema, values_of_label
from canut.store.models import Task
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = pytest.mark.django_db
TEXT = "🧵 Zoé tisse à Lyon.\nPaul file."
SPANS = [
    {"id": "1", "label": "person", "start": 2, "end": 5},
    {"id": "2", "label": "place", "start": 14, "end": 18},
    {"id": "3", "label": "person", "start": 20, "end": 24},
]
READERS = {
    "conll": lambda content, notes: conll.read(content, "out", notes, [TEXT]),
    "conllup": lambda content, notes: conll.read(content, "out", notes),
    "json": lambda content, notes: spacy.read_json(content, "out", notes),
    "jsonl": lambda content, notes: spacy.read_jsonl(content, "out", notes),
}


def asked(**more: object) -> dict[str, Any]:
    question = {
        "id": "q",
        "kind": "spans",
        "ask": "Qui, où ?",
        "labels": ["person", "place"],
        "relations": ["works_in"],
        **more,
    }
    return check_schema({"questions": [question], "show": [{"column": "text", "as": "text"}]})


def marked(**more: object) -> Made:
    made = make_project(tasks=2, schema=asked(**more))
    Task.objects.all().update(data=json.dumps({"text": TEXT, "place": "Lyon"}))
    drawn = {"from": "1", "to": "2", "label": "works_in"}
    answer_next(made.worker, {"spans": SPANS, "relations": [drawn]})
    return made


@pytest.mark.parametrize(("what", "form"), [(w, f) for w, forms in FORMS.items() for f in forms])
def test_spans_that_leave_come_back_the_same(what: str, form: str) -> None:
    made, notes = marked(), Notes()
    content = list(export_passages(made.project.pk, what, form, notes=notes, now_ms=NOW_MS))

    (found,) = READERS[form](content, Notes())

    assert found.text == TEXT
    assert found.value["spans"] == SPANS
    assert [note.code for note in notes] == ["note-unwritten"]


def test_only_the_form_that_holds_overlaps_is_written_where_spans_may_overlap() -> None:
    made = marked(overlap=True)

    with pytest.raises(BadInput) as refused:
        export_passages(made.project.pk, "conll", "conll")
    assert refused.value.case == "spans-may-overlap"
    assert b"person" in b"".join(export_passages(made.project.pk, "spacy", "jsonl", now_ms=NOW_MS))


def test_projects_without_spans_and_unknown_forms_are_refused() -> None:
    plain = make_project()

    with pytest.raises(BadInput) as refused:
        export_passages(plain.project.pk, "spacy", "json")
    assert refused.value.case == "no-spans"
    with pytest.raises(BadInput, match="conllup"):
        export_passages(plain.project.pk, "conll", "csv")


def test_marked_texts_are_asked_for_over_the_api_as_other_exports() -> None:
    made = marked()
    now = datetime(2026, 11, 26, tzinfo=UTC)

    one = ask_export(
        made.project, ExportIn("spacy", "jsonl"), by=made.project.created_by, now_ms=to_ms(now)
    )

    assert one.state == "done"
    assert json.loads(file_of(one).read_text())[0] == TEXT


@pytest.mark.parametrize(
    ("what", "form", "name"),
    [
        ("conll", "conllup", "out.conllup"),
        ("spacy", "json", "out.spacy.json"),
        ("spacy", "jsonl", "out.jsonl"),
    ],
)
def test_what_left_comes_back_as_rows_with_the_label_of_its_spans(
    what: str, form: str, name: str, tmp_path: Path
) -> None:
    made, path, rows = marked(), tmp_path / name, tmp_path / "rows.jsonl"
    path.write_bytes(b"".join(export_passages(made.project.pk, what, form, now_ms=NOW_MS)))
    read = reader_of(path)
    assert read is not None

    assert write_rows(made.project.pk, path, read, rows, Notes()) == 1

    row = json.loads(rows.read_text())
    assert row["text"] == TEXT
    spans = {"spans": SPANS, "relations": []}
    assert json.loads(row["spans"]) == spans
    assert values_of_label(made.question.schema, row["spans"]) == {"q": spans}


def test_rows_stay_rows_and_strange_labels_are_refused(tmp_path: Path) -> None:
    plain, strange = tmp_path / "rows.jsonl", tmp_path / "strange.conll"
    plain.write_text('{"text": "Zoé"}\n')
    strange.write_text("Zoé -X- -X- B-animal\n")
    made = marked()

    assert reader_of(plain) is None
    with pytest.raises(BadAnswer, match="animal"):
        write_rows(made.project.pk, strange, conll.read, tmp_path / "out", Notes())
