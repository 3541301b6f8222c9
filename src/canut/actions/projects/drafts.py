"""Set up a draft project: store its file, choose its columns and guess its question.

A file is stored before any question about it is asked, so that a draft survives a closed page.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import cast

from django.db import transaction

from canut.actions.imports.lifecycle import (
    ImportOptions,
    discard_import,
    picture_columns,
    start_import,
)
from canut.actions.imports.workbooks import WORKBOOK, as_table
from canut.actions.learning.prelabels import NAMELESS, PrelabelColumns
from canut.actions.platform.uploads import forget_upload, upload_at
from canut.actions.projects.setup import create_project
from canut.core.clock import Ms
from canut.core.errors import BadInput, BadQuestion, Conflict, Incomplete, Refusal
from canut.core.formats import ReadOptions, preview, read, sniff
from canut.core.formats.tables.guesses import (
    ROWS_COMPARED,
    SAMPLE_ROWS,
    guess_judged,
    guess_key,
    guess_labels,
    guess_question,
)
from canut.core.kinds import cells_of
from canut.store.models import Import, Organisation, Person, Project

State = Import.State
SOUNDS = "audio"
UNDECIDED = (State.READING, State.READY, State.FAILED)


def check_columns(source: Import, schema: Mapping[str, object]) -> None:
    """Refuse a checked schema that displays columns the file does not have.

    Raises:
        BadQuestion: ``question-field``, naming the first such column.
    """
    displayed = cast("list[dict[str, str]]", schema["show"])
    columns = [*(item["column"] for item in displayed), *cells_of(schema)]
    existing = source.reading.get("columns", ())
    strange = next((column for column in columns if column not in existing), None)
    if strange is not None:
        raise BadQuestion(
            f"the file has no column {strange!r}; it has: {', '.join(existing)}",
            code="question-field",
            field="show",
            seen=strange,
        )


def sniff_upload(path: Path) -> tuple[Path, ReadOptions]:
    """Return the table of an upload, and how it is to be read.

    Raises:
        BadFile: it can be read in no known way; it is not kept.
        TooLarge: a workbook would unpack to too much.
    """
    try:
        table = as_table(path)
        return table, sniff(table)
    except Refusal:
        forget_upload(path)
        raise


def begin_project(
    organisation: Organisation, title: str, token: str, *, by: Person, now_ms: Ms
) -> Project:
    """Create a draft from a stored upload; an unreadable file creates none.

    Raises:
        BadFile: it can be read in no known way; it is not kept.
        Incomplete: the title is empty.
    """
    path = upload_at(token)
    name, (path, reading) = path.name, sniff_upload(path)
    with transaction.atomic():
        project = create_project(organisation, title, by=by, now_ms=now_ms)
        start_import(
            project.pk, path, _name_of(name, path), reading, ImportOptions(), by=by, now_ms=now_ms
        )
    return project


def begin_import(project: Project, token: str, *, by: Person, now_ms: Ms) -> Import:
    """Start the import of a stored upload in the draft, replacing the one before.

    Raises:
        BadFile: it can be read in no known way; it is not kept.
        Conflict: the project is open already.
    """
    check_draft(project)
    path = upload_at(token)
    name, (path, reading) = path.name, sniff_upload(path)
    for other in project.imports.filter(state__in=UNDECIDED):
        discard_import(other.id, now_ms)
    shown = _name_of(name, path)
    return start_import(project.id, path, shown, reading, ImportOptions(), by=by, now_ms=now_ms)


def _name_of(uploaded: str, path: Path) -> str:
    """Return the name a person knows the file by: of a workbook its own, else that of the table.

    Several files lie in a folder of our own; they go by the first of them, and how many follow.
    """
    if path.is_dir():
        names = sorted(entry.name for entry in path.iterdir())
        return names[0] if len(names) == 1 else f"{names[0]} + {len(names) - 1}"
    return uploaded if uploaded.lower().endswith(WORKBOOK) else path.name


def guess_columns(source: Import) -> Import:
    """Choose the judged and the key column by what the first rows hold, and keep the good rows.

    Raises:
        BadFile: the file cannot be read.
    """
    reading = ReadOptions.of_json(source.reading)
    judged, key = reading.columns[0], ""
    if source.format != "images":
        path, rows = Path(source.path), list[dict[str, str]]()
        for batch in read(path, reading):
            rows += batch.rows
            if len(rows) >= ROWS_COMPARED:
                break
        judged = guess_judged(reading.columns, rows[:SAMPLE_ROWS], picture_columns(source))
        key = guess_key(reading.columns, rows, judged)
    source = choose_columns(source, judged=judged, id_column=key, known_column="")
    keep_good_rows(source)
    return source


@transaction.atomic
def choose_columns(
    source: Import, *, judged: str, id_column: str, known_column: str, **model: str
) -> Import:
    """Choose the judged, id and known-label columns, and read the file again.

    Args:
        source: the import.
        judged: the column displayed to people.
        id_column: names each row; empty for the line.
        known_column: holds known answers; empty for none.
        model: what a model said: ``label_column``, ``score_column``, ``source_column`` and the
            model's name and ``version``, each empty where the file does not say.

    Raises:
        BadInput: the file has no such column, or one would be both judged and known.
        Conflict: the project is open already, or its rows are being published.
    """
    check_draft(source.project)
    if source.state not in UNDECIDED:
        raise Conflict(f"the import is {source.state}", code="import-not-ready", state=source.state)
    reading = ReadOptions.of_json(source.reading)
    prelabel = _prelabel(model)
    hidden = [known_column, *(prelabel.names() if prelabel else ())]
    for column in (judged, id_column, *hidden):
        if column and column not in reading.columns:
            raise BadInput(f"the file has no column {column!r}", code="no-column", column=column)
    if judged in hidden:
        raise BadInput(
            f"column {judged!r} is judged and cannot be the known answer too",
            code="column-twice",
            column=judged,
        )
    options = ImportOptions(
        id_column=id_column or None,
        known_column=known_column or None,
        required=(judged,),
        prelabel=prelabel,
    )
    unchanged = {
        name: value for name, value in source.reading.items() if name not in {"keep", "begun"}
    }
    chosen = {"judged": judged, "id_column": id_column, "known_column": known_column}
    source.reading = unchanged | {"options": asdict(options), "chosen": chosen | model}
    source.reading["guess"] = _guess(source, reading)
    source.state, source.failure = State.READING, None
    source.save(update_fields=["reading", "state", "failure"])
    return source


def _guess(source: Import, reading: ReadOptions) -> dict[str, object]:
    """Return what could be asked of the file, and a column whose values could be the answers."""
    chosen, media = source.reading["chosen"], picture_columns(source)
    judged, known = chosen["judged"], chosen["known_column"]
    medium = "text" if judged not in media else "audio" if judged == SOUNDS else "image"
    try:
        path = Path(source.path)
        is_table = source.format != "images" and path.exists()
        rows = preview(path, SAMPLE_ROWS, reading).rows if is_table else []
    except Refusal:
        rows = []
    guess = guess_question(reading.columns, rows, judged, medium=medium, known=known)
    besides = {judged, known, *chosen.values(), *media}
    column, labels = guess_labels(reading.columns, rows, besides)
    return guess._asdict() | {"labels_column": column, "labels": labels}


def _prelabel(model: dict[str, str]) -> PrelabelColumns | None:
    """Return the columns of pre-labels; None if no column holds labels."""
    label = model.get("label_column", "")
    if not label:
        return None
    return PrelabelColumns(
        label=label,
        score=model.get("score_column") or None,
        source=model.get("source_column") or None,
        model=model.get("model") or NAMELESS,
        version=model.get("version", ""),
    )


@transaction.atomic
def keep_good_rows(source: Import) -> None:
    """Confirm that rejected rows stay out and the others are imported."""
    source.reading = source.reading | {"keep": "good"}
    source.save(update_fields=["reading"])


@transaction.atomic
def rename_draft(project: Project, title: str) -> None:
    """Set the name of a draft; its address stays.

    Raises:
        Conflict: the project is open already.
        Incomplete: the name is empty.
    """
    check_draft(project)
    if not title.strip():
        raise Incomplete("a project needs a title", field="title")
    project.title = title.strip()[:120]
    project.save(update_fields=["title"])


@transaction.atomic
def set_own_staff(project: Project, *, own_staff: bool) -> None:
    """Set whether workers are own staff, paid elsewhere.

    Raises:
        Conflict: people work on it already.
    """
    check_draft(project)
    project.is_own_staff = own_staff
    project.save(update_fields=["is_own_staff"])


def check_draft(project: Project) -> None:
    """Refuse to change the file of a project that people work on."""
    if project.state != Project.State.DRAFT:
        raise Conflict("the project is open; its file and columns stay", code="not-a-draft")
