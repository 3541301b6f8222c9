"""Exports as jobs: asked for, written to a file, taken away, forgotten after a week.

What a file holds and which tasks it marks as having left is decided in ``exports``, what a whole
dataset with its labour card is in ``releases``.
"""

import hashlib
import json
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.tasks import TaskResultStatus, task
from django.utils import timezone

from canut.actions.datasets.coco_yolo_exports import EXPORTS as TRAINING
from canut.actions.datasets.coco_yolo_exports import FORMS as TRAINED_FROM
from canut.actions.datasets.label_exports import export_answers, export_labels
from canut.actions.datasets.label_studio_exports import LABEL_STUDIO, export_label_studio
from canut.actions.datasets.releases import (
    BUNDLE,
    LICENCE,
    PUBLIC,
    card_content,
    check_answered,
    check_licence,
    stream_dataset_zip,
)
from canut.actions.datasets.span_exports import FORMS as PASSAGES
from canut.actions.datasets.span_exports import export_passages, export_segments
from canut.actions.integrations.outbox import enqueue
from canut.actions.ledger.entry_types import inscribe_file
from canut.actions.pay.bills import summary_of
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


def _training(what: str, one: ExportFile) -> Iterator[bytes]:
    return TRAINING[what](one.project_id, one.form)


EXPORTS: dict[str, Write] = {
    "labels": lambda one: export_labels(
        one.project_id, one.form, for_excel=bool(one.options.get("excel"))
    ),
    "answers": lambda one: export_answers(
        one.project_id,
        one.form,
        everything=bool(one.options.get("everything")),
        for_excel=bool(one.options.get("excel")),
    ),
    "summary": lambda one: iter([_summary(one)]),
    "card": lambda one: iter([card_content(one.project)]),
    BUNDLE: stream_dataset_zip,
    "segments": lambda one: export_segments(
        one.project_id, one.form, for_excel=bool(one.options.get("excel"))
    ),
    "conll": lambda one: export_passages(one.project_id, "conll", one.form),
    "spacy": lambda one: export_passages(one.project_id, "spacy", one.form),
    LABEL_STUDIO: lambda one: export_label_studio(one.project_id, one.form),
    **{what: partial(_training, what) for what in TRAINING},
}
ONLY = {"summary": "json", "card": "json", BUNDLE: "zip", **TRAINED_FROM}


@dataclass(frozen=True, slots=True)
class ExportIn:
    """An export as it is asked for.

    Args:
        what: labels, answers, segments of sounds, the summary (who paid, who was paid on the way,
            what people got), marked texts as ``conll`` or ``spacy``, marked pictures as coco,
            yolo-detect, yolo-obb, yolo-segment or yolo-pose, ``label-studio``, the newest labour
            card, or the bundle: all of it with a new card.
        form: csv, jsonl, json or parquet; of summary, card and coco json alone, of yolo and the
            bundle zip; of marked texts conll, conllup or json, jsonl; of label-studio json, its
            tasks, or xml, its configuration.
        everything: of answers, also the surplus and the corrected ones.
        excel: begin a CSV so that Excel sees the accents.
        licence: of a bundle, under which terms it is given, as an SPDX name; empty: not stated.
        is_public: of a bundle, show its card to anyone under ``/cards/``.
    """

    what: str
    form: str
    everything: bool = False
    excel: bool = False
    licence: str = ""
    is_public: bool = False


def ask_export(project: Project, wanted: ExportIn, *, by: Person, now: datetime) -> ExportFile:
    """Ask for a file: of a small project it is written at once, of a large one by a job.

    A bundle is always a job: labels are estimated and witnesses asked on the way. While one is
    being made it is the one that is meant.

    Args:
        project: whose.
        wanted: what goes into it, and in which form.
        by: who asks; that they may is seen to before.
        now: when.

    Raises:
        BadInput: there is no such export, no such form of it, no such licence; or nobody has
            answered yet, and there is no work to tell of.
    """
    if wanted.what not in EXPORTS:
        raise BadInput(
            f"no export {wanted.what!r}; there are {', '.join(EXPORTS)}",
            code="export-unknown",
            what=wanted.what,
        )
    only = ONLY.get(wanted.what)
    if wanted.what in PASSAGES:
        export_passages(project.pk, wanted.what, wanted.form)  # refuses now what the job would
    elif wanted.what == LABEL_STUDIO:
        export_label_studio(project.pk, wanted.form)
    elif only is None:
        check_format(wanted.form)
    elif wanted.form != only:
        said = f"the {wanted.what} is written as {only}"
        raise BadInput(said, code="format-unknown", format=wanted.form)
    if wanted.what == "segments":
        export_segments(project.pk, wanted.form)
    if wanted.what == BUNDLE:
        return _ask_bundle(project, wanted, by, now)
    made = _keep(project, wanted, by, now)
    few = TaskState.objects.filter(project=project)[: FEW_TASKS + 1].count() <= FEW_TASKS
    if few:
        write_export.call(made.pk)
    else:
        write_export.enqueue(made.pk)
    made.refresh_from_db()
    return made


def bundle_being_made(project: Project) -> ExportFile | None:
    """Return the bundle that waits or is being made; one whose job failed for good is none."""
    found = [one for one in bundles_of(project.pk, 1) if one.state == State.WAITING]
    for one in found:
        if last_job(write_export.module_path, one.pk) == TaskResultStatus.FAILED:
            _say_failed(one, "export-stopped", timezone.now())
            return None
    return found[0] if found else None


def _ask_bundle(project: Project, wanted: ExportIn, by: Person, now: datetime) -> ExportFile:
    check_licence(wanted.licence)
    check_answered(project)
    made = bundle_being_made(project)
    if made is None:
        made = _keep(project, wanted, by, now)
        write_export.enqueue(made.pk)
        made.refresh_from_db()
    return made


@transaction.atomic
def _keep(project: Project, wanted: ExportIn, by: Person, now: datetime) -> ExportFile:
    return ExportFile.objects.create(
        project=project,
        what=wanted.what,
        form=wanted.form,
        options={
            "everything": wanted.everything,
            "excel": wanted.excel,
            LICENCE: wanted.licence,
            PUBLIC: wanted.is_public,
        },
        token=secrets.token_hex(16),
        by=by,
        asked_at=now,
    )


@task
def write_export(export_id: int) -> None:
    """Write the file; what cannot be written says why, and asking again begins anew."""
    one = ExportFile.objects.get(pk=export_id)
    if one.state != State.WAITING:
        return
    path = path_of(one)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".part")
    try:
        with SyncedWriter(partial) as out:
            out.writelines(EXPORTS[one.what](one))
        partial.replace(path)
    except Refusal as refusal:
        partial.unlink(missing_ok=True)
        _say_failed(one, refusal.case, timezone.now())
    else:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        _say_done(one, path.stat().st_size, sha256, timezone.now())


@transaction.atomic
def _say_done(one: ExportFile, size_bytes: int, sha256: str, now: datetime) -> None:
    _settle(one, state=State.DONE, size_bytes=size_bytes, done_at=now)
    inscribe_file(one.project_id, one.what, one.form, sha256, int(now.timestamp() * 1000))
    told = {"export": one.pk, "what": one.what, "form": one.form, "size_bytes": size_bytes}
    enqueue(one.project, EXPORT_READY, told, now)


@transaction.atomic
def _say_failed(one: ExportFile, failure: str, now: datetime) -> None:
    _settle(one, state=State.FAILED, failure=failure)
    told = {"export": one.pk, "what": one.what, "form": one.form, "failure": failure}
    enqueue(one.project, EXPORT_FAILED, told, now)


@transaction.atomic
def _settle(one: ExportFile, **facts: object) -> None:
    ExportFile.objects.filter(pk=one.pk).update(**facts)


def _summary(one: ExportFile) -> bytes:
    told = summary_of(one.project, int(timezone.now().timestamp() * 1000))
    return json.dumps(told, ensure_ascii=False, indent=2).encode()


def file_of(one: ExportFile) -> Path:
    """Return where the file is.

    Raises:
        Conflict: ``export-waiting``: it is not written yet; ``export-failed``: it cannot be.
        Missing: it was forgotten.
    """
    if one.state == State.WAITING:
        raise Conflict("the export is being written; ask again soon", code="export-waiting")
    if one.state == State.FAILED:
        raise Conflict(f"the export failed: {one.failure}; ask anew", code="export-failed")
    path = path_of(one)
    if one.state == State.GONE or not path.is_file():
        raise Missing("the file is forgotten after a week; ask for it anew", code="export-gone")
    return path


def forget_old_exports(now: datetime) -> int:
    """Remove files older than a week; returns how many."""
    old = ExportFile.objects.filter(asked_at__lt=now - KEPT).exclude(state=State.GONE)
    found = list(old[:1000])
    for one in found:
        shutil.rmtree(path_of(one).parent, ignore_errors=True)
        _settle(one, state=State.GONE)
    return len(found)


def path_of(one: ExportFile) -> Path:
    """Return where the file of an export stands, or would."""
    return Path(settings.DATA) / "exports" / one.token / f"{one.what}.{one.form}"
