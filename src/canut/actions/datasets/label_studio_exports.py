"""Export a project for Label Studio: tasks with annotations, and the configuration.

Each person's counted answer is an annotation under an anonymous number; the label and the models'
labels are predictions. A person is exported as ``worker``: Label Studio refuses a file with a
``completed_by`` it does not know. A task exported with a label can no longer be corrected by its
workers.
"""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec

from canut.actions.datasets.coco_yolo_exports import ENDINGS
from canut.actions.datasets.label_exports import Leaving, asked_of, leaving
from canut.actions.imports.row_media import NAME_OF
from canut.actions.platform import system_clock
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadAnswer, BadFile, BadInput
from canut.core.formats.platforms import label_studio_config
from canut.core.formats.platforms.label_studio import Answer, Prediction, Task
from canut.core.formats.platforms.label_studio_config import Config
from canut.core.formats.platforms.label_studio_tasks import FORMAT, write_tasks
from canut.core.formats.platforms.label_studio_writing import KINDS, write_config
from canut.core.formats.training.labelled_items import Notes
from canut.core.kinds import Schema, check_values, questions_of, values_of_label
from canut.store.datasets.export_rows import LabelRow, given_to, said_of
from canut.store.models import Media

LABEL_STUDIO = "label-studio"
FORMS = ("json", "xml")
CONFIG_FILE = "config.xml"
CONSENSUS, REVIEW = "canut-consensus", "canut-review"
decode_values = msgspec.json.Decoder(dict[str, object]).decode


def label_studio_holds(project_id: int) -> bool:
    """Return whether a project's current questions can be exported to Label Studio."""
    try:
        _asked(project_id)
    except (BadFile, BadInput):
        return False
    return True


def export_label_studio(
    project_id: int,
    form: str = "json",
    *,
    for_excel: str = "",
    now_ms: Ms | None = None,
    notes: Notes | None = None,
) -> Iterator[bytes]:
    """Stream the tasks of a project with their answers, or its labelling configuration.

    Args:
        project_id: whose; who may take them is checked by the caller.
        form: ``json``, the tasks; ``xml``, the configuration they fit.
        for_excel: of no meaning here.
        now_ms: when the tasks left.
        notes: where what Label Studio has no place for is counted.

    Raises:
        Missing: there is no such project.
        BadInput: another form, nothing is asked yet, or a question without a counterpart there,
            which is named.
        BadFile: a question whose labels or column have no place there.
    """
    del for_excel
    if form not in FORMS:
        raise BadInput(
            f"{LABEL_STUDIO} is written as {' or '.join(FORMS)}, not as {form}",
            code="format-unknown",
            format=form,
        )
    losses = Notes() if notes is None else notes
    source = _asked(project_id, losses)
    if form == "xml":
        return iter([source.content])
    now_ms = system_clock.now_ms() if now_ms is None else now_ms
    return write_tasks(_Tasks(source, losses).all(now_ms), source.schema, source.config, losses)


class _Asked(NamedTuple):
    """The questions here and in Label Studio; ``content`` is the configuration's XML."""

    project: int
    version: int
    schema: Schema
    content: bytes
    config: Config


def _asked(project_id: int, notes: Notes | None = None) -> _Asked:
    version = asked_of(project_id)
    if version is None:
        alternatives = "csv, jsonl, parquet"
        raise BadInput(
            f"nothing is asked here yet; what can be written: {alternatives}",
            code="export-unheld",
            what=FORMAT,
            known=alternatives,
        )
    for question in questions_of(version.schema):
        if question["kind"] not in KINDS:
            ask = str(question.get("ask") or question["id"])
            raise BadInput(
                f"{FORMAT} has nothing like the question {ask!r} ({question['kind']}); it holds "
                f"{', '.join(KINDS)}",
                code="label-studio-unheld",
                ask=ask,
            )
    content = write_config(version.schema, Notes() if notes is None else notes)
    config = label_studio_config.read(content, CONFIG_FILE, Notes())
    return _Asked(project_id, version.pk, version.schema, content, config)


class _Tasks:
    """The tasks of a project, read in chunks, with their answers and predictions."""

    def __init__(self, source: _Asked, notes: Notes) -> None:
        self._asked, self._notes = source, notes
        self._numbers: dict[int, str] = {}
        parts = source.config.show
        self._shown = {item["column"]: item["as"] for item in parts if item["as"] != "text"}

    def all(self, now_ms: int) -> Iterator[Task]:
        """Yield each task, marked as exported first if it has a label."""
        for chunk in leaving(self._asked.project, self._shown, now_ms):
            ids = [row.row.task for row in chunk]
            answers = dict[int, list[Answer]]()
            for row in given_to(ids):
                values = self._values(row.values, row.version, row.task)
                if values is not None:
                    seconds = row.elapsed_ms / 1000
                    created = from_ms(row.answered_ms).isoformat()
                    number = self._numbers.setdefault(row.worker, str(len(self._numbers) + 1))
                    answer = Answer(values, number, seconds, str(row.answer), created=created)
                    answers.setdefault(row.task, []).append(answer)
            predictions_of = dict[int, list[Prediction]]()
            for model in said_of(ids):
                name = " ".join(filter(None, (model.author.name, model.author.version)))
                predicted = self._predicted(model.label, model.score, name, model.task_id)
                predictions_of.setdefault(model.task_id, []).extend(predicted)
            for leaves in chunk:
                task = leaves.row.task
                predictions = (*self._label(leaves.row), *predictions_of.get(task, ()))
                yield self._task(leaves, tuple(answers.get(task, ())), predictions)

    def _task(
        self, leaves: Leaving, answers: tuple[Answer, ...], predictions: tuple[Prediction, ...]
    ) -> Task:
        row, data, media_of = leaves
        sizes = dict[str, tuple[int, int]]()
        for column, display in self._shown.items():
            media = media_of.get(column)
            name = data.pop(NAME_OF.format(column=column), "")
            if media is None:
                continue
            if display == "image":
                sizes[column] = media.width, media.height
            data[column] = name or self._name(column, row, data, media)
        return Task(str(row.task), data, answers, predictions, sizes)

    def _name(self, column: str, row: LabelRow, data: Mapping[str, str], media: Media) -> str:
        """Return the file name of a picture or sound, or one from its task or hash."""
        is_first = column == next(iter(self._shown))
        name = (data.get("file") or row.key) if is_first else media.sha256
        ending = "" if PurePosixPath(name).suffix else ENDINGS.get(media.content_type, "")
        return name + ending

    def _values(self, values: str, version: int, task: int) -> Mapping[str, object] | None:
        """Return an answer; None if it was deleted, or its question is no longer asked."""
        decoded = decode_values(values)
        if version == self._asked.version or not decoded:
            return decoded or None
        try:
            return check_values(self._asked.schema, decoded)
        except BadAnswer:
            self._leave_out("answer", task)
            return None

    def _label(self, row: LabelRow) -> list[Prediction]:
        if row.label is None:
            return []
        name = CONSENSUS if row.reviewers is None else REVIEW
        return self._predicted(row.label, row.confidence, name, row.task)

    def _predicted(self, label: str, score: float | None, name: str, task: int) -> list[Prediction]:
        try:
            values = values_of_label(self._asked.schema, label)
        except BadInput:  # a label of what was asked before
            self._leave_out("label", task)
            return []
        return [Prediction(values, score, name)]

    def _leave_out(self, what: str, task: int) -> None:
        self._notes.add("note-unwritten", field=what, format=FORMAT, where=f"task {task}")
