"""Read Label Studio's tasks: their data, each person's answers with their time, and predictions.

Tasks are read one at a time. Regions come in percent of the picture and turned about a corner, and
spans in units of UTF-16; ``label_studio_results`` makes pixels, degrees about the middle and code
points of them. What no question asks for is noted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from canut.core.formats.platforms.label_studio_config import Config
from canut.core.formats.platforms.label_studio_results import About, values_of_results
from canut.core.formats.training.json_entries import entries
from canut.core.formats.training.labelled_items import FieldPath, Notes

type Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answers to a task.

    Args:
        values: the answer to each question, in its normal form.
        worker: who, as the file names them: an address, a number, or empty.
        seconds: how long it took, as the browser counted; None where it is not said.
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
    """What a model said of a task: its answers, how sure it was, and its name."""

    values: Values
    score: float | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    Args:
        id: its number; empty where it has none.
        data: its fields, as they are.
        answers: what people said.
        predictions: what models said.
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
        notes: where results that no question asks for, skipped answers and drafts are counted.

    Raises:
        BadFile: not JSON, a field that is missing or of the wrong shape, a label that the
            configuration does not have, a span that is not in its text.
    """
    for entry in entries(chunks, file):
        at = FieldPath(file, entry.where)
        said = at.fields(entry.value, "task")
        data = at.fields(said.get("data", said), "data")
        if "data" not in said and ("annotations" in said or "predictions" in said):
            at.refuse("entry-missing", field="data")
        kept = said if "data" in said else {}
        if kept.get("drafts"):
            notes.add("note-field", field="drafts", where=at.where)
        yield _task(kept, About(config, data, notes), at)


def _task(said: Mapping[str, Any], about: About, at: FieldPath) -> Task:
    given = said.get("annotations") or said.get("completions") or []
    answers = list[Answer]()
    for place, annotation in enumerate(at.items(given, "annotations")):
        here = FieldPath(at.file, f"{at.where}.annotations[{place}]")
        answers.append(_answer(here.fields(annotation, "annotation"), about, here))
    predictions = list[Prediction]()
    for place, one in enumerate(at.items(said.get("predictions") or [], "predictions")):
        here = FieldPath(at.file, f"{at.where}.predictions[{place}]")
        if isinstance(one, int):  # an export without what was predicted
            about.notes.add("note-field", field="predictions", where=here.where)
            continue
        predictions.append(_prediction(here.fields(one, "prediction"), about, here))
    name = said.get("id")
    text = "" if name is None else str(name)
    return Task(text, about.data, tuple(answers), tuple(predictions), about.sizes)


def _prediction(said: Mapping[str, Any], about: About, at: FieldPath) -> Prediction:
    values = values_of_results(at.items(said.get("result"), "result"), about, at)
    score = said.get("score")
    sure = None if score is None else at.number(score, "score")
    return Prediction(values, sure, str(said.get("model_version") or ""))


def _answer(said: Mapping[str, Any], about: About, at: FieldPath) -> Answer:
    is_skipped = bool(said.get("was_cancelled"))
    values: Values = {}
    if is_skipped:
        about.notes.add("note-skipped")
    else:
        values = values_of_results(at.items(said.get("result"), "result"), about, at)
    seconds = said.get("lead_time")
    if seconds is not None and at.number(seconds, "lead_time") < 0:
        at.seen("entry-number", "lead_time", seconds)
    return Answer(
        values,
        _worker(said.get("completed_by", said.get("worker")), at),
        seconds,
        "" if said.get("id") is None else str(said["id"]),
        bool(said.get("ground_truth")),
        is_skipped,
        str(said.get("created_at") or ""),
    )


def _worker(said: object, at: FieldPath) -> str:
    """Return who answered: the address where there is one, else the number."""
    if said is None:
        return ""
    if isinstance(said, dict):
        fields = cast("dict[str, Any]", said)
        said = fields.get("email") or fields.get("id")
    if isinstance(said, str) and said:
        return said
    return str(at.whole(said, "completed_by"))
