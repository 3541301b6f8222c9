"""Choices in a plain form: one button per value, the first ten with a digit key."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from canut.core.kinds import choice
from canut.core.kinds.shared import paths
from canut.core.kinds.shared.fields import canonical_json
from canut.core.kinds.shared.reading import value_of_json

DIGITS = "1234567890"
STEP = " / "

type Question = Mapping[str, object]


class Value(NamedTuple):
    """One value with its label and its key."""

    value: str
    label: str
    key: str


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the values of a question, and whether several may be chosen."""
    del row
    listed = [*_listed(question).items()]
    keys = [*(DIGITS if has_keys else ""), *[""] * len(listed)]
    values = [Value(value, label, key) for (value, label), key in zip(listed, keys, strict=False)]
    return {"values": values, "is_multiple": choice.is_multiple(question)}


def _listed(question: Question) -> dict[str, str]:
    """Return all values as submitted, with their labels; paths for nested choices."""
    if "anywhere" not in question:
        choices = cast("Sequence[Mapping[str, str]]", question["choices"])
        return {option["value"]: option.get("label", option["value"]) for option in choices}
    anywhere = bool(question["anywhere"])
    return {
        canonical_json(list(path)): _in_words(question, path)
        for path, is_last in paths.paths_of(question).items()
        if is_last or anywhere
    }


def _in_words(question: Question, path: Sequence[str]) -> str:
    level = cast("Sequence[Mapping[str, Any]]", question["choices"])
    labels: list[str] = []
    for step in path:
        option = next(each for each in level if each["value"] == step)
        labels.append(str(option.get("label", step)))
        level = option.get("choices", ())
    return STEP.join(labels)


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the chosen value or values; None if one is required and none was chosen."""
    values = (
        [value_of_json(text) for text in sent] if "anywhere" in question else list[object](sent)
    )
    if choice.is_multiple(question):
        return values
    return values[0] if values else None


def describe(question: Question, value: object) -> str:
    """Format what was chosen, in the question's words."""
    labels = _listed(question)
    many = choice.is_multiple(question)
    values = cast("list[object]", value) if many else [value]
    texts = [item if isinstance(item, str) else canonical_json(item) for item in values]
    return ", ".join(labels.get(text, text) for text in texts) or "–"
