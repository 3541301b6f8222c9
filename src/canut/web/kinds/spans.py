"""Spans of a text: corrected in a review as in the workbench, and formatted as text.

The form holds the answer as JSON; a script draws the text above it and writes there what is marked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from canut.core.json_depth import load_json
from canut.core.kinds.shared.fields import values_in
from canut.web.kinds.region_data import marked
from canut.web.kit.messages import message_now

type Question = Mapping[str, object]

FEW = 6


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return what the script draws: the question and the text."""
    del has_keys
    return {"marked": marked([question], row)}


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the answer that the script wrote; None if there is none."""
    del question
    try:
        return load_json(sent[0]) if sent else None
    except (ValueError, RecursionError):
        return sent[0] or None


def describe(question: Question, value: object) -> str:
    """List the spans with their labels, or counts by label if there are many."""
    marking = cast("Mapping[str, Sequence[Mapping[str, Any]]]", value)
    listed = cast("Sequence[Mapping[str, str]]", question["labels"])
    label = {item["value"]: item["label"] for item in listed}
    spans = marking["spans"]
    if not spans:
        return message_now("common.nothing_marked")
    if len(spans) <= FEW:
        return ", ".join(
            f"{label[item['label']]} ({item['start']}–{item['end']})" for item in spans
        )
    many = Counter(item["label"] for item in spans)
    values = values_in(question, "labels")
    return ", ".join(f"{label[name]} × {many[name]}" for name in values if many[name])
