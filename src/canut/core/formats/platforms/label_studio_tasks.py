"""Write answers as Label Studio tasks, with the results of each control of a configuration.

``label_studio_writing`` writes the configuration; the tasks written here fit it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from canut.core.formats.platforms.label_studio import Answer, Prediction, Task
from canut.core.formats.platforms.label_studio_config import REGIONS, Config, Control
from canut.core.formats.platforms.label_studio_results import INSTANCE, to_utf16
from canut.core.formats.training.labelled_items import DocumentPath, Notes, Question, turning
from canut.core.outside_text import read_whole

_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
FORMAT = "Label Studio"

type Result = dict[str, Any]
type Value = Any  # an answer, in the normal form of its kind


def write_tasks(
    tasks: Iterable[Task],
    schema: Mapping[str, Any],
    config: Config,
    notes: Notes,
    workers: Mapping[str, int | str] | None = None,
) -> Iterator[bytes]:
    """Write tasks with the answers of people and of models.

    Args:
        tasks: with answers in the normal form of the schema's questions.
        schema: the questions and columns shown.
        config: what ``label_studio_config.read`` makes of the configuration written for it.
        notes: counts what Label Studio cannot represent.
        workers: the number or e-mail address of a worker in that instance. It refuses answers of
            unknown users, so other workers are named in the field ``worker``.

    Raises:
        BadFile: a picture with regions whose size is not known, a label that is not the
            question's.
    """
    before = "[\n"
    for number, task in enumerate(tasks, 1):
        at = DocumentPath(FORMAT, f"task {task.id or number}")
        fields: dict[str, Any] = {"data": task.data}
        if (task_id := read_whole(task.id)) is not None:
            fields["id"] = task_id
        fields["annotations"] = [
            _annotation(answer, _Writing(schema, config, task, notes, at), workers or {})
            for answer in task.answers
        ]
        fields["predictions"] = [
            _prediction(each, _Writing(schema, config, task, notes, at))
            for each in task.predictions
        ]
        yield (before + _dumps(fields)).encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


@dataclass(slots=True)
class _Writing:
    """The results of one answer while they are built."""

    schema: Mapping[str, Any]
    config: Config
    task: Task
    notes: Notes
    at: DocumentPath
    results: list[Result] = field(default_factory=list[Result])

    def controls(self, question: Question) -> dict[str, Control]:
        """Return the controls of a question by the part they answer."""
        name = str(question["id"])
        return {c.part: c for c in self.config.controls.values() if c.question == name}

    def add(self, control: Control, type_: str, value: Result, **more: object) -> None:
        """Add a result of a control."""
        fields = {"from_name": control.name, "to_name": control.to[0], "type": type_}
        self.results.append(
            {"id": f"{control.question}-{len(self.results)}", **fields, "value": value, **more}
        )

    def size(self, control: Control) -> tuple[int, int]:
        """Return width and height, in pixels, of the picture that a control refers to."""
        column = self.config.columns[control.to[0]]
        if column not in self.task.sizes:
            self.at.refuse("picture-size-unknown")
        return self.task.sizes[column]


def _annotation(answer: Answer, writing: _Writing, workers: Mapping[str, int | str]) -> Result:
    fields: Result = {"result": _results(answer.values, writing)}
    if answer.worker in workers:
        name = workers[answer.worker]
        fields["completed_by"] = name if isinstance(name, int) else {"email": name}
    elif answer.worker:
        fields["worker"] = answer.worker
    if answer.seconds is not None:
        fields["lead_time"] = answer.seconds
    if (answer_id := read_whole(answer.id)) is not None:
        fields["id"] = answer_id
    if answer.created:
        fields["created_at"] = answer.created
    return {**fields, "was_cancelled": answer.is_skipped, "ground_truth": answer.is_gold}


def _prediction(prediction: Prediction, writing: _Writing) -> Result:
    fields: Result = {"result": _results(prediction.values, writing)}
    if prediction.score is not None:
        fields["score"] = prediction.score
    return {**fields, "model_version": prediction.model}


def _results(values: Mapping[str, Any], writing: _Writing) -> list[Result]:
    for question in writing.schema["questions"]:
        name, kind = str(question["id"]), str(question["kind"])
        if name not in values or "each" in question:
            continue
        controls = writing.controls(question)
        if kind not in REGIONS:
            type_, value = _PLAIN[kind](question, values[name], controls["answer"], writing)
            if value is not None:
                writing.add(controls["answer"], type_, value)
            continue
        regions = _REGIONS[kind](question, values[name], controls, writing)
        for each in writing.schema["questions"]:
            if each.get("each") == name and str(each["id"]) in values:
                _per_region(each, values[str(each["id"])], regions, writing)
    return writing.results


def _per_region(
    question: Question, answers: Value, regions: list[Result], writing: _Writing
) -> None:
    """Add the answers about each region, with the region's id and position."""
    control = writing.controls(question)["answer"]
    if len(regions) != len(answers):  # a group of points has no single position
        where = writing.at.where
        writing.notes.add("note-unwritten", field=control.name, format=FORMAT, where=where)
        return
    for region, answer in zip(regions, answers, strict=True):
        if answer is None:
            continue
        type_, value = _PLAIN[str(question["kind"])](question, answer, control, writing)
        position = {
            name: each for name, each in region["value"].items() if not name.endswith("labels")
        }
        extra = {name: region[name] for name in _PLACED if name in region}
        writing.add(control, type_, {**position, **(value or {})}, **extra)
        writing.results[-1]["id"] = region["id"]


_PLACED = ("original_width", "original_height", "image_rotation")
type Plain = tuple[str, Result | None]


def _choice(question: Question, value: Value, control: Control, _writing: _Writing) -> Plain:
    each = value if question["multiple"] else [value]
    if control.tag == "Taxonomy":
        return "taxonomy", {"taxonomy": each}
    return "choices", {"choices": each}


def _rating(_question: Question, value: Value, control: Control, _writing: _Writing) -> Plain:
    return (
        ("rating", {"rating": value}) if control.tag == "Rating" else ("number", {"number": value})
    )


def _number(_question: Question, value: Value, _control: Control, _writing: _Writing) -> Plain:
    return "number", {"number": value}


def _date(_question: Question, value: Value, _control: Control, _writing: _Writing) -> Plain:
    return "datetime", {"datetime": value}


def _text(_question: Question, value: Value, _control: Control, _writing: _Writing) -> Plain:
    return "textarea", {"text": [value]}


def _pair(_question: Question, value: Value, _control: Control, writing: _Writing) -> Plain:
    where = writing.at.where
    if value.get("reasons"):
        writing.notes.add("note-unwritten", field="reasons", format=FORMAT, where=where)
    if value["choice"] == "tie":
        writing.notes.add("note-unwritten", field="tie", format=FORMAT, where=where)
        return "pairwise", None
    return "pairwise", {"selected": {"a": "left", "b": "right"}[value["choice"]]}


_PLAIN: Mapping[str, Callable[[Question, Value, Control, _Writing], Plain]] = {
    "choice": _choice,
    "rating": _rating,
    "number": _number,
    "date": _date,
    "text": _text,
    "pair": _pair,
}
type Controls = Mapping[str, Control]


def _shape(
    control: Control, type_: str, value: Result, writing: _Writing, **more: object
) -> Result:
    width, height = writing.size(control)
    place = {"original_width": width, "original_height": height, "image_rotation": 0}
    writing.add(control, type_, value, **place, **more)
    return writing.results[-1]


def _boxes(
    _question: Question, value: Value, controls: Controls, writing: _Writing
) -> list[Result]:
    control = controls["answer"]
    results = list[Result]()
    for box in value:
        width, height = writing.size(control)
        x, y, w, h, angle = box["x"], box["y"], box["w"], box["h"], box.get("angle", 0)
        if angle:
            x, y = turning(angle, x + w / 2, y + h / 2)([x, y])
        fields = {
            "x": 100 * x / width,
            "y": 100 * y / height,
            "width": 100 * w / width,
            "height": 100 * h / height,
            "rotation": angle,
            "rectanglelabels": [box["label"]],
        }
        results.append(_shape(control, "rectanglelabels", fields, writing))
    return results


def _polygons(
    _question: Question, value: Value, controls: Controls, writing: _Writing
) -> list[Result]:
    results = list[Result]()
    for shape in value:
        width, height = writing.size(controls["answer"])
        points = [[100 * x / width, 100 * y / height] for x, y in shape["points"]]
        fields = {"points": points, "closed": True, "polygonlabels": [shape["label"]]}
        results.append(_shape(controls["answer"], "polygonlabels", fields, writing))
    return results


def _keypoints(
    _question: Question, value: Value, controls: Controls, writing: _Writing
) -> list[Result]:
    """Add one result per point; points of one instance share a number and a parent."""
    for number, instance in enumerate(value, 1):
        first = ""
        for name, (x, y, visible) in instance["points"].items():
            if not visible:
                continue
            width, height = writing.size(controls["answer"])
            fields = {
                "x": 100 * x / width,
                "y": 100 * y / height,
                "width": 0.5,
                "keypointlabels": [name],
            }
            more: dict[str, object] = {INSTANCE: number}
            if first:
                more["parentID"] = first
            if visible == 1:
                more["meta"] = {"text": ["occluded"]}
            result = _shape(controls["answer"], "keypointlabels", fields, writing, **more)
            first = first or result["id"]
    return []


def _spans(question: Question, value: Value, controls: Controls, writing: _Writing) -> list[Result]:
    text = str(writing.task.data.get(str(question["column"]), ""))
    results = dict[str, Result]()
    for span in value["spans"]:
        fields = {
            "start": to_utf16(text, span["start"]),
            "end": to_utf16(text, span["end"]),
            "text": text[span["start"] : span["end"]],
            "labels": [span["label"]],
        }
        writing.add(controls["answer"], "labels", fields)
        results[str(span["id"])] = writing.results[-1]
    for relation in value.get("relations") or ():
        ends = {
            "from_id": results[str(relation["from"])]["id"],
            "to_id": results[str(relation["to"])]["id"],
        }
        writing.results.append(
            {"type": "relation", **ends, "direction": "right", "labels": [relation["label"]]}
        )
    return list(results.values())


def _segments(
    _question: Question, value: Value, controls: Controls, writing: _Writing
) -> list[Result]:
    results = list[Result]()
    for segment in value:
        interval = {"start": segment["start"], "end": segment["end"], "channel": 0}
        writing.add(controls["answer"], "labels", {**interval, "labels": [segment["label"]]})
        results.append(writing.results[-1])
        if "text" in controls and segment.get("text"):
            writing.add(controls["text"], "textarea", {**interval, "text": [segment["text"]]})
            writing.results[-1]["id"] = results[-1]["id"]
    return results


_REGIONS: Mapping[str, Callable[[Question, Value, Controls, _Writing], list[Result]]] = {
    "boxes": _boxes,
    "polygons": _polygons,
    "keypoints": _keypoints,
    "spans": _spans,
    "audio": _segments,
}
