"""Read the lessons a person passed, their reviews that were kept, and their roles. Reads only.

An attempt that its person deleted shows nothing any more; a credential made of it stays with them.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Max, Min

from canut.core.clock import DAY_MS, to_ms
from canut.core.passport.lesson_skills import CountShown
from canut.store.lessons.attempts import PASSED
from canut.store.tables.lessons import LessonAttempt, LessonMark
from canut.store.tables.people import Membership, Role
from canut.store.tables.quality import Verdict

REVIEWER, MARKER, REPRESENTATIVE = "reviewer", "marker", "representative"
ROLES = (REVIEWER, MARKER, REPRESENTATIVE)
LEAST_MARKED = 5  # cases, before somebody is called a marker


class PassedAttempt(NamedTuple):
    """An attempt that counts as passed, as it stands in its row."""

    lesson: str
    number: int
    version: int
    halves: int | None
    markers: int
    at_ms: int


class RoleShown(NamedTuple):
    """A role somebody has or had; ``last_ms`` is None while they have it."""

    role: str
    first_ms: int
    last_ms: int | None


def passed_attempts(person_id: int) -> list[PassedAttempt]:
    """List the attempts of a person that count as passed, oldest first."""
    rows = LessonAttempt.objects.filter(PASSED, person=person_id).order_by("result_ms", "id")
    fields = (
        "lesson",
        "number",
        "version",
        "case_halves",
        "script__markers",
        "result_ms",
        "ended_ms",
    )
    return [
        PassedAttempt(lesson, number, version, halves, markers or 0, result_ms or ended_ms or 0)
        for lesson, number, version, halves, markers, result_ms, ended_ms in rows.values_list(
            *fields
        )
    ]


def people_who_passed(lesson_ids: Iterable[str], most: int) -> list[int]:
    """Return some of the people who passed one of these lessons, ``most`` at most."""
    rows = LessonAttempt.objects.filter(PASSED, lesson__in=list(lesson_ids)).order_by()
    return list(rows.values_list("person", flat=True).distinct()[:most])


def reviews_kept(person_id: int, now_ms: int) -> CountShown | None:
    """Return how many of a person's verdicts the next reviewer of the task kept.

    Verdicts of today show tomorrow, as answers do.
    """
    until_ms = now_ms - now_ms % DAY_MS
    own = Verdict.objects.filter(worker__person=person_id, at_ms__lt=until_ms)
    rows = (
        Verdict.objects.filter(task__in=own.values("task"), at_ms__lt=until_ms)
        .order_by("task", "at_ms", "id")
        .values_list("task", "worker__person", "label", "at_ms")
    )
    counted = [
        (label == next_label, at_ms)
        for (task, person, label, at_ms), (next_task, next_person, next_label, _at) in pairwise(
            rows
        )
        if task == next_task and person == person_id and next_person != person_id
    ]
    if not counted:
        return None
    moments = [at_ms for _is_kept, at_ms in counted]
    right = sum(is_kept for is_kept, _at_ms in counted)
    return CountShown("S09", right, len(counted), min(moments), max(moments))


def roles_of(person_id: int) -> list[RoleShown]:
    """List the roles a person has or had, and since when; the marker of five cases or more."""
    roles = []
    for role in (Role.REVIEWER, Role.REPRESENTATIVE):
        rows = Membership.objects.filter(person=person_id, role=role)
        times = list(rows.values_list("created_at", "ended_at"))
        if times:
            ends = [end for _begin, end in times]
            last = None if None in ends else max(end for end in ends if end)
            first = min(begin for begin, _end in times)
            roles.append(RoleShown(str(role.value), to_ms(first), to_ms(last) if last else None))
    marks = LessonMark.objects.filter(marker=person_id)
    if marks.count() >= LEAST_MARKED:
        first_last = marks.aggregate(first=Min("at_ms"), last=Max("at_ms"))
        roles.append(RoleShown(MARKER, first_last["first"], first_last["last"]))
    return roles


def people_in_role(role: str, most: int) -> int:
    """Count the people who have or had a role, ``most`` at most."""
    if role == MARKER:
        return len(LessonMark.objects.order_by().values("marker").distinct()[:most])
    return len(Membership.objects.filter(role=role).order_by().values("person").distinct()[:most])
