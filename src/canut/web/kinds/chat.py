"""Conversations in a plain form: a rating per turn, a comparison, or a reply."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from canut.core.kinds.chat import rated_turns, turns_of
from canut.core.kinds.shared.fields import number_of
from canut.core.outside_text import read_whole
from canut.web.kinds import pair, text
from canut.web.kit.messages import message_now
from canut.web.kit.numbers import LARGEST_COUNT

type Question = Mapping[str, object]


def _as_text(question: Question) -> dict[str, object]:
    return {**question, "mode": "long"}


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return the context of the question's mode; for ratings, the turns to rate."""
    if question["mode"] == "compare":
        return pair.form_context(question, row, has_keys=has_keys) | {"mode": "compare"}
    if question["mode"] == "write":
        text_question = {
            name: each for name, each in _as_text(question).items() if name != "column"
        }
        return text.form_context(text_question, row, has_keys=has_keys) | {"mode": "write"}
    turns = turns_of(row.get(str(question["column"]), ""))
    least, most = int(number_of(question, "least")), int(number_of(question, "most"))
    return {
        "mode": "rate",
        "steps": [str(step) for step in range(least, most + 1)],
        "turns": [(str(at), str(at + 1), turns[at]["text"]) for at in rated_turns(question, turns)],
    }


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the answer in the shape of its mode; None if it is empty."""
    if question["mode"] == "compare":
        return pair.parse_form(question, sent)
    if question["mode"] == "write":
        return text.parse_form(_as_text(question), sent)
    pairs = [item.partition(":") for item in sent if item]
    numbers = [
        (
            read_whole(position, LARGEST_COUNT),
            read_whole(rating, LARGEST_COUNT, least=-LARGEST_COUNT),
        )
        for position, _colon, rating in pairs
    ]
    ratings = [
        {"turn": turn, "rating": rating}
        for turn, rating in numbers
        if turn is not None and rating is not None
    ]
    return ratings or None


def describe(question: Question, value: object) -> str:
    """Format the answer according to its mode."""
    if question["mode"] == "compare":
        return pair.describe(question, value)
    if question["mode"] == "write":
        return str(value)
    each = cast("Sequence[Mapping[str, int]]", value)
    return ", ".join(
        message_now("page.chat.turn_number_rating", number=row["turn"] + 1, rating=row["rating"])
        for row in each
    )
