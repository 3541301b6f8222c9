"""How a text is written in a plain form: one field, begun with what is to be corrected."""

from collections.abc import Mapping
from typing import Any

type Question = Mapping[str, object]


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return whether it is a line, how long it may be, and what stands there already."""
    del has_keys
    is_begun = question["mode"] == "correction"
    return {
        "is_line": question["mode"] == "short",
        "most": str(question["most"]),
        "language": question.get("language", ""),
        "begun": row.get(str(question.get("column", "")), "") if is_begun else "",
    }


def parse_form(question: Question, sent: list[str]) -> object:
    """Return what was written; None where nothing was and something is needed."""
    text = sent[0].replace("\r\n", "\n") if sent else ""
    return text if text.strip() or not question["least"] else None


def describe(question: Question, value: object) -> str:
    """Say the text itself."""
    del question
    return str(value)
