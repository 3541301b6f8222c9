import numpy as np
import pytest

from canut.actions.equity import audit_time, drifting_paces
from canut.core.labour.claims import FORTNIGHT_MS, fortnight
from canut.store.models import Claim, UsualTime
from tests.actions.hours import DAY, HOUR, MINUTE, work
from tests.factories import NOW, NOW_MS, make_person, make_project

pytestmark = pytest.mark.django_db
BEGIN, END = fortnight(NOW_MS - FORTNIGHT_MS)


def test_language_whose_people_have_time_held_back_is_seen() -> None:
    for n in range(30):
        person = make_person(language="fr" if n < 15 else "en")
        work(person.pk, None, "queue", BEGIN + n * HOUR, 2)
        if n >= 15:
            Claim.objects.create(
                person=person,
                kind="held",
                why="too_long",
                begin_ms=BEGIN,
                end_ms=END,
                pending=[[BEGIN + n * HOUR, BEGIN + n * HOUR + MINUTE]],
                state="pending",
                made_ms=END,
                due_ms=END + 7 * DAY,
            )

    (found, *others) = sorted(audit_time(NOW, np.random.default_rng(1)), key=lambda one: one.group)

    assert (found.dimension, found.group, found.people, found.of_group) == (
        "language",
        "en",
        15,
        0.5,
    )
    assert found.stands_out
    assert [one.group for one in others] == ["fr"]


def test_without_anybody_there_is_nothing_to_compare() -> None:
    assert audit_time(NOW, np.random.default_rng(1)) == []
    assert drifting_paces(NOW) == []


def test_pace_that_only_grows_is_named_for_a_human() -> None:
    made = make_project()
    person = made.worker.person_id or 0
    UsualTime.objects.create(
        project=made.project, n_items=100, median_ms=MINUTE, mean_ms=MINUTE, at_ms=NOW_MS
    )
    for past, minutes in enumerate((3, 2, 1.5, 1)):
        begin = BEGIN - past * FORTNIGHT_MS
        for n in range(30):
            work(person, made.project.pk, f"item:{n}", begin + n * HOUR, minutes)

    assert drifting_paces(NOW) == [person]
