"""The register of the kinds of question, one line a kind, and checks of whole schemas.

A schema is ``{"questions": [question], "show": [{"column": name, "as": "text" | "image"}]}``; a
question has an ``id``, a ``kind``, the words of ``ask``, and what its kind needs.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from canut.core.errors import BadAnswer, BadQuestion
from canut.core.kinds import choice

LONGEST_ASK = 500
SHOWN_AS = frozenset({"text", "image"})

type Schema = Mapping[str, object]
type Question = Mapping[str, object]


class Kind(Protocol):
    """What every kind of question decides."""

    def check_question(self, question: Question, /) -> dict[str, object]:
        """Return what this kind keeps of a question, or refuse it."""
        ...

    def check_answer(self, question: Question, value: object, /) -> object:
        """Return an answer in normal form, or refuse it."""
        ...

    def label_of(self, question: Question, value: object, /) -> str:
        """Write an answer as one text."""
        ...

    def value_of(self, question: Question, label: str, /) -> object:
        """Read an answer back from that text."""
        ...

    def distance(self, question: Question, one: object, other: object, /) -> float:
        """Say how far apart two answers are, 0 for the same."""
        ...

    def merge(
        self, question: Question, values: Sequence[object], weights: Sequence[float] | None, /
    ) -> object:
        """Make one answer of several."""
        ...


KINDS: Mapping[str, Kind] = {
    "choice": cast("Kind", choice),
}


def check_schema(schema: object) -> dict[str, object]:
    """Return a schema in normal form, or say why nobody could answer it.

    Raises:
        BadQuestion: nothing or too much is asked, no words, an unknown kind, nothing is shown.
    """
    if not isinstance(schema, dict) or not isinstance(schema.get("questions"), list):
        raise BadQuestion(
            "a schema is an object with the lists 'questions' and 'show'",
            code="question-malformed",
            where="questions",
        )
    if len(schema["questions"]) != 1:
        raise BadQuestion(
            f"{len(schema['questions'])} questions are asked; ask one about each task",
            code="questions-number",
            seen=len(schema["questions"]),
        )
    return {
        "questions": [_check_question(question) for question in schema["questions"]],
        "show": _check_show(schema.get("show")),
    }


def _check_question(question: object) -> dict[str, object]:
    if not isinstance(question, dict):
        raise BadQuestion(
            f"a question is {question!r}; expected an object",
            code="question-malformed",
            where="questions",
        )
    name, kind, ask = question.get("id"), question.get("kind"), question.get("ask")
    if not isinstance(name, str) or not name:
        raise BadQuestion("a question has no 'id'", code="question-malformed", where="id")
    if not isinstance(ask, str) or not ask.strip() or len(ask) > LONGEST_ASK:
        raise BadQuestion(
            f"write what is asked, in at most {LONGEST_ASK} characters",
            code="question-ask",
            limit=LONGEST_ASK,
        )
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadQuestion(
            f"the kind is {kind!r}; expected one of {', '.join(KINDS)}",
            code="question-kind",
            seen=str(kind),
        )
    return {"id": name, "kind": kind, "ask": ask.strip(), **KINDS[kind].check_question(question)}


def _check_show(show: object) -> list[dict[str, str]]:
    if not isinstance(show, list) or not show:
        raise BadQuestion(
            "nothing is shown; name at least one column in 'show'",
            code="question-shows-nothing",
        )
    for part in show:
        if (
            not isinstance(part, dict)
            or not isinstance(part.get("column"), str)
            or not part["column"]
            or part.get("as") not in SHOWN_AS
        ):
            raise BadQuestion(
                f"'show' has {part!r}; expected a column name and 'as' text or image",
                code="question-malformed",
                where="show",
            )
    return [{"column": part["column"], "as": part["as"]} for part in show]


def questions_of(schema: Schema) -> list[Question]:
    """Return the questions of a checked schema."""
    return cast("list[Question]", schema["questions"])


def choices_of(schema: Schema) -> int:
    """Return how many labels a task's question knows beforehand; 0 where that is open."""
    listed = questions_of(schema)[0].get("choices")
    return len(listed) if isinstance(listed, list) else 0


def check_values(schema: Schema, values: Mapping[str, object]) -> dict[str, object]:
    """Return the answer to each question in normal form.

    Args:
        schema: a schema that ``check_schema`` accepts.
        values: one answer a question, by its id.

    Raises:
        BadAnswer: a question is left out, an unknown one answered, or its kind refuses the answer.
    """
    questions = {str(question["id"]): question for question in questions_of(schema)}
    for name in values:
        if name not in questions:
            raise BadAnswer(
                f"there is no question {name!r}; answer {', '.join(questions)}",
                code="answer-to-nothing",
                question=str(name),
            )
    checked: dict[str, object] = {}
    for name, question in questions.items():
        if name not in values:
            raise BadAnswer(
                f"the question {name!r} has no answer", code="answer-missing", question=name
            )
        checked[name] = KINDS[str(question["kind"])].check_answer(question, values[name])
    return checked


def label_of_values(schema: Schema, values: Mapping[str, object]) -> str:
    """Write the answers to a task as the one text that is its label.

    Raises:
        BadAnswer: as ``check_values``.
    """
    checked = check_values(schema, values)
    question = questions_of(schema)[0]
    return KINDS[str(question["kind"])].label_of(question, checked[str(question["id"])])


def value_of_label(schema: Schema, label: str) -> object:
    """Read the answer to a task's question back from its label.

    Raises:
        BadAnswer: the label is not one this schema could give.
    """
    question = questions_of(schema)[0]
    return KINDS[str(question["kind"])].value_of(question, label)
