"""How regions of a picture are corrected in a plain form, and told: by how many of each label.

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
    """Return the question as the script takes it."""
    del row, has_keys
    return {"id": question["id"], "question": json.dumps(question, ensure_ascii=False)}


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the regions that were sent; the text itself where it is not JSON, None where empty."""
    del question
    text = sent[0].strip() if sent else ""
    if not text:
        return None
    try:
        return load_json(text)
    except (ValueError, RecursionError):
        return text


def describe(question: Question, value: object) -> str:
    """Say how many of each label were marked, in the order of the question."""
    counts = Counter(one["label"] for one in cast("Sequence[Mapping[str, str]]", value))
    labels = cast("Sequence[Mapping[str, str]]", question["labels"])
    said = [f"{counts[one['value']]} × {one['label']}" for one in labels if counts[one["value"]]]
    return ", ".join(said) or message_now("page.regions.nothing")
