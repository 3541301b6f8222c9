"""Ratings in a plain form: a button per step, or a number for a slider."""

from collections.abc import Mapping
from typing import Any

from canut.core.kinds.shared.fields import number_of, tidy
from canut.core.kinds.shared.reading import read_number
from canut.web.kit.formatting import decimal_of

DIGITS = range(10)

type Question = Mapping[str, object]


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the steps of a scale with their labels, or the bounds of a slider."""
    del row
    least, most, step = (number_of(question, name) for name in ("least", "most", "step"))
    ends = question.get("ends") or ["", ""]
    bounds = {"least": str(least), "most": str(most), "step": str(step), "ends": ends}
    if question["look"] == "slider":
        return bounds | {"values": []}
    count = round((most - least) / step)
    values = [tidy(least + at * step) for at in range(count + 1)]
    return bounds | {
        "values": [(str(each), str(each) if has_keys and each in DIGITS else "") for each in values]
    }


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the submitted number; None if there is none."""
    del question
    text = sent[0].strip().replace(",", ".") if sent else ""
    return read_number(text) if text else None


def describe(question: Question, value: object) -> str:
    """Format a rating with the end of its scale."""
    most = number_of(question, "most")
    return f"{decimal_of(float(str(value)))} / {decimal_of(most)}"
