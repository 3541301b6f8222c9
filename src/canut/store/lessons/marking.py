"""Who may mark which cases, and how they were marked. Reads only.

A marker reviews somewhere, runs the instance, or passed the lesson, and is calibrated on its
anchors. They never share a project or an organisation with the author, now or within 90 days, and
are no representative.
"""

from collections.abc import Mapping, Sequence

from django.db.models import Count, F, Q

from canut.core.clock import DAY_MS, from_ms
from canut.core.lessons.calibration import (
    AnchorMark,
    Calibration,
    CalibrationState,
    calibration,
)
from canut.store.lessons.attempts import PASSED
from canut.store.tables.lessons import (
    LessonAnchorMark,
    LessonAttempt,
    LessonMark,
    LessonScript,
)
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.work import Worker

PAIR = 2
SHARED_MS = 90 * DAY_MS
MOST_WAITING = 100
MARKING_ROLES = (Role.REVIEWER, Role.OPERATOR)


def lessons_to_mark(person: Person) -> set[str] | None:
    """Return the lessons whose cases a person may mark; None for all of them."""
    if person.is_service:
        return set()
    current = Membership.objects.filter(person=person, ended_at=None)
    if current.filter(role=Role.REPRESENTATIVE).exists():
        return set()
    if current.filter(role__in=MARKING_ROLES).exists():
        return None
    passed = LessonAttempt.objects.filter(PASSED, person=person)
    return set(passed.values_list("lesson", flat=True))


def calibrations_of(person_id: int) -> dict[str, Calibration]:
    """Return where a marker stands in each lesson whose anchors they marked."""
    rows = LessonAnchorMark.objects.filter(marker=person_id).order_by("id")
    by_lesson: dict[str, list[AnchorMark]] = {}
    for row in rows:
        by_lesson.setdefault(row.lesson, []).append(
            AnchorMark(row.levels, row.reference, row.is_training, row.round)
        )
    return {lesson: calibration(marks) for lesson, marks in by_lesson.items()}


def last_round(person_id: int, lesson_id: str, anchors: int) -> list[LessonAnchorMark]:
    """List the anchors of a marker's last full round of training, oldest first."""
    rows = LessonAnchorMark.objects.filter(
        marker=person_id, lesson=lesson_id, is_training=True
    ).order_by("id")
    by_round: dict[int, list[LessonAnchorMark]] = {}
    for row in rows:
        by_round.setdefault(row.round, []).append(row)
    full = [number for number, marks in by_round.items() if len(marks) == anchors]
    return by_round[max(full)] if full else []


def marked_texts(person_id: int, lesson_id: str) -> int:
    """Count the texts a person marked in a lesson; anchors of training are left out."""
    cases = LessonMark.objects.filter(marker=person_id, script__attempt__lesson=lesson_id)
    anchors = LessonAnchorMark.objects.filter(marker=person_id, lesson=lesson_id, is_training=False)
    return cases.count() + anchors.count()


def scripts_to_mark(
    person: Person, now_ms: int, *, with_untrained: bool = False
) -> list[LessonScript]:
    """List the cases that wait for a mark this person may give, oldest first.

    Args:
        person: the marker.
        now_ms: the moment.
        with_untrained: with those they could mark once they are calibrated.
    """
    lessons = lessons_to_mark(person)
    if not with_untrained:
        trained = {
            lesson
            for lesson, standing in calibrations_of(person.pk).items()
            if standing.state is CalibrationState.CALIBRATED
        }
        lessons = trained if lessons is None else lessons & trained
    if lessons is not None and not lessons:
        return []
    waiting = (
        LessonScript.objects.filter(attempt__state=LessonAttempt.State.WAITING)
        .exclude(attempt__person=person)
        .exclude(marks__marker=person)
        .annotate(given_marks=Count("marks"))
        .filter(given_marks__lt=F("markers"))
        .select_related("attempt")
        .order_by("at_ms", "id")
    )
    if lessons is not None:
        waiting = waiting.filter(attempt__lesson__in=lessons)
    scripts = list(waiting[:MOST_WAITING])
    near = _near(person, [script.attempt.person_id for script in scripts], now_ms)
    return [script for script in scripts if script.attempt.person_id not in near]


def may_mark(person: Person, script: LessonScript, now_ms: int) -> bool:
    """Return whether a person may mark a case now."""
    return any(each.pk == script.pk for each in scripts_to_mark(person, now_ms))


def _near(person: Person, authors: Sequence[int], now_ms: int) -> set[int]:
    """Return the authors who share a project or an organisation with a person."""
    own_projects, own_organisations = _surroundings([person.pk], now_ms).get(
        person.pk, (set[int](), set[int]())
    )
    return {
        author
        for author, (projects, organisations) in _surroundings(authors, now_ms).items()
        if projects & own_projects or organisations & own_organisations
    }


def _surroundings(people: Sequence[int], now_ms: int) -> Mapping[int, tuple[set[int], set[int]]]:
    """Return the projects of people within 90 days, and the organisations they belong to."""
    recent = Q(ended_at=None) | Q(ended_at__gte=from_ms(now_ms - SHARED_MS))
    by_person: dict[int, tuple[set[int], set[int]]] = {number: (set(), set()) for number in people}
    workers = Worker.objects.filter(recent, person__in=people)
    for number, project in workers.values_list("person", "project"):
        by_person[number or 0][0].add(project)
    members = Membership.objects.filter(recent, person__in=people)
    for number, project, organisation in members.values_list("person", "project", "organisation"):
        if project is not None:
            by_person[number][0].add(project)
        if organisation is not None:
            by_person[number][1].add(organisation)
    owners = dict(Project.objects.values_list("id", "organisation"))
    for projects, organisations in by_person.values():
        organisations |= {owners[project] for project in projects if project in owners}
    return by_person


def marks_of(script: LessonScript) -> list[LessonMark]:
    """List the marks of a case, in the order they were given."""
    return list(LessonMark.objects.filter(script=script).order_by("id"))


def levels_by_script(lesson_id: str) -> list[list[list[int]]]:
    """Return, for each marked case of a lesson, the levels of each marker in order."""
    rows = LessonMark.objects.filter(script__attempt__lesson=lesson_id).order_by("script", "id")
    by_script: dict[int, list[list[int]]] = {}
    for script, levels in rows.values_list("script", "levels"):
        by_script.setdefault(script, []).append(levels)
    return list(by_script.values())


def scripts_with_third(lesson_id: str) -> int:
    """Count the cases of a lesson that two people marked too far apart."""
    return LessonScript.objects.filter(attempt__lesson=lesson_id, markers__gt=PAIR).count()
