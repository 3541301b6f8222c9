"""Read Label Studio tasks: their data, each person's answers with durations, and predictions.

Tasks are read one at a time. Regions are percentages of the picture, rotated about a corner, and
spans count UTF-16 units; ``label_studio_results`` converts them into pixels, degrees about the
centre, and code points. Results without a question are noted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from canut.core.formats.platforms.label_studio_config import Config
from canut.core.formats.platforms.label_studio_results import ResultContext, values_of_results
from canut.core.formats.training.json_entries import entries
from canut.core.formats.training.labelled_items import DocumentPath, Notes

type Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answers to a task.

    Args:
        values: the answer to each question, in its normal form.
        worker: the worker as named in the file: an e-mail address, a number, or empty.
        seconds: duration as the browser counted it, or None.
        id: the annotation's own number; empty where it has none.
        is_gold: whether it is marked as known to be true.
        is_skipped: whether the person skipped the task; then there are no values.
        created: when, as written.
    """

    values: Values
    worker: str = ""
    seconds: float | None = None
    id: str = ""
    is_gold: bool = False
    is_skipped: bool = False
    created: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A model's prediction for a task: its answers, score and model name."""

    values: Values
    score: float | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    Args:
        id: its number; empty where it has none.
        data: its fields, as they are.
        answers: the answers of people.
        predictions: the predictions of models.
        sizes: width and height in pixels of the pictures it shows, by their column.
    """

    id: str
    data: Mapping[str, Any]
    answers: tuple[Answer, ...] = ()
    predictions: tuple[Prediction, ...] = ()
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])


def read(chunks: Iterable[bytes], file: str, config: Config, notes: Notes) -> Iterator[Task]:
    """Yield the tasks of a file, one at a time.

    Args:
        chunks: the bytes of the file: a list of tasks, in pieces of any size.
        file: its name, for refusals.
        config: the configuration the tasks were answered with.
        notes: counts results without a question, skipped answers and drafts.

    Raises:
        BadFile: not JSON, a field that is missing or of the wrong shape, a label that the
            configuration does not have, a span that is not in its text.
    """
    for entry in entries(chunks, file):
        at = DocumentPath(file, entry.where)
        fields = at.fields(entry.value, "task")
        data = at.fields(fields.get("data", fields), "data")
        if "data" not in fields and ("annotations" in fields or "predictions" in fields):
            at.refuse("entry-missing", field="data")
        task_fields = fields if "data" in fields else {}
        if task_fields.get("drafts"):
            notes.add("note-field", field="drafts", where=at.where)
        yield _task(task_fields, ResultContext(config, data, notes), at)


def _task(fields: Mapping[str, Any], about: ResultContext, at: DocumentPath) -> Task:
    annotations = fields.get("annotations") or fields.get("completions") or []
    answers = list[Answer]()
    for index, annotation in enumerate(at.items(annotations, "annotations")):
        here = DocumentPath(at.file, f"{at.where}.annotations[{index}]")
        answers.append(_answer(here.fields(annotation, "annotation"), about, here))
    predictions = list[Prediction]()
    for index, prediction in enumerate(at.items(fields.get("predictions") or [], "predictions")):
        here = DocumentPath(at.file, f"{at.where}.predictions[{index}]")
        if isinstance(prediction, int):  # an export without what was predicted
            about.notes.add("note-field", field="predictions", where=here.where)
            continue
        predictions.append(_prediction(here.fields(prediction, "prediction"), about, here))
    name = fields.get("id")
    text = "" if name is None else str(name)
    return Task(text, about.data, tuple(answers), tuple(predictions), about.sizes)


def _prediction(fields: Mapping[str, Any], about: ResultContext, at: DocumentPath) -> Prediction:
    values = values_of_results(at.items(fields.get("result"), "result"), about, at)
    score = fields.get("score")
    sure = None if score is None else at.number(score, "score")
    return Prediction(values, sure, str(fields.get("model_version") or ""))


def _answer(fields: Mapping[str, Any], about: ResultContext, at: DocumentPath) -> Answer:
    is_skipped = bool(fields.get("was_cancelled"))
    values: Values = {}
    if is_skipped:
        about.notes.add("note-skipped")
    else:
        values = values_of_results(at.items(fields.get("result"), "result"), about, at)
    seconds = fields.get("lead_time")
    if seconds is not None and at.number(seconds, "lead_time") < 0:
        at.seen("entry-number", "lead_time", seconds)
    return Answer(
        values,
        _worker(fields.get("completed_by", fields.get("worker")), at),
        seconds,
        "" if fields.get("id") is None else str(fields["id"]),
        bool(fields.get("ground_truth")),
        is_skipped,
        str(fields.get("created_at") or ""),
    )


def _worker(worker: object, at: DocumentPath) -> str:
    """Return the worker of an answer: the e-mail address if present, else the number."""
    if worker is None:
        return ""
    if isinstance(worker, dict):
        fields = cast("dict[str, Any]", worker)
        worker = fields.get("email") or fields.get("id")
    if isinstance(worker, str) and worker:
        return worker
    return str(at.whole(worker, "completed_by"))
