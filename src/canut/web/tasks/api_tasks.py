"""Tasks over the API: rows of one request, resumable uploads, lists."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.imports.lifecycle import ImportOptions
from canut.actions.imports.rows_api import (
    NAME,
    RowsRequest,
    add_piece,
    add_rows,
    begin_upload,
    finish_upload,
)
from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput, Missing
from canut.store.integrations.api_keys import upload_named
from canut.store.integrations.api_lists import BEGINNING, tasks_from
from canut.store.models import Answer, Import, Task
from canut.store.quality import results
from canut.store.tables.integrations import ApiUpload
from canut.web.kit.access import get_task
from canut.web.kit.api.gate import JSON, actor_of, project_id_of, project_of
from canut.web.kit.api.idempotency import chunks_of, name_under
from canut.web.kit.api.schemas import (
    BIGGEST,
    ListQuery,
    Number,
    Out,
    Sought,
    moment,
    page_of,
    place_of,
)
from canut.web.kit.json_body import read_json
from canut.web.tasks.api_imports import import_told

Token = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Id = Annotated[Number, Path()]
Column = Annotated[str, Field(max_length=200)]


class ColumnsIn(Sought):
    """The meaning of the rows' keys."""

    id: Column | None = Field(None, description="The key that names each row.")
    known: Column | None = Field(
        None, description="The key of known answers; workers never see them."
    )


class FinishIn(ColumnsIn):
    """The meaning of the columns, and whether the rows become tasks now."""

    publish: bool = Field(
        default=True, description="false: the import waits, to be published or discarded later."
    )


class UploadIn(Sought):
    """The file that will come."""

    name: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        NAME,
        description="Of the file: CSV, Excel, JSON lines, Parquet, or a zip with pictures or "
        "sounds. Left out: rows, one JSON object a line.",
    )


class PieceIn(Sought):
    """The offset of a piece."""

    offset: Annotated[int, Field(ge=0, le=BIGGEST)] = Field(
        description="In bytes; as many as are kept."
    )


class UploadOut(Out):
    """How many bytes of an upload are stored."""

    upload: str
    offset: int = Field(description="Bytes kept; the next piece begins here.")
    import_id: int | None = Field(description="Once it is finished.")


class TaskOut(Out):
    """A task and its state."""

    id: int
    key: str
    data: dict[str, str]
    state: Literal["open", "closed", "practice", "aside", "gold", "audit"]
    overlap: int
    counted: int
    live: int
    label: str | None
    confidence: float | None
    known: str | None


class AnswerLine(Out):
    """One answer to a task, without a name."""

    id: int
    worker: str = Field(description="A random name, the same in the whole project.")
    author_kind: Literal["human", "model", "simulated"]
    values: dict[str, Any]
    counted: bool
    surplus: bool
    at: str


class TaskInFull(TaskOut):
    """A task with all its answers."""

    answers: list[AnswerLine]


class TaskPage(Out):
    """Tasks in the order of their files."""

    items: list[TaskOut]
    next: str | None


def list_tasks(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the published tasks in order."""
    source, row = place_of(page.cursor, BEGINNING)
    rows = tasks_from(project_id_of(request), (source, row), page.limit)
    return page_of(rows, page.limit, lambda task: (task.source_id, task.row), task_told)


def read_task(request: HttpRequest, project: str, task: Id) -> dict[str, object]:
    """Read one task with all its answers."""
    row = get_task(project_of(request), task)
    return task_told(row) | {"answers": [_line(answer) for answer in results.answers_of(row)]}


def add_tasks(request: HttpRequest, project: str, columns: Query[ColumnsIn]) -> Status[object]:
    """Add rows as tasks: a JSON array of objects, or one object per line.

    Rows of an open project can be leased at once. With `id`, rows that are tasks already are set
    aside, so that a retry changes nothing; without it, send them under an `Idempotency-Key`.
    202 while a job reads many rows.
    """
    is_array = request.content_type == JSON
    chunks = _array(request.body) if is_array else chunks_of(request)
    sent = RowsRequest(actor_of(request), system_clock.now_ms(), name_under(request))
    source = add_rows(project_of(request), chunks, _options(columns), sent)
    return _import(source)


def begin(request: HttpRequest, project: str, file: Query[UploadIn]) -> Status[object]:
    """Start a resumable upload, of rows or of a file."""
    within, by = project_of(request), actor_of(request)
    upload = begin_upload(within, by=by, now_ms=now_ms(), name=file.name)
    return Status(201, _upload(upload))


def read_upload(request: HttpRequest, project: str, upload: Token) -> dict[str, object]:
    """Return how many bytes of an upload are stored: the offset of the next piece."""
    return _upload(_upload_of(request, upload))


def send_piece(
    request: HttpRequest, project: str, upload: Token, piece: Query[PieceIn]
) -> dict[str, object]:
    """Append the next piece of an upload, split at any byte."""
    stored = _upload_of(request, upload)
    add_piece(stored, piece.offset, chunks_of(request))
    return _upload(stored)


def finish(
    request: HttpRequest, project: str, upload: Token, columns: Query[FinishIn]
) -> Status[object]:
    """Import an upload's rows as tasks; 202 while a job runs."""
    stored = _upload_of(request, upload)
    source = finish_upload(
        stored,
        _options(columns),
        by=actor_of(request),
        now_ms=now_ms(),
        publishes=columns.publish,
    )
    return _import(source)


def task_told(task: Task) -> dict[str, object]:
    """Return a task in API format."""
    state = task.now
    return {
        "id": task.pk,
        "key": task.key,
        "data": msgspec.json.decode(task.data),
        "state": state.state,
        "overlap": state.overlap,
        "counted": state.counted,
        "live": state.live,
        "label": state.label,
        "confidence": state.confidence,
        "known": task.known,
    }


def _line(answer: Answer) -> dict[str, object]:
    return {
        "id": answer.pk,
        "worker": answer.worker.public_id,
        "author_kind": answer.author_kind,
        "values": msgspec.json.decode(answer.values),
        "counted": answer.counted,
        "surplus": answer.surplus,
        "at": moment(answer.answered_ms),
    }


def _array(body: bytes) -> Iterator[bytes]:
    """Write the objects of an array as one line each.

    Raises:
        BadInput: it is no array of objects, or holds what cannot be stored.
    """
    try:
        rows = read_json(body, list[dict[str, Any]])
    except BadInput as refusal:
        if refusal.case != "bad-request":
            raise
        raise BadInput(f"the body is no JSON array of objects: {refusal}", code="rows-no") from None
    yield b"\n".join(map(msgspec.json.encode, rows))


def _options(columns: ColumnsIn) -> ImportOptions:
    return ImportOptions(id_column=columns.id, known_column=columns.known)


def _upload_of(request: HttpRequest, token: str) -> ApiUpload:
    upload = upload_named(project_id_of(request), token)
    if upload is None:
        raise Missing("no such upload in this project", code="upload-missing")
    return upload


def _upload(upload: ApiUpload) -> dict[str, object]:
    return {"upload": upload.token, "offset": upload.received, "import_id": upload.source_id}


def _import(source: Import) -> Status[object]:
    is_settled = source.state in {Import.State.PUBLISHED, Import.State.READY, Import.State.FAILED}
    return Status(201 if is_settled else 202, import_told(source))
