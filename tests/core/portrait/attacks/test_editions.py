"""A4 and A5: somebody compares two editions, or two quarters with one kept back between."""

from dataclasses import replace

import pytest

from canut.core.errors import BadInput
from canut.core.portrait.attacks.release_attacks import Attack, successful_attacks
from canut.core.portrait.disclosure.edition_changes import (
    EditionInputs,
    amounts_of,
    changed_people,
    disclosing_changes,
    may_correct,
)
from canut.core.portrait.disclosure.hidden_quarters import (
    PastQuarter,
    first_covered,
    is_in_span,
    quarter_before,
    span_of,
)
from canut.core.portrait.privacy import PersonWork
from tests.core.portrait.attacks.scenes import equal_people, scene_of
from tests.core.portrait.edition import HOUR, hand

PEOPLE = {person: {"time_ms": 10 * HOUR, "pay_micro": 200_000_000} for person in range(30)}
SHARED = {"chain.price": 100}
BEFORE = EditionInputs(PEOPLE, SHARED)


def changed(sizes: list[int], name: str = "time_ms") -> EditionInputs:
    """Change one amount of the first people, each by so much."""
    people = {person: dict(amounts) for person, amounts in PEOPLE.items()}
    for person, size in enumerate(sizes):
        people[person][name] = people[person].get(name, 0) + size
    return EditionInputs(people, SHARED)


def test_one_changed_row_waits() -> None:
    after = changed([-HOUR], "rejected_ms")

    assert changed_people(BEFORE, after) == {0}
    assert not may_correct(BEFORE, after)


@pytest.mark.parametrize(("count", "may"), [(0, True), (1, False), (9, False), (10, True)])
def test_ten_people_or_nobody_may_have_changed(count: int, *, may: bool) -> None:
    assert may_correct(BEFORE, changed([HOUR] * count)) is may


def test_a_change_that_is_mostly_of_one_person_waits() -> None:
    after = changed([100 * HOUR, *[HOUR] * 9])

    assert disclosing_changes(BEFORE, after) == ("time_ms",)
    assert not may_correct(BEFORE, after)


def test_changes_that_cancel_out_are_changes_all_the_same() -> None:
    after = changed([50 * HOUR, -50 * HOUR, *[1] * 8])

    assert disclosing_changes(BEFORE, after) == ("time_ms",)


@pytest.mark.parametrize("first", [True, False])
def test_a_person_who_came_or_went_is_a_changed_row(*, first: bool) -> None:
    fewer = EditionInputs({p: a for p, a in PEOPLE.items() if p}, SHARED)
    pair = (BEFORE, fewer) if first else (fewer, BEFORE)

    assert changed_people(*pair) == {0}
    assert not may_correct(*pair)


def test_inputs_of_other_names_are_not_compared() -> None:
    renamed = {
        person: {f"new.{name}": amount for name, amount in amounts.items()}
        for person, amounts in PEOPLE.items()
    }

    assert not may_correct(BEFORE, EditionInputs(renamed, SHARED))


def test_a_chain_that_changed_alone_waits() -> None:
    assert not may_correct(BEFORE, EditionInputs(PEOPLE, {"chain.price": 101}))


def test_rows_become_amounts_by_name_and_simulated_hands_none() -> None:
    work = PersonWork(3, "CAN-ANNOT", 5, HOUR, 0, 0)
    amounts = amounts_of([work, hand(3), work._replace(person=4, is_simulated=True)])

    assert set(amounts) == {3}
    assert amounts[3]["PersonWork.CAN-ANNOT.time_ms"] == HOUR
    assert amounts[3]["PersonPeriod.time_ms.reading"] == 40 * 60_000


def test_a_release_beside_an_edition_with_one_other_row_is_not_signed() -> None:
    scene = scene_of(equal_people(40))
    before = {person: dict(each) for person, each in scene.known.inputs.people.items()}
    before[0]["PersonWork.CAN-ANNOT.time_ms"] += 1
    known = replace(scene.known, before=EditionInputs(before, {}))

    assert successful_attacks(scene.release, known) == [Attack.EDITIONS]


@pytest.mark.parametrize(
    ("past", "worked", "first"),
    [
        ({}, set(), "2026-Q3"),
        ({"2026-Q2": False}, set(), "2026-Q3"),
        ({"2026-Q1": False, "2026-Q2": True}, set(), "2026-Q2"),
        ({"2026-Q1": True, "2026-Q2": True}, set(), "2026-Q1"),
        ({"2026-Q1": False}, {"2026-Q2"}, "2026-Q2"),
        ({"2026-Q1": False}, set(), "2026-Q3"),
        ({"2026-Q1": True}, set(), "2026-Q1"),
        ({"2025-Q4": False, "2026-Q1": True}, {"2026-Q2"}, "2026-Q1"),
    ],
)
def test_an_edition_covers_the_quarters_kept_back_before_it(
    past: dict[str, bool], worked: set[str], first: str
) -> None:
    earlier = {name: PastQuarter(name, is_hidden) for name, is_hidden in past.items()}

    assert first_covered("2026-Q3", earlier, worked.__contains__) == first


def test_a_quarter_kept_back_though_pooled_is_pooled_from_where_it_began() -> None:
    past = {
        "2026-Q1": PastQuarter("2026-Q1", is_hidden=True),
        "2026-Q2": PastQuarter("2026-Q1", is_hidden=True),
    }

    assert first_covered("2026-Q3", past, lambda _name: False) == "2026-Q1"
    assert span_of("2026-Q1", "2026-Q3") == "2026-Q1/2026-Q3"
    assert is_in_span("2026-Q2", "2026-Q1/2026-Q3")
    assert not is_in_span("2026-Q4", "2026-Q1/2026-Q3")
    assert is_in_span("2026-Q4", "2026-Q4")


@pytest.mark.parametrize("name", ["2026", "2026-Q5", "26Q1-Q1", "x"])
def test_what_is_no_quarter_has_none_before_it(name: str) -> None:
    with pytest.raises(BadInput):
        quarter_before(name)
