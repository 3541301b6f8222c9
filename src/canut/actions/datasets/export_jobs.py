"""Run exports as jobs: requested, written to a file, downloaded, deleted after a week.

The content of label files, and which tasks they mark as exported, is decided in ``label_exports``;
a whole dataset with its labour card in ``releases``.
"""

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.db import transaction
from django.tasks import TaskResultStatus, task

from canut.actions.datasets.coco_yolo_exports import EXPORTS as TRAINING
from canut.actions.datasets.coco_yolo_exports import FORMS as TRAINED_FROM
from canut.actions.datasets.huggingface_exports import HUGGINGFACE, export_huggingface
from canut.actions.datasets.label_exports import (
    export_answers,
    export_labels,
    separator_for_excel,
)
from canut.actions.datasets.label_studio_exports import LABEL_STUDIO, export_label_studio
from canut.actions.datasets.releases import (
    BUNDLE,
    LICENCE,
    MEDIA,
    PUBLIC,
    card_content,
    check_answered,
    check_licence,
    path_of,
    state_of,
    stream_dataset_zip,
)
from canut.actions.datasets.span_exports import FORMS as PASSAGES
from canut.actions.datasets.span_exports import export_passages, export_segments
from canut.actions.integrations.outbox import enqueue
from canut.actions.ledger.entry_types import inscribe_file
from canut.actions.pay.bills import summary_of
from canut.actions.platform.system_clock import now_ms
from canut.actions.quality.estimates import estimate_labels, is_stale
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Missing, Refusal
from canut.core.formats.tables.writing import check_format
from canut.store.datasets.export_jobs import bundles_of
from canut.store.integrations.webhooks import EXPORT_FAILED, EXPORT_READY
from canut.store.models import Person, Project, TaskState
from canut.store.operations.jobs import last_job
from canut.store.platform.synced_file import SyncedWriter
from canut.store.tables.datasets import ExportFile

State = ExportFile.State
FEW_TASKS = 5_000
KEPT = timedelta(days=7)
type Write = Callable[[ExportFile], Iterator[bytes]]


def _training(format_name: str, export: ExportFile) -> Iterator[bytes]:
    return TRAINING[format_name](export.project_id, export.form)


def _excel_separator(export: ExportFile) -> str:
    return separator_for_excel(export.project_id) if export.options.get("excel") else ""


EXPORTS: dict[str, Write] = {
    "labels": lambda one: export_labels(one.project_id, one.form, for_excel=_excel_separator(one)),
    "answers": lambda one: export_answers(
        one.project_id,
        one.form,
        everything=bool(one.options.get("everything")),
        for_excel=_excel_separator(one),
    ),
    "summary": lambda one: iter([_summary(one)]),
    "card": lambda one: iter([card_content(one.project)]),
    BUNDLE: stream_dataset_zip,
    "segments": lambda one: export_segments(
        one.project_id, one.form, for_excel=_excel_separator(one)
    ),
    "conll": lambda one: export_passages(one.project_id, "conll", one.form),
    "spacy": lambda one: export_passages(one.project_id, "spacy", one.form),
    HUGGINGFACE: lambda one: export_huggingface(one.project_id, one.form),
    LABEL_STUDIO: lambda one: export_label_studio(one.project_id, one.form),
    **{what: partial(_training, what) for what in TRAINING},
}
ONLY = {"summary": "json", "card": "json", BUNDLE: "zip", **TRAINED_FROM}


OF_LABELS = frozenset({"labels", "segments", *PASSAGES, HUGGINGFACE, LABEL_STUDIO, *TRAINED_FROM})
"""The exports that hold labels: they are estimated first where something changed since."""


@dataclass(frozen=True, slots=True)
class ExportIn:
    """An export as requested.

    Args:
        what: labels, answers, segments of sounds, the summary (who paid, who was paid on the way,
            what people got), marked texts as ``conll`` or ``spacy``, marked pictures as coco,
            yolo-detect, yolo-obb, yolo-segment or yolo-pose, ``huggingface``, ``label-studio``, the
            newest labour card, or the bundle: all of it with a new card.
        form: csv, jsonl, json, parquet or xlsx; of summary, card and coco json alone, of yolo and
            the bundle zip; of marked texts conll, conllup or json, jsonl; of huggingface parquet,
            or zip with splits, pictures and sounds; of label-studio json, its tasks, or xml, its
            configuration.
        everything: of answers, also the surplus and the corrected ones.
        excel: write a CSV for Excel, with the separator of the first file that came in.
        licence: of a bundle, under which terms it is given, as an SPDX name; empty: not stated.
        is_public: of a bundle, show its card to anyone under ``/cards/``.
        with_media: of a bundle, add typed labels by split, with pictures and sounds.
    """

    what: str
    form: str
    everything: bool = False
    excel: bool = False
    licence: str = ""
    is_public: bool = False
    with_media: bool = False


def ask_export(project: Project, request: ExportIn, *, by: Person, now_ms: Ms) -> ExportFile:
    """Request an export: written at once for a small project, by a job for a large one.

    A bundle is always a job: labels are estimated and witnesses asked on the way. While one is
    being made it is the one that is meant.

    Args:
        project: whose.
        request: what goes into it, and in which form.
        by: who requests it; permission is checked by the caller.
        now_ms: when.

    Raises:
        BadInput: there is no such export, no such form of it, no such licence; or nobody has
            answered yet, and there is no work to tell of.
    """
    if request.what not in EXPORTS:
        raise BadInput(
            f"no export {request.what!r}; there are {', '.join(EXPORTS)}",
            code="export-unknown",
            what=request.what,
        )
    only = ONLY.get(request.what)
    if request.what in PASSAGES:
        export_passages(project.pk, request.what, request.form)  # refuses now what the job would
    elif request.what == LABEL_STUDIO:
        export_label_studio(project.pk, request.form)
    elif request.what == HUGGINGFACE:
        export_huggingface(project.pk, request.form)
    elif only is None:
        check_format(request.form)
    elif request.form != only:
        message = f"the {request.what} is written as {only}"
        raise BadInput(message, code="format-unknown", format=request.form)
    if request.what == "segments":
        export_segments(project.pk, request.form)
    if request.what == BUNDLE:
        return _ask_bundle(project, request, by, now_ms)
    export = _keep(project, request, by, now_ms)
    few = TaskState.objects.filter(project=project)[: FEW_TASKS + 1].count() <= FEW_TASKS
    if few:
        write_export.call(export.pk)
    else:
        write_export.enqueue(export.pk)
    export.refresh_from_db()
    return export


def bundle_being_made(project: Project) -> ExportFile | None:
    """Return the bundle waiting or being written; None if its job failed for good."""
    waiting = [export for export in bundles_of(project.pk, 1) if export.state == State.WAITING]
    for export in waiting:
        if last_job(write_export.module_path, export.pk) == TaskResultStatus.FAILED:
            _say_failed(export, "export-stopped", now_ms())
            return None
    return waiting[0] if waiting else None


def _ask_bundle(project: Project, request: ExportIn, by: Person, now_ms: Ms) -> ExportFile:
    check_licence(request.licence)
    check_answered(project)
    export = bundle_being_made(project)
    if export is None:
        export = _keep(project, request, by, now_ms)
        write_export.enqueue(export.pk)
        export.refresh_from_db()
    return export


@transaction.atomic
def _keep(project: Project, request: ExportIn, by: Person, now_ms: Ms) -> ExportFile:
    return ExportFile.objects.create(
        project=project,
        what=request.what,
        form=request.form,
        options={
            "everything": request.everything,
            "excel": request.excel,
            LICENCE: request.licence,
            PUBLIC: request.is_public,
            MEDIA: request.with_media,
        },
        token=secrets.token_hex(16),
        by=by,
        asked_at=from_ms(now_ms),
    )


@task
def write_export(export_id: int) -> None:
    """Write the file; a refusal is stored as the reason, and a new request starts over."""
    export = ExportFile.objects.get(pk=export_id)
    if export.state != State.WAITING:
        return
    path = path_of(export)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".part")
    try:
        if export.what in OF_LABELS and is_stale(export.project_id):
            estimate_labels(export.project_id, now_ms())
        with SyncedWriter(partial) as out:
            out.writelines(EXPORTS[export.what](export))
        partial.replace(path)
    except Refusal as refusal:
        partial.unlink(missing_ok=True)
        _say_failed(export, refusal.case, now_ms())
    else:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        _say_done(export, path.stat().st_size, sha256, now_ms())


@transaction.atomic
def _say_done(export: ExportFile, size_bytes: int, sha256: str, now_ms: Ms) -> None:
    _settle(export, state=State.DONE, size_bytes=size_bytes, done_at=from_ms(now_ms))
    inscribe_file(export.project_id, export.what, export.form, sha256, now_ms)
    facts = {
        "export": export.pk,
        "what": export.what,
        "form": export.form,
        "size_bytes": size_bytes,
    }
    enqueue(export.project, EXPORT_READY, facts, now_ms)


@transaction.atomic
def _say_failed(export: ExportFile, failure: str, now_ms: Ms) -> None:
    _settle(export, state=State.FAILED, failure=failure)
    facts = {"export": export.pk, "what": export.what, "form": export.form, "failure": failure}
    enqueue(export.project, EXPORT_FAILED, facts, now_ms)


@transaction.atomic
def _settle(export: ExportFile, **facts: object) -> None:
    ExportFile.objects.filter(pk=export.pk).update(**facts)


def _summary(export: ExportFile) -> bytes:
    summary = summary_of(export.project, now_ms())
    return json.dumps(summary, ensure_ascii=False, indent=2).encode()


def file_of(export: ExportFile) -> Path:
    """Return the path of a written export.

    Raises:
        Conflict: ``export-waiting``: it is not written yet; ``export-failed``: it cannot be.
        Missing: it was deleted.
    """
    if export.state == State.WAITING:
        raise Conflict("the export is being written; retry soon", code="export-waiting")
    if export.state == State.FAILED:
        raise Conflict(
            f"the export failed: {export.failure}; request it again", code="export-failed"
        )
    if state_of(export) == State.GONE:
        raise Missing(
            "the file is not kept any more: it is deleted after a week, when an item of it is"
            " withdrawn, and where the instance came back from a copy; request it again",
            code="export-gone",
        )
    return path_of(export)


def forget_old_exports(now_ms: Ms) -> int:
    """Delete files older than a week; return how many."""
    old = ExportFile.objects.filter(asked_at__lt=from_ms(now_ms) - KEPT).exclude(state=State.GONE)
    expired = list(old[:1000])
    for export in expired:
        shutil.rmtree(path_of(export).parent, ignore_errors=True)
        _settle(export, state=State.GONE)
    return len(expired)
