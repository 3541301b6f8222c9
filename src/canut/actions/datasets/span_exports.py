"""Export spans for training: columns of tokens (CoNLL), or spaCy's formats.

Each labelled task is a text with its spans. What a format cannot hold (relations, overlapping spans
in columns) is left out and reported; JSONL or Parquet exports of labels hold everything.

Segments of sounds are exported as a table: one row per segment, with its task, times and text.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from typing import Any, cast

from canut.actions.datasets.label_exports import (
    CHUNK_ROWS,
    Leaving,
    asked_of,
    check_export,
    leaving,
)
from canut.actions.platform import system_clock
from canut.core.clock import Ms
from canut.core.errors import BadInput
from canut.core.formats import FileColumn, stream_rows
from canut.core.formats.tables.columns import Cell
from canut.core.formats.training import conll_writing, spacy
from canut.core.formats.training.labelled_items import LabelledText, Notes
from canut.core.kinds import Question, values_of_label
from canut.store.projects.versions import first_question, question_or_none

FORMS = {"conll": ("conll", "conllup"), "spacy": ("json", "jsonl")}


WITH_OVERLAPS = frozenset({"jsonl"})
"""The forms that hold spans which overlap."""


WRITERS = {
    ("conll", "conll"): conll_writing.write,
    ("conll", "conllup"): lambda passages, notes: conll_writing.write(passages, notes, form="u"),
    ("spacy", "json"): spacy.write_json,
    ("spacy", "jsonl"): spacy.write_jsonl,
}


def export_passages(
    project_id: int,
    name: str,
    form: str,
    *,
    notes: Notes | None = None,
    now_ms: Ms | None = None,
) -> Iterator[bytes]:
    """Stream the texts of a project with the spans of their labels.

    Args:
        project_id: whose labels; who may take them is checked by the caller.
        name: ``conll`` or ``spacy``.
        form: ``conll`` (CoNLL-2003) or ``conllup`` (CoNLL-U Plus, which keeps spaces); ``json``
            (for ``spacy convert``) or ``jsonl``.
        notes: collects what the format could not hold.
        now_ms: when the tasks left.

    Raises:
        Missing: there is no such project.
        BadInput: no spans are asked for, they may overlap and this form has no place for that, or
            the format is another.
    """
    if form not in FORMS.get(name, ()):
        raise BadInput(
            f"{name!r} is written as {', '.join(FORMS.get(name, FORMS))}, not as {form!r}",
            code="format-unknown",
            format=form,
        )
    asked_of(project_id)  # raises Missing where there is no such project
    question = first_question(project_id, "spans")
    if question is None:
        raise BadInput("no parts of a text are asked for here", code="no-spans")
    if question["overlap"] and form not in WITH_OVERLAPS:
        raise BadInput(
            f"spans may overlap here, which {form!r} cannot hold; take spaCy's jsonl",
            code="spans-may-overlap",
            format=form,
        )
    passages = _passages(project_id, question, system_clock.now_ms() if now_ms is None else now_ms)
    return WRITERS[name, form](passages, Notes() if notes is None else notes)


def _passages(project_id: int, question: Question, now_ms: int) -> Iterator[LabelledText]:
    for task, value in labelled(project_id, question, now_ms):
        text = task.data.get(str(question["column"]), "")
        yield LabelledText(text, cast("Mapping[str, Any]", value), task.row.key)


def labelled(project_id: int, question: Question, now_ms: int) -> Iterator[tuple[Leaving, object]]:
    """Yield each task whose label answers a question, with that answer; marked as exported."""
    version = question_or_none(project_id)
    for chunk in leaving(project_id, (), now_ms):
        for task in chunk:
            values = _values(version.schema if version else {}, task.row.label)
            if (value := values.get(str(question["id"]))) is not None:
                yield task, value


def _values(schema: dict[str, object], label: str | None) -> dict[str, object]:
    """Return a label's value per question; empty if it was for another question."""
    try:
        return values_of_label(schema, label) if label else {}
    except BadInput:
        return {}


COLUMNS = (
    FileColumn("key"),
    FileColumn("sound"),
    FileColumn("label"),
    FileColumn("start", "number"),
    FileColumn("end", "number"),
    FileColumn("text"),
)


def segments_asked(project_id: int) -> Question | None:
    """Return the first question about segments; None if there is none."""
    return first_question(project_id, "audio")


def export_segments(
    project_id: int, form: str, *, for_excel: str = "", now_ms: Ms | None = None
) -> Iterator[bytes]:
    """Stream the segments of a project's labels, a row each; times in seconds.

    Args:
        project_id: whose labels; who may take them is checked by the caller.
        form: csv, jsonl, json or parquet.
        for_excel: the separator of a CSV for Excel; empty for programs.
        now_ms: when the tasks left.

    Raises:
        Missing: there is no such project.
        BadInput: no segments are asked for, or the format cannot be written.
    """
    check_export(project_id, form)
    question = segments_asked(project_id)
    if question is None:
        raise BadInput("no segments of a sound are asked for here", code="no-segments")
    now_ms = system_clock.now_ms() if now_ms is None else now_ms
    rows = _rows(project_id, question, now_ms)
    batches = batched(rows, CHUNK_ROWS, strict=False)
    return stream_rows(form, COLUMNS, batches, for_excel=for_excel)


def _rows(project_id: int, question: Question, now_ms: int) -> Iterator[tuple[Cell, ...]]:
    for leaves, value in labelled(project_id, question, now_ms):
        sound = leaves.data.get(str(question["column"]), "")
        for segment in cast("Sequence[Mapping[str, Any]]", value):
            times = float(segment["start"]), float(segment["end"])
            yield (leaves.row.key, sound, str(segment["label"]), *times, segment.get("text"))
