"""Work leaves in the columns other platforms know, and their own readers read it."""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from canut.actions.datasets.mturk_toloka_exports import BATCH, export_mturk, export_toloka
from canut.core.clock import to_ms
from canut.core.errors import BadInput
from canut.core.formats.platforms.platform_work import Fate, WorkPiece
from canut.core.formats.platforms.register import PLATFORMS, Platform
from canut.store.models import Answer, Task
from tests.support.decisions import EVIDENCE, make_due
from tests.support.factories import NOW, NOW_MS, SCHEMA, Made, answer_next, make_project

pytestmark = pytest.mark.django_db
MTURK, TOLOKA = PLATFORMS["mturk"], PLATFORMS["toloka"]
DAY = dt.timedelta(days=1)


@pytest.fixture
def made() -> Made:
    made = make_project(tasks=2, workers=2)
    Task.objects.filter(pk=made.tasks[0].pk).update(
        data=json.dumps({"text": '=1+1 "é"\nligne', "place": "Lyon"}), known="oui"
    )
    for worker in made.workers:
        answer_next(worker)
    return made


def written(stream: Iterator[bytes], path: Path) -> Path:
    path.write_bytes(b"".join(stream))
    return path


def pieces_of(path: Path, reader: Platform) -> list[WorkPiece]:
    batches = list(reader.read(path, reader.reading_of(path)))
    assert not [problem for batch in batches for problem in batch.problems]
    return [piece for batch in batches for piece in batch.pieces]


def test_a_batch_has_its_columns_in_their_order(made: Made) -> None:
    header = next(csv.reader(io.StringIO(b"".join(export_mturk(made.project.pk)).decode())))

    assert len(BATCH) == 27
    assert tuple(header[:27]) == BATCH
    assert header[-3:] == ["Answer.q", "Approve", "Reject"]
    assert all(name.startswith("Input.") for name in header[27:-3])


@pytest.mark.parametrize("platform", [MTURK, TOLOKA])
def test_what_is_written_is_read_back(made: Made, tmp_path: Path, platform: Platform) -> None:
    export = export_mturk if platform is MTURK else export_toloka
    answers = {a.pk: a for a in Answer.objects.select_related("worker", "lease")}

    pieces = pieces_of(written(export(made.project.pk, now_ms=NOW_MS), tmp_path / "a"), platform)

    assert len(pieces) == len(answers) == 2
    for piece in pieces:
        answer = answers[int(piece.assignment.removeprefix("A"))]
        assert piece.worker == answer.worker.public_id
        assert list(piece.answers.values()) == [json.loads(answer.values)["q"]]
        assert piece.fate == Fate.WAITING
        assert piece.pay_micro == 210_000
        assert piece.started_ms is not None
        assert answer.lease is not None
        assert abs(piece.started_ms - answer.lease.lent_ms) < 1000


def test_work_is_accepted_after_a_week_and_a_rejection_says_why(tmp_path: Path) -> None:
    due = make_due(workers=2, tasks=1, overlap=2)
    answer_next(due.made.workers[1], "non")
    due.reject()
    later = NOW + 8 * DAY

    rows = csv.DictReader(
        io.StringIO(b"".join(export_mturk(due.made.project.pk, now_ms=to_ms(later))).decode())
    )
    pool = pieces_of(
        written(export_toloka(due.made.project.pk, now_ms=to_ms(later)), tmp_path / "a"), TOLOKA
    )

    told = {row["AssignmentStatus"]: row for row in rows}
    assert told["Rejected"]["RequesterFeedback"] == EVIDENCE
    assert told["Rejected"]["RejectionTime"]
    assert told["Approved"]["ApprovalTime"] == told["Approved"]["AutoApprovalTime"]
    assert sorted(piece.fate for piece in pool) == [Fate.ACCEPTED, Fate.REJECTED]


def test_cells_that_a_spreadsheet_would_run_do_not(made: Made) -> None:
    Task.objects.update(data=json.dumps({"text": "=cmd()"}))

    text = b"".join(export_mturk(made.project.pk)).decode()

    assert "'=cmd()" in text
    assert ",=cmd()" not in text


def test_several_answers_are_boxes(tmp_path: Path) -> None:
    schema = {**SCHEMA, "questions": [{**SCHEMA["questions"][0], "multiple": True}]}
    made = make_project(tasks=1, schema=schema)
    answer_next(made.worker, value=["oui"])

    path = written(export_mturk(made.project.pk), tmp_path / "a.csv")

    row = next(csv.DictReader(io.StringIO(path.read_text())))
    assert (row["Answer.q.oui"], row["Answer.q.non"]) == ("true", "false")
    assert [piece.answers for piece in pieces_of(path, MTURK)] == [{"q": "oui"}]


@pytest.mark.parametrize(("export", "form"), [(export_mturk, "tsv"), (export_toloka, "csv")])
def test_another_format_is_refused(made: Made, export: object, form: str) -> None:
    write = export_mturk if export is export_mturk else export_toloka

    with pytest.raises(BadInput):
        write(made.project.pk, form)
