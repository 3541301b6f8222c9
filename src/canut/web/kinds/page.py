"""Own pages in a plain form: their fields, one a line, where the page itself is not shown."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from canut.core.kinds.page import choice_fields
from canut.core.kinds.shared.form_fields import flat_fields
from canut.web.kit.messages import message_now

type Question = Mapping[str, object]

FEW = 6
LONGEST = 60
EQUALS = "="


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the names of the fields that are choices, to begin the lines with."""
    del row, has_keys
    return {"lines": "\n".join(f"{name} {EQUALS} " for name in choice_fields(question))}


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the fields of lines such as ``name = value``; None if no line has a name."""
    del question
    fields: dict[str, list[str]] = {}
    for line in "\n".join(sent).splitlines():
        name, _, text = line.partition(EQUALS)
        if name.strip():
            fields.setdefault(name.strip(), []).append(text.strip())
    return fields or None


def describe(question: Question, value: object) -> str:
    """List the fields and their texts, first those that are choices; long ones are cut."""
    flat = flat_fields(cast("Mapping[str, Sequence[str]]", value))
    choices = [name for name in choice_fields(question) if name in flat]
    names = list(dict.fromkeys([*choices, *flat]))
    shown = [f"{name}: {_cut(', '.join(flat[name]))}" for name in names[:FEW]]
    if len(names) > FEW:
        shown.append(message_now("page.kinds.more_fields", count=len(names) - FEW))
    return ", ".join(shown)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
