"""Publish how far markers agree, by lesson: on the page, from the command and from the API.

From 20 cases that two people marked on; under it only how many there are. Reads only.
"""

from dataclasses import dataclass

from canut.actions.lessons.catalogue import list_lessons
from canut.core.lessons.figures import MarkerAgreement, agreement
from canut.core.lessons.lesson import Lesson
from canut.store.lessons.marking import levels_by_script, scripts_with_third


@dataclass(frozen=True, slots=True)
class LessonFigures:
    """The agreement of a lesson's markers.

    Args:
        lesson: which.
        measured: their agreement.
        thirds: how many of its cases needed a third marker.
    """

    lesson: Lesson
    measured: MarkerAgreement
    thirds: int

    @property
    def third_percent(self) -> int | None:
        """Share of cases that needed a third marker, in per cent; None under 20 cases."""
        if not self.measured.is_enough:
            return None
        return round(100 * self.thirds / self.measured.scripts)

    def as_fields(self) -> dict[str, object]:
        """Return the figures for a program: alpha rounded to three decimals, None where unknown."""
        names = [criterion.id for criterion in self.lesson.case.criteria]
        return {
            "lesson": self.lesson.id,
            "number": self.lesson.number,
            "cases": self.measured.scripts,
            "third_marker_percent": self.third_percent,
            "alpha": {
                name: None if alpha is None else round(alpha, 3)
                for name, alpha in zip(names, self.measured.criteria, strict=True)
            },
            "alpha_total": None if self.measured.total is None else round(self.measured.total, 3),
            "rubric_goes_back": self.measured.is_low,
        }


def figures_of(lesson: Lesson) -> LessonFigures:
    """Return the agreement of one lesson's markers."""
    return LessonFigures(
        lesson, agreement(levels_by_script(lesson.id)), scripts_with_third(lesson.id)
    )


def all_figures() -> list[LessonFigures]:
    """Return the agreement of the markers of each lesson, by number."""
    return [figures_of(lesson) for lesson in list_lessons()]
