"""Export the labels of pictures in training formats: COCO and YOLO.

The first question about regions is exported, with the current label of each task. In YOLO, and in
COCO in two files, a fifth of the pictures is for validation, chosen by the keys of their tasks for
good: the same pictures in both, and in every later export. Pictures without a
decided label are left out; pictures without regions are included, empty. Pictures keep the name
they came with, else the key of their task. An exported task can no longer be corrected by its
workers (``label_exports``).
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple, cast

from canut.actions.datasets.label_exports import Leaving, asked_of, leaving
from canut.actions.platform import system_clock
from canut.core.clock import Ms
from canut.core.errors import BadInput
from canut.core.formats.tables.zip_stream import stream_zip
from canut.core.formats.training import coco_writing, yolo_writing
from canut.core.formats.training.labelled_items import LabelledImage, Notes
from canut.core.formats.training.splits import TRAIN, VALIDATION, SplitShares, split_of
from canut.core.kinds import (
    IN_PICTURES,
    Question,
    Schema,
    marked_column,
    questions_of,
    values_of_label,
)
from canut.store.datasets.export_rows import LabelRow
from canut.store.projects.versions import question_or_none

TASKS = {
    "yolo-detect": "detect",
    "yolo-obb": "obb",
    "yolo-segment": "segment",
    "yolo-pose": "pose",
}
"""The exports of YOLO, and the task of each."""
COCO_SPLIT = "coco-split"
FORMS = {"coco": "json", **dict.fromkeys(TASKS, "zip"), COCO_SPLIT: "zip"}
"""The exports for training, and the one form of each."""
VALIDATED = SplitShares(validation=20, test=0)
FOLDERS = {TRAIN: "train", VALIDATION: "val"}  # as YOLO names splits
NOTES_FILE = "notes.txt"
ENDINGS = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}
PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})


def training_of(schema: Schema) -> list[str]:
    """Return the training formats that can hold a schema's question, usual one first.

    Example:
        >>> asked = {"id": "q", "kind": "boxes", "rotated": True}
        >>> training_of({"questions": [asked]})
        ['coco', 'yolo-obb', 'coco-split']
    """
    question = _question_of(schema)
    if question is None:
        return []
    supported = set(yolo_writing.tasks_for(question))
    if question.get("rotated"):
        supported.discard("detect")
    return ["coco", *(name for name, task in TASKS.items() if task in supported), COCO_SPLIT]


def training_of_project(project_id: int) -> list[str]:
    """Return the training formats that can hold a project's current question."""
    newest = question_or_none(project_id)
    return training_of(newest.schema) if newest else []


def export_coco(
    project_id: int,
    form: str = "json",
    *,
    for_excel: str = "",
    now_ms: Ms | None = None,
    notes: Notes | None = None,
) -> Iterator[bytes]:
    """Stream the labels of a project's pictures as one COCO document.

    Args:
        project_id: whose; who may take them is checked by the caller.
        form: json.
        for_excel: of no meaning here.
        now_ms: when the tasks left.
        notes: where what COCO cannot hold is counted.

    Raises:
        Missing: there is no such project.
        BadInput: another form; nothing is asked about regions of a picture.
    """
    del for_excel
    return _coco(_asked(project_id, "coco", form, now_ms), notes or Notes())


def _coco(source: "_Asked", notes: Notes) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        spool = _Spool(source, file, is_flat=False)
        yield from coco_writing.write(source.question, spool.pictures, notes)


def export_coco_split(
    project_id: int,
    form: str = "zip",
    *,
    for_excel: str = "",
    now_ms: Ms | None = None,
    notes: Notes | None = None,
) -> Iterator[bytes]:
    """Stream a zip of two COCO documents, ``train.json`` and ``val.json``; see ``export_coco``.

    A split that has no picture has no file.
    """
    del for_excel
    return _coco_split(_asked(project_id, COCO_SPLIT, form, now_ms), notes or Notes())


def _coco_split(source: "_Asked", notes: Notes) -> Iterator[bytes]:
    def files(spool: "_Spool") -> Iterator[tuple[str, Iterable[bytes]]]:
        for folder in FOLDERS.values():
            if any(split == folder for split, _picture in spool.split_pictures()):
                pictures = partial(spool.pictures, folder)
                yield f"{folder}.json", coco_writing.write(source.question, pictures, notes)

    with tempfile.TemporaryFile() as file:
        yield from stream_zip(files(_Spool(source, file, is_flat=False)))


def yolo_export(format_name: str) -> Callable[..., Iterator[bytes]]:
    """Return the export function of a YOLO task, by its name in ``TASKS``."""

    def export(
        project_id: int,
        form: str = "zip",
        *,
        for_excel: str = "",
        now_ms: Ms | None = None,
        notes: Notes | None = None,
    ) -> Iterator[bytes]:
        """Stream a zip of label files and ``data.yaml``; see ``export_coco``."""
        del for_excel
        return _yolo(
            _asked(project_id, format_name, form, now_ms), TASKS[format_name], notes or Notes()
        )

    return export


def _yolo(source: "_Asked", task: str, notes: Notes) -> Iterator[bytes]:
    def files(spool: "_Spool") -> Iterator[tuple[str, bytes]]:
        yield from yolo_writing.write(source.question, task, spool.split_pictures(), notes)
        if note_lines := "".join(f"{note.words()}\n" for note in notes):
            yield NOTES_FILE, note_lines.encode()

    with tempfile.TemporaryFile() as file:
        yield from stream_zip(files(_Spool(source, file, is_flat=True)))


EXPORTS: dict[str, Callable[..., Iterator[bytes]]] = {
    "coco": export_coco,
    **{what: yolo_export(what) for what in TASKS},
    COCO_SPLIT: export_coco_split,
}


def _question_of(schema: Schema) -> Question | None:
    return next(
        (question for question in questions_of(schema) if question["kind"] in IN_PICTURES), None
    )


class _Asked(NamedTuple):
    """The source of an export: project, schema, question and moment."""

    project: int
    schema: Schema
    question: Question
    now_ms: int


def _asked(project_id: int, format_name: str, form: str, now_ms: Ms | None) -> _Asked:
    """Return what to export, or raise why this format cannot hold it."""
    newest = asked_of(project_id)
    if form != FORMS[format_name]:
        raise BadInput(
            f"{format_name} is written as {FORMS[format_name]}, not as {form}",
            code="format-unknown",
            format=form,
        )
    supported = training_of(newest.schema) if newest else []
    question = _question_of(newest.schema) if newest else None
    if newest is None or question is None or format_name not in supported:
        alternatives = ", ".join(supported) or "csv, jsonl, parquet"
        raise BadInput(
            f"{format_name} cannot hold what is asked here; what can: {alternatives}",
            code="export-unheld",
            what=format_name,
            known=alternatives,
        )
    moment = system_clock.now_ms() if now_ms is None else now_ms
    return _Asked(project_id, newest.schema, question, moment)


class _Spool:
    """The labelled pictures of a project, read once from the database into a file.

    COCO goes through them twice; what is answered in between must not come into one half alone.

    Args:
        asked: what is taken out.
        file: empty, to be written and read.
        is_flat: names without folders.
    """

    def __init__(self, source: _Asked, file: IO[bytes], *, is_flat: bool) -> None:
        self._asked, self._file, self._is_flat = source, file, is_flat
        self._name = str(source.question["id"])
        self._column = marked_column(source.schema, source.question)
        self._names = set[str]()
        for chunk in leaving(source.project, (self._column,), source.now_ms):
            self._keep(chunk)

    def _keep(self, chunk: list[Leaving]) -> None:
        for row, data, pictures in chunk:
            media = pictures.get(self._column)
            if media is None:
                continue  # a task without its picture has nothing to train from
            name = self._name_of(data, row, media.content_type)
            value, split = self._value(row.label), split_of(row.key, VALIDATED)
            line = [split, row.task, name, media.width, media.height, value]
            self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def _name_of(self, row: dict[str, str], label_row: LabelRow, content_type: str) -> str:
        """Return a picture's file name, or one from its task; duplicates get the task's id."""
        name = row.get("file") or label_row.key
        name = name.replace("/", "_") if self._is_flat else name
        if PurePosixPath(name).suffix.lower() not in PICTURE_ENDINGS:
            name += ENDINGS.get(content_type, "")
        if name in self._names:
            name = f"{label_row.task}-{PurePosixPath(name).name}"
        self._names.add(name)
        return name

    def _value(self, label: str | None) -> object:
        """Return the regions of a label; None without any, or if for another question."""
        if label is None:
            return None
        try:
            return values_of_label(self._asked.schema, label).get(self._name)
        except BadInput:
            return None

    def pictures(self, only: str = "") -> Iterator[LabelledImage]:
        """Yield the pictures, or those of one folder, from the first at each call."""
        return (picture for split, picture in self.split_pictures() if not only or split == only)

    def split_pictures(self) -> Iterator[tuple[str, LabelledImage]]:
        """Yield the pictures, each with the folder of its split, from the first at each call."""
        self._file.seek(0)
        for line in self._file:
            split, task, name, width, height, value = cast("list[Any]", json.loads(line))
            regions = None if value is None else tuple(value)
            yield FOLDERS[split], LabelledImage(name, width, height, regions, str(task))
