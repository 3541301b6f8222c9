"""Texts in a plain form: one field, prefilled with what is to be corrected."""

from collections.abc import Mapping
from typing import Any

type Question = Mapping[str, object]


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return whether it is one line, its maximum length, and the initial text."""
    del has_keys
    is_begun = question["mode"] == "correction"
    return {
        "is_line": question["mode"] == "short",
        "most": str(question["most"]),
        "language": question.get("language", ""),
        "begun": row.get(str(question.get("column", "")), "") if is_begun else "",
    }


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the submitted text; None if it is empty and required."""
    text = sent[0].replace("\r\n", "\n") if sent else ""
    return text if text.strip() or not question["least"] else None


def describe(question: Question, value: object) -> str:
    """Return the text itself."""
    del question
    return str(value)
