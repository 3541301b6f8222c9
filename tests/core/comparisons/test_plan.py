"""What may be measured, and when a comparison is held for harm."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from canut.core.comparisons.guards import ArmFacts, Harm, find_harm
from canut.core.comparisons.plan import REFUSED, ComparisonPlan, PersonMeasure, check_plan
from canut.core.errors import BadInput, Incomplete, Refusal

PLAN = ComparisonPlan("instructions", "Lisez deux fois.", "Moins d’erreurs.", "right", 0.05, 0.08)
CALM = ArmFacts(np.full(12, 0.05), np.full(12, 2.0), 1_000_000, 20_000, 0)


def changed(**fields: Any) -> ComparisonPlan:
    return replace(PLAN, **fields)


@pytest.mark.parametrize("measure", REFUSED)
def test_measure_that_serves_nobody_is_refused_by_name(measure: str) -> None:
    with pytest.raises(BadInput) as refusal:
        check_plan(changed(measure=measure), "")

    assert refusal.value.case == f"measure-{measure}"


@pytest.mark.parametrize("measure", list(PersonMeasure))
def test_every_other_measure_is_allowed(measure: PersonMeasure) -> None:
    assert check_plan(changed(measure=measure.value), "Lisez.").measure == measure


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"measure": "clicks"}, "comparison-measure"),
        ({"subject": "colours"}, "comparison-subject"),
        ({"hypothesis": "  "}, "comparison-unsaid"),
        ({"instructions": ""}, "comparison-unsaid"),
        ({"instructions": " Lisez. "}, "comparison-same"),
        ({"margin": 0.0}, "comparison-margin"),
        ({"spread": 2.0}, "comparison-margin"),
        ({"margin": 0.001}, "comparison-people"),
    ],
)
def test_plan_that_cannot_be_held_is_refused(fields: dict[str, Any], code: str) -> None:
    with pytest.raises((BadInput, Incomplete)) as refusal:
        check_plan(changed(**fields), "Lisez.")

    assert isinstance(refusal.value, Refusal)
    assert refusal.value.case == code


def test_plan_says_how_many_people_before_it_opens() -> None:
    assert check_plan(PLAN, "Lisez.").people == 41


def with_facts(**fields: Any) -> ArmFacts:
    return replace(CALM, **fields)


@pytest.mark.parametrize(
    ("fields", "harm"),
    [
        ({"top_up_micro": 40_000}, [Harm.TOP_UP]),
        ({"skips": np.linspace(0.2, 0.3, 12)}, [Harm.SKIPS]),
        ({"strain": np.linspace(3, 4, 12)}, [Harm.STRAIN]),
        ({"access_failures": 1}, [Harm.ACCESS]),
        ({"top_up_micro": 28_000}, []),
        ({"skips": np.array([0.05] * 11 + [0.4])}, []),
        ({"strain": np.full(4, 5.0)}, []),
        ({}, []),
    ],
    ids=["top-up", "skips", "strain", "access", "little", "one-person", "few-say", "same"],
)
def test_harm_in_either_group_is_found(fields: dict[str, Any], harm: list[Harm]) -> None:
    worse = with_facts(**fields)

    assert find_harm(CALM, worse) == harm
    assert find_harm(worse, CALM) == harm
