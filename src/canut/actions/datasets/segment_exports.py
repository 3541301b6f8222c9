"""Take segments of sounds out as a table: one row a segment, with its task, times and text."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, cast

from django.utils import timezone

from canut.actions.datasets.exports import CHUNK_ROWS, check_export
from canut.actions.datasets.passage_exports import labelled
from canut.core.errors import BadInput
from canut.core.formats import Column, stream_rows
from canut.core.formats.tables.writing import Cell
from canut.core.kinds import Question
from canut.store.tables.projects import first_question

COLUMNS = (
    Column("key"),
    Column("sound"),
    Column("label"),
    Column("start", "number"),
    Column("end", "number"),
    Column("text"),
)


def segments_asked(project_id: int) -> Question | None:
    """Return the first question about segments that is asked now; None where none is."""
    return first_question(project_id, "audio")


def export_segments(
    project_id: int, form: str, *, for_excel: bool = False, now: datetime | None = None
) -> Iterator[bytes]:
    """Stream the segments of a project's labels, a row each; times in seconds.

    Args:
        project_id: whose labels; who may take them is checked by the caller.
        form: csv, jsonl, json or parquet.
        for_excel: begin a CSV with a byte order mark.
        now: when the tasks left.

    Raises:
        Missing: there is no such project.
        BadInput: no segments are asked for, or the format cannot be written.
    """
    check_export(project_id, form)
    question = segments_asked(project_id)
    if question is None:
        raise BadInput("no segments of a sound are asked for here", code="no-segments")
    now_ms = int((now or timezone.now()).timestamp() * 1000)
    rows = _rows(project_id, question, now_ms)
    batches = batched(rows, CHUNK_ROWS, strict=False)
    return stream_rows(form, COLUMNS, batches, for_excel=for_excel)


def _rows(project_id: int, question: Question, now_ms: int) -> Iterator[tuple[Cell, ...]]:
    for leaves, value in labelled(project_id, question, now_ms):
        sound = leaves.data.get(str(question["column"]), "")
        for one in cast("Sequence[Mapping[str, Any]]", value):
            times = float(one["start"]), float(one["end"])
            yield (leaves.row.key, sound, str(one["label"]), *times, one.get("text"))
