"""Decide what is asked of a conversation: rate its turns, compare two replies, or write one.

The conversation stands in a column, as a list of turns ``{"role", "text"}``. What is asked decides
what an answer is: ratings by turn, a comparison as ``pair`` has it, or a text.
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
    """Read a cell as the turns of a conversation; a cell that is none is one turn of a person.

    A turn is ``{"role", "text"}``; ``content`` or ``value`` may stand for the text, ``from`` for
    the role.

    Example:
        >>> turns_of('[{"from": "human", "value": "Who?"}]')
        [{'role': 'user', 'text': 'Who?'}]
    """
    said = value_of_json(cell)
    if not isinstance(said, list):
        return [{"role": "user", "text": cell}] if cell.strip() else []
    turns: list[dict[str, str]] = []
    for one in cast("list[object]", said)[:MOST_TURNS]:
        turn = cast("dict[str, object]", one) if isinstance(one, dict) else {"text": one}
        role = str(turn.get("role", turn.get("from", "user")))
        text = turn.get("text", turn.get("content", turn.get("value", "")))
        turns.append({"role": ROLES.get(role, role), "text": str(text)})
    return turns


def rated_turns(question: Question, turns: Sequence[Mapping[str, str]]) -> list[int]:
    """Return the places of the turns to rate; of all where nobody is the assistant.

    Example:
        >>> rated_turns({"turns": "assistant"}, turns_of('[{"role": "assistant", "text": "Hi"}]'))
        [0]
    """
    every = list(range(len(turns)))
    own = [at for at in every if turns[at]["role"] == "assistant"]
    found = own if own and question["turns"] != "all" else every
    return found[-1:] if question["turns"] == "last" else found


def trade(question: Question) -> Trade:
    """Return what this work is."""
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
        wanted = text.check_question({**_said(question, ("least", "most")), "mode": "long"})
        return normal | _said(wanted, ("least", "most"))
    turns = QUESTION.of("turns").one_of(question.get("turns", "assistant"), TURNS)
    scale = rating.check_question(_said(question, ("least", "most", "ends")))
    return normal | {"turns": turns} | _said(scale, ("least", "most", "ends"))


def _said(question: Question, fields: Sequence[str]) -> dict[str, object]:
    return {name: question[name] for name in fields if name in question}


def check_answer(question: Question, value: object) -> object:
    """Return an answer in normal form, as its mode has it.

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
    for number, one in enumerate(ANSWER.items(value, 1, most)):
        here = ANSWER.of(number)
        said = here.mapping(one, ["turn", "rating"])
        turn = here.of("turn").whole(said["turn"], 0, MOST_TURNS - 1)
        if turn in rated:
            here.of("turn").refuse(turn, "each turn once", "twice")
        rated[turn] = here.of("rating").whole(said["rating"], least, top)
    return [{"turn": turn, "rating": rated[turn]} for turn in sorted(rated)]


def label_of(question: Question, value: object) -> str:
    """Write an answer as one text."""
    if question["mode"] == "compare":
        return pair.label_of(question, value)
    normal = check_answer(question, value)
    return normal if isinstance(normal, str) else canonical_json(normal)


def value_of(question: Question, label: str) -> object:
    """Read an answer back from that text.

    Raises:
        BadAnswer: the text does not come from ``label_of`` and this question.
    """
    if question["mode"] == "compare":
        return pair.value_of(question, label)
    if question["mode"] == "write":
        return check_answer(question, label)
    return check_answer(question, value_of_json(label))


def distance(question: Question, one: object, other: object) -> float:
    """Return how far apart two answers are, as their mode has it.

    Ratings of turns are compared turn by turn; a turn that only one rated is as far as can be.
    """
    if question["mode"] == "compare":
        return pair.distance(question, one, other)
    if question["mode"] == "write":
        return text.distance(_as_text(question), one, other)
    wide = number_of(question, "most") - number_of(question, "least")
    left, right = _ratings(question, one), _ratings(question, other)

    def between(a: int, b: int) -> float:
        if left[a]["turn"] != right[b]["turn"]:
            return 1.0
        return abs(left[a]["rating"] - right[b]["rating"]) / wide

    return set_distance(len(left), len(right), between)


def merge(
    question: Question, values: Sequence[object], weights: Sequence[float] | None = None
) -> object:
    """Make one answer of several, as their mode has it.

    A turn is rated where at least half of the weight rated it, else the one that most did; its
    rating is the median.

    Raises:
        BadInput: no answer, or not one weight for each.
    """
    if question["mode"] == "compare":
        return pair.merge(question, values, weights)
    if question["mode"] == "write":
        return text.merge(_as_text(question), values, weights)
    given, shares, _ = normalised_votes(
        values, weights, lambda value: check_answer(question, value)
    )
    behind: dict[int, list[tuple[int, float]]] = {}
    for answer, share in zip(cast("list[list[Rated]]", given), shares, strict=True):
        for one in answer:
            behind.setdefault(one["turn"], []).append((one["rating"], share))
    weight = {turn: sum(share for _, share in said) for turn, said in behind.items()}
    turns = [turn for turn in sorted(behind) if 2 * weight[turn] >= sum(shares)]
    heaviest = max(sorted(behind), key=lambda turn: weight[turn])
    if question["turns"] == "last" or not turns:
        turns = [heaviest]
    return [
        {
            "turn": turn,
            "rating": median([r for r, _ in behind[turn]], [share for _, share in behind[turn]]),
        }
        for turn in turns
    ]
