"""Learn the usual time of a project's tasks, and the silence that counts on them.

Each person's tasks give one figure and the crowd is the middle of them, so that nobody who pads
their time moves it. One person's own time is never what they are measured by: where nobody else
worked, what the tasks hold to read, hear and look at stands in for it. Silences are those of
answers that stand, by people of whom no time is held or refused.
"""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median_low
from typing import NamedTuple

import numpy as np
from django.db.models import Exists, Max, OuterRef

from canut.actions.platform.row_faults import attempt_many
from canut.actions.time.measure import intervals, measure_time
from canut.core.arrays import Counts
from canut.core.clock import DAY_MS, Ms
from canut.core.time.silence_allowance import learnt_allowance_ms
from canut.core.time.silences import longest_silences
from canut.core.time.surfaces import lease_of
from canut.core.time.time_caps import type_times
from canut.store.tables.decisions import Decision
from canut.store.tables.time import Claim, OpenPage, UsualTime
from canut.store.tables.work import Answer

USUAL_DAYS = 7
USUAL_PEOPLE = 50
LEAST_CROWD, LEAST_TASKS = 2, 3
MOST_SILENCES = 30


class TaskTook(NamedTuple):
    """One task of one person: time, longest silence and content, in milliseconds."""

    person: int
    lease: int | None
    ms: int
    silence_ms: int
    content_ms: int


class _Times(NamedTuple):
    n_items: int
    n_people: int
    median_ms: int
    mean_ms: int


def learn_usual_times(project_id: int, now_ms: Ms) -> UsualTime | None:
    """Measure the usual time of a project's tasks: its last fifty people, one week.

    What several people showed stays where one works alone afterwards.

    Returns:
        The stored usual time; None if nobody worked.
    """
    since = now_ms - USUAL_DAYS * DAY_MS
    pages = OpenPage.objects.filter(project=project_id, opened_ms__gte=since)
    latest = pages.values("person").annotate(last=Max("opened_ms")).order_by("-last")
    people = list(latest.values_list("person", flat=True)[:USUAL_PEOPLE])
    tasks = attempt_many("time", people, lambda some: _tasks(some, project_id, since, now_ms))
    if not tasks:
        return None
    usual = UsualTime.objects.filter(project=project_id).first() or UsualTime(project_id=project_id)
    times = _times(tasks)
    if times.n_people > 1 or (usual.n_people or 1) == 1:
        usual.n_items, usual.n_people = times.n_items, times.n_people
        usual.median_ms, usual.mean_ms = times.median_ms, times.mean_ms
    usual.silence_ms = learnt_allowance_ms(_silences(tasks, project_id)) or usual.silence_ms
    usual.at_ms = now_ms
    usual.save()
    return usual


def _tasks(people: Sequence[int], project_id: int, begin_ms: int, end_ms: int) -> list[TaskTook]:
    """Measure each task that these people worked on."""
    columns, credited = measure_time(people, begin_ms, end_ms)
    silences = longest_silences(columns.beats, len(columns.surface_names))
    facts = {
        name.partition("/")[2]: (int(silence), int(allowance))
        for name, silence, allowance, project in zip(
            columns.surface_names, silences, columns.surfaces.allowance,
            columns.surfaces.project, strict=True,
        )
        if project == project_id
    }  # fmt: skip
    took: dict[tuple[int, str], int] = defaultdict(int)
    for person, project, interval in intervals(columns, credited):
        if project == project_id and interval.surface.startswith("item:"):
            took[person, interval.surface] += interval.end_ms - interval.begin_ms
    return [
        TaskTook(person, lease_of(surface), ms, *facts[surface])
        for (person, surface), ms in took.items()
    ]


def _times(tasks: Sequence[TaskTook]) -> _Times:
    """Return the middle of people's own times; of one person alone, what the tasks hold."""
    by_person: dict[int, list[int]] = defaultdict(list)
    for task in tasks:
        by_person[task.person].append(task.ms)
    crowd = [ms for ms in by_person.values() if len(ms) >= LEAST_TASKS]
    if len(crowd) < LEAST_CROWD:
        crowd = [[task.content_ms for task in tasks]]
    own = [type_times(np.zeros(len(ms), np.int32), np.array(ms, dtype=np.int64), 1) for ms in crowd]
    return _Times(
        len(tasks),
        len(crowd),
        median_low(int(times.median[0]) for times in own),
        median_low(int(times.mean[0]) for times in own),
    )


def _silences(tasks: Sequence[TaskTook], project_id: int) -> Counts:
    """Return the longest silence on each task whose answer stands, some of each person."""
    leases = [task.lease for task in tasks if task.lease is not None]
    rejections = Decision.objects.filter(
        answer=OuterRef("id"), kind=Decision.Kind.REJECTION, undone_ms__isnull=True
    )
    answered = Answer.objects.filter(project=project_id, lease__in=leases)
    honest = set(answered.filter(~Exists(rejections)).values_list("lease", flat=True))
    held = Claim.objects.filter(
        project=project_id,
        kind=Claim.Kind.HELD,
        state__in=(Claim.State.PENDING, Claim.State.REFUSED),
    )
    doubted = set(held.values_list("person", flat=True))
    by_person: dict[int, list[TaskTook]] = defaultdict(list)
    for task in tasks:
        if task.lease in honest and task.person not in doubted:
            by_person[task.person].append(task)
    silences = [
        task.silence_ms
        for own in by_person.values()
        for task in sorted(own, key=lambda task: task.lease or 0)[-MOST_SILENCES:]
    ]
    return np.array(silences, dtype=np.int64)
