"""Regions of a picture: corrected in a plain form, and described as counts by label.

The field holds the answer as JSON; a script draws it over the picture instead, where there is one.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from canut.core.json_depth import load_json
from canut.web.kit.messages import message_now

type Question = Mapping[str, object]


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the question as the script expects it."""
    del row, has_keys
    return {"id": question["id"], "question": json.dumps(question, ensure_ascii=False)}


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the submitted regions; the raw text if it is not JSON, None if empty."""
    del question
    text = sent[0].strip() if sent else ""
    if not text:
        return None
    try:
        return load_json(text)
    except (ValueError, RecursionError):
        return text


def describe(question: Question, value: object) -> str:
    """Count the regions by label, in the order of the question."""
    counts = Counter(item["label"] for item in cast("Sequence[Mapping[str, str]]", value))
    labels = cast("Sequence[Mapping[str, str]]", question["labels"])
    parts = [
        f"{counts[item['value']]} × {item['label']}" for item in labels if counts[item["value"]]
    ]
    return ", ".join(parts) or message_now("page.regions.nothing")
