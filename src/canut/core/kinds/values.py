"""Check, write and merge the answers to a task: one a question, as far as they were asked.

A hidden question has no answer. One that is asked of each region is answered by a list, one value a
region in the order of the regions, null where it was not asked or left out.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.errors import BadAnswer, BadInput
from canut.core.kinds.conditions import Asked, is_asked, regions_of
from canut.core.kinds.register import KINDS, MARKING, Question, Schema, kind_of
from canut.core.kinds.schema import questions_of
from canut.core.kinds.shared.fields import ANSWER, canonical_json
from canut.core.kinds.shared.marked_items import Member
from canut.core.kinds.shared.merging import vote
from canut.core.kinds.shared.reading import value_of_json

type Values = dict[str, object]


def check_values(schema: Schema, values: Mapping[str, object]) -> Values:
    """Return the answer to each question in normal form.

    Args:
        schema: a schema that ``check_schema`` accepts.
        values: one answer a question that is asked, by its id.

    Raises:
        BadAnswer: a question is left out, an unknown or hidden one answered, or its kind refuses
            the answer; facts name the question, and the field where there is one.
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
        given = values.get(name)
        if given is not None and "each" in question:
            given = _in_order(name, given, places.get(str(question["each"]), []))
        shown = is_asked(questions[: number + 1], checked)[name]
        answer = _answer(question, given, shown)
        if answer is not None:
            kind = str(question["kind"])
            if kind in MARKING:
                answer, places[name] = MARKING[kind].arrange(question, given)
            checked[name] = answer
    return checked


def _answer(question: Question, given: object, shown: Asked) -> object:
    """Check the answer to one of several questions; None where there is none to be."""
    name = str(question["id"])
    if isinstance(shown, list):
        return _check_each(question, given, shown)
    if given is not None and not shown:
        _refuse_hidden(name)
    if given is None and shown and "optional" not in question:
        _refuse_missing(name)
    return None if given is None else _check(question, given)


def _refuse_unknown(questions: Sequence[Question], values: Mapping[str, object]) -> None:
    known = [str(question["id"]) for question in questions]
    for name in values:
        if name not in known:
            raise BadAnswer(
                f"there is no question {name!r}; answer {', '.join(known)}",
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
    """Check one answer, and name the question where it is refused."""
    try:
        return KINDS[str(question["kind"])].check_answer(question, value)
    except BadAnswer as refusal:
        refusal.facts.setdefault("question", str(question["id"]))
        raise


def _in_order(name: str, given: object, places: Sequence[int]) -> list[object]:
    """Return what was said of each region in the order of the regions' normal form."""
    try:
        said = ANSWER.items(given, len(places), len(places))
    except BadAnswer as refusal:
        refusal.facts.setdefault("question", name)
        raise
    return [said[place] for place in places]


def _check_each(question: Question, given: object, shown: Sequence[bool]) -> list[object] | None:
    """Check what was said of each region; None where nothing was."""
    name = str(question["id"])
    said = cast("list[object]", given) if given is not None else [None] * len(shown)
    checked: list[object] = []
    for place, (value, was_asked) in enumerate(zip(said, shown, strict=True)):
        if value is not None and not was_asked:
            _refuse_hidden(name, f" for region {place}")
        if value is None and was_asked and "optional" not in question:
            _refuse_missing(name, f" for region {place}")
        checked.append(None if value is None else _check(question, value))
    return checked if any(value is not None for value in checked) else None


def labels_of_values(schema: Schema, values: Mapping[str, object]) -> dict[str, str]:
    """Write the answer to each question as one text, by its id; what was not asked is left out.

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
    """Write the answers to a task as the one text that is its label.

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
    """Read the answer to a task's one question back from its label.

    Raises:
        BadAnswer: the label is not one this schema could give.
        BadInput: several questions are asked; read ``values_of_label``.
    """
    questions = questions_of(schema)
    if len(questions) > 1:
        raise BadInput(f"{len(questions)} questions are asked; read the answers to all of them")
    return kind_of(questions[0]).value_of(questions[0], label)


def values_of_label(schema: Schema, label: str) -> Values:
    """Read the answers to a task back from its label, by question.

    Raises:
        BadAnswer: the label is not one this schema could give.
    """
    questions = questions_of(schema)
    if len(questions) == 1 and not ("optional" in questions[0] and label == "{}"):
        return {str(questions[0]["id"]): value_of_label(schema, label)}
    said = value_of_json(label)
    if not isinstance(said, dict):
        ANSWER.refuse(label, "the answers by question")
    return check_values(schema, cast("dict[str, object]", said))


def merge_values(
    schema: Schema,
    answers: Sequence[Mapping[str, object]],
    weights: Sequence[float] | None = None,
) -> Values:
    """Make the answers of one task of those of several people, question by question.

    A question is asked where the merged answers to earlier ones say so, and merged from those who
    were asked it too; what nobody was asked is left out, and so is an optional one that most left
    out. What is asked of each region is merged from those whose regions each is made of.

    Args:
        schema: checked.
        answers: by question, at least one.
        weights: how much each counts; 1 when left out.

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
        shown = is_asked(questions[: number + 1], merged)[name]
        if isinstance(shown, list):
            own = members.get(str(question["each"]), [])
            each = [
                _merged(question, [_of_region(checked[a], name, t) for a, t in made], made, shares)
                if is_asked
                else None
                for is_asked, made in zip(shown, own, strict=True)
            ]
            if any(value is not None for value in each):
                merged[name] = each
        elif shown and kind in MARKING:
            said = [a for a, one in enumerate(checked) if name in one]
            if said and not _left_out(question, said, shares):
                found = MARKING[kind].gathered(
                    question, [checked[a][name] for a in said], [shares[a] for a in said]
                )
                merged[name] = found.value
                members[name] = [[(said[a], t) for a, t in each] for each in found.members]
        elif shown:
            everybody = [(a, 0) for a in range(len(checked))]
            value = _merged(question, [one.get(name) for one in checked], everybody, shares)
            if value is not None:
                merged[name] = value
    return merged


def _of_region(values: Mapping[str, object], name: str, place: int) -> object:
    return cast("list[object]", values[name])[place] if name in values else None


def _merged(
    question: Question, said: Sequence[object], who: Sequence[Member], shares: Sequence[float]
) -> object:
    """Merge those who answered; None where nobody did, or most left an optional question out."""
    told = [(value, a) for value, (a, _) in zip(said, who, strict=True) if value is not None]
    if not told or _left_out(question, [a for _, a in told], [shares[a] for a, _ in who], shares):
        return None
    weights = [shares[a] for _, a in told]
    return kind_of(question).merge(question, [value for value, _ in told], weights)


def _left_out(
    question: Question,
    told: Sequence[int],
    all_shares: Sequence[float],
    shares: Sequence[float] | None = None,
) -> bool:
    """Say whether most left out a question that may be."""
    if "optional" not in question:
        return False
    answered = sum((all_shares if shares is None else shares)[a] for a in told)
    return vote([True, False], [answered, sum(all_shares) - answered], [True, False]) is False


def distance_values(
    schema: Schema, one: Mapping[str, object], other: Mapping[str, object]
) -> float:
    """Return how far apart the answers of two people to one task are, from 0 to 1.

    The mean over the questions that either answered, as the kind of each has it; one that only one
    of them answered is as far as can be, and what is said of regions is the same or not.

    Args:
        schema: checked.
        one: in normal form, by question.
        other: likewise.
    """
    far: list[float] = []
    for question in questions_of(schema):
        name = str(question["id"])
        if name not in one and name not in other:
            continue
        if name not in one or name not in other:
            far.append(1.0)
        elif "each" in question:
            far.append(float(canonical_json(one[name]) != canonical_json(other[name])))
        else:
            far.append(kind_of(question).distance(question, one[name], other[name]))
    return sum(far) / len(far) if far else 0.0


def region_answers(schema: Schema, values: Mapping[str, object], name: str) -> list[object]:
    """Return what was said of each region by a question asked of each, None where nothing was.

    Args:
        schema: checked.
        values: in normal form.
        name: the id of that question.
    """
    questions = {str(one["id"]): one for one in questions_of(schema)}
    marking = questions[str(questions[name]["each"])]
    regions = regions_of(str(marking["kind"]), values.get(str(marking["id"])))
    return cast("list[object]", values.get(name) or [None] * len(regions))
