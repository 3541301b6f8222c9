"""Rankings in a plain form: one field per rank."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

type Question = Mapping[str, object]


def _items(question: Question) -> dict[str, str]:
    listed = cast("Sequence[Mapping[str, str]]", question["items"])
    return {item["value"]: item["label"] for item in listed}


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the items and the ranks, from 1."""
    del row, has_keys
    items = _items(question)
    return {"items": list(items.items()), "ranks": range(1, len(items) + 1)}


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the order; None if no rank was given."""
    del question
    return [item for item in sent if item] or None


def describe(question: Question, value: object) -> str:
    """List the items in order, best first."""
    items = _items(question)
    return ", ".join(items[each] for each in cast("Sequence[str]", value))
