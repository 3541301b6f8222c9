"""What can happen to a project while it is being made: its file arrives, its columns are chosen.

A file is kept before anything is asked about it, so that a draft survives a closed page.
"""

import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from canut.actions.imports import ImportOptions, discard_import, start_import
from canut.core.errors import BadInput, Conflict, Incomplete
from canut.core.formats import Reading, sniff
from canut.store.models import Import, Person, Project

LONGEST_NAME = 120


@dataclass(frozen=True)
class Upload:
    """A file that arrived: the name it had and where it waits."""

    name: str
    path: Path


def keep_upload(uploads: Sequence[Upload]) -> Path:
    """Move what arrived into the data folder, one file as itself, several as a folder.

    Raises:
        Incomplete: nothing arrived.
    """
    if not uploads:
        raise Incomplete("choose a file, or several pictures", field="file")
    folder = Path(settings.DATA) / "imports" / secrets.token_hex(8)
    folder.mkdir(mode=0o700, parents=True)
    for upload in uploads:
        shutil.move(upload.path, folder / _free_name(folder, upload.name))
    return folder if len(uploads) > 1 else next(folder.iterdir())


def begin_import(project: Project, path: Path, name: str, *, by: Person, now: datetime) -> Import:
    """Look at a kept file and put it in the draft, in the place of the one before.

    Raises:
        BadFile: it can be read in no known way; it is not kept.
        Conflict: the project is open already.
    """
    _check_draft(project)
    try:
        reading = sniff(path)
    except Exception:
        _forget(path)
        raise
    with transaction.atomic():
        _discard_others(project, now)
        return start_import(project.id, path, name, reading, ImportOptions(), by=by, now=now)


def choose_columns(
    source: Import, *, judged: str, id_column: str, known_column: str, by: Person, now: datetime
) -> Import:
    """Say which column is judged, which names the row, which holds known answers; read anew.

    Raises:
        BadInput: the file has no such column, or one would be both judged and known.
        Conflict: the project is open already.
    """
    _check_draft(source.project)
    reading = Reading.of_json(source.reading)
    for column in (judged, id_column, known_column):
        if column and column not in reading.columns:
            raise BadInput(f"the file has no column {column!r}", code="no-column", column=column)
    if judged == known_column:
        raise BadInput(
            f"column {judged!r} is judged and cannot be the known answer too",
            code="column-twice",
            column=judged,
        )
    options = ImportOptions(id_column=id_column or None, known_column=known_column or None)
    with transaction.atomic():
        fresh = start_import(
            source.project_id, Path(source.path), source.name, reading, options, by=by, now=now
        )
        fresh.reading = fresh.reading | {
            "chosen": {"judged": judged, "id_column": id_column, "known_column": known_column}
        }
        fresh.save(update_fields=["reading"])
        _discard_others(source.project, now, keep=fresh)
    return fresh


@transaction.atomic
def keep_good_rows(source: Import) -> None:
    """Settle that the rows set aside stay out and the others go in."""
    source.reading = source.reading | {"keep": "good"}
    source.save(update_fields=["reading"])


@transaction.atomic
def say_who_answers(project: Project, *, own_staff: bool) -> None:
    """Say whether whoever answers is paid elsewhere, as own staff.

    Raises:
        Conflict: people work on it already.
    """
    _check_draft(project)
    project.is_own_staff = own_staff
    project.save(update_fields=["is_own_staff"])


def _check_draft(project: Project) -> None:
    if project.state != Project.State.DRAFT:
        raise Conflict("the project is open; its file and columns stay", code="not-a-draft")


def _discard_others(project: Project, now: datetime, keep: Import | None = None) -> None:
    others = project.imports.exclude(state=Import.State.DISCARDED)
    if keep is not None:
        others = others.exclude(id=keep.id)
    for other in others:
        discard_import(other.id, now)


def _free_name(folder: Path, name: str) -> str:
    """Return the file's own name without folders, with a number when it is taken."""
    plain = Path(name.replace("\\", "/")).name.lstrip(".")[-LONGEST_NAME:] or "file"
    if not (folder / plain).exists():
        return plain
    stem, suffix = Path(plain).stem, Path(plain).suffix
    number = 2
    while (folder / f"{stem}-{number}{suffix}").exists():
        number += 1
    return f"{stem}-{number}{suffix}"


def _forget(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        shutil.rmtree(path.parent, ignore_errors=True)
