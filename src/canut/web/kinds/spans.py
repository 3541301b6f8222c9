"""Spans of a text: corrected in a review as in the workbench, and counted by label.

The form holds the answer as JSON; a script draws the text above it and writes there what is marked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from canut.core.json_depth import load_json
from canut.web.kinds.region_data import marked
from canut.web.kit.messages import message_now

type Question = Mapping[str, object]


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
    """Count the spans by label, in the order of the question."""
    marking = cast("Mapping[str, Sequence[Mapping[str, Any]]]", value)
    listed = cast("Sequence[Mapping[str, str]]", question["labels"])
    counts = Counter(item["label"] for item in marking["spans"])
    parts = [
        f"{counts[item['value']]} × {item['label']}" for item in listed if counts[item["value"]]
    ]
    return ", ".join(parts) or message_now("common.nothing_marked")
