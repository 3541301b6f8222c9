"""Check, encode and merge the answers to a task: one per question that applies.

A hidden question has no answer. A question about each region has a list of answers, one per region
in the order of the regions, with null where it did not apply or was skipped.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from canut.core.errors import BadAnswer, BadInput
from canut.core.kinds.conditions import Asked, is_asked, regions_of
from canut.core.kinds.register import KINDS, MARKING, Question, Schema, kind_of
from canut.core.kinds.schema import questions_of
from canut.core.kinds.shared.fields import ANSWER, canonical_json
from canut.core.kinds.shared.marked_items import Member
from canut.core.kinds.shared.merging import vote
from canut.core.kinds.shared.reading import value_of_json

type Values = dict[str, object]

NEAR = 1e-9
"""What rounding may add to a distance."""


def check_values(schema: Schema, values: Mapping[str, object]) -> Values:
    """Return the answer to each question in normal form.

    Args:
        schema: a schema that ``check_schema`` accepts.
        values: one answer per question that applies, by its id.

    Raises:
        BadAnswer: an answer is missing, or is about an unknown or hidden question, or its kind
            refuses it; the facts name the question, and the field if any.
    """
    questions = questions_of(schema)
    question = questions[0]
    if len(questions) == 1 and "optional" not in question:
        name = str(question["id"])
        if len(values) == 1 and name in values:
            return {name: _check(question, values[name])}
    _refuse_unknown(questions, values)
    checked: Values = {}
    places: dict[str, list[int]] = {}
    for number, question in enumerate(questions):
        name = str(question["id"])
        value = values.get(name)
        if value is not None and "each" in question:
            value = _in_order(name, value, places.get(str(question["each"]), []))
        applies = is_asked(questions[: number + 1], checked)[name]
        answer = _answer(question, value, applies)
        if answer is not None:
            kind = str(question["kind"])
            if kind in MARKING:
                answer, places[name] = MARKING[kind].arrange(question, value)
            checked[name] = answer
    return checked


def _answer(question: Question, value: object, applies: Asked) -> object:
    """Check the answer to one of several questions; return None if there is none."""
    name = str(question["id"])
    if isinstance(applies, list):
        return _check_each(question, value, applies)
    if value is not None and not applies:
        _refuse_hidden(name)
    if value is None and applies and "optional" not in question:
        _refuse_missing(name)
    return None if value is None else _check(question, value)


def _refuse_unknown(questions: Sequence[Question], values: Mapping[str, object]) -> None:
    names = [str(question["id"]) for question in questions]
    for name in values:
        if name not in names:
            raise BadAnswer(
                f"there is no question {name!r}; answer {', '.join(names)}",
                code="answer-to-nothing",
                question=str(name),
            )


def _refuse_missing(name: str, where: str = "") -> None:
    raise BadAnswer(
        f"the question {name!r} has no answer{where}", code="answer-missing", question=name
    )


def _refuse_hidden(name: str, where: str = "") -> None:
    raise BadAnswer(
        f"the question {name!r} has an answer{where}, but is not asked there",
        code="answer-hidden",
        question=name,
    )


def _check(question: Question, value: object) -> object:
    """Check one answer; errors name the question."""
    try:
        return KINDS[str(question["kind"])].check_answer(question, value)
    except BadAnswer as refusal:
        refusal.facts.setdefault("question", str(question["id"]))
        raise


def _in_order(name: str, value: object, positions: Sequence[int]) -> list[object]:
    """Return the answers about regions in the order of the regions' normal form."""
    try:
        entries = ANSWER.items(value, len(positions), len(positions))
    except BadAnswer as refusal:
        refusal.facts.setdefault("question", name)
        raise
    return [entries[position] for position in positions]


def _check_each(
    question: Question, answers: object, applies: Sequence[bool]
) -> list[object] | None:
    """Check the answer about each region; return None if there is none."""
    name = str(question["id"])
    entries = cast("list[object]", answers) if answers is not None else [None] * len(applies)
    checked: list[object] = []
    for index, (value, was_asked) in enumerate(zip(entries, applies, strict=True)):
        if value is not None and not was_asked:
            _refuse_hidden(name, f" for region {index}")
        if value is None and was_asked and "optional" not in question:
            _refuse_missing(name, f" for region {index}")
        checked.append(None if value is None else _check(question, value))
    return checked if any(value is not None for value in checked) else None


def labels_of_values(schema: Schema, values: Mapping[str, object]) -> dict[str, str]:
    """Encode the answer to each question as one text, by question id.

    Raises:
        BadAnswer: as ``check_values``.
    """
    checked = check_values(schema, values)
    return {
        str(question["id"]): (
            canonical_json(checked[str(question["id"])])
            if "each" in question
            else kind_of(question).label_of(question, checked[str(question["id"])])
        )
        for question in questions_of(schema)
        if str(question["id"]) in checked
    }


def label_of_values(schema: Schema, values: Mapping[str, object]) -> str:
    """Encode the answers to a task as the text that is its label.

    That of its one answer, or, where several questions are asked, of all answers by question.

    Raises:
        BadAnswer: as ``check_values``.
    """
    checked = check_values(schema, values)
    questions = questions_of(schema)
    if len(questions) > 1 or not checked:
        return canonical_json(checked)
    return kind_of(questions[0]).label_of(questions[0], checked[str(questions[0]["id"])])


def value_of_label(schema: Schema, label: str) -> object:
    """Decode the answer to a task's only question from its label.

    Raises:
        BadAnswer: the label is not one this schema could give.
        BadInput: several questions are asked; read ``values_of_label``.
    """
    questions = questions_of(schema)
    if len(questions) > 1:
        raise BadInput(f"{len(questions)} questions are asked; read the answers to all of them")
    return kind_of(questions[0]).value_of(questions[0], label)


def values_of_label(schema: Schema, label: str) -> Values:
    """Decode the answers to a task from its label, by question.

    Raises:
        BadAnswer: the label is not one this schema could give.
    """
    questions = questions_of(schema)
    if len(questions) == 1 and not ("optional" in questions[0] and label == "{}"):
        return {str(questions[0]["id"]): value_of_label(schema, label)}
    values = value_of_json(label)
    if not isinstance(values, dict):
        ANSWER.refuse(label, "the answers by question")
    return check_values(schema, cast("dict[str, object]", values))


def merge_values(
    schema: Schema,
    answers: Sequence[Mapping[str, object]],
    weights: Sequence[float] | None = None,
) -> Values:
    """Merge several people's answers to one task, question by question.

    A question applies according to the merged answers to earlier ones, and is merged from those to
    whom it applied too. Questions nobody answered, and optional ones that most skipped, are
    omitted. Answers about a region are merged from the people whose regions it was merged from.

    Args:
        schema: checked.
        answers: at least one mapping of question id to answer.
        weights: weight of each person's answers; 1 by default.

    Raises:
        BadAnswer: as ``check_values``.
        BadInput: no answer, or not one weight for each.
    """
    if not answers or (weights is not None and len(weights) != len(answers)):
        raise BadInput("give at least one answer and one weight for each")
    shares = [1.0] * len(answers) if weights is None else list(weights)
    checked = [check_values(schema, each) for each in answers]
    questions = questions_of(schema)
    merged: Values = {}
    members: dict[str, list[list[Member]]] = {}
    for number, question in enumerate(questions):
        name, kind = str(question["id"]), str(question["kind"])
        applies = is_asked(questions[: number + 1], merged)[name]
        if isinstance(applies, list):
            own = members.get(str(question["each"]), [])
            each = [
                _merged(
                    question, [_of_region(checked[a], name, t) for a, t in sources], sources, shares
                )
                if is_asked
                else None
                for is_asked, sources in zip(applies, own, strict=True)
            ]
            if any(value is not None for value in each):
                merged[name] = each
        elif applies and kind in MARKING:
            answered = [a for a, answer in enumerate(checked) if name in answer]
            if answered and not _left_out(question, answered, shares):
                gathered = MARKING[kind].gathered(
                    question, [checked[a][name] for a in answered], [shares[a] for a in answered]
                )
                merged[name] = gathered.value
                members[name] = [[(answered[a], t) for a, t in each] for each in gathered.members]
        elif applies:
            everybody = [(a, 0) for a in range(len(checked))]
            value = _merged(question, [answer.get(name) for answer in checked], everybody, shares)
            if value is not None:
                merged[name] = value
    return merged


def _of_region(values: Mapping[str, object], name: str, place: int) -> object:
    return cast("list[object]", values[name])[place] if name in values else None


def _merged(
    question: Question, values: Sequence[object], members: Sequence[Member], shares: Sequence[float]
) -> object:
    """Merge the given answers; None if there are none, or most skipped the question."""
    answered = [
        (value, a) for value, (a, _) in zip(values, members, strict=True) if value is not None
    ]
    if not answered or _left_out(
        question, [a for _, a in answered], [shares[a] for a, _ in members], shares
    ):
        return None
    weights = [shares[a] for _, a in answered]
    return kind_of(question).merge(question, [value for value, _ in answered], weights)


def _left_out(
    question: Question,
    answerers: Sequence[int],
    all_shares: Sequence[float],
    shares: Sequence[float] | None = None,
) -> bool:
    """Return whether most people skipped an optional question."""
    if "optional" not in question:
        return False
    answered = sum((all_shares if shares is None else shares)[a] for a in answerers)
    return vote([True, False], [answered, sum(all_shares) - answered], [True, False]) is False


class Comparison(NamedTuple):
    """The distance of two people's answers to one task, 0 to 1, and whether they agree."""

    distance: float
    agrees: bool


def compare_values(
    schema: Schema, first: Mapping[str, object], second: Mapping[str, object]
) -> Comparison:
    """Compare two people's answers to one task.

    The distance is the mean over the questions that either answered, with the distance of each
    kind. A question that only one person answered has distance 1; answers about regions are equal
    or not. The answers agree where they do to each question, within the tolerance of its kind.

    Args:
        schema: checked.
        first: in normal form, by question.
        second: likewise.
    """
    far: list[float] = []
    agrees = True
    for question in questions_of(schema):
        name = str(question["id"])
        if name not in first and name not in second:
            continue
        tolerance = 0.0
        if name not in first or name not in second:
            distance = 1.0
        elif "each" in question:
            distance = float(canonical_json(first[name]) != canonical_json(second[name]))
        else:
            kind = kind_of(question)
            distance = kind.distance(question, first[name], second[name])
            tolerance = kind.AGREES_WITHIN
        far.append(distance)
        agrees &= distance <= tolerance + NEAR
    return Comparison(sum(far) / len(far) if far else 0.0, agrees)


def distance_values(
    schema: Schema, first: Mapping[str, object], second: Mapping[str, object]
) -> float:
    """Return the distance of two people's answers to one task, 0 to 1: see ``compare_values``.

    Args:
        schema: checked.
        first: in normal form, by question.
        second: likewise.
    """
    return compare_values(schema, first, second).distance


def region_answers(schema: Schema, values: Mapping[str, object], name: str) -> list[object]:
    """Return a question's answer about each region, None where there is none.

    Args:
        schema: checked.
        values: in normal form.
        name: the id of that question.
    """
    questions = {str(question["id"]): question for question in questions_of(schema)}
    marking = questions[str(questions[name]["each"])]
    regions = regions_of(str(marking["kind"]), values.get(str(marking["id"])))
    return cast("list[object]", values.get(name) or [None] * len(regions))
