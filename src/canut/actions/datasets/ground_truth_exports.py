"""Export labels as a SageMaker Ground Truth manifest: one JSON line for each task.

What reads the output of a labelling job reads it: the item in ``source`` or ``source-ref``, the
class number, the boxes or the spans, and their metadata. A task without a label has no attribute. A
label that a review decided has no confidence: it is nobody's estimate. The date is that of the
export. Other kinds have no such job, or keep masks in files of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import msgspec

from canut.actions.datasets.label_exports import (
    Leaving,
    check_export,
    leaving,
    origin_of_label,
)
from canut.actions.platform import system_clock
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadAnswer, BadInput
from canut.core.formats.tables.manifests import (
    METADATA,
    classification,
    detection,
    text_spans,
)
from canut.core.kinds import (
    Schema,
    is_plain_choice,
    marked_column,
    questions_of,
    value_of_label,
)
from canut.store.models import Project
from canut.store.projects.versions import question_or_none

SOURCE, SOURCE_REF = "source", "source-ref"
CHOICE, BOXES, SPANS = "choice", "boxes", "spans"
encode = msgspec.json.Encoder().encode


def has_manifest(project_id: int) -> bool:
    """Return whether a project asks one question that a labelling job asks too."""
    newest = question_or_none(project_id)
    return newest is not None and _is_held(newest.schema)


def _is_held(schema: Schema) -> bool:
    """Return whether one choice of a list, upright boxes or spans are asked for, and no more."""
    (first, *others) = questions_of(schema)
    marks = first["kind"] == SPANS or (first["kind"] == BOXES and not first.get("rotated"))
    return is_plain_choice(schema) or (marks and not others and "optional" not in first)


def export_ground_truth(
    project_id: int, form: str = "jsonl", *, for_excel: str = "", now_ms: Ms | None = None
) -> Iterator[bytes]:
    """Stream the labels of a project as the output manifest of a labelling job.

    Args:
        project_id: whose labels; who may take them is checked by the caller.
        form: jsonl.
        for_excel: of no meaning here.
        now_ms: when the tasks left.

    Raises:
        Missing: there is no such project.
        BadInput: another format; the project asks for something else.
    """
    del for_excel
    if form != "jsonl":
        raise BadInput(
            f"a manifest is written as jsonl, not as {form}", code="format-unknown", format=form
        )
    check_export(project_id, form)
    newest = question_or_none(project_id)
    if newest is None or not _is_held(newest.schema):
        raise BadInput(
            "a manifest holds one choice of a list, upright boxes or spans",
            code="format-unknown",
            format=form,
        )
    moment = system_clock.now_ms() if now_ms is None else now_ms
    job = Project.objects.get(pk=project_id).slug
    return _lines(_Manifest(newest.schema, job, moment), project_id)


def _lines(manifest: "_Manifest", project_id: int) -> Iterator[bytes]:
    for tasks in leaving(project_id, (manifest.column,), manifest.now_ms):
        yield b"".join(encode(manifest.line(task)) + b"\n" for task in tasks)


class _Manifest:
    """What the lines of one export share."""

    def __init__(self, schema: Schema, job: str, now_ms: Ms) -> None:
        self.schema, self.now_ms = schema, now_ms
        (question,) = questions_of(schema)
        self.name = str(question["id"])
        self.kind = str(question["kind"])
        self.is_multiple = bool(question.get("multiple"))
        listed = question["choices"] if self.kind == CHOICE else question["labels"]
        self.classes = [str(row["value"]) for row in cast("Sequence[Mapping[str, Any]]", listed)]
        self.column, self.is_text = _item(schema)
        if self.kind != CHOICE:
            self.column = marked_column(schema, question)
        self.common = {"job-name": f"labeling-job/{job}", "creation-date": _iso(now_ms)}

    def line(self, task: Leaving) -> dict[str, object]:
        """Return one task with its label."""
        row, cells, picture = task.row, task.data, task.media.get(self.column)
        line: dict[str, object] = {name: _cell(name, text) for name, text in cells.items()}
        if SOURCE not in line and SOURCE_REF not in line:
            item = cells.get(self.column, row.key) if picture is None else cells.get("file")
            line = {SOURCE if self.is_text else SOURCE_REF: item or row.key, **line}
        answer = self._answer(row.label)
        if answer is None:
            return line
        name = self.name if self.name not in cells else f"{self.name}-canut"
        origin = origin_of_label(row, is_imitation=False)
        metadata = {
            "confidence": row.confidence,
            "human-annotated": "no" if origin == "model" else "yes",
            **self.common,
        }
        if self.kind == CHOICE:
            chosen = cast("Sequence[str]", answer if self.is_multiple else [answer])
            numbers = {each: self.classes.index(each) for each in chosen}
            is_multiple, is_text = self.is_multiple, self.is_text
            return line | classification(
                name, numbers, is_multiple=is_multiple, is_text=is_text, metadata=metadata
            )
        if self.kind == SPANS:
            spans = cast("Mapping[str, Sequence[Mapping[str, Any]]]", answer)[SPANS]
            return line | text_spans(name, spans, self.classes, metadata)
        size = (0, 0) if picture is None else (picture.width, picture.height)
        boxes = cast("Sequence[Mapping[str, Any]]", answer)
        return line | detection(name, boxes, self.classes, size, metadata)

    def _answer(self, label: str | None) -> object:
        """Return the answer that a label is; None without one, or of an earlier question."""
        try:
            return None if label is None else value_of_label(self.schema, label)
        except BadAnswer:
            return None


def _item(schema: Schema) -> tuple[str, bool]:
    """Return the first column a question shows, and whether it is a text."""
    shown = cast("Sequence[Mapping[str, str]]", schema["show"])
    first = shown[0] if shown else {"column": "", "as": "text"}
    return str(first["column"]), first["as"] == "text"


def _cell(name: str, text: str) -> object:
    """Return a cell as the manifest had it: metadata is an object again."""
    if not name.endswith(METADATA):
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _iso(ms: Ms) -> str:
    return from_ms(ms).strftime("%Y-%m-%dT%H:%M:%S.%f")
