"""Who agrees with whom, by the measure of the kind, and answers by day."""

import pytest

from canut.core.clock import DAY_MS
from canut.core.kinds.sample import samples
from canut.store.models import Answer
from canut.store.quality.people_pairs import answers_by_day, people_table
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
BOX = {"label": "bobbin", "x": 40, "y": 32, "w": 120, "h": 80}


@pytest.fixture
def boxed() -> Made:
    """Have two tasks drawn by three people: the third draws elsewhere on the last."""
    schema = next(each for each in samples() if each.kind == "boxes").schema["en"]
    made = make_project(tasks=2, workers=3, overlap=3, schema=schema)
    for worker, shift in zip(made.workers, (0, 3, 0), strict=True):
        answer_next(worker, [BOX | {"x": 40 + shift}])
    for worker, shift in zip(made.workers, (0, 3, 300), strict=True):
        answer_next(worker, [BOX | {"x": 40 + shift}])
    return made


def test_people_who_draw_nearly_the_same_agree(boxed: Made) -> None:
    schema = boxed.question.schema
    first, second, third = (worker.pk for worker in boxed.workers)

    table = people_table(boxed.project.pk, schema)

    assert [worker.pk for worker in table.workers] == [first, second, third]
    assert table.pairs.of(first, second) == (2, 2)
    assert table.pairs.of(third, first) == (1, 2)
    assert table.tasks == 2


def test_answers_are_counted_by_day_of_a_zone(boxed: Made) -> None:
    Answer.objects.filter(worker=boxed.workers[0]).update(answered_ms=NOW_MS - 2 * DAY_MS)

    days = answers_by_day(boxed.project.pk, NOW_MS + 60_000, -5 * 3_600_000)

    assert [count for _day, count in days] == [2, 0, 4]
    assert all((day - 5 * 3_600_000) % DAY_MS == 0 for day, _count in days)
