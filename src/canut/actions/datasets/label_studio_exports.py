"""Take a project out as Label Studio imports it: tasks with annotations, and the configuration.

Each person's counted answer is an annotation, under a number that says nothing of them; the label
and what models said are predictions. A person stands as ``worker``: a ``completed_by`` that an
instance does not know makes it refuse the whole file. As in ``exports``, a task that leaves with a
label can no longer be corrected by who answered it.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec
from django.utils import timezone

from canut.actions.datasets.coco_yolo_exports import ENDINGS
from canut.actions.datasets.label_exports import Leaving, asked_of, leaving
from canut.actions.imports.row_media import NAME_OF
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
    """Say whether what a project asks now can leave for Label Studio."""
    try:
        _asked(project_id)
    except (BadFile, BadInput):
        return False
    return True


def export_label_studio(
    project_id: int,
    form: str = "json",
    *,
    for_excel: bool = False,
    now: datetime | None = None,
    notes: Notes | None = None,
) -> Iterator[bytes]:
    """Stream the tasks of a project with their answers, or its labelling configuration.

    Args:
        project_id: whose; who may take them is checked by the caller.
        form: ``json``, the tasks; ``xml``, the configuration they fit.
        for_excel: of no meaning here.
        now: when the tasks left.
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
    seen = Notes() if notes is None else notes
    asked = _asked(project_id, seen)
    if form == "xml":
        return iter([asked.content])
    now_ms = int((now or timezone.now()).timestamp() * 1000)
    return write_tasks(_Tasks(asked, seen).all(now_ms), asked.schema, asked.config, seen)


class _Asked(NamedTuple):
    """What is asked, as it stands here and there; ``content`` is the configuration's XML."""

    project: int
    version: int
    schema: Schema
    content: bytes
    config: Config


def _asked(project_id: int, notes: Notes | None = None) -> _Asked:
    version = asked_of(project_id)
    if version is None:
        known = "csv, jsonl, parquet"
        raise BadInput(
            f"nothing is asked here yet; what can be written: {known}",
            code="export-unheld",
            what=FORMAT,
            known=known,
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
    """The tasks of a project, read a chunk at a time, with what was said of each."""

    def __init__(self, asked: _Asked, notes: Notes) -> None:
        self._asked, self._notes = asked, notes
        self._numbers: dict[int, str] = {}
        parts = asked.config.show
        self._shown = {one["column"]: one["as"] for one in parts if one["as"] != "text"}

    def all(self, now_ms: int) -> Iterator[Task]:
        """Yield each task, marked as left first where it has a label."""
        for found in leaving(self._asked.project, self._shown, now_ms):
            ids = [one.row.task for one in found]
            answers = dict[int, list[Answer]]()
            for one in given_to(ids):
                values = self._values(one.values, one.version, one.task)
                if values is not None:
                    seconds = one.elapsed_ms / 1000
                    created = datetime.fromtimestamp(one.answered_ms / 1000, UTC).isoformat()
                    who = self._numbers.setdefault(one.worker, str(len(self._numbers) + 1))
                    given = Answer(values, who, seconds, str(one.answer), created=created)
                    answers.setdefault(one.task, []).append(given)
            said = dict[int, list[Prediction]]()
            for model in said_of(ids):
                name = " ".join(filter(None, (model.author.name, model.author.version)))
                told = self._predicted(model.label, model.score, name, model.task_id)
                said.setdefault(model.task_id, []).extend(told)
            for leaves in found:
                task = leaves.row.task
                predictions = (*self._label(leaves.row), *said.get(task, ()))
                yield self._task(leaves, tuple(answers.get(task, ())), predictions)

    def _task(
        self, leaves: Leaving, answers: tuple[Answer, ...], predictions: tuple[Prediction, ...]
    ) -> Task:
        row, data, known = leaves
        sizes = dict[str, tuple[int, int]]()
        for column, shown in self._shown.items():
            media = known.get(column)
            name = data.pop(NAME_OF.format(column=column), "")
            if media is None:
                continue
            if shown == "image":
                sizes[column] = media.width, media.height
            data[column] = name or self._name(column, row, data, media)
        return Task(str(row.task), data, answers, predictions, sizes)

    def _name(self, column: str, row: LabelRow, data: Mapping[str, str], media: Media) -> str:
        """Name a picture or sound as it came, else by its task; of several, by its hash."""
        is_first = column == next(iter(self._shown))
        name = (data.get("file") or row.key) if is_first else media.sha256
        ending = "" if PurePosixPath(name).suffix else ENDINGS.get(media.content_type, "")
        return name + ending

    def _values(self, values: str, version: int, task: int) -> Mapping[str, object] | None:
        """Return an answer; None where it was deleted, or was one to what is asked no more."""
        said = decode_values(values)
        if version == self._asked.version or not said:
            return said or None
        try:
            return check_values(self._asked.schema, said)
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
