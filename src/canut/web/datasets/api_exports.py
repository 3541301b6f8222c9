"""Exports over the API: asked for as a job, looked at, downloaded."""

from typing import Annotated, Literal

from django.http import FileResponse, HttpRequest
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.datasets.export_jobs import ExportIn, ask_export, file_of
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Missing
from canut.store.datasets.export_jobs import export_numbered, exports_of
from canut.store.tables.datasets import ExportFile
from canut.web.kit.api.gate import actor_of, project_id_of, project_of
from canut.web.kit.api.schemas import Into, ListQuery, Number, Out, Short, moment, page_of, place_of

Id = Annotated[Number, Path()]
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
    "conll": "text/plain; charset=utf-8",
    "conllup": "text/plain; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
}


class ExportBody(Into):
    """What to write, and how."""

    what: Literal[
        "labels",
        "answers",
        "summary",
        "segments",
        "conll",
        "spacy",
        "coco",
        "yolo-detect",
        "yolo-obb",
        "yolo-segment",
        "yolo-pose",
        "label-studio",
        "card",
        "bundle",
    ] = Field(
        "labels",
        description="The summary: who paid, who was paid, as `json`. Texts with their passages: "
        "`conll` as `conll` or `conllup`, `spacy` as `json` or `jsonl`. Pictures with what is"
        " marked in them: `coco` as `json`, YOLO as `zip`. For Label Studio: its tasks"
        " as `json`, its configuration as `xml`. The card: the newest labour card, as"
        " `json`. The bundle: data, a new card and proofs, as `zip`.",
    )
    form: Literal["csv", "jsonl", "json", "parquet", "conll", "conllup", "zip", "xml"] = "csv"
    everything: bool = Field(
        default=False, description="Of answers, also surplus and corrected ones."
    )
    excel: bool = Field(default=False, description="Begin a CSV so that Excel sees the accents.")
    licence: Short = Field(default="", description="Of a bundle: its SPDX name, `CC-BY-4.0`.")
    is_public: bool = Field(
        default=False, description="Of a bundle: show its card to anyone under `/cards/`."
    )


class ExportOut(Out):
    """An export, and whether its file is there; it is kept a week."""

    id: int
    what: str
    form: str
    state: Literal["waiting", "done", "failed", "gone"]
    size_bytes: int | None
    failure: str | None
    asked_at: str
    done_at: str | None
    card: int | None = Field(description="Of a bundle: the number of its labour card.")


class ExportPage(Out):
    """Exports, newest first."""

    items: list[ExportOut]
    next: str | None


def list_exports(request: HttpRequest, project: str, page: Query[ListQuery]) -> dict[str, object]:
    """List the exports that were asked for, newest first."""
    (before,) = place_of(page.cursor, (0,))
    found = exports_of(project_id_of(request), before or None, page.limit)
    return page_of(found, page.limit, lambda one: (one.pk,), _told)


def ask(request: HttpRequest, project: str, body: ExportBody) -> Status[object]:
    """Ask for a file; 202 while it is written as a job, 201 where it is there already.

    Tasks that leave with a label can no longer be corrected by who answered them.
    """
    wanted = ExportIn(
        body.what, body.form, body.everything, body.excel, body.licence, body.is_public
    )
    made = ask_export(project_of(request), wanted, by=actor_of(request), now_ms=now_ms())
    return Status(202 if made.state == ExportFile.State.WAITING else 201, _told(made))


def read_export(request: HttpRequest, project: str, number: Id) -> dict[str, object]:
    """Say whether the file of an export is there."""
    return _told(_export_of(request, number))


def download(request: HttpRequest, project: str, number: Id) -> FileResponse:
    """Download the file of an export."""
    one = _export_of(request, number)
    file = file_of(one).open("rb")
    name = f"{project}-{one.what}.{one.form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[one.form])


def _export_of(request: HttpRequest, number: int) -> ExportFile:
    found = export_numbered(project_id_of(request), number)
    if found is None:
        raise Missing("no such export of this project")
    return found


def _told(one: ExportFile) -> dict[str, object]:
    return {
        "id": one.pk,
        "what": one.what,
        "form": one.form,
        "state": one.state,
        "size_bytes": one.size_bytes,
        "failure": one.failure or None,
        "asked_at": moment(one.asked_at),
        "done_at": moment(one.done_at),
        "card": one.options.get("card"),
    }
