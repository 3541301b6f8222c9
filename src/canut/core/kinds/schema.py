"""Check whole schemas: what is asked of each task, in which order and when, and what is shown.

A schema is ``{"questions": [question], "show": [{"column": name, "as": "text" | "image" |
"audio"}]}``. A question has an ``id``, a ``kind``, the words of ``ask``, what its kind needs, and
where it is said:

    when      a condition on earlier answers: ``conditions``
    each      the id of an earlier question, of whose every region this one is asked
    optional  true: it may be left unanswered
    role      what the answers are to a model, where it is not its kind's: ``trades``
"""

from collections.abc import Mapping, Sequence
from typing import cast

from canut.core.errors import BadQuestion
from canut.core.kinds.conditions import check_when
from canut.core.kinds.register import (
    KINDS,
    MARKING,
    OF_REGIONS,
    Question,
    Schema,
    kind_of,
)
from canut.core.kinds.shared.fields import LONGEST_NAME, QUESTION, is_unwritable
from canut.core.kinds.shared.trades import Role

LONGEST_ASK = 500
MOST_QUESTIONS = 50
SHOWN_AS = frozenset({"text", "image", "audio"})
COLUMN_AS = {
    "spans": "text",
    "boxes": "image",
    "polygons": "image",
    "keypoints": "image",
    "audio": "audio",
}
SHOWS_ITSELF = frozenset({"pair", "ranking", "chat"})
OURS = ("id", "kind", "ask", "when", "each", "optional", "role")


def check_schema(schema: object) -> dict[str, object]:
    """Return a schema in normal form, or say why nobody could answer it.

    Raises:
        BadQuestion: nothing or too much is asked, no words, an unknown kind or field, an id twice,
            a condition that cannot hold, nothing is shown.
    """
    if not isinstance(schema, dict) or not isinstance(schema.get("questions"), list):
        raise BadQuestion(
            "a schema is an object with the lists 'questions' and 'show'",
            code="question-malformed",
            field="questions",
            where="questions",
        )
    given = cast("list[object]", schema["questions"])
    if not 1 <= len(given) <= MOST_QUESTIONS:
        raise BadQuestion(
            f"{len(given)} questions are asked; ask 1 to {MOST_QUESTIONS} about each task",
            code="questions-number",
            field="questions",
            seen=len(given),
            most=MOST_QUESTIONS,
        )
    questions: list[dict[str, object]] = []
    for number, question in enumerate(given):
        try:
            questions.append(_check_question(question, questions))
        except BadQuestion as refusal:
            facts = {**refusal.facts, "field": _path(number, refusal.facts.get("field", ""))}
            raise BadQuestion(str(refusal), code=refusal.case, **facts) from None
    show = _check_show(schema.get("show"), questions)
    _check_columns(questions, show)
    return {"questions": questions, "show": show}


def _path(number: int, field: object) -> str:
    return f"questions[{number}].{field}" if field else f"questions[{number}]"


def _check_question(question: object, earlier: Sequence[Question]) -> dict[str, object]:
    if not isinstance(question, dict):
        raise BadQuestion(
            f"a question is {question!r}; expected an object",
            code="question-malformed",
            where="questions",
        )
    said = cast("dict[str, object]", question)
    name, kind, ask = said.get("id"), said.get("kind"), said.get("ask")
    if not isinstance(name, str) or not name:
        raise BadQuestion(
            "a question has no 'id'", code="question-malformed", field="id", where="id"
        )
    QUESTION.of("id").text(name)
    if any(name == one["id"] for one in earlier):
        QUESTION.of("id").refuse(name, "an id of its own", "twice")
    if not isinstance(ask, str) or not ask.strip() or len(ask) > LONGEST_ASK:
        raise BadQuestion(
            f"write what is asked, in at most {LONGEST_ASK} characters",
            code="question-ask",
            field="ask",
            limit=LONGEST_ASK,
        )
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadQuestion(
            f"the kind is {str(kind)[:LONGEST_NAME]!r}; expected one of {', '.join(KINDS)}",
            code="question-kind",
            field="kind",
            seen=str(kind)[:LONGEST_NAME],
        )
    if kind != "choice":  # of which other fields have been let pass since the first version
        refuse_unknown_fields(said)
    normal = {"id": name, "kind": kind, "ask": ask.strip(), **KINDS[kind].check_question(said)}
    return normal | _check_ours(said, kind, earlier)


def refuse_unknown_fields(question: Question) -> None:
    """Refuse a question with a field that neither its kind nor every kind has.

    Raises:
        BadQuestion: it has one.
    """
    known = {*OURS, *kind_of(question).QUESTION_SHAPE}
    for field in question:
        if field not in known:
            QUESTION.of(str(field)[:LONGEST_NAME]).refuse(
                question[field], f"one of the fields {', '.join(sorted(known))}", "unknown"
            )


def _check_ours(
    said: Mapping[str, object], kind: str, earlier: Sequence[Question]
) -> dict[str, object]:
    """Return what every kind of question may have, only what is said."""
    normal: dict[str, object] = {}
    if said.get("each") is not None:
        at = QUESTION.of("each")
        marking = [
            str(one["id"]) for one in earlier if one["kind"] in MARKING and "each" not in one
        ]
        normal["each"] = at.one_of(said["each"], marking)
        if kind not in OF_REGIONS:
            at.refuse(kind, f"one of {', '.join(sorted(OF_REGIONS))} about each region", "unknown")
    if said.get("when") is not None:
        each = normal.get("each")
        normal["when"] = check_when(QUESTION.of("when"), said["when"], earlier, each)
    if QUESTION.of("optional").flag(said.get("optional", False)):
        normal["optional"] = True
    if said.get("role") is not None:
        normal["role"] = QUESTION.of("role").one_of(said["role"], [each.value for each in Role])
    return normal


def _check_show(show: object, questions: Sequence[Question]) -> list[dict[str, str]]:
    if not show and any(question["kind"] in SHOWS_ITSELF for question in questions):
        return []
    if not isinstance(show, list) or not show:
        raise BadQuestion(
            "nothing is shown; name at least one column in 'show'",
            code="question-shows-nothing",
            field="show",
        )
    for number, part in enumerate(show):
        if (
            not isinstance(part, dict)
            or not isinstance(part.get("column"), str)
            or not part["column"]
            or any(map(is_unwritable, part["column"]))
            or part.get("as") not in SHOWN_AS
        ):
            raise BadQuestion(
                f"'show' has {part!r:.200}; expected a column name and 'as' text, image or audio",
                code="question-malformed",
                field=f"show[{number}]",
                where="show",
            )
    return [{"column": part["column"], "as": part["as"]} for part in show]


def _check_columns(
    questions: Sequence[dict[str, object]], show: Sequence[Mapping[str, str]]
) -> None:
    """Refuse questions about what is not shown; name the column of those about the only one."""
    shown = {(part["column"], part["as"]) for part in show}
    for number, question in enumerate(questions):
        kind = str(question["kind"])
        if kind not in COLUMN_AS:
            continue
        wanted = COLUMN_AS[kind]
        named = question.get("column")
        if named is None:
            columns = [part["column"] for part in show if part["as"] == wanted]
            if len(columns) != 1:
                _refuse_column(number, named, f"the one column shown as {wanted} to mark")
            question["column"] = columns[0]
        elif (named, wanted) not in shown:
            _refuse_column(number, named, f"a column that 'show' shows as {wanted}")


def _refuse_column(number: int, seen: object, expected: str) -> None:
    at = QUESTION.of(_path(number, "column"))
    at.refuse(seen, expected, "unknown")


def questions_of(schema: Schema) -> list[Question]:
    """Return the questions of a checked schema."""
    return cast("list[Question]", schema["questions"])


def is_plain_choice(schema: Schema) -> bool:
    """Say whether one question is asked, and its answers are some of a list of labels."""
    questions = questions_of(schema)
    first = questions[0]
    is_choice = first["kind"] == "choice" and "anywhere" not in first
    return is_choice and len(questions) == 1 and "optional" not in first


def cells_of(schema: Schema) -> dict[str, str]:
    """Return the columns that questions show themselves: as text, image, audio or turns of a talk.

    Example:
        >>> asked = {"kind": "pair", "a": "left", "b": "right", "as": "image"}
        >>> cells_of({"questions": [asked]})
        {'left': 'image', 'right': 'image'}
    """
    cells: dict[str, str] = {}
    shown = {part["column"] for part in cast("list[dict[str, str]]", schema.get("show", []))}
    for question in questions_of(schema):
        kind, shown_as = str(question["kind"]), str(question.get("as", "text"))
        if kind in COLUMN_AS:
            cells[marked_column(schema, question)] = COLUMN_AS[kind]
        if kind == "chat":
            cells[str(question["column"])] = "turns"
        if kind == "pair" or question.get("mode") == "compare":
            cells |= {str(question["a"]): shown_as, str(question["b"]): shown_as}
        if kind == "ranking" and "as" in question:
            items = cast("list[dict[str, str]]", question["items"])
            cells |= {one["value"]: shown_as for one in items}
        column = question.get("column")
        if kind == "text" and column is not None:
            is_begun = question["mode"] == "correction"
            if is_begun or (question["mode"] == "translation" and column not in shown):
                cells[str(column)] = "text"
    return cells


def marked_column(schema: Schema, question: Question) -> str:
    """Return the column that a question marks: its own, else the one that is shown so.

    Example:
        >>> schema = {"show": [{"column": "photo", "as": "image"}]}
        >>> marked_column(schema, {"kind": "boxes"})
        'photo'
    """
    wanted = COLUMN_AS[str(question["kind"])]
    parts = cast("list[dict[str, str]]", schema.get("show", []))
    shown = [part["column"] for part in parts if part["as"] == wanted]
    return str(question.get("column") or next(iter(shown), ""))


def marked_columns(schema: Schema) -> set[str]:
    """Return the columns that are shown where they are marked, and not once more above.

    Example:
        >>> sorted(marked_columns({"questions": [{"kind": "spans", "column": "text"}]}))
        ['text']
    """
    marking = [one for one in questions_of(schema) if one["kind"] in COLUMN_AS]
    return {marked_column(schema, one) for one in marking}


def choices_of(schema: Schema) -> int:
    """Return how many labels a task's question knows beforehand; 0 where that is open."""
    listed = questions_of(schema)[0].get("choices")
    return len(listed) if isinstance(listed, list) else 0
