"""Sample questions and answers of every kind, in French and English, for demos and tests.

The files are in ``samples/``, one per kind.
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
    """One sample question: its schema in each language, and the answers of three people."""

    kind: str
    name: str
    schema: Mapping[str, dict[str, object]]
    answers: list[object]


@cache
def samples() -> tuple[Sample, ...]:
    """Return every sample by kind, with schemas in normal form."""
    all_samples: list[Sample] = []
    for kind in KINDS:
        file = f"{kind}.yaml"
        content = files("canut.core.kinds").joinpath("samples", file).read_bytes()
        for entry in cast("list[dict[str, object]]", loaded(file, content)):
            show = [entry["show"]] if "show" in entry else []
            questions = {
                language: cast("dict[str, object]", entry[language]) for language in LANGUAGES
            }
            schema = {
                language: check_schema(
                    {"questions": [{"id": "q", "kind": kind, **question}], "show": show}
                )
                for language, question in questions.items()
            }
            name, answers = str(entry["name"]), cast("list[object]", entry["answers"])
            all_samples.append(Sample(kind, name, schema, answers))
    return tuple(all_samples)
