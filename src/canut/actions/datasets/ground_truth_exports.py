"""Export classifications as a SageMaker Ground Truth manifest: one JSON line for each task.

What reads the output of a labelling job reads it: the item in ``source`` or ``source-ref``, the
class number, and its metadata. A task without a label has no attribute. A label that a review
decided has no confidence: it is nobody's estimate. The date is that of the export.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import msgspec

from canut.actions.datasets.label_exports import (
    check_export,
    label_rows,
    origin_of_label,
    published_sources,
)
from canut.actions.platform import system_clock
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadAnswer, BadInput
from canut.core.formats.tables.manifests import METADATA, classification
from canut.core.kinds import Schema, is_plain_choice, questions_of, value_of_label
from canut.store.datasets.export_rows import LabelRow
from canut.store.models import Project
from canut.store.projects.versions import question_or_none
from canut.store.tables.tasks import decode_row

SOURCE, SOURCE_REF = "source", "source-ref"
encode = msgspec.json.Encoder().encode


def is_classification(project_id: int) -> bool:
    """Return whether a project asks one question whose answers are of a list."""
    newest = question_or_none(project_id)
    return newest is not None and is_plain_choice(newest.schema)


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
        BadInput: another format; the project does not ask for a classification.
    """
    del for_excel
    if form != "jsonl":
        raise BadInput(
            f"a manifest is written as jsonl, not as {form}", code="format-unknown", format=form
        )
    check_export(project_id, form)
    newest = question_or_none(project_id)
    if newest is None or not is_plain_choice(newest.schema):
        raise BadInput("a manifest holds one choice of a list", code="format-unknown", format=form)
    moment = system_clock.now_ms() if now_ms is None else now_ms
    job = Project.objects.get(pk=project_id).slug
    return _lines(_Manifest(newest.schema, job, moment), project_id)


def _lines(manifest: "_Manifest", project_id: int) -> Iterator[bytes]:
    sources = [source.id for source in published_sources(project_id)]
    for rows in label_rows(sources, manifest.now_ms):
        yield b"".join(encode(manifest.line(row)) + b"\n" for row in rows)


class _Manifest:
    """What the lines of one export share."""

    def __init__(self, schema: Schema, job: str, now_ms: Ms) -> None:
        self.schema, self.now_ms = schema, now_ms
        (question,) = questions_of(schema)
        self.name = str(question["id"])
        self.is_multiple = bool(question.get("multiple"))
        choices = cast("Sequence[Mapping[str, object]]", question["choices"])
        self.numbers = {str(choice["value"]): number for number, choice in enumerate(choices)}
        self.column, self.is_text = _item(schema)
        self.common = {"job-name": f"labeling-job/{job}", "creation-date": _iso(now_ms)}

    def line(self, row: LabelRow) -> dict[str, object]:
        """Return one task with its label."""
        cells = decode_row(row.data)
        line: dict[str, object] = {name: _cell(name, text) for name, text in cells.items()}
        if SOURCE not in line and SOURCE_REF not in line:
            key = SOURCE if self.is_text else SOURCE_REF
            line = {key: cells.get(self.column, row.key), **line}
        chosen = self._chosen(row.label)
        if not chosen and not (self.is_multiple and row.label is not None):
            return line
        name = self.name if self.name not in cells else f"{self.name}-canut"
        origin = origin_of_label(row, is_imitation=False)
        metadata = {
            "confidence": row.confidence,
            "human-annotated": "no" if origin == "model" else "yes",
            **self.common,
        }
        label = classification(
            name, chosen, is_multiple=self.is_multiple, is_text=self.is_text, metadata=metadata
        )
        return line | label

    def _chosen(self, label: str | None) -> Mapping[str, int]:
        """Return the numbers of the chosen classes; none for a label of an earlier question."""
        if label is None:
            return {}
        try:
            chosen = value_of_label(self.schema, label)
        except BadAnswer:
            return {}
        values = chosen if isinstance(chosen, list | tuple) else [chosen]
        return {str(value): self.numbers[str(value)] for value in values}


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
