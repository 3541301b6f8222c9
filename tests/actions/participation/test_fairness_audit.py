import numpy as np
import pytest

from canut.actions.participation.fairness_audit import audit_held_time, people_of_growing_pace
from canut.actions.participation.oversight import report_if_due
from canut.core.time.claims import FORTNIGHT_MS, fortnight
from canut.store.models import Claim, UsualTime
from tests.support.factories import NOW_MS, answer_next, make_person, make_project
from tests.support.working_hours import DAY, HOUR, MINUTE, work

pytestmark = pytest.mark.django_db
BEGIN, END = fortnight(NOW_MS - FORTNIGHT_MS)


def hold_back(person: int, begin_ms: int, ms: int = MINUTE) -> None:
    Claim.objects.create(
        person_id=person,
        kind="held",
        why="too_long",
        begin_ms=begin_ms,
        end_ms=begin_ms + FORTNIGHT_MS,
        pending=[[begin_ms, begin_ms + ms]],
        state="pending",
        made_ms=begin_ms + FORTNIGHT_MS,
        due_ms=begin_ms + FORTNIGHT_MS + 7 * DAY,
    )


def test_language_whose_people_have_time_held_back_is_pointed_out() -> None:
    people = []
    for n in range(30):
        person = make_person(language="fr" if n < 15 else "en")
        people.append(person.pk)
        work(person.pk, None, "queue", BEGIN + n * HOUR, 2)
        if n >= 15:
            hold_back(person.pk, BEGIN + n * HOUR)

    found = audit_held_time(people, BEGIN, END, np.random.default_rng(1))

    cuts = found["cuts"]
    assert isinstance(cuts, dict)
    assert (found["people"], found["held_per_mille"]) == (30, 250)
    assert [
        (one["name"], one["people"], one["held_per_mille"], one["stands_out"])
        for one in cuts["language"]
    ] == [("en", 15, 500, True), ("fr", 15, 0, True)]


def test_group_too_small_to_be_told_is_hidden_with_another() -> None:
    people = [make_person(language="fr" if n < 9 else "en").pk for n in range(20)]
    for n, person in enumerate(people):
        work(person, None, "queue", BEGIN + n * HOUR, 2)

    found = audit_held_time(people, BEGIN, END, np.random.default_rng(1))

    cuts = found["cuts"]
    assert isinstance(cuts, dict)
    assert [one["is_hidden"] for one in cuts["language"]] == [True, True]
    assert [one["is_hidden"] for one in cuts["place"]] == [False]


def test_without_anybody_there_is_nothing_to_compare() -> None:
    found = audit_held_time([], BEGIN, END, np.random.default_rng(1))

    assert (found["people"], found["held_per_mille"], found["growing_per_mille"]) == (None,) * 3
    assert found["cuts"] == {"language": [], "place": []}


def test_pace_that_only_grows_is_counted() -> None:
    made = make_project()
    person = made.worker.person_id or 0
    UsualTime.objects.create(
        project=made.project, n_items=100, median_ms=MINUTE, mean_ms=MINUTE, at_ms=NOW_MS
    )
    for past, minutes in enumerate((3, 2, 1.5, 1)):
        begin = BEGIN - past * FORTNIGHT_MS
        for n in range(30):
            work(person, made.project.pk, f"item:{n}", begin + n * HOUR, minutes)

    assert people_of_growing_pace([person], NOW_MS) == [person]


def test_report_of_a_half_year_says_from_whom_time_was_held_back() -> None:
    made = make_project(tasks=10, workers=10)
    for worker in made.workers:
        answer_next(worker)
        work(worker.person_id or 0, made.project.pk, "queue", NOW_MS + HOUR, 2)
    hold_back(made.worker.person_id or 0, NOW_MS + HOUR)

    report = report_if_due(NOW_MS + 183 * DAY)

    assert report is not None
    held = report.content["held"]
    assert (held["people"], held["held_per_mille"], held["growing_per_mille"]) == (10, 50, 0)
