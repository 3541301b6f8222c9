"""A question and answers of every kind, in French and in English, to show and to test with.

They stand in ``samples/``, one file a kind.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

from canut.core.kinds.register import KINDS
from canut.core.kinds.schema import check_schema
from canut.core.strict import loaded

LANGUAGES = ("fr", "en")


class Sample(NamedTuple):
    """One way of asking a kind: its schema in each language, and what three people answered."""

    kind: str
    name: str
    schema: Mapping[str, dict[str, object]]
    answers: list[object]


@cache
def samples() -> tuple[Sample, ...]:
    """Return every sample, by kind, schemas in normal form."""
    found: list[Sample] = []
    for kind in KINDS:
        file = f"{kind}.yaml"
        content = files("canut.core.kinds").joinpath("samples", file).read_bytes()
        for one in cast("list[dict[str, object]]", loaded(file, content)):
            show = [one["show"]] if "show" in one else []
            said = {language: cast("dict[str, object]", one[language]) for language in LANGUAGES}
            schema = {
                language: check_schema(
                    {"questions": [{"id": "q", "kind": kind, **question}], "show": show}
                )
                for language, question in said.items()
            }
            name, answers = str(one["name"]), cast("list[object]", one["answers"])
            found.append(Sample(kind, name, schema, answers))
    return tuple(found)
