"""Show an object of the API in a notebook: a small table of its members, safe as HTML."""

from dataclasses import fields
from html import escape
from typing import Any

LONGEST = 300


class Shown:
    """A base of the API's classes that notebooks show as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """Return a table of names and values; long values are cut, secrets left out."""
        instance: Any = self
        rows = "".join(
            f"<tr><th scope='row'>{escape(part.name)}</th>"
            f"<td>{_cell(getattr(instance, part.name))}</td></tr>"
            for part in fields(instance)
            if part.repr
        )
        return f"<table><caption>{escape(type(self).__name__)}</caption>{rows}</table>"


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return escape(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
