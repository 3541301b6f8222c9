"""Which known answers set the model and which measure it."""

from collections import Counter

import pytest
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from canut.store.models import Consensus, Estimate, Task
from canut.store.quality import results
from canut.store.quality.known_split import (
    A_THIRD,
    FEWEST,
    WHOLE,
    scatter,
    scattered,
    sets_the_model,
    that_set_the_model,
)
from tests.support.factories import NOW, Made, make_project


def labelled(known: int) -> Made:
    """Make ten tasks whose known answer is yes; the label is yes where it measures, else no."""
    made = make_project(tasks=10)
    Task.objects.filter(project=made.project).update(known="oui")
    estimate = Estimate.objects.create(
        project=made.project,
        model="auto",
        answers=20,
        tasks=10,
        iterations=1,
        converged=True,
        seconds=0,
        last_answer=0,
        known=known,
        created_at=NOW,
    )
    for task in made.tasks:
        label = "non" if sets_the_model(task.pk) else "oui"
        Consensus.objects.create(
            task=task,
            project=made.project,
            estimate=estimate,
            label=label,
            confidence=0.9,
            majority_label=label,
            majority_share=1,
        )
    return made


@pytest.mark.django_db
def test_python_and_the_database_agree_on_the_part_of_every_task() -> None:
    made = make_project(tasks=200)
    far = [2**31 - 1, 2**31, 2**31 + 1, 2**32 + 7, 10**12 + 39, 2**62 + 1]
    for row, number in enumerate(far):
        Task.objects.create(
            id=number,
            project=made.project,
            source=made.tasks[0].source,
            row=1000 + row,
            key=str(number),
            data="{}",
        )

    found = dict(Task.objects.annotate(place=scattered("id")).values_list("id", "place"))

    assert len(found) == 206
    assert found == {number: scatter(number) for number in found}


@pytest.mark.django_db
def test_the_database_parts_tasks_at_any_bound_as_python_does() -> None:
    made = make_project(tasks=200)
    numbers = {task.pk for task in made.tasks}
    tasks = Task.objects.filter(project=made.project)

    for bound in (0, 1, A_THIRD, WHOLE - 1, WHOLE, WHOLE + 1, 2**32, 2**40):
        below = tasks.filter(LessThan(scattered("id"), bound))
        rest = tasks.filter(GreaterThanOrEqual(scattered("id"), bound))
        expected = {number for number in numbers if scatter(number) < bound}
        assert set(below.values_list("id", flat=True)) == expected, bound
        assert set(rest.values_list("id", flat=True)) == numbers - expected, bound


def test_a_third_sets_the_model_however_the_file_repeats() -> None:
    rows = range(1, 60_001)
    sets = [sets_the_model(row) for row in rows]

    shares = [
        sum(sets[first::period]) / len(sets[first::period])
        for period in range(1, 61)
        for first in range(period)
    ]

    assert 0.33 < shares[0] < 0.337
    assert 0.27 < min(shares) < max(shares) < 0.4


def test_parts_do_not_alternate_along_the_file() -> None:
    sets = [sets_the_model(row) for row in range(1, 30_001)]

    triples = Counter(zip(sets, sets[1:], sets[2:], strict=False))

    assert triples[True, True, True] > 800  # a multiplication alone gives none
    assert len(triples) == 8


def test_fewer_than_thirty_known_answers_set_nothing() -> None:
    known = dict.fromkeys(range(1, FEWEST), "a")

    assert that_set_the_model(known) == {}
    assert 5 < len(that_set_the_model({**known, 30: "a"})) < 15


@pytest.mark.django_db
def test_known_answers_that_set_the_model_do_not_measure_it() -> None:
    made = labelled(known=4)
    measuring = sum(not sets_the_model(task.pk) for task in made.tasks)

    against = results.against_known(made.project.pk)

    assert against
    assert against.consensus == against.majority == results.Proportion(measuring, measuring)
    assert results.count_wrong_and_sure(made.project.pk) == 0
    assert results.wrong_and_sure(made.project.pk) == []


@pytest.mark.django_db
def test_every_known_answer_measures_a_model_that_none_set() -> None:
    made = labelled(known=0)
    setting = sum(sets_the_model(task.pk) for task in made.tasks)

    against = results.against_known(made.project.pk)

    assert against
    assert against.consensus == results.Proportion(10 - setting, 10)
    assert results.count_wrong_and_sure(made.project.pk) == setting


def test_neighbours_are_parted_as_by_chance() -> None:
    longest = run = 0
    for number in range(1, 50_000):
        run = run + 1 if sets_the_model(number) else 0
        longest = max(longest, run)

    assert longest < 15
