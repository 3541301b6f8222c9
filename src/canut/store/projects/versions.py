"""Projects, what they ask, what they pay, and why they exist."""

from canut.core.kinds import Question, questions_of
from canut.store.tables.projects import QuestionVersion, RateVersion


def current_question(project_id: int) -> QuestionVersion:
    """Return the version now asked; raises ``DoesNotExist`` when nothing is asked yet."""
    return QuestionVersion.objects.filter(project_id=project_id).latest("number")


def question_or_none(project_id: int) -> QuestionVersion | None:
    """Return the version asked now; None while nothing is asked."""
    return QuestionVersion.objects.filter(project_id=project_id).order_by("-number").first()


def first_question(project_id: int, kind: str) -> Question | None:
    """Return the first question of a kind in the version asked now; None where there is none."""
    version = question_or_none(project_id)
    asked = questions_of(version.schema) if version else []
    return next((question for question in asked if question["kind"] == kind), None)


def rate_or_none(project_id: int) -> RateVersion | None:
    """Return the rate paid now; None while no price is set."""
    return RateVersion.objects.filter(project_id=project_id).order_by("-number").first()
