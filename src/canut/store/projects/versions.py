"""Current versions of a project's question and price."""

import json

from canut.core.kinds import Question, questions_of
from canut.store.tables.projects import QuestionVersion, RateVersion


def current_question(project_id: int) -> QuestionVersion:
    """Return the current question; raises ``DoesNotExist`` if there is none."""
    return QuestionVersion.objects.filter(project_id=project_id).latest("number")


def question_or_none(project_id: int) -> QuestionVersion | None:
    """Return the current question; None if there is none."""
    return QuestionVersion.objects.filter(project_id=project_id).order_by("-number").first()


def question_text(version: QuestionVersion) -> str:
    """Return a question with its instructions, as the JSON whose hash is on cards."""
    return json.dumps(
        {"instructions": version.instructions, "schema": version.schema}, sort_keys=True
    )


def first_question(project_id: int, kind: str) -> Question | None:
    """Return the first question of a kind in the current version; None if there is none."""
    version = question_or_none(project_id)
    questions = questions_of(version.schema) if version else []
    return next((question for question in questions if question["kind"] == kind), None)


def rate_or_none(project_id: int) -> RateVersion | None:
    """Return the current price; None if it is not set."""
    return RateVersion.objects.filter(project_id=project_id).order_by("-number").first()
