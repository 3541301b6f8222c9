"""A stored question in one line: what is asked, how, and the possible answers."""

from typing import Any, NamedTuple, cast

from canut.core.kinds import questions_of
from canut.store.models import Project
from canut.store.projects.versions import question_or_none

SHOWN = 6


class QuestionSummary(NamedTuple):
    """The text of a question, the name of its kind, and its first answers."""

    ask: str
    kind: str
    answers: list[str]
    more: int


def summarise_question(project: Project) -> QuestionSummary | None:
    """Return the question of a project in one line; None before it is stored."""
    stored = question_or_none(project.id)
    if stored is None:
        return None
    questions = questions_of(stored.schema)
    first = cast("dict[str, Any]", questions[0])
    listed = first.get("choices") or first.get("labels") or first.get("items") or []
    answers = [
        str(item.get("value", item)) if isinstance(item, dict) else str(item) for item in listed
    ]
    ask = " · ".join(str(question["ask"]) for question in questions)
    return QuestionSummary(ask, str(first["kind"]), answers[:SHOWN], max(0, len(answers) - SHOWN))
