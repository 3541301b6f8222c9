"""Say which lessons this instance has: those of the package, and a folder of its own.

``CANUT_LESSONS`` names the folder. It is read when this process first needs it: a lesson added
later appears after a restart.
"""

import shutil
from functools import cache
from pathlib import Path

from django.conf import settings

from canut.core.errors import BadInput, Missing
from canut.core.lessons.checks import problems
from canut.core.lessons.lesson import Lesson
from canut.core.lessons.reading import check_distinct, read_lesson, read_lessons, shipped_lessons


def list_lessons() -> tuple[Lesson, ...]:
    """Return all lessons, by number.

    Raises:
        BadFile: a lesson of the instance's own folder cannot be read, or has an id or a number
            that another has.
    """
    return _lessons_with(settings.LESSONS)


@cache
def _lessons_with(folder: str) -> tuple[Lesson, ...]:
    """Return the lessons of the package and of a folder."""
    own = read_lessons(Path(folder)) if folder else ()
    lessons = sorted((*shipped_lessons(), *own), key=lambda lesson: lesson.number)
    check_distinct(lessons)
    return tuple(lessons)


def get_lesson(lesson_id: str) -> Lesson:
    """Return a lesson by its id.

    Raises:
        Missing: there is none.
    """
    for lesson in list_lessons():
        if lesson.id == lesson_id:
            return lesson
    raise Missing(f"there is no lesson {lesson_id[:40]}; see the list of lessons")


def add_lesson(folder: Path) -> Lesson:
    """Check a lesson's folder, and copy it into the instance's own folder.

    Raises:
        BadFile: it cannot be read, or another lesson has its id or number.
        BadInput: a check fails, or ``CANUT_LESSONS`` names no folder.
    """
    lesson = read_lesson(folder)
    first = next(problems(lesson), None)
    if first is not None:
        raise BadInput(
            f"{folder.name}: {first}; `canut lessons check` lists all", code="lesson-fails-checks"
        )
    if not settings.LESSONS:
        raise BadInput("CANUT_LESSONS names no folder; set it first", code="lessons-folder-unset")
    check_distinct([*(other for other in list_lessons()), lesson])
    shutil.copytree(folder, Path(settings.LESSONS) / f"{lesson.number:02d}-{lesson.id}")
    return lesson
