"""Read and write the labels of SageMaker Ground Truth manifests: JSON lines, one item each.

A label is a number in the attribute of a labelling job; its metadata names the class. Labels of
classification are read as the names of their classes, so that they can be known labels or
pre-labels. Attributes of other jobs stay as they are.

Source: Amazon SageMaker AI developer guide, "Labeling job output data".
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from canut.core.formats.tables.rows import Row

METADATA = "-metadata"
TYPE = "groundtruth/"
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
    """Replace the class numbers of a row with the names its metadata gives.

    Several classes become a sorted JSON list of names.
    """
    for name in labels:
        described = _metadata(row.get(f"{name}{METADATA}", ""))
        if not str(described.get("type", "")).startswith(TYPE):
            continue
        only, several = described.get("class-name"), described.get("class-map")
        if isinstance(only, str):
            row[name] = only
        elif isinstance(several, dict) and "multilabel" in str(described["type"]):
            row[name] = encode(sorted(str(each) for each in several.values())).decode()


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
        known = {} if confidence is None else {"confidence": confidence}
        return {
            name: number,
            f"{name}{METADATA}": {"class-name": named, **known, **common, "type": job},
        }
    by_number = {str(number): named for named, number in numbers.items()}
    known = {} if confidence is None else {"confidence-map": dict.fromkeys(by_number, confidence)}
    described = {"class-map": by_number, **known, **common, "type": f"{job}-multilabel"}
    return {name: sorted(numbers.values()), f"{name}{METADATA}": described}


def _metadata(text: str) -> Mapping[str, Any]:
    try:
        described = decode(text)
    except msgspec.DecodeError:
        return {}
    return described if isinstance(described, dict) else {}
