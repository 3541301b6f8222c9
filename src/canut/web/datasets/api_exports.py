"""Exports over the API: requested as a job, polled, downloaded."""

from typing import Annotated, Literal

from django.http import FileResponse, HttpRequest
from ninja import Path, Query, Status
from pydantic import Field

from canut.actions.datasets.export_jobs import ExportIn, ask_export, file_of
from canut.actions.datasets.releases import state_of
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
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ExportBody(Into):
    """What to export and in which format."""

    what: Literal[
        "labels",
        "answers",
        "summary",
        "segments",
        "conll",
        "spacy",
        "coco",
        "coco-split",
        "yolo-detect",
        "yolo-obb",
        "yolo-segment",
        "yolo-pose",
        "huggingface",
        "label-studio",
        "card",
        "bundle",
    ] = Field(
        "labels",
        description="The summary: who paid, who was paid, as `json`. Texts with their passages: "
        "`conll` as `conll` or `conllup`, `spacy` as `json` or `jsonl`. Pictures with what is"
        " marked in them: `coco` as `json`; `coco-split` (`train.json`, `val.json`) and YOLO as"
        " `zip`. For Hugging Face `datasets`:"
        " `huggingface` as `parquet`, or as `zip` with splits, pictures and sounds. For Label"
        " Studio: its tasks as `json`, its configuration as `xml`. The card: the newest one, as"
        " `json`. The bundle: data, a new card and proofs, as `zip`.",
    )
    form: Literal["csv", "xlsx", "jsonl", "json", "parquet", "conll", "conllup", "zip", "xml"] = (
        "csv"
    )
    everything: bool = Field(
        default=False, description="Of answers, also surplus and corrected ones."
    )
    excel: bool = Field(default=False, description="Begin a CSV so that Excel sees the accents.")
    licence: Short = Field(default="", description="Of a bundle: its SPDX name, `CC-BY-4.0`.")
    is_public: bool = Field(
        default=False, description="Of a bundle: show its card to anyone under `/cards/`."
    )
    with_media: bool = Field(
        default=False,
        description="Of a bundle: add typed labels by split, with pictures and sounds.",
    )


class ExportOut(Out):
    """An export and whether its file is ready; the file is stored for a week."""

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
    """List the requested exports, newest first."""
    (before,) = place_of(page.cursor, (0,))
    rows = exports_of(project_id_of(request), before or None, page.limit)
    return page_of(rows, page.limit, lambda row: (row.pk,), _told)


def ask(request: HttpRequest, project: str, body: ExportBody) -> Status[object]:
    """Request an export: 202 while a job writes it, 201 if the file is ready.

    Tasks that leave with a label can no longer be corrected by who answered them.
    """
    spec = ExportIn(**body.model_dump())
    export = ask_export(project_of(request), spec, by=actor_of(request), now_ms=now_ms())
    return Status(202 if export.state == ExportFile.State.WAITING else 201, _told(export))


def read_export(request: HttpRequest, project: str, number: Id) -> dict[str, object]:
    """Return whether the file of an export is ready."""
    return _told(_export_of(request, number))


def download(request: HttpRequest, project: str, number: Id) -> FileResponse:
    """Download the file of an export."""
    export = _export_of(request, number)
    file = file_of(export).open("rb")
    name = f"{project}-{export.what}.{export.form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[export.form])


def _export_of(request: HttpRequest, number: int) -> ExportFile:
    export = export_numbered(project_id_of(request), number)
    if export is None:
        raise Missing("no such export of this project")
    return export


def _told(export: ExportFile) -> dict[str, object]:
    return {
        "id": export.pk,
        "what": export.what,
        "form": export.form,
        "state": state_of(export),
        "size_bytes": export.size_bytes,
        "failure": export.failure or None,
        "asked_at": moment(export.asked_at),
        "done_at": moment(export.done_at),
        "card": export.options.get("card"),
    }
