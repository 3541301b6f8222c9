"""Audio segments: corrected in a review as in the workbench, and formatted as text.

The form holds the answer as JSON; a script draws the sound above it and writes what is placed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.utils.formats import number_format

from canut.core.kinds.shared.fields import values_in
from canut.web.kinds import spans
from canut.web.kit.messages import message_now

type Question = Mapping[str, object]

FEW = 6
form_context, parse_form = spans.form_context, spans.parse_form


def describe(question: Question, value: object) -> str:
    """List each segment with its times and text, or counts by label if there are many."""
    segments = cast("Sequence[Mapping[str, Any]]", value)
    listed = cast("Sequence[Mapping[str, str]]", question["labels"])
    label = {item["value"]: item["label"] for item in listed}
    if not segments:
        return message_now("common.nothing_marked")
    if len(segments) <= FEW:
        return ", ".join(_one(label[item["label"]], item) for item in segments)
    many = Counter(item["label"] for item in segments)
    values = values_in(question, "labels")
    return ", ".join(f"{label[name]} × {many[name]}" for name in values if many[name])


def _one(label: str, segment: Mapping[str, Any]) -> str:
    start, end = (number_format(segment[side]) for side in ("start", "end"))
    transcript = f" “{segment['text']}”" if segment.get("text") else ""
    return f"{label} ({start}–{end}{chr(160)}s){transcript}"
