"""Many people at once, by text and columns, get the time that one person gets on their own page."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from canut.actions.time.measure import (
    Many,
    beats_of,
    intervals,
    kind_of,
    measure_time,
    measured_many,
)
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS, HOUR_MS
from canut.store.models import Beat, OpenPage
from tests.support.factories import make_project, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
BEGIN_MS = int(datetime(2026, 7, 1, 2, 0, tzinfo=UTC).timestamp() * 1000)

SURFACES = ("instructions", "queue", "pause", "practice", "item:gone", "a:b:7", "item:", "break")
FORGED = ("item:²", "item:٣", "item:" + "9" * 17)


def one_of[T](rng: np.random.Generator, values: Sequence[T]) -> T:
    return values[int(rng.integers(len(values)))]


def measure_all(people: Sequence[int]) -> Many:
    text = beats_of(people, BEGIN_MS, BEGIN_MS + DAY_MS)
    return measured_many(text, BEGIN_MS, BEGIN_MS + DAY_MS)


def work_at_random(person: int, project: int, leases: list[int], rng: np.random.Generator) -> None:
    """Send a page's beats: some lost, some late, some hidden, on all sorts of surfaces."""
    session = secrets.token_hex(12)
    begin = BEGIN_MS - DAY_MS + int(rng.integers(3 * DAY_MS))
    if rng.random() < 0.8:
        OpenPage.objects.create(
            session=session, person_id=person, opened_ms=begin, assistive=rng.random() < 0.2
        )
    names = [*SURFACES, *FORGED, *(f"item:{lease}" for lease in leases)]
    surface, at, rows = one_of(rng, names), 0, []
    for seq in range(int(rng.integers(1, 120))):
        at += one_of(rng, [15_000, 15_000, 15_000, 4_000, 400_000])
        surface = one_of(rng, names) if rng.random() < 0.2 else surface
        rows.append(
            Beat(
                person_id=person,
                project_id=one_of(rng, [project, project, None]),
                session=session,
                seq=seq,
                mono_ms=at,
                visible=rng.random() < 0.9,
                focused=True,
                surface=surface,
                buckets=[[at // 1000 - n, 0, n % 2, 0, 0] for n in range(int(rng.integers(4)))],
                media_ms=one_of(rng, [0, 0, 0, 9_000]),
                previous="",
                received_ms=begin + at + one_of(rng, [0, 200, 3_000, 40_000]),
            )
        )
    Beat.objects.bulk_create(row for row in rows if rng.random() < 0.95)


@pytest.mark.parametrize("seed", range(4))
def test_many_people_get_the_time_that_each_gets_alone(seed: int) -> None:
    rng = np.random.default_rng(seed)
    made = make_project(tasks=6)
    workers = [made.worker, *(make_worker(made.project) for _ in range(3))]
    people = []
    for worker in workers:
        leases = [one.lease for one in lease_tasks(worker.pk, 1, BEGIN_MS).tasks]
        people.append(worker.person_id or 0)
        for _ in range(6):
            work_at_random(people[-1], made.project.pk, leases, rng)

    many = measure_all(people)

    columns, alone = measure_time(people, BEGIN_MS, BEGIN_MS + DAY_MS)
    found = zip(
        many.measured.person.tolist(),
        many.measured.project.tolist(),
        (many.kinds[many.kind[one]] for one in many.measured.surface),
        many.measured.begin.tolist(),
        many.measured.end.tolist(),
        strict=True,
    )
    expected = [
        (person, -1 if project is None else project, kind_of(one.surface), one[2], one[3])
        for person, project, one in intervals(columns, alone)
    ]
    assert sum(end - begin for *_, begin, end in expected) > HOUR_MS // 2
    assert sorted(found) == sorted(expected)


def test_nobody_has_no_time() -> None:
    many = measure_all([1, 2])

    assert len(many.measured.person) == 0


def test_name_of_a_surface_cannot_pass_for_another_beat() -> None:
    made = make_project()
    person = made.worker.person_id or 0
    forged = "x\n1\t1/s\t0/queue\t0\t0\t0\t0\t1\t[]"
    Beat.objects.create(
        person_id=person, session="s\t1", seq=0, mono_ms=15_000, visible=True, focused=True,
        surface=forged, buckets=[[3, 1, 0, 0, 0]], previous="", received_ms=BEGIN_MS + 15_000,
    )  # fmt: skip

    many = measure_all([person])

    assert set(many.measured.person.tolist()) == {person}
    assert int((many.measured.end - many.measured.begin).sum()) <= 15_000
