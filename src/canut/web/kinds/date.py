"""Dates in a plain form: the browser's own field, with its bounds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from canut.web.kit.formatting import calendar_day

type Question = Mapping[str, object]


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the first and the last date that may be given."""
    del row, has_keys
    return {"earliest": question["earliest"], "latest": question["latest"]}


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the submitted date; None if there is none."""
    del question
    return (sent[0].strip() if sent else "") or None


def describe(question: Question, value: object) -> str:
    """Format a date in the page's language."""
    del question
    return calendar_day(date.fromisoformat(str(value)))
