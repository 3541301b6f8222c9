"""Check whole schemas: the questions of each task, their order and conditions, and what is shown.

A schema is ``{"questions": [question], "show": [{"column": name, "as": "text" | "image" |
"audio"}]}``. A question has an ``id``, a ``kind``, the text ``ask``, the fields of its kind, and
optionally:

    when      a condition on earlier answers: ``conditions``
    each      the id of an earlier marking question: this one is asked for each of its regions
    optional  true: it may be skipped
    role      role of the answers for a model, if not that of the kind: ``trades``
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
SHOWN_AS = ("audio", "image", "text")
COLUMN_AS = {
    "spans": "text",
    "boxes": "image",
    "polygons": "image",
    "keypoints": "image",
    "audio": "audio",
}
SHOWS_ITSELF = frozenset({"pair", "ranking", "chat", "page"})
OURS = ("id", "kind", "ask", "when", "each", "optional", "role")


def check_schema(schema: object) -> dict[str, object]:
    """Return a schema in normal form, or raise if it is invalid.

    Raises:
        BadQuestion: no question or too many, an empty text, an unknown kind or field, a duplicate
            id, a condition that cannot hold, or nothing is shown.
    """
    if not isinstance(schema, dict) or not isinstance(schema.get("questions"), list):
        raise BadQuestion(
            "a schema is an object with the lists 'questions' and 'show'",
            code="question-malformed",
            field="questions",
            where="questions",
        )
    entries = cast("list[object]", schema["questions"])
    if not 1 <= len(entries) <= MOST_QUESTIONS:
        raise BadQuestion(
            f"{len(entries)} questions are asked; ask 1 to {MOST_QUESTIONS} about each task",
            code="questions-number",
            field="questions",
            seen=len(entries),
            most=MOST_QUESTIONS,
        )
    questions: list[dict[str, object]] = []
    for number, question in enumerate(entries):
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
    fields = cast("dict[str, object]", question)
    name, kind, ask = fields.get("id"), fields.get("kind"), fields.get("ask")
    if not isinstance(name, str) or not name:
        raise BadQuestion(
            "a question has no 'id'", code="question-malformed", field="id", where="id"
        )
    QUESTION.of("id").text(name)
    if any(name == previous["id"] for previous in earlier):
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
        refuse_unknown_fields(fields)
    normal = {"id": name, "kind": kind, "ask": ask.strip(), **KINDS[kind].check_question(fields)}
    return normal | _check_ours(fields, kind, earlier)


def refuse_unknown_fields(question: Question) -> None:
    """Raise if a question has a field that neither its kind nor every kind has.

    Raises:
        BadQuestion: it has one.
    """
    allowed = {*OURS, *kind_of(question).QUESTION_SHAPE}
    for field in question:
        if field not in allowed:
            QUESTION.of(str(field)[:LONGEST_NAME]).refuse(
                question[field], f"one of the fields {', '.join(sorted(allowed))}", "unknown"
            )


def _check_ours(
    fields: Mapping[str, object], kind: str, earlier: Sequence[Question]
) -> dict[str, object]:
    """Return the fields that every kind of question may have, if present."""
    normal: dict[str, object] = {}
    if fields.get("each") is not None:
        at = QUESTION.of("each")
        marking = [
            str(previous["id"])
            for previous in earlier
            if previous["kind"] in MARKING and "each" not in previous
        ]
        normal["each"] = at.one_of(fields["each"], marking)
        if kind not in OF_REGIONS:
            at.refuse(kind, f"one of {', '.join(sorted(OF_REGIONS))} about each region", "unknown")
    if fields.get("when") is not None:
        each = normal.get("each")
        normal["when"] = check_when(QUESTION.of("when"), fields["when"], earlier, each)
    if QUESTION.of("optional").flag(fields.get("optional", False)):
        normal["optional"] = True
    if fields.get("role") is not None:
        normal["role"] = QUESTION.of("role").one_of(fields["role"], [each.value for each in Role])
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
    for number, entry in enumerate(show):
        if (
            not isinstance(entry, dict)
            or not isinstance(entry.get("column"), str)
            or not entry["column"]
            or any(map(is_unwritable, entry["column"]))
            or entry.get("as") not in SHOWN_AS
        ):
            raise BadQuestion(
                f"'show' has {entry!r:.200}; expected a column name and 'as' text, image or audio",
                code="question-malformed",
                field=f"show[{number}]",
                where="show",
            )
    return [{"column": entry["column"], "as": entry["as"]} for entry in show]


def _check_columns(
    questions: Sequence[dict[str, object]], show: Sequence[Mapping[str, str]]
) -> None:
    """Check the columns that questions mark; fill in the only candidate."""
    shown_columns = {(entry["column"], entry["as"]) for entry in show}
    for number, question in enumerate(questions):
        kind = str(question["kind"])
        if kind not in COLUMN_AS:
            continue
        shown_as = COLUMN_AS[kind]
        named = question.get("column")
        if named is None:
            columns = [entry["column"] for entry in show if entry["as"] == shown_as]
            if len(columns) != 1:
                _refuse_column(number, named, f"the one column shown as {shown_as} to mark")
            question["column"] = columns[0]
        elif (named, shown_as) not in shown_columns:
            _refuse_column(number, named, f"a column that 'show' shows as {shown_as}")


def _refuse_column(number: int, column: object, expected: str) -> None:
    at = QUESTION.of(_path(number, "column"))
    at.refuse(column, expected, "unknown")


def questions_of(schema: Schema) -> list[Question]:
    """Return the questions of a checked schema."""
    return cast("list[Question]", schema["questions"])


def is_plain_choice(schema: Schema) -> bool:
    """Return whether there is one question, and its answers come from a list of labels."""
    questions = questions_of(schema)
    first = questions[0]
    is_choice = first["kind"] == "choice" and "anywhere" not in first
    return is_choice and len(questions) == 1 and "optional" not in first


def is_survey(schema: Schema) -> bool:
    """Return whether one own page is asked of which no field is a choice: nothing is merged.

    Example:
        >>> is_survey({"questions": [{"kind": "page"}]})
        True
    """
    questions = questions_of(schema)
    first = questions[0]
    is_page = first["kind"] == "page" and "fields" not in first
    return is_page and len(questions) == 1 and "optional" not in first


def cells_of(schema: Schema) -> dict[str, str]:
    """Return the columns that questions show themselves, and how each is shown.

    Example:
        >>> asked = {"kind": "pair", "a": "left", "b": "right", "as": "image"}
        >>> cells_of({"questions": [asked]})
        {'left': 'image', 'right': 'image'}
    """
    cells: dict[str, str] = {}
    shown_columns = {
        entry["column"] for entry in cast("list[dict[str, str]]", schema.get("show", []))
    }
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
            cells |= {item["value"]: shown_as for item in items}
        column = question.get("column")
        if kind == "text" and column is not None:
            is_begun = question["mode"] == "correction"
            if is_begun or (question["mode"] == "translation" and column not in shown_columns):
                cells[str(column)] = "text"
    return cells


def marked_column(schema: Schema, question: Question) -> str:
    """Return the column that a question marks: its own, else the one shown that way.

    Example:
        >>> schema = {"show": [{"column": "photo", "as": "image"}]}
        >>> marked_column(schema, {"kind": "boxes"})
        'photo'
    """
    shown_as = COLUMN_AS[str(question["kind"])]
    parts = cast("list[dict[str, str]]", schema.get("show", []))
    candidates = [entry["column"] for entry in parts if entry["as"] == shown_as]
    return str(question.get("column") or next(iter(candidates), ""))


def marked_columns(schema: Schema) -> set[str]:
    """Return the columns shown where they are marked, and not again above.

    Example:
        >>> sorted(marked_columns({"questions": [{"kind": "spans", "column": "text"}]}))
        ['text']
    """
    marking = [question for question in questions_of(schema) if question["kind"] in COLUMN_AS]
    return {marked_column(schema, question) for question in marking}


def choices_of(schema: Schema) -> int:
    """Return the number of labels a task's question fixes in advance; 0 if open."""
    listed = questions_of(schema)[0].get("choices")
    return len(listed) if isinstance(listed, list) else 0
