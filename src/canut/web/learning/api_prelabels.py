"""Pre-labels over the API: what a model said of tasks, stored apart from people's answers."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Status
from pydantic import Field

from canut.actions.learning.prelabels_api import SentPrelabel, add_prelabels
from canut.core.formats.problems.catalogue import words_of
from canut.web.kit.api.gate import project_of
from canut.web.kit.api.schemas import Into, Out, Text

MOST_AT_ONCE = 10_000


class PrelabelIn(Into):
    """What a model said of one task."""

    key: Annotated[str, Field(min_length=1, max_length=2_000)] = Field(
        description="The task's key: its cell in the column of ids.", examples=["0001"]
    )
    label: Annotated[Text, Field(min_length=1)] = Field(examples=["positive"])
    score: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None, description="How sure the model was."
    )


class PrelabelsIn(Into):
    """What one model said of tasks."""

    model: Annotated[str, Field(min_length=1, max_length=120)] = Field(examples=["bert-avis"])
    version: Annotated[str, Field(max_length=60)] = ""
    labels: Annotated[list[PrelabelIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class PrelabelProblemOut(Out):
    """Why a pre-label cannot be stored."""

    row: int = Field(description="Its place in the list, from 1.")
    column: str
    code: str
    text: str


class PrelabelsOut(Out):
    """How many were stored; where there is a problem, none."""

    stored: int
    problems: list[PrelabelProblemOut]


def add(request: HttpRequest, project: str, body: PrelabelsIn) -> Status[object]:
    """Store what a model said of published tasks: never counted as an answer, never paid.

    Workers see a proposal only where the project's rules for models say so. All are stored (201),
    or none, with every problem that was met (200). Sent again, the newest label of a model for a
    task stays.
    """
    sent = [SentPrelabel(label.key, label.label, label.score) for label in body.labels]
    report = add_prelabels(project_of(request), body.model, body.version, sent)
    language = "en" if (get_language() or "").startswith("en") else "fr"
    problems = [
        {
            "row": problem.line,
            "column": problem.column,
            "code": problem.code,
            "text": words_of(problem, language),
        }
        for problem in report.problems
    ]
    return Status(200 if problems else 201, {"stored": report.kept, "problems": problems})
