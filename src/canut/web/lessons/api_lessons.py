"""Lessons over the API: which there are, and how far their markers agree.

Attempts are people's own, and a key is a program's: no address lists them.
"""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path
from pydantic import Field

from canut.actions.lessons.catalogue import get_lesson, list_lessons
from canut.actions.lessons.figures import figures_of
from canut.store.lessons.attempts import signed_texts
from canut.web.kit.api.schemas import Out


class TitleOut(Out):
    """A title in both languages."""

    fr: str
    en: str


class LessonOut(Out):
    """A lesson of this instance."""

    id: str
    number: int
    version: int
    sha256: str = Field(description="Of all files of this version.")
    title: TitleOut
    minutes: int = Field(description="Announced; the measured time is paid.")
    skills: dict[str, int] = Field(description="What the passed case shows, with its level.")
    reviewed: bool = Field(description="Whether somebody named signed this version.")


class Lessons(Out):
    """All lessons, by number."""

    items: list[LessonOut]


class FiguresOut(Out):
    """How far the markers of a lesson agree; null under 20 cases marked by two people."""

    lesson: str
    number: int
    cases: int = Field(description="Cases that two people marked.")
    third_marker_percent: int | None
    alpha: dict[str, float | None] = Field(description="Ordinal alpha by criterion.")
    alpha_total: float | None
    rubric_goes_back: bool = Field(description="Whether the alpha of the total is under 0.60.")


def list_all(request: HttpRequest) -> dict[str, object]:
    """List the lessons of this instance; attempts are not listed by any address."""
    signed = signed_texts()
    return {
        "items": [
            {
                "id": lesson.id,
                "number": lesson.number,
                "version": lesson.version,
                "sha256": lesson.sha256,
                "title": {"fr": lesson.title.fr, "en": lesson.title.en},
                "minutes": lesson.minutes,
                "skills": dict(lesson.skills),
                "reviewed": lesson.sha256 in signed,
            }
            for lesson in list_lessons()
        ]
    }


def read_figures(request: HttpRequest, lesson: Annotated[str, Path()]) -> dict[str, object]:
    """Return how far the markers of a lesson agree, as its page does."""
    return figures_of(get_lesson(lesson)).as_fields()
