"""Join what a person passed and did with the lessons of this instance, for their passport.

Reads only. Whether a credential could be recognised is judged here too: by how few people of this
instance meet its criteria.
"""

from collections.abc import Callable, Iterable, Mapping

from django.db.models import Count, Sum

from canut.actions.lessons.catalogue import list_lessons
from canut.actions.time.measure import credited_intervals
from canut.core.bilingual import Bilingual
from canut.core.clock import HOUR_MS
from canut.core.lessons.lesson import Lesson
from canut.core.outside_text import read_whole
from canut.core.passport.credentials import hours_band
from canut.core.passport.lesson_skills import (
    LessonPassed,
    SkillByActs,
    has_course,
    newest_by_lesson,
    skills_by_acts,
)
from canut.core.passport.skills import LEVELS, shipped_skills
from canut.store.passport.evidence import (
    beside_proposals,
    projects_of_occupation,
    skills_of,
    work_of,
)
from canut.store.passport.lesson_evidence import (
    passed_attempts,
    people_in_role,
    people_who_passed,
    reviews_kept,
)
from canut.store.tables.passport import PassportCredential
from canut.store.tables.pay import PayLine
from canut.store.tables.quality import Verdict
from canut.store.tables.work import Answer

FEW = 5
"""A credential that fewer people could have says who has it."""
MOST_LOOKED_AT = 40  # people whose evidence is counted for it; beyond, the warning stands
LESSON_SURFACE = "lesson"


def lessons_passed(person_id: int) -> list[LessonPassed]:
    """Return the lessons a person passed, each in its newest version, by number."""
    lessons = {lesson.id: lesson for lesson in list_lessons()}
    rows = []
    for attempt in passed_attempts(person_id):
        lesson = lessons.get(attempt.lesson)
        title = lesson.title if lesson else Bilingual(attempt.lesson, attempt.lesson)
        rows.append(
            LessonPassed(
                attempt.lesson,
                attempt.number,
                attempt.version,
                title,
                lesson.skills if lesson else {},
                attempt.halves,
                attempt.markers,
                attempt.at_ms,
            )
        )
    return newest_by_lesson(rows)


def acts_of(person_id: int, now_ms: int) -> list[SkillByActs]:
    """Return what a person's lessons, reviews and checked proposals show, by skill."""
    counts = (reviews_kept(person_id, now_ms), beside_proposals(person_id, now_ms))
    return skills_by_acts(lessons_passed(person_id), [count for count in counts if count])


def lesson_times(person_id: int, now_ms: int) -> dict[int, int]:
    """Return the measured milliseconds a person spent in each lesson, by its number."""
    times: dict[int, int] = {}
    for interval in credited_intervals([person_id], 0, now_ms):
        name, _mark, number = str(interval.surface).partition(":")
        lesson = read_whole(number)
        if name == LESSON_SURFACE and lesson is not None:
            spent = interval.end_ms - interval.begin_ms
            times[lesson] = times.get(lesson, 0) + spent
    return times


def ways_of(skill: str) -> tuple[Lesson, ...]:
    """Return the lessons of this instance that name a skill."""
    return tuple(lesson for lesson in list_lessons() if skill in lesson.skills)


def is_recognisable(kind: str, of: str, level: int, now_ms: int) -> bool:
    """Return whether fewer than five people here could have such a credential.

    Args:
        kind: of credential.
        of: skill, occupation, lesson or role.
        level: of the skill; for work, the band of hours.
        now_ms: when, milliseconds since 1970 UTC.
    """
    kinds = PassportCredential.Kind
    if kind == kinds.LESSON:
        return len(people_who_passed([of], FEW)) < FEW
    if kind == kinds.ROLE:
        return people_in_role(of, FEW) < FEW
    if kind == kinds.COURSE:
        people = people_who_passed((lesson.id for lesson in list_lessons()), MOST_LOOKED_AT)
        return _are_few(people, lambda person: has_course(lessons_passed(person)))
    if kind == kinds.WORK:
        return _are_few(_people_at_work(of), lambda person: _has_hours(person, of, level))
    return _are_few(
        _people_of_skill(of, level), lambda person: _has_level(person, of, level, now_ms)
    )


def _are_few(people: Iterable[int], meets: Callable[[int], bool]) -> bool:
    count = 0
    for person in people:
        count += meets(person)
        if count >= FEW:
            return False
    return True


def _people_at_work(occupation: str) -> list[int]:
    lines = PayLine.objects.filter(project__in=projects_of_occupation(occupation))
    sums = lines.values_list("worker__person").annotate(elapsed=Sum("elapsed_ms"))
    return [person for person, _ms in sums.order_by("-elapsed")[:MOST_LOOKED_AT] if person]


def _has_hours(person: int, occupation: str, band: int) -> bool:
    times: Mapping[str, int] = {time.occupation: time.elapsed_ms for time in work_of(person)}
    return hours_band(times.get(occupation, 0)) * HOUR_MS >= band * HOUR_MS > 0


def _people_of_skill(of: str, level: int) -> list[int]:
    """Return who may show a skill, those with most to show it by first."""
    skill = shipped_skills()[of]
    people: list[int] = []
    if not skill.kinds:
        people += people_who_passed((lesson.id for lesson in ways_of(of)), MOST_LOOKED_AT)
    rows = (
        Verdict.objects.values_list("worker__person")
        if skill.by == "review"
        else Answer.objects.filter(task__known__isnull=False).values_list("worker__person")
    )
    least = min(answers for each, answers, _low in LEVELS if each >= level)
    counts = rows.annotate(count=Count("pk")).filter(count__gte=least).order_by("-count")
    people += [person for person, _count in counts[:MOST_LOOKED_AT] if person]
    return list(dict.fromkeys(people))[:MOST_LOOKED_AT]


def _has_level(person: int, of: str, level: int, now_ms: int) -> bool:
    lines = [(each.skill, each.level) for each in skills_of(person, now_ms)]
    if not shipped_skills()[of].kinds:
        lines = [(each.skill, each.level) for each in acts_of(person, now_ms)]
    return any(skill == of and reached >= level for skill, reached in lines)
