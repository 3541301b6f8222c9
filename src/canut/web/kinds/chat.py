"""How a conversation is judged in a plain form: a rating a turn, a comparison, or a reply."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from canut.core.kinds.chat import rated_turns, turns_of
from canut.core.kinds.shared.fields import number_of
from canut.web.kinds import pair, text
from canut.web.kit.messages import message_now

type Question = Mapping[str, object]


def _as_text(question: Question) -> dict[str, object]:
    return {**question, "mode": "long"}


def form_context(question: Question, row: Mapping[str, str], *, has_keys: bool) -> dict[str, Any]:
    """Return what the mode of the question needs; of ratings, each turn that is rated."""
    if question["mode"] == "compare":
        return pair.form_context(question, row, has_keys=has_keys) | {"mode": "compare"}
    if question["mode"] == "write":
        written = {name: each for name, each in _as_text(question).items() if name != "column"}
        return text.form_context(written, row, has_keys=has_keys) | {"mode": "write"}
    turns = turns_of(row.get(str(question["column"]), ""))
    least, most = int(number_of(question, "least")), int(number_of(question, "most"))
    return {
        "mode": "rate",
        "steps": [str(step) for step in range(least, most + 1)],
        "turns": [(str(at), str(at + 1), turns[at]["text"]) for at in rated_turns(question, turns)],
    }


def parse_form(question: Question, sent: list[str]) -> object:
    """Return the answer as its mode has it; None where nothing was said."""
    if question["mode"] == "compare":
        return pair.parse_form(question, sent)
    if question["mode"] == "write":
        return text.parse_form(_as_text(question), sent)
    pairs = [one.partition(":") for one in sent if one]
    ratings = [
        {"turn": int(turn), "rating": int(rating)}
        for turn, _colon, rating in pairs
        if turn.isdecimal() and rating.removeprefix("-").isdecimal()
    ]
    return ratings or None


def describe(question: Question, value: object) -> str:
    """Say the answer as its mode has it."""
    if question["mode"] == "compare":
        return pair.describe(question, value)
    if question["mode"] == "write":
        return str(value)
    each = cast("Sequence[Mapping[str, int]]", value)
    return ", ".join(
        message_now("page.chat.turn_number_rating", number=one["turn"] + 1, rating=one["rating"])
        for one in each
    )
