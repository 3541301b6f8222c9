"""A ranking as an ordered list, each item with how far it stands from another ranking."""

from collections.abc import Sequence
from typing import NamedTuple, cast

from canut.core.errors import BadInput
from canut.core.kinds import Schema, questions_of, values_of_label


class Rank(NamedTuple):
    """One item of a ranking: its text, and how many ranks higher it stands than in another."""

    item: str
    higher: int

    @property
    def lower(self) -> int:
        """How many ranks lower it stands."""
        return -self.higher


def ranks_of(schema: Schema, label: str, compared: str = "") -> list[Rank]:
    """Return the items of a ranking, best first; empty where a label is none.

    Args:
        schema: the question of the task.
        label: the ranking.
        compared: another ranking of the same items; empty for none.
    """
    questions = questions_of(schema)
    if len(questions) != 1 or questions[0]["kind"] != "ranking":
        return []
    question = questions[0]
    listed = cast("Sequence[dict[str, str]]", question["items"])
    texts = {item["value"]: item["label"] for item in listed}
    order, other = (_order(schema, str(question["id"]), text) for text in (label, compared))
    return [
        Rank(texts.get(value, value), other.index(value) - place if value in other else 0)
        for place, value in enumerate(order)
    ]


def _order(schema: Schema, name: str, label: str) -> list[str]:
    try:
        return [str(value) for value in cast("list[object]", values_of_label(schema, label)[name])]
    except (BadInput, KeyError, TypeError):
        return []
