"""How a choice is made in a plain form: a button for each value, the first ten with a digit."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from canut.core.kinds import choice

DIGITS = "1234567890"


class Value(NamedTuple):
    """One value that may be chosen, with its words and its key."""

    value: str
    label: str
    key: str


def drawn(question: Mapping[str, object], *, has_keys: bool) -> dict[str, Any]:
    """Return the values of a question, and whether several may be chosen."""
    listed = cast("Sequence[Mapping[str, str]]", question["choices"])
    keys = [*(DIGITS if has_keys else ""), *[""] * len(listed)]
    values = [
        Value(one["value"], one.get("label", one["value"]), key)
        for one, key in zip(listed, keys, strict=False)
    ]
    return {"values": values, "is_multiple": choice.is_multiple(question)}


def read(question: Mapping[str, object], sent: list[str]) -> object:
    """Return the value that was chosen, or all of them; empty where none was."""
    return sent if choice.is_multiple(question) else (sent or [""])[0]
