"""Add tasks to a project from rows or a file sent over the API: at once, or in pieces.

Each piece states its offset; after a broken connection the client asks how much is stored and
continues from there. A complete upload is read and published like any file (``lifecycle``): at once
if it is small, else in a job. Unusable rows are rejected with reasons, the others are published,
unless the sender asked to decide later (``publishing``). A repeated request continues the import it
began.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.tasks import task

from canut.actions.imports.lifecycle import (
    ImportOptions,
    is_small,
    publish_import,
    read_import,
    start_import,
)
from canut.actions.imports.workbooks import as_table
from canut.actions.integrations.idempotency import begin_under
from canut.actions.platform.system_clock import now_ms
from canut.actions.platform.uploads import forget_upload, keep_upload, upload_at
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, TooLarge
from canut.core.formats import sniff
from canut.store.models import Import, Person, Project
from canut.store.platform.synced_file import SyncedWriter
from canut.store.tables.integrations import ApiReply, ApiUpload

NAME = "rows.jsonl"
KEPT = timedelta(days=7)
UNDER_WAY = frozenset({Import.State.READING, Import.State.READY, Import.State.PUBLISHING})


class RowsRequest(NamedTuple):
    """The sender, time and idempotency key of a request with rows, and whether they publish."""

    by: Person
    at_ms: Ms
    under: ApiReply | None = None
    publishes: bool = True


@transaction.atomic
def begin_upload(project: Project, *, by: Person, now_ms: Ms, name: str = NAME) -> ApiUpload:
    """Create an upload that arrives in pieces: rows, or a file that a page would take.

    Args:
        project: where its rows become tasks.
        by: who sends it.
        now_ms: when it began.
        name: of the file; its content tells the format.

    Raises:
        Conflict: the project is closed.
    """
    _check_open_to_rows(project)
    token = keep_upload(name, [b""])
    return ApiUpload.objects.create(project=project, token=token, by=by, at=from_ms(now_ms))


def add_piece(upload: ApiUpload, offset: int, chunks: Iterable[bytes]) -> int:
    """Append one piece of an upload; bytes received before a broken connection stay.

    A piece that is kept already, byte for byte, changes nothing.

    Args:
        upload: not finished.
        offset: where the piece begins, in bytes; all before it must be kept already.
        chunks: its bytes.

    Returns:
        How many bytes are kept now.

    Raises:
        Conflict: ``upload-offset``: it does not begin where the kept bytes end (fact ``kept``);
            ``upload-finished``.
        TooLarge: the whole would be over the upload limit.
        Missing: the upload was forgotten.
    """
    if upload.source_id is not None:
        raise Conflict("this upload is finished; begin another", code="upload-finished")
    if offset < upload.received and _is_kept(upload, offset, chunks):
        return upload.received
    if offset != upload.received:
        raise Conflict(
            f"the piece begins at {offset} and {upload.received} bytes are kept; go on from there",
            code="upload-offset",
            kept=upload.received,
        )
    path, received = upload_at(upload.token), offset
    try:
        with SyncedWriter(path, "r+b") as out:
            out.truncate(offset)
            out.seek(offset)
            for chunk in chunks:
                if received + len(chunk) > settings.UPLOAD_LIMIT_BYTES:
                    raise TooLarge(
                        f"the rows are over {settings.UPLOAD_LIMIT_BYTES} bytes; send several",
                        code="upload-too-large",
                        limit=settings.UPLOAD_LIMIT_BYTES,
                    )
                out.write(chunk)
                received += len(chunk)
    finally:
        is_noted = _note_received(upload, received)
    if not is_noted:
        raise Conflict(
            "another piece was stored at the same time; continue from what is stored",
            code="upload-offset",
            kept=ApiUpload.objects.get(pk=upload.pk).received,
        )
    return received


def _is_kept(upload: ApiUpload, offset: int, chunks: Iterable[bytes]) -> bool:
    """Return whether these bytes are stored already; reads only as far as they match."""
    with upload_at(upload.token).open("rb") as stored:
        stored.seek(offset)
        return all(stored.read(len(chunk)) == chunk for chunk in chunks)


@transaction.atomic
def _note_received(upload: ApiUpload, received: int) -> bool:
    """Record how much is stored, unless another piece did; return whether it was recorded."""
    waiting = ApiUpload.objects.filter(pk=upload.pk, source=None, received=upload.received)
    is_noted = bool(waiting.update(received=received))
    if is_noted:
        upload.received = received
    return is_noted


def finish_upload(
    upload: ApiUpload,
    options: ImportOptions,
    *,
    by: Person,
    now_ms: Ms,
    publishes: bool = True,
) -> Import:
    """Read an upload, and publish it unless told otherwise; twice gives the same result.

    Args:
        upload: complete.
        options: its columns.
        by: who sends it.
        now_ms: when the import starts.
        publishes: False: the import waits to be published or discarded.

    Raises:
        BadFile: it can be read in no known way.
        BadInput: a chosen column is not there.
    """
    source = _claim(upload, options, RowsRequest(by, now_ms, publishes=publishes))
    return bring_in(source, publishes=publishes)


@transaction.atomic
def _claim(upload: ApiUpload, options: ImportOptions, sent: RowsRequest) -> Import:
    """Start the import of an upload, or return the one started; a second caller waits."""
    locked = ApiUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.source is None:
        path = as_table(upload_at(locked.token))
        locked.source = _start(locked.project, path, options, sent)
        locked.save(update_fields=["source"])
    return locked.source


def add_rows(
    project: Project,
    chunks: Iterable[bytes],
    options: ImportOptions,
    sent: RowsRequest,
) -> Import:
    """Add the rows of one request, one JSON object a line; see ``finish_upload``."""
    _check_open_to_rows(project)
    path = upload_at(keep_upload(NAME, chunks))
    try:
        with transaction.atomic():
            number, is_first = begin_under(
                sent.under, lambda: int(_start(project, path, options, sent).pk)
            )
    except Exception:
        forget_upload(path)
        raise
    if not is_first:
        forget_upload(path)
    return bring_in(Import.objects.get(pk=number))


def _start(project: Project, path: Path, options: ImportOptions, sent: RowsRequest) -> Import:
    """Start an import, and enqueue its job if it is large, in the caller's transaction."""
    reading = sniff(path)
    if path.name == NAME and reading.format != "jsonl":
        raise BadInput("the body is not one JSON object a line", code="rows-not-jsonl")
    by, at_ms = sent.by, sent.at_ms
    source = start_import(project.pk, path, path.name, reading, options, by=by, now_ms=at_ms)
    if not is_small(source):
        (read_and_publish if sent.publishes else read_alone).enqueue(source.pk)
    return source


def bring_in(source: Import, *, publishes: bool = True) -> Import:
    """Read and publish a small import, resuming one that was interrupted."""
    if is_small(source) and source.state in UNDER_WAY:
        # A repeated request may run at the same time: one of the two proceeds.
        with suppress(Conflict):
            (read_and_publish if publishes else read_alone).call(source.pk)
    source.refresh_from_db()
    return source


@task
def read_alone(import_id: int) -> None:
    """Read the rows; they wait to be published or discarded."""
    source = Import.objects.get(pk=import_id)
    if source.state == Import.State.READING:
        read_import(import_id, now_ms(), pace=not is_small(source))


@task
def read_and_publish(import_id: int) -> None:
    """Read the rows, then publish the good ones; without any, leave the import as read."""
    read_alone.call(import_id)
    source = Import.objects.get(pk=import_id)
    can_publish = source.state in {Import.State.READY, Import.State.PUBLISHING}
    if can_publish and source.rows_good:
        publish_import(import_id, now_ms())


@transaction.atomic
def forget_unfinished(now_ms: Ms) -> int:
    """Delete uploads unfinished for a week; ``uploads`` deletes their files."""
    left = ApiUpload.objects.filter(source=None, at__lt=from_ms(now_ms) - KEPT)
    return left.delete()[0]


def _check_open_to_rows(project: Project) -> None:
    if project.state == Project.State.CLOSED:
        raise Conflict("the project is closed; open it again first", code="project-closed")
