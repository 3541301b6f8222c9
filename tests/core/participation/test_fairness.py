import numpy as np
import pytest

from canut.core.errors import BadInput
from canut.core.participation.fairness import FairnessMeasure, PersonYear, differences, drifting


def crowd(less_for: str = "", by: float = 1.0, people: int = 60) -> list[PersonYear]:
    """Make people of three languages and two places, one group of whom is paid less."""
    rng = np.random.default_rng(3)
    made = []
    for number in range(people):
        groups = {"language": ("fr", "en", "es")[number % 3], "place": ("CA", "KE")[number % 2]}
        share = by if less_for in groups.values() else 1.0
        values = {
            FairnessMeasure.PAY: share * rng.normal(17e6, 1.5e6),
            FairnessMeasure.REJECTED: rng.beta(1, 30),
        }
        made.append(PersonYear(groups, values))
    return made


def told(people: list[PersonYear]) -> list[tuple[str, FairnessMeasure]]:
    found = differences(people, np.random.default_rng(0))
    return [(one.group, one.measure) for one in found if one.stands_out]


def test_a_group_that_is_paid_less_is_found() -> None:
    found = told(crowd(less_for="es", by=0.8))

    assert ("es", FairnessMeasure.PAY) in found
    assert all(measure is FairnessMeasure.PAY for _group, measure in found)


def test_where_nobody_is_treated_otherwise_nothing_is_told() -> None:
    assert told(crowd()) == []


def test_nine_people_are_never_shown() -> None:
    few = [PersonYear({"place": "MG"}, {FairnessMeasure.PAY: 1.0})] * 9
    many = [PersonYear({"place": "CA"}, {FairnessMeasure.PAY: 2.0})] * 30

    assert differences([*few, *many], np.random.default_rng(0)) == []


def test_what_a_measure_does_not_say_of_somebody_is_left_out() -> None:
    silent = [PersonYear({"place": "CA"}, {})] * 50

    found = differences([*silent, *crowd()], np.random.default_rng(0))

    assert {one.people for one in found if one.group == "CA"} == {30}


def test_a_pace_that_only_grows_is_pointed_out() -> None:
    paces = {1: [1000, 1100, 1200, 1400], 2: [1400, 1400, 1400, 1400], 3: [1000, 1300, 1200, 1500]}

    assert drifting(paces) == [1]


def test_a_pace_below_the_usual_is_refused() -> None:
    with pytest.raises(BadInput):
        drifting({1: [900, 1000, 1100, 1200]})
