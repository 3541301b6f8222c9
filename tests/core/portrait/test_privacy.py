"""Nobody can be made out in a release, and nobody simulated is counted as a person."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from canut.core.errors import BadInput, Conflict
from canut.core.portrait.cells import Cell, CellMeasure, CellState, Where
from canut.core.portrait.privacy import (
    ALL,
    PersonWork,
    Release,
    band_of,
    cells_here,
    is_dominated,
    published,
)

HOUR = 3_600_000
RNG = np.random.default_rng(0)


def people(row: str, count: int, first: int = 0, *, simulated: bool = False) -> list[PersonWork]:
    """Make people who worked some hours for some 17 dollars each."""
    rng = np.random.default_rng(count)
    return [
        PersonWork(
            first + number,
            row,
            int(17_000_000 * hours * rng.normal(1, 0.05)),
            int(hours * HOUR),
            int(hours * HOUR),
            HOUR // 2,
            simulated,
        )
        for number, hours in enumerate(rng.uniform(2, 12, count).tolist())
    ]


def told(*work: PersonWork) -> dict[tuple[str, CellMeasure], Cell]:
    return {(cell.row, cell.measure): cell for cell in cells_here(work, RNG)}


def test_twenty_people_are_told_as_at_least_twenty_and_their_figures_stand() -> None:
    found = told(*people("CAN-ANNOT", 29))

    assert found["CAN-ANNOT", CellMeasure.PEOPLE].low == 20
    hours = found["CAN-ANNOT", CellMeasure.HOURS].value
    assert hours is not None
    assert 130 < hours < 280
    pay = found["CAN-ANNOT", CellMeasure.PAY_BY_HOUR]
    assert pay.value is not None
    assert pay.low is not None
    assert pay.high is not None
    assert pay.low < pay.value < pay.high
    assert found["CAN-ANNOT", CellMeasure.COVERED].value == 1
    assert found["CAN-ANNOT", CellMeasure.TRAINING].value == Decimal("14.5")


def test_the_median_is_nobodys_own_pay() -> None:
    work = [PersonWork(n, "CAN-ANNOT", (n + 1) * 1_230_000, HOUR) for n in range(21)]

    median = told(*work)["CAN-ANNOT", CellMeasure.PAY_BY_PERSON].value

    assert median == Decimal("13.50")  # the person in the middle has 13.53


def test_nineteen_people_are_told_as_fewer_than_twenty_and_nothing_else() -> None:
    found = told(*people("CAN-ANNOT", 19))

    assert found["CAN-ANNOT", CellMeasure.PEOPLE].state is CellState.FEW
    others = [cell.state for (_row, m), cell in found.items() if m is not CellMeasure.PEOPLE]
    assert set(others) == {CellState.HIDDEN}


def test_one_row_kept_back_takes_another_or_the_total_with_it() -> None:
    found = told(
        *people("CAN-ANNOT", 30), *people("CAN-VERIF", 5, 100), *people("CAN-LEAD", 40, 200)
    )

    hidden = [row for (row, m), c in found.items() if m is CellMeasure.HOURS and c.value is None]
    assert "CAN-VERIF" in hidden
    assert len(hidden) == 2


@pytest.mark.parametrize("seed", range(20))
def test_no_hours_kept_back_can_be_worked_out_from_the_rows_shown(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(1, 60, int(rng.integers(1, 8))).tolist()
    work = [people(f"ROW-{at}", size, 1000 * at) for at, size in enumerate(sizes)]

    found = told(*(one for each in work for one in each))

    hours = {row: cell.value for (row, m), cell in found.items() if m is CellMeasure.HOURS}
    total, shown = hours.pop(ALL), [float(one) for one in hours.values() if one is not None]
    if total is None:
        return  # without a total, nothing bounds the rows that are kept back
    left = float(total) - sum(shown)
    hidden = [at for at, value in enumerate(hours.values()) if value is None]
    assert len(hidden) != 1
    for at in hidden:
        assert left >= max(one.time_ms for one in work[at]) / HOUR - 0.5
    assert not hidden or sum(len(work[at]) for at in hidden) >= 20
    assert not is_dominated([one.time_ms for at in hidden for one in work[at]])


def test_two_rows_of_few_people_are_not_told_together_as_what_the_total_leaves() -> None:
    found = told(
        *people("CAN-ANNOT", 40), *people("CAN-VERIF", 5, 100), *people("CAN-LEAD", 6, 200)
    )

    hidden = {row for (row, m), c in found.items() if m is CellMeasure.HOURS and not c.is_known}
    assert hidden > {"CAN-VERIF", "CAN-LEAD"}


def test_fourteen_people_with_equal_hours_pass_the_rule_and_are_kept_back_as_few() -> None:
    work = [PersonWork(n, "CAN-ANNOT", 10**7, int(4.3 * HOUR)) for n in range(14)]

    assert not is_dominated([one.time_ms for one in work])
    assert told(*work)["CAN-ANNOT", CellMeasure.HOURS].state is CellState.HIDDEN


def test_training_of_few_people_is_kept_back_among_many() -> None:
    work = [one._replace(training_ms=0) for one in people("CAN-ANNOT", 40)]
    few = [one._replace(training_ms=HOUR) for one in people("CAN-ANNOT", 5, 100)]

    found = told(*work, *few)

    assert found["CAN-ANNOT", CellMeasure.TRAINING].state is CellState.HIDDEN
    assert found["CAN-ANNOT", CellMeasure.HOURS].state is CellState.EXACT


def test_an_amount_that_one_person_has_most_of_is_kept_back() -> None:
    rich = PersonWork(999, "CAN-ANNOT", 10**12, 10 * HOUR)

    found = told(*people("CAN-ANNOT", 40), rich)

    assert found["CAN-ANNOT", CellMeasure.PAY_BY_HOUR].state is CellState.HIDDEN
    assert found["CAN-ANNOT", CellMeasure.HOURS].state is CellState.EXACT


@pytest.mark.parametrize(
    ("amounts", "dominated"),
    [
        ([520, 370, *[0.5] * 18], True),
        ([200, *[4] * 39], False),
        ([200, 4, 4, 4, 4], True),
        ([4.3] * 14, False),
        ([61, 39], True),
        ([], False),
        ([0, 0], False),
    ],
)
def test_second_largest_part_tells_the_largest_to_no_better_than_fifteen_per_cent(
    amounts: list[float], *, dominated: bool
) -> None:
    assert is_dominated([int(10 * amount) for amount in amounts]) is dominated


def test_somebody_with_two_occupations_is_one_person_of_all() -> None:
    found = told(*people("CAN-ANNOT", 30), *people("CAN-VERIF", 30))

    assert found[ALL, CellMeasure.PEOPLE].low == 30
    assert found["CAN-VERIF", CellMeasure.PEOPLE].low == 30


def test_simulated_hands_are_never_people_and_mark_their_figures() -> None:
    found = told(*people("CAN-ANNOT", 60, simulated=True))

    assert ("CAN-ANNOT", CellMeasure.PEOPLE) not in found
    assert found["CAN-ANNOT", CellMeasure.HOURS].is_simulated
    assert not [row for row, _m in found if row == ALL]


def test_beside_real_people_simulated_hands_count_for_nothing() -> None:
    alone = told(*people("CAN-ANNOT", 30))
    crowded = told(*people("CAN-ANNOT", 30), *people("CAN-ANNOT", 60, 500, simulated=True))

    assert crowded["CAN-ANNOT", CellMeasure.HOURS] == alone["CAN-ANNOT", CellMeasure.HOURS]
    assert crowded["CAN-ANNOT", CellMeasure.PEOPLE].low == 30


def test_nobody_at_all_has_no_cell() -> None:
    assert cells_here([], RNG) == ()


@pytest.mark.parametrize(
    "work",
    [
        PersonWork(1, "CAN-ANNOT", -1, HOUR),
        PersonWork(1, "CAN-ANNOT", 1, 0),
        PersonWork(1, "CAN-ANNOT", 1, HOUR, 2 * HOUR),
        PersonWork(1, "CAN-ANNOT", 1, HOUR, 0, 2 * HOUR),
        PersonWork(1, ALL, 1, HOUR),
    ],
)
def test_work_that_does_not_add_up_is_refused(work: PersonWork) -> None:
    with pytest.raises(BadInput):
        cells_here([work], RNG)


def test_a_person_stands_once_in_a_row() -> None:
    with pytest.raises(BadInput, match="stands twice"):
        cells_here(people("CAN-ANNOT", 2) + people("CAN-ANNOT", 1), RNG)


@pytest.mark.parametrize(
    ("people", "low"), [(20, 20), (29, 20), (49, 30), (50, 50), (499, 300), (400_000, 300_000)]
)
def test_people_are_told_as_the_lower_end_of_their_band(people: int, low: int) -> None:
    assert band_of(ALL, people).low == low


def test_nobody_has_no_band() -> None:
    with pytest.raises(BadInput, match="nobody"):
        band_of(ALL, 0)


def release(*cells: Cell, edition: int = 1, replaces: str = "") -> Release:
    return Release("2026-Q3", edition, date(2026, 10, 8), "ab" * 32, "CAD", cells, replaces)


def hours(value: str | None) -> Cell:
    state = CellState.HIDDEN if value is None else CellState.EXACT
    said = None if value is None else Decimal(value)
    return Cell("CAN-ANNOT", CellMeasure.HOURS, Where.HERE, state, said)


def test_a_release_has_one_hash_whoever_computes_it() -> None:
    assert release(hours("184.5")).sha256 == release(hours("184.5")).sha256
    assert release(hours("184.5")).sha256 != release(hours("184.6")).sha256


def test_the_same_edition_never_comes_out_twice() -> None:
    first = published(release(hours("184.5")), [])

    with pytest.raises(Conflict, match="edition 2 comes next"):
        published(release(hours("184.7")), [first])


def test_a_correction_shows_nothing_that_was_kept_back() -> None:
    first = release(hours(None))

    second = published(release(hours("9.0"), edition=2, replaces=first.sha256), [first])

    assert second.cells == (hours(None),)


def test_a_correction_names_the_edition_it_corrects() -> None:
    with pytest.raises(Conflict):
        published(release(hours("9.0"), edition=2, replaces="00" * 32), [release(hours("8.0"))])


def employed(people: list[PersonWork], first_self_employed: int) -> list[PersonWork]:
    """Make the later of some people self-employed: no protection can apply to their hours."""
    return [
        row if at < first_self_employed else row._replace(covered_ms=0, outside_ms=row.time_ms)
        for at, row in enumerate(people)
    ]


def test_covered_hours_are_a_share_of_those_a_protection_can_apply_to() -> None:
    half = told(*employed(people("CAN-ANNOT", 60), 30))
    nobody = told(*employed(people("CAN-ANNOT", 60), 0))

    assert half["CAN-ANNOT", CellMeasure.COVERED].value == 1
    assert half["CAN-ANNOT", CellMeasure.HOURS].is_known
    assert nobody["CAN-ANNOT", CellMeasure.COVERED].state is CellState.UNKNOWN


def test_covered_share_of_few_people_is_kept_back() -> None:
    few = told(*employed(people("CAN-ANNOT", 60), 5))

    assert few["CAN-ANNOT", CellMeasure.HOURS].is_known
    assert few["CAN-ANNOT", CellMeasure.COVERED].state is CellState.HIDDEN
