"""Set up a draft project: store its file and choose its columns.

A file is stored before any question about it is asked, so that a draft survives a closed page.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import cast

from django.db import transaction

from canut.actions.imports.lifecycle import ImportOptions, discard_import, start_import
from canut.actions.learning.prelabels import NAMELESS, PrelabelColumns
from canut.actions.platform.uploads import forget_upload, upload_at
from canut.actions.projects.setup import create_project
from canut.core.clock import Ms
from canut.core.errors import BadInput, BadQuestion, Conflict, Refusal
from canut.core.formats import ReadOptions, sniff
from canut.core.kinds import cells_of
from canut.store.models import Import, Organisation, Person, Project

State = Import.State
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


def sniff_upload(path: Path) -> ReadOptions:
    """Detect how an upload is to be read.

    Raises:
        BadFile: it can be read in no known way; it is not kept.
    """
    try:
        return sniff(path)
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
    reading = sniff_upload(path)
    with transaction.atomic():
        project = create_project(organisation, title, by=by, now_ms=now_ms)
        start_import(project.pk, path, path.name, reading, ImportOptions(), by=by, now_ms=now_ms)
    return project


def begin_import(project: Project, token: str, *, by: Person, now_ms: Ms) -> Import:
    """Start the import of a stored upload in the draft, replacing the one before.

    Raises:
        BadFile: it can be read in no known way; it is not kept.
        Conflict: the project is open already.
    """
    check_draft(project)
    path = upload_at(token)
    reading = sniff_upload(path)
    for other in project.imports.filter(state__in=UNDECIDED):
        discard_import(other.id, now_ms)
    return start_import(project.id, path, path.name, reading, ImportOptions(), by=by, now_ms=now_ms)


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
    source.state, source.failure = State.READING, None
    source.save(update_fields=["reading", "state", "failure"])
    return source


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
