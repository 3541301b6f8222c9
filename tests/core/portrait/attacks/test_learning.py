"""A12 on hours of lessons and practice: what is told of places, of all of them, and of training."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from canut.core.portrait.attacks.release_attacks import Attack, AttackInputs, successful_attacks
from canut.core.portrait.cells import CellState
from canut.core.portrait.counts import TimeUse
from canut.core.portrait.extra_figures import PersonPeriod, beside
from canut.core.portrait.measured import Figures
from canut.core.portrait.occupations import PLACE
from canut.core.portrait.place_splits import Activity
from canut.core.portrait.places_of_work import PlacedWork
from canut.core.portrait.privacy import Release, cells_here
from tests.core.portrait.attacks.scenes import scene_of
from tests.core.portrait.edition import HOUR, MINUTE, given, release, work_of

WORK_MS = 10 * HOUR


def learner(
    person: int, lesson_ms: int = 0, practice_ms: int = 0, *, passed: int = 0
) -> PersonPeriod:
    time = {TimeUse.PAID: WORK_MS, TimeUse.TRAINING: lesson_ms + practice_ms}
    return PersonPeriod(
        person, 200_000_000, time, {}, lessons_passed=passed, lessons_ever=int(passed > 0)
    )


def placed(person: int, place: str, lesson_ms: int, practice_ms: int) -> list[PlacedWork]:
    times = {
        Activity.WORK: WORK_MS,
        Activity.LESSON: lesson_ms,
        Activity.PRACTICE: practice_ms,
    }
    return [
        PlacedWork(
            person, place, "FR", "CAD", "employee", ms, 0, has_scheme=True, activity=activity
        )
        for activity, ms in times.items()
        if ms
    ]


def edition(
    learnt: dict[int, tuple[str, int, int]], passed: int = 0
) -> tuple[Release, AttackInputs]:
    """Work a release out of people with their place, lessons and practice; some passed a lesson."""
    hands = [
        learner(person, lesson, practice, passed=int(person < passed))
        for person, (_place, lesson, practice) in learnt.items()
    ]
    rows = [row for person, times in learnt.items() for row in placed(person, *times)]
    home = [hand for hand in hands if learnt[hand.person][0] == PLACE]
    scene = scene_of(hands)
    rng = np.random.default_rng(7)
    cells = cells_here(work_of(home), rng)
    facts = replace(
        given(hands, population=None, appeals=None, chain=None),
        home=home,
        placed=rows,
        materials=(),
    )
    made = replace(scene.release, cells=cells, figures=beside(facts, cells, rng))
    return made, replace(scene.known, work=work_of(home), home=home, placed=rows)


def told(made: Release, name: str) -> Decimal | None:
    return Figures(made.figures).get(name).value


def test_405_minutes_of_lessons_in_90_paid_hours_are_four_and_a_half_an_hour() -> None:
    lesson_ms, people = 405 * MINUTE, 20
    whole_ms = 90 * HOUR
    learnt = dict.fromkeys(range(people), (PLACE, lesson_ms, 0))
    made, _known = edition(learnt)
    work = [row for person in learnt for row in placed(person, PLACE, lesson_ms, 0)]
    work = [
        row._replace(time_ms=whole_ms - lesson_ms) if row.activity == Activity.WORK else row
        for row in work
    ]
    hands = [
        learner(person)._replace(
            time_ms={TimeUse.PAID: whole_ms - lesson_ms, TimeUse.TRAINING: lesson_ms}
        )
        for person in learnt
    ]
    facts = replace(given(hands, population=None, appeals=None, chain=None), placed=work)
    figures = Figures(
        beside(
            facts, cells_here(work_of(hands), np.random.default_rng(7)), np.random.default_rng(7)
        )
    )

    assert figures.value("learning.per_hour") == 4.5
    assert figures.value("learning.hours") == 135
    assert figures.value("learning.practice") == 0
    assert figures.value(f"activity.{PLACE}.lesson") == 135
    assert made.figures


def test_lessons_passed_are_a_band_and_people_with_one_a_rounded_share() -> None:
    made, known = edition(dict.fromkeys(range(40), (PLACE, HOUR, 15 * MINUTE)), passed=25)
    figures = Figures(made.figures)

    assert figures.get("learning.passed").low == 20
    assert figures.get("learning.passed").value is None
    assert figures.value("learning.people") == 0.6
    assert Attack.LEARNING not in successful_attacks(made, known)
    assert Attack.HEAD_COUNT not in successful_attacks(made, known)


def test_lessons_of_few_people_in_a_place_are_nowhere_to_be_derived() -> None:
    learnt = dict.fromkeys(range(40), (PLACE, HOUR, 0))
    learnt |= {p: ("FR", HOUR if p < 45 else 0, 0) for p in range(40, 70)}
    made, known = edition(learnt)

    figures = Figures(made.figures)
    assert figures.get("activity.FR.lesson").state is CellState.HIDDEN
    assert figures.get("learning.hours").state is CellState.HIDDEN
    assert figures.get("learning.per_hour").state is CellState.HIDDEN
    assert figures.get("time.training").state is CellState.HIDDEN
    assert not {Attack.LEARNING, Attack.MARGINS, Attack.SECOND_LARGEST} & {
        *successful_attacks(made, known)
    }


def test_practice_of_few_people_is_not_training_less_lessons() -> None:
    learnt = {p: (PLACE, HOUR, 5 * MINUTE if p < 6 else 0) for p in range(40)}
    made, known = edition(learnt)

    figures = Figures(made.figures)
    assert figures.get("time.training").is_known
    assert not any(
        figures.get(name).is_known
        for name in ("learning.hours", "learning.practice", f"activity.{PLACE}.lesson")
    )
    assert Attack.LEARNING not in successful_attacks(made, known)


@pytest.mark.parametrize(
    "name", ["learning.hours", f"activity.{PLACE}.lesson", f"activity.{PLACE}.practice"]
)
def test_a_release_that_tells_lessons_beside_training_of_few_is_not_signed(name: str) -> None:
    made, known = edition({p: (PLACE, HOUR, 5 * MINUTE if p < 6 else 0) for p in range(40)})
    careless = tuple(
        replace(figure, state=CellState.EXACT, value=Decimal("40.0"))
        if figure.name == name
        else figure
        for figure in made.figures
    )

    assert Attack.LEARNING in successful_attacks(replace(made, figures=careless), known)


def test_an_exact_number_of_lessons_passed_is_not_signed() -> None:
    made, known = edition(dict.fromkeys(range(40), (PLACE, HOUR, 0)), passed=3)
    careless = tuple(
        replace(figure, state=CellState.EXACT, value=Decimal(3), low=None, high=None)
        if figure.name == "learning.passed"
        else figure
        for figure in made.figures
    )

    assert Attack.HEAD_COUNT in successful_attacks(replace(made, figures=careless), known)


@pytest.mark.parametrize("seed", range(25))
def test_learning_of_made_up_people_withstands_every_attack(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = ("CA-QC", "FR", "KE", "MG")
    people = int(rng.integers(25, 140))
    learnt = {
        person: (
            str(rng.choice(places, p=(0.5, 0.25, 0.15, 0.1))),
            int(rng.choice((0, 1, 4)) * rng.integers(1, 9) * 5 * MINUTE),
            int(rng.choice((0, 0, 1)) * rng.integers(1, 9) * MINUTE),
        )
        for person in range(people)
    }
    made, known = edition(learnt, passed=int(rng.integers(0, people)))

    assert successful_attacks(made, known) == []


def test_an_instance_without_lessons_says_none_and_one_without_people_says_unknown() -> None:
    empty = Figures(
        beside(given([], population=None, appeals=None, chain=None), (), np.random.default_rng(7))
    )

    assert empty.get("learning.hours").state is CellState.UNKNOWN
    assert empty.get("learning.people").state is CellState.UNKNOWN
    assert told(edition(dict.fromkeys(range(40), (PLACE, 0, 0)))[0], "learning.hours") == 0
    assert told(release(40), "learning.people") == 0
