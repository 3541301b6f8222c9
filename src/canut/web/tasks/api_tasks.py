"""Tasks over the API: added in bulk, whole or piece by piece; listed; read."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.imports.lifecycle import ImportOptions
from canut.actions.imports.rows_api import (
    RowsRequest,
    add_piece,
    add_rows,
    begin_upload,
    finish_upload,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import BadInput, Missing
from canut.core.json_depth import check_depth
from canut.store.integrations.api_keys import upload_named
from canut.store.integrations.api_lists import BEGINNING, import_of, tasks_from
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

Token = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
Id = Annotated[Number, Path()]
Column = Annotated[str, Field(max_length=200)]


class ColumnsIn(Sought):
    """Which keys of the rows mean what."""

    id: Column | None = Field(None, description="The key that names each row.")
    known: Column | None = Field(
        None, description="The key of known answers; workers never see them."
    )


class PieceIn(Sought):
    """Where a piece begins."""

    offset: Annotated[int, Field(ge=0, le=BIGGEST)] = Field(
        description="In bytes; as many as are kept."
    )


class ImportOut(Out):
    """What became of rows that were sent."""

    id: int
    state: Literal["reading", "ready", "publishing", "published", "discarded", "failed"]
    tasks: int = Field(description="Rows that are tasks, or will be.")
    set_aside: int = Field(description="Rows that cannot be used, or are tasks already.")
    failure: str | None = Field(description="A refusal code, where nothing could be read.")


class UploadOut(Out):
    """How much of an upload is kept."""

    upload: str
    offset: int = Field(description="Bytes kept; the next piece begins here.")
    import_id: int | None = Field(description="Once it is finished.")


class TaskOut(Out):
    """A task, and how it stands."""

    id: int
    key: str
    data: dict[str, str]
    state: Literal["open", "closed", "practice"]
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
    """A task with every answer to it."""

    answers: list[AnswerLine]


class TaskPage(Out):
    """Tasks in the order of their files."""

    items: list[TaskOut]
    next: str | None


def list_tasks(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the published tasks, in the order they came."""
    source, row = place_of(page.cursor, BEGINNING)
    found = tasks_from(project_id_of(request), (source, row), page.limit)
    return page_of(found, page.limit, lambda one: (one.source_id, one.row), task_told)


def read_task(request: HttpRequest, project: str, task: Id) -> dict[str, object]:
    """Read one task with every answer to it."""
    found = get_task(project_of(request), task)
    return task_told(found) | {"answers": [_line(one) for one in results.answers_of(found)]}


def add_tasks(request: HttpRequest, project: str, columns: Query[ColumnsIn]) -> Status[object]:
    """Add rows as tasks: a JSON array of objects, or one object a line.

    Rows of a project that is open are lent at once. With `id`, rows that are tasks already are set
    aside, so that sending them again changes nothing; without it, send them under an
    `Idempotency-Key`. 202 while many rows are still read, as a job.
    """
    is_array = request.content_type == JSON
    chunks = _array(request.body) if is_array else chunks_of(request)
    sent = RowsRequest(actor_of(request), timezone.now(), name_under(request))
    made = add_rows(project_of(request), chunks, _options(columns), sent)
    return _import(made)


def begin(request: HttpRequest, project: str) -> Status[object]:
    """Begin an upload that comes piece by piece and survives a broken line."""
    made = begin_upload(project_of(request), by=actor_of(request), now_ms=now_ms())
    return Status(201, _upload(made))


def read_upload(request: HttpRequest, project: str, upload: Token) -> dict[str, object]:
    """Say how much of an upload is kept: where the next piece begins."""
    return _upload(_upload_of(request, upload))


def send_piece(
    request: HttpRequest, project: str, upload: Token, piece: Query[PieceIn]
) -> dict[str, object]:
    """Send the next piece of an upload: bytes of one object a line, cut anywhere."""
    found = _upload_of(request, upload)
    add_piece(found, piece.offset, chunks_of(request))
    return _upload(found)


def finish(
    request: HttpRequest, project: str, upload: Token, columns: Query[ColumnsIn]
) -> Status[object]:
    """Read what an upload brought and make its rows tasks; 202 while it runs as a job."""
    found = _upload_of(request, upload)
    made = finish_upload(found, _options(columns), by=actor_of(request), now_ms=now_ms())
    return _import(made)


def read_import(request: HttpRequest, project: str, number: Id) -> dict[str, object]:
    """Say what became of rows that were sent."""
    found = import_of(project_id_of(request), number)
    if found is None:
        raise Missing("no such import in this project")
    return _import_told(found)


def task_told(task: Task) -> dict[str, object]:
    """Describe a task."""
    now = task.now
    return {
        "id": task.pk,
        "key": task.key,
        "data": msgspec.json.decode(task.data),
        "state": now.state,
        "overlap": now.overlap,
        "counted": now.counted,
        "live": now.live,
        "label": now.label,
        "confidence": now.confidence,
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
    """Write the objects of an array one a line.

    Raises:
        BadInput: it is no array of objects.
    """
    try:
        check_depth(body)
        rows = msgspec.json.decode(body, type=list[dict[str, Any]])
    except (ValueError, RecursionError) as error:
        raise BadInput(f"the body is no JSON array of objects: {error}", code="rows-no") from None
    yield b"\n".join(map(msgspec.json.encode, rows))


def _options(columns: ColumnsIn) -> ImportOptions:
    return ImportOptions(id_column=columns.id, known_column=columns.known)


def _upload_of(request: HttpRequest, token: str) -> ApiUpload:
    found = upload_named(project_id_of(request), token)
    if found is None:
        raise Missing("no such upload in this project", code="upload-missing")
    return found


def _upload(one: ApiUpload) -> dict[str, object]:
    return {"upload": one.token, "offset": one.received, "import_id": one.source_id}


def _import(made: Import) -> Status[object]:
    is_settled = made.state in {Import.State.PUBLISHED, Import.State.READY, Import.State.FAILED}
    return Status(201 if is_settled else 202, _import_told(made))


def _import_told(one: Import) -> dict[str, object]:
    return {
        "id": one.pk,
        "state": one.state,
        "tasks": one.rows_good,
        "set_aside": one.rows_bad,
        "failure": (one.failure or {}).get("code"),
    }
