"""Which skills marked lessons, kept reviews and answers beside a proposal show, and at what level.

A lesson shows the skills its file names, at the level it names, once two people who did not see
each other passed its case. A review is kept where the next reviewer gave the same label. An answer
beside a model's proposal counts on a task whose answer is known: a wrong proposal was found, or a
right one left. Counts follow the rule of ``skills``. Nothing here compares people.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from canut.core.bilingual import Bilingual
from canut.core.passport.skills import level_of, shipped_skills

COURSE = tuple(range(1, 13))
"""Numbers of the twelve lessons of the course."""
BANDS = ((20, "10–12"), (16, "8–9"))
"""Half points of a case at least, and the band that is told; the mark itself is not."""


class LessonPassed(NamedTuple):
    """A lesson somebody passed.

    Args:
        lesson: its id.
        number: its number; 0 where this instance has the lesson no longer.
        version: which version.
        title: its title.
        skills: level of each skill it shows.
        halves: half points of the case; None or under the pass where an appeal decided.
        markers: how many people marked the case.
        at_ms: when the result came.
    """

    lesson: str
    number: int
    version: int
    title: Bilingual
    skills: Mapping[str, int]
    halves: int | None
    markers: int
    at_ms: int

    @property
    def band(self) -> str:
        """Return the band of the mark; empty where an appeal decided."""
        return next((band for least, band in BANDS if (self.halves or 0) >= least), "")


class CountShown(NamedTuple):
    """Checked acts of one sort: how many held, of how many, first and last moment."""

    skill: str
    right: int
    counted: int
    first_ms: int
    last_ms: int


class SkillByActs(NamedTuple):
    """What lessons and checked acts show of one skill; ``level`` 0 is not enough yet.

    Args:
        skill: which.
        level: the highest that lessons or counts show.
        lessons: the lessons that show it, by number.
        right, counted: checked acts that held, and all of them.
        low_thousandths: low end of the 90 % interval of the counts.
        by_lesson: whether the lessons alone show the level.
        first_ms, last_ms: from when to when.
    """

    skill: str
    level: int
    lessons: tuple[LessonPassed, ...]
    right: int
    counted: int
    low_thousandths: int
    by_lesson: bool
    first_ms: int
    last_ms: int


def newest_by_lesson(passed: Iterable[LessonPassed]) -> list[LessonPassed]:
    """Return each passed lesson once, in its newest version, by number."""
    newest: dict[str, LessonPassed] = {}
    for lesson in sorted(passed, key=lambda each: (each.version, each.at_ms)):
        newest[lesson.lesson] = lesson
    return sorted(newest.values(), key=lambda each: (each.number, each.lesson))


def has_course(passed: Iterable[LessonPassed]) -> bool:
    """Return whether all twelve lessons of the course were passed."""
    return {lesson.number for lesson in passed} >= set(COURSE)


def skills_by_acts(
    passed: Iterable[LessonPassed], counts: Iterable[CountShown]
) -> list[SkillByActs]:
    """Return what lessons and checked acts show, by skill, also where it is not enough.

    Args:
        passed: the lessons passed, each once.
        counts: checked acts, one line for each skill.
    """
    lessons: dict[str, list[LessonPassed]] = {}
    for lesson in passed:
        for skill in lesson.skills:
            lessons.setdefault(skill, []).append(lesson)
    by_skill = {count.skill: count for count in counts if count.counted}
    return [
        _skill(skill, lessons.get(skill, []), by_skill.get(skill))
        for skill in shipped_skills()
        if skill in lessons or skill in by_skill
    ]


def _skill(skill: str, lessons: list[LessonPassed], count: CountShown | None) -> SkillByActs:
    taught = max((lesson.skills[skill] for lesson in lessons), default=0)
    right, counted = (count.right, count.counted) if count else (0, 0)
    level, low = level_of(right, counted, 0)
    moments = [lesson.at_ms for lesson in lessons]
    if count:
        moments += [count.first_ms, count.last_ms]
    return SkillByActs(
        skill,
        max(taught, level),
        tuple(lessons),
        right,
        counted,
        low,
        taught >= level and taught > 0,
        min(moments),
        max(moments),
    )
