"""Questions about a conversation: rate its turns, compare two replies, or write one.

The conversation is in a column, as a list of turns ``{"role", "text"}``. The mode decides the form
of an answer: ratings of turns, a comparison as in ``pair``, or a text.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.kinds import pair, rating, text
from canut.core.kinds.shared.fields import ANSWER, QUESTION, canonical_json, column_in, number_of
from canut.core.kinds.shared.marked_items import set_distance
from canut.core.kinds.shared.merging import median, normalised_votes
from canut.core.kinds.shared.reading import value_of_json
from canut.core.kinds.shared.trades import RATING, WRITING_DIALOGUE, Trade

MODES = ("rate", "compare", "write")
TURNS = ("all", "assistant", "last")
MOST_TURNS = 1_000
AGREES_WITHIN = 0.25
"""Answers agree within this distance: the same choice, a quarter of the scale, nearly one text."""

QUESTION_SHAPE: Mapping[str, object] = {
    "mode": {"enum": list(MODES)},
    "column": {"type": "string"},
    "turns": {"enum": list(TURNS)},
    "least": {"type": "integer"},
    "most": {"type": "integer"},
    "ends": rating.QUESTION_SHAPE["ends"],
    **pair.COMPARED,
}
ANSWER_SHAPE: Mapping[str, object] = {
    "anyOf": [
        {
            "type": "array",
            "maxItems": MOST_TURNS,
            "items": {
                "type": "object",
                "required": ["turn", "rating"],
                "additionalProperties": False,
                "properties": {
                    "turn": {"type": "integer", "minimum": 0},
                    "rating": {"type": "integer"},
                },
            },
        },
        pair.ANSWER_SHAPE,
        text.ANSWER_SHAPE,
    ]
}

ROLES = {"human": "user", "person": "user", "bot": "assistant", "gpt": "assistant"}
"""What others call who speaks."""

type Question = Mapping[str, object]
type Rated = Mapping[str, int]


def turns_of(cell: str) -> list[dict[str, str]]:
    """Parse a cell as the turns of a conversation; plain text is one turn of the user.

    A turn is ``{"role", "text"}``; ``content`` or ``value`` may stand for the text, ``from`` for
    the role.

    Example:
        >>> turns_of('[{"from": "human", "value": "Who?"}]')
        [{'role': 'user', 'text': 'Who?'}]
    """
    value = value_of_json(cell)
    if not isinstance(value, list):
        return [{"role": "user", "text": cell}] if cell.strip() else []
    turns: list[dict[str, str]] = []
    for entry in cast("list[object]", value)[:MOST_TURNS]:
        message = cast("dict[str, object]", entry) if isinstance(entry, dict) else {"text": entry}
        role = str(message.get("role", message.get("from", "user")))
        text = message.get("text", message.get("content", message.get("value", "")))
        turns.append({"role": ROLES.get(role, role), "text": str(text)})
    return turns


def rated_turns(question: Question, turns: Sequence[Mapping[str, str]]) -> list[int]:
    """Return the indices of the turns to rate; all turns if none is the assistant's.

    Example:
        >>> rated_turns({"turns": "assistant"}, turns_of('[{"role": "assistant", "text": "Hi"}]'))
        [0]
    """
    all_turns = list(range(len(turns)))
    own = [at for at in all_turns if turns[at]["role"] == "assistant"]
    indices = own if own and question["turns"] != "all" else all_turns
    return indices[-1:] if question["turns"] == "last" else indices


def trade(question: Question) -> Trade:
    """Return the trade of this work."""
    return WRITING_DIALOGUE if question.get("mode") == "write" else RATING


def check_question(question: Question) -> dict[str, object]:
    """Return the question in normal form.

    Raises:
        BadQuestion: a field is malformed, or one its mode needs is left out.
    """
    mode = QUESTION.of("mode").one_of(question.get("mode"), MODES)
    normal: dict[str, object] = {"mode": mode, **column_in(question, needed=True)}
    if mode == "compare":
        return normal | pair.check_compared(question)
    if mode == "write":
        text_question = text.check_question({**_said(question, ("least", "most")), "mode": "long"})
        return normal | _said(text_question, ("least", "most"))
    turns = QUESTION.of("turns").one_of(question.get("turns", "assistant"), TURNS)
    scale = rating.check_question(_said(question, ("least", "most", "ends")))
    return normal | {"turns": turns} | _said(scale, ("least", "most", "ends"))


def _said(question: Question, fields: Sequence[str]) -> dict[str, object]:
    return {name: question[name] for name in fields if name in question}


def check_answer(question: Question, value: object) -> object:
    """Return an answer in normal form, according to the mode.

    Raises:
        BadAnswer: not of that mode; or a turn twice, or a rating off its scale.
    """
    if question["mode"] == "compare":
        return pair.check_answer(question, value)
    if question["mode"] == "write":
        return text.check_answer(_as_text(question), value)
    return _ratings(question, value)


def _as_text(question: Question) -> dict[str, object]:
    return {**question, "mode": "long"}


def _ratings(question: Question, value: object) -> list[Rated]:
    most = 1 if question["turns"] == "last" else MOST_TURNS
    least, top = int(number_of(question, "least")), int(number_of(question, "most"))
    rated: dict[int, int] = {}
    for number, entry in enumerate(ANSWER.items(value, 1, most)):
        here = ANSWER.of(number)
        fields = here.mapping(entry, ["turn", "rating"])
        turn_index = here.of("turn").whole(fields["turn"], 0, MOST_TURNS - 1)
        if turn_index in rated:
            here.of("turn").refuse(turn_index, "each turn once", "twice")
        rated[turn_index] = here.of("rating").whole(fields["rating"], least, top)
    return [{"turn": turn_index, "rating": rated[turn_index]} for turn_index in sorted(rated)]


def label_of(question: Question, value: object) -> str:
    """Encode an answer as one text."""
    if question["mode"] == "compare":
        return pair.label_of(question, value)
    normal = check_answer(question, value)
    return normal if isinstance(normal, str) else canonical_json(normal)


def value_of(question: Question, label: str) -> object:
    """Decode an answer from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    if question["mode"] == "compare":
        return pair.value_of(question, label)
    if question["mode"] == "write":
        return check_answer(question, label)
    return check_answer(question, value_of_json(label))


def distance(question: Question, first: object, second: object) -> float:
    """Return the distance of two answers, 0 to 1, according to the mode.

    Ratings are compared turn by turn; a turn that only one person rated has distance 1.
    """
    if question["mode"] == "compare":
        return pair.distance(question, first, second)
    if question["mode"] == "write":
        return text.distance(_as_text(question), first, second)
    wide = number_of(question, "most") - number_of(question, "least")
    left, right = _ratings(question, first), _ratings(question, second)

    def between(a: int, b: int) -> float:
        if left[a]["turn"] != right[b]["turn"]:
            return 1.0
        return abs(left[a]["rating"] - right[b]["rating"]) / wide

    return set_distance(len(left), len(right), between)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Merge several answers, according to the mode.

    A turn is included if at least half of the weight rated it, or else the most rated one; its
    rating is the median.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    if question["mode"] == "compare":
        return pair.merge(question, values, weights)
    if question["mode"] == "write":
        return text.merge(_as_text(question), values, weights)
    normal, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    behind: dict[int, list[tuple[int, float]]] = {}
    for answer, share in zip(cast("list[list[Rated]]", normal), shares, strict=True):
        for rated_turn in answer:
            behind.setdefault(rated_turn["turn"], []).append((rated_turn["rating"], share))
    weight = {
        turn_index: sum(share for _, share in ratings) for turn_index, ratings in behind.items()
    }
    turns = [turn_index for turn_index in sorted(behind) if 2 * weight[turn_index] >= sum(shares)]
    heaviest = max(sorted(behind), key=lambda turn_index: weight[turn_index])
    if question["turns"] == "last" or not turns:
        turns = [heaviest]
    return [
        {
            "turn": turn_index,
            "rating": median(
                [r for r, _ in behind[turn_index]], [share for _, share in behind[turn_index]]
            ),
        }
        for turn_index in turns
    ]
