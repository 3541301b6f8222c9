"""Segments of sounds leave as a table, a row each, and read back as the label they are of."""

import csv
import io
import json

import pytest

from canut.actions.datasets.export_jobs import ExportIn, ask_export, file_of
from canut.actions.datasets.span_exports import export_segments
from canut.core.errors import BadInput
from canut.core.kinds import check_schema, check_values
from canut.store.models import Task
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = pytest.mark.django_db
SEGMENTS = [
    {"label": "a", "start": 0, "end": 1.5, "text": "=Bonjour."},
    {"label": "b", "start": 1.25, "end": 2, "text": ""},
]


@pytest.fixture
def made() -> Made:
    question = {
        "id": "q",
        "kind": "audio",
        "ask": "Qui ?",
        "labels": ["a", "b"],
        "transcript": True,
    }
    schema = check_schema({"questions": [question], "show": [{"column": "sound", "as": "audio"}]})
    made = make_project(tasks=2, schema=schema)
    Task.objects.all().update(data=json.dumps({"sound": "f" * 64}))
    answer_next(made.worker, SEGMENTS)
    return made


def test_segments_that_leave_are_those_of_the_label(made: Made) -> None:
    lines = b"".join(export_segments(made.project.pk, "jsonl", now_ms=NOW_MS)).splitlines()

    rows = [json.loads(line) for line in lines]
    assert {row.pop("sound") for row in rows} == {"f" * 64}
    assert len({row.pop("key") for row in rows}) == 1
    back = [{**row, "text": row["text"] or ""} for row in rows]
    assert check_values(made.question.schema, {"q": back}) == {"q": SEGMENTS}


def test_what_is_said_is_no_formula_in_a_spreadsheet(made: Made) -> None:
    content = b"".join(export_segments(made.project.pk, "csv", now_ms=NOW_MS)).decode()

    first, second = csv.DictReader(io.StringIO(content))
    assert (first["text"], first["start"], second["end"]) == ("'=Bonjour.", "0.0", "2.0")


def test_segments_are_asked_for_as_a_file_and_refused_where_none_are_placed(made: Made) -> None:
    by = made.project.created_by
    one = ask_export(made.project, ExportIn("segments", "csv"), by=by, now_ms=NOW_MS)
    assert (one.state, file_of(one).read_text().count("\n")) == ("done", 3)

    with pytest.raises(BadInput) as refused:
        ask_export(make_project().project, ExportIn("segments", "csv"), by=by, now_ms=NOW_MS)
    assert refused.value.case == "no-segments"
