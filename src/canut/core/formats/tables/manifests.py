"""Read and write the labels of SageMaker Ground Truth manifests: JSON lines, one item each.

A label is a number in the attribute of a labelling job; its metadata names the class. Labels of
classification are read as the names of their classes, boxes and spans as answers to a question
about them, so that they can be known labels or pre-labels. Attributes of other jobs stay as they
are: masks are pictures of their own there.

Source: Amazon SageMaker AI developer guide, "Labeling job output data".
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from canut.core.formats.tables.rows import Row

METADATA = "-metadata"
TYPE = "groundtruth/"
BOXES, SPANS = f"{TYPE}object-detection", f"{TYPE}text-span"
SIDES = {"x": "left", "y": "top", "w": "width", "h": "height"}
decode = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder(order="deterministic").encode


def label_columns(columns: Sequence[str]) -> list[str]:
    """Return the attributes of labelling jobs: columns that have metadata beside them.

    Example:
        >>> label_columns(("source", "species", "species-metadata"))
        ['species']
    """
    return [name for name in columns if f"{name}{METADATA}" in columns]


def name_classes(row: Row, labels: Sequence[str]) -> None:
    """Replace the labels of a row with what its metadata says they are.

    Several classes become a sorted JSON list of names; boxes and spans become JSON answers of
    those kinds.
    """
    for name in labels:
        described = _object(row.get(f"{name}{METADATA}", ""))
        job = str(described.get("type", ""))
        only, several = described.get("class-name"), described.get("class-map")
        if not job.startswith(TYPE):
            continue
        if isinstance(only, str):
            row[name] = only
        elif job == SPANS:
            _replace(row, name, _spans(_object(row.get(name, ""))))
        elif isinstance(several, dict) and job == BOXES:
            _replace(row, name, _boxes(_object(row.get(name, "")), several))
        elif isinstance(several, dict) and "multilabel" in job:
            row[name] = encode(sorted(str(each) for each in several.values())).decode()


def _replace(row: Row, name: str, answer: object) -> None:
    """Write an answer in the place of a label, where it could be read."""
    if answer is not None:
        row[name] = encode(answer).decode()


def _boxes(label: Mapping[str, Any], classes: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the boxes of a label with their classes; None if it has not the form of such a job."""
    try:
        return [
            {
                "label": str(classes[str(box["class_id"])]),
                **{side: box[theirs] for side, theirs in SIDES.items()},
            }
            for box in label["annotations"]
        ]
    except (KeyError, TypeError):
        return None


def _spans(label: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the spans of a label; None if it has not the form of such a job."""
    try:
        entities = label["annotations"]["entities"]
        return {
            "spans": [
                {"label": str(one["label"]), "start": one["startOffset"], "end": one["endOffset"]}
                for one in entities
            ]
        }
    except (KeyError, TypeError):
        return None


def classification(
    name: str,
    numbers: Mapping[str, int],
    *,
    is_multiple: bool,
    is_text: bool,
    metadata: Mapping[str, object],
) -> dict[str, object]:
    """Return the attribute of a classification and its metadata, as a labelling job writes them.

    Args:
        name: of the attribute.
        numbers: the number of each chosen class, by its name.
        is_multiple: whether any number of classes could be chosen.
        is_text: whether the item is a text; a picture else.
        metadata: what is the same for both: job, date, by whom; ``confidence`` where there is one.

    Example:
        >>> classification("q", {"dog": 1}, is_multiple=False, is_text=True, metadata={})["q"]
        1
    """
    job = f"{TYPE}{'text' if is_text else 'image'}-classification"
    common = dict(metadata)
    confidence = common.pop("confidence", None)
    if not is_multiple:
        (named, number) = next(iter(numbers.items()))
        confidences = {} if confidence is None else {"confidence": confidence}
        return {
            name: number,
            f"{name}{METADATA}": {"class-name": named, **confidences, **common, "type": job},
        }
    by_number = {str(number): named for named, number in numbers.items()}
    confidences = (
        {} if confidence is None else {"confidence-map": dict.fromkeys(by_number, confidence)}
    )
    described = {"class-map": by_number, **confidences, **common, "type": f"{job}-multilabel"}
    return {name: sorted(numbers.values()), f"{name}{METADATA}": described}


def detection(
    name: str,
    boxes: Sequence[Mapping[str, Any]],
    classes: Sequence[str],
    size: tuple[int, int],
    metadata: Mapping[str, object],
) -> dict[str, object]:
    """Return the attribute of boxes in a picture and its metadata.

    Args:
        name: of the attribute.
        boxes: upright, in pixels, as the kind ``boxes`` has them.
        classes: all that could be given, in the order of their numbers.
        size: width and height of the picture in pixels.
        metadata: as for ``classification``; the confidence is that of each box.
    """
    common = dict(metadata)
    confidence = common.pop("confidence", None)
    number_of = {each: number for number, each in enumerate(classes)}
    annotations = [
        {
            "class_id": number_of[str(box["label"])],
            **{theirs: box[side] for side, theirs in SIDES.items()},
        }
        for box in boxes
    ]
    numbers = sorted({int(each["class_id"]) for each in annotations})
    described = {
        "objects": [{} if confidence is None else {"confidence": confidence} for _ in boxes],
        "class-map": {str(number): classes[number] for number in numbers},
        **common,
        "type": BOXES,
    }
    width, height = size
    sizes = [{"width": width, "height": height, "depth": 3}]
    label = {"image_size": sizes, "annotations": annotations}
    return {name: label, f"{name}{METADATA}": described}


def text_spans(
    name: str,
    spans: Sequence[Mapping[str, Any]],
    classes: Sequence[str],
    metadata: Mapping[str, object],
) -> dict[str, object]:
    """Return the attribute of spans in a text and its metadata.

    Args:
        name: of the attribute.
        spans: as the kind ``spans`` has them, offsets in code points, the end not included.
        classes: all that could be given.
        metadata: as for ``classification``; the confidence is that of each span.
    """
    common = dict(metadata)
    confidence = common.pop("confidence", None)
    entities = [
        {"label": span["label"], "startOffset": span["start"], "endOffset": span["end"]}
        for span in spans
    ]
    described = {
        **common,
        "type": SPANS,
        "entities": [{} if confidence is None else {"confidence": confidence} for _ in spans],
    }
    annotations = {"entities": entities, "labels": [{"label": each} for each in classes]}
    return {name: {"annotations": annotations}, f"{name}{METADATA}": described}


def _object(text: str) -> Mapping[str, Any]:
    try:
        described = decode(text)
    except msgspec.DecodeError:
        return {}
    return described if isinstance(described, dict) else {}
