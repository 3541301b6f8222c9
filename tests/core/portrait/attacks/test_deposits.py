"""A11: somebody deposits what the release gives as a band, or keeps back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from canut.core.portrait.attacks.release_attacks import Attack, successful_attacks
from canut.core.portrait.deposits.observations import Concept, Measure, Observation, PlaceKind
from canut.core.portrait.disclosure.hidden_quarters import days_of_span
from canut.core.portrait.occupations import PLACE
from tests.core.portrait.attacks.scenes import equal_people, scene_of, worker

BEGIN, END = date(2026, 7, 1), date(2026, 9, 30)


def deposited(value: str, measure: Measure = Measure.PEOPLE, **changes: str) -> Observation:
    """Return a deposited figure of the quarter of the release."""
    fields = {"place": PLACE, "occupation": "all"} | changes
    return Observation(
        2, Concept.PLATFORM, fields["place"], PlaceKind.WORK, BEGIN, END, measure,
        measure.value, Decimal(value), occupation=fields["occupation"], n=43,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("figure", "is_caught"),
    [
        (deposited("43"), True),
        (deposited("43", occupation="CAN-ANNOT"), True),
        (deposited("430"), False),
        (deposited("516", Measure.HOURS), False),
        (replace(deposited("43"), begin=date(2026, 1, 1)), False),
    ],
)
def test_a_release_beside_its_own_head_count_is_not_signed(
    figure: Observation, *, is_caught: bool
) -> None:
    scene = scene_of(equal_people(43, 516.0))
    known = replace(scene.known, deposited=[figure])

    assert (Attack.DEPOSITS in successful_attacks(scene.release, known)) is is_caught
    assert successful_attacks(scene.release, scene.known) == []


@pytest.mark.parametrize(("value", "is_caught"), [("900", True), ("800", True), ("600", False)])
def test_hours_that_are_kept_back_are_not_deposited_beside_to_within_fifteen_per_cent(
    value: str, *, is_caught: bool
) -> None:
    hours = [520.0, 370.0, *[0.5] * 18]
    scene = scene_of(worker(person, each) for person, each in enumerate(hours))
    known = replace(scene.known, deposited=[deposited(value, Measure.HOURS)])

    assert (Attack.DEPOSITS in successful_attacks(scene.release, known)) is is_caught


def test_days_of_spans() -> None:
    assert days_of_span("2026-Q3") == (BEGIN, END)
    assert days_of_span("2025-Q4/2026-Q1") == (date(2025, 10, 1), date(2026, 3, 31))
