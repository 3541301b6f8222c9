"""Import a batch of another platform: an input file, its form, perhaps its pictures.

The import creates a draft with its file read and its question written; aims, price and opening are
left to do. The file is copied with its pictures, so that the originals can be moved.
"""

import secrets
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from canut.actions.imports.lifecycle import ImportOptions, read_import, start_import
from canut.actions.imports.workbooks import table_of
from canut.actions.platform.uploads import forget_upload, name_on_disk, uploads_folder
from canut.actions.projects.setup import create_project, write_question
from canut.core.clock import Ms
from canut.core.errors import BadFile, BadInput
from canut.core.formats import ReadOptions, sniff
from canut.core.formats.platforms.mturk_form import MturkForm, read_form
from canut.core.formats.tables import images
from canut.store.models import Import, Organisation, Person, Project

SOUNDS = frozenset({".wav", ".mp3", ".ogg", ".oga", ".opus", ".flac", ".m4a", ".webm"})
MEDIA = SOUNDS | {".png", ".jpg", ".jpeg", ".webp", ".gif"}
MOST_FORM_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class PlatformBatch:
    """The files of a batch.

    Args:
        rows: the input file, CSV.
        template: the form, HTML.
        pictures: a zip or folder with the pictures that the form shows.
        leave_out: fields of the form that are not asked.
    """

    rows: Path
    template: Path
    pictures: Path | None = None
    leave_out: tuple[str, ...] = ()


def begin_draft(
    organisation: Organisation, title: str, path: Path, *, by: Person, now_ms: Ms
) -> Project:
    """Create a draft of a file that stays in its folder; columns and question come later.

    A workbook stays too; the table made of a copy of it is what is read.

    Raises:
        BadFile: it can be read in no known way; nothing is made.
        Missing: there is no file.
    """
    table = table_of(path)
    try:
        reading = sniff(table)
        refuse_results(reading)
        project = create_project(organisation, title, by=by, now_ms=now_ms)
        start_import(project.pk, table, path.name, reading, ImportOptions(), by=by, now_ms=now_ms)
    except BaseException:
        if table != path:
            forget_upload(table)
        raise
    return project


def begin_batch(
    organisation: Organisation, title: str, files: PlatformBatch, *, by: Person, now_ms: Ms
) -> tuple[Project, MturkForm, Import]:
    """Create a draft of a batch: its rows are read, its question is written.

    Returns:
        The draft, what the form asks, and the import, whose bad rows are still to be settled.

    Raises:
        BadFile: a file cannot be read, or the form cannot become a question; nothing is made.
        Missing: a file is not there.
    """
    form = read_form(_text(files.template), sniff(files.rows, ",").columns, files.leave_out)
    folder = _gathered(files, form)
    try:
        path = folder if files.pictures else folder / name_on_disk(files.rows.name)
        reading = sniff(path) if files.pictures else sniff(path, ",")
        shows = tuple(item.column for item in form.shows if item.shown_as == "image")
        reading = replace(reading, media=shows)
        project = create_project(organisation, title, by=by, now_ms=now_ms)
    except BaseException:
        forget_upload(folder)
        raise
    displayed = tuple(item.column for item in form.shows)
    options = ImportOptions(required=displayed)
    started = start_import(
        project.pk, path, files.rows.name, reading, options, by=by, now_ms=now_ms
    )
    chosen = {"judged": displayed[0], "id_column": "", "known_column": ""}
    started.reading = started.reading | {"chosen": chosen, "options": asdict(options)}
    started.save(update_fields=["reading"])
    write_question(project, form.schema(), form.instructions, by=by, now_ms=now_ms)
    return project, form, read_import(started.pk, now_ms)


def refuse_results(reading: ReadOptions) -> None:
    """Refuse a file of finished work: its rows are answers, not tasks.

    Raises:
        BadInput: ``import-of-results``.
    """
    if {"AssignmentId", "WorkerId"} <= set(reading.columns) or any(
        column.startswith(("ASSIGNMENT:", "OUTPUT:")) for column in reading.columns
    ):
        raise BadInput(
            "this is a file of finished work, not of tasks; read it with canut audit FILE",
            code="import-of-results",
        )


def options_of_pool(reading: ReadOptions, options: ImportOptions) -> ImportOptions:
    """Read known answers from the ``GOLDEN:`` column of a Toloka pool, if there is one."""
    golden = [column for column in reading.columns if column.startswith("GOLDEN:")]
    is_pool = any(column.startswith("INPUT:") for column in reading.columns)
    if not is_pool or len(golden) != 1 or options.known_column is not None:
        return options
    return replace(options, known_column=golden[0])


def _text(path: Path) -> str:
    if not path.is_file():
        raise BadFile(f"there is no form at {path}; check the name", code="file-missing")
    if path.stat().st_size > MOST_FORM_BYTES:
        raise BadFile(f"the form is over {MOST_FORM_BYTES} bytes", code="template-too-large")
    return path.read_text("utf-8-sig", "replace")


def _gathered(files: PlatformBatch, form: MturkForm) -> Path:
    """Copy the rows, and the pictures beside them."""
    picture = next((item for item in form.shows if item.shown_as == "image"), None)
    if picture is not None and files.pictures is None:
        raise BadFile(
            f"line {picture.line}, <{picture.tag}>: {picture.column!r} shows pictures; give them "
            "with --media, a zip or a folder",
            code="template-pictures",
            line=picture.line,
            tag=picture.tag,
            name=picture.column,
        )
    folder = uploads_folder() / secrets.token_hex(16)
    folder.mkdir(parents=True, mode=0o700)
    shutil.copyfile(files.rows, folder / name_on_disk(files.rows.name))
    if files.pictures is not None:
        copy_media(files.pictures, folder / "pictures")
    return folder


def copy_media(source: Path, folder: Path) -> None:
    """Copy the media of a zip or folder, under safe file names; nothing else."""
    names = images.names_of(source)
    media_names = [name for name in names if PurePosixPath(name).suffix.lower() in MEDIA]
    for item in images.pictures(source, media_names):
        if isinstance(item, images.ImageFile):
            parts = [name_on_disk(part) for part in PurePosixPath(item.name).parts if part != "/"]
            there = folder.joinpath(*parts)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(item.content)
