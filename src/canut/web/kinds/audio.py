"""How segments of a sound are corrected in a review, as in the workbench, and told in words.

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
    """Say each segment and when, with its text; how many of each label where there are many."""
    segments = cast("Sequence[Mapping[str, Any]]", value)
    listed = cast("Sequence[Mapping[str, str]]", question["labels"])
    label = {one["value"]: one["label"] for one in listed}
    if not segments:
        return message_now("common.nothing_marked")
    if len(segments) <= FEW:
        return ", ".join(_one(label[one["label"]], one) for one in segments)
    many = Counter(one["label"] for one in segments)
    known = values_in(question, "labels")
    return ", ".join(f"{label[name]} × {many[name]}" for name in known if many[name])


def _one(label: str, segment: Mapping[str, Any]) -> str:
    start, end = (number_format(segment[side]) for side in ("start", "end"))
    said = f" “{segment['text']}”" if segment.get("text") else ""
    return f"{label} ({start}–{end}{chr(160)}s){said}"
