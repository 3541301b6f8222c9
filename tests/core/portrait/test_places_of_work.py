"""Figures by place of work: nobody few, nothing by subtraction, one currency."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from canut.core.clock import HOUR_MS
from canut.core.money import Money
from canut.core.portrait.by_place.place_sentences import place_sentences
from canut.core.portrait.by_place.statement_work import Protection, work_of
from canut.core.portrait.cells import Cell, CellState
from canut.core.portrait.chart_set import KEYS, charts_of
from canut.core.portrait.charts.frame import PortraitChart
from canut.core.portrait.entries import entries_of
from canut.core.portrait.language import PortraitLanguage
from canut.core.portrait.measured import (
    CountFrame,
    Dimensions,
    Figures,
    MethodGrade,
    ReleaseFigure,
    Unit,
)
from canut.core.portrait.places_of_work import PlacedWork, firm, folded, place_figures
from canut.core.portrait.privacy import ALL, PersonWork, cells_here
from canut.core.portrait.released import read_release
from canut.core.proofs.canonical import canonical
from tests.core.portrait.edition import FLOORS, REFERENCE, hand, placed_of, release
from tests.core.portrait.edition import work_of as home

PLACES = ("CA-QC", "FR", "KE-30")


def at(
    place: str, people: range, hours: float = 2.0, *, pay: float | None = 20.0, client: str = "CA"
) -> list[PlacedWork]:
    """Make up people who worked in one place."""
    return [
        PlacedWork(
            person, place, client, "CAD", "employee", int(hours * HOUR_MS),
            None if pay is None else int(pay * hours * 1e6), has_scheme=place == "CA-QC",
        )
        for person in people
    ]  # fmt: skip


def table_of(work: list[PlacedWork]) -> tuple[Cell, ...]:
    """Compute the table of Québec of the same people."""
    rows = [
        PersonWork(one.person, "CAN-ANNOT", one.pay_micro or 0, one.time_ms)
        for one in work
        if one.place == "CA-QC"
    ]
    return cells_here(rows, np.random.default_rng(3))


def figures_of(work: list[PlacedWork], table: tuple[Cell, ...] | None = None) -> Figures:
    rng = np.random.default_rng(3)
    cells = table_of(work) if table is None else table
    return Figures(place_figures(work, cells, FLOORS, rng, "CA-QC"))


def test_places_add_up_to_all_places_which_says_that_it_pools_them() -> None:
    work = [*at("CA-QC", range(25)), *at("FR", range(25, 50), 3), *at("KE-30", range(50, 75), 1)]
    figures = figures_of(work)

    parts = [figures.value(f"place.{place}.hours") for place in PLACES]
    assert parts == [50, 75, 25]
    assert figures.value("place.ALL.hours") == 150
    assert figures.get("place.ALL.hours").of.place_of_work == ALL


def test_place_of_few_takes_another_with_it_and_neither_is_named() -> None:
    work = [*at("FR", range(30)), *at("KE-30", range(30, 34)), *at("CA-QC", range(40, 70))]
    figures = figures_of(work)

    assert figures.value("place.OTHER.hours") == 68
    assert not [name for name in figures.by_name if ".FR" in name or ".KE-30" in name]


def test_few_people_elsewhere_cannot_be_had_by_subtracting_quebec_from_all() -> None:
    work = [*at("CA-QC", range(30)), *at("KE-30", range(30, 34))]
    figures = figures_of(work)

    table = {cell.measure: cell for cell in table_of(work) if cell.row == ALL}
    assert all(cell.is_known for cell in table.values())
    known = [
        one.name
        for one in figures.by_name.values()
        if one.value is not None and one.of.frame != CountFrame.LAW
    ]
    assert known == []


def test_what_the_table_of_quebec_suppresses_no_figure_of_places_tells() -> None:
    work = [*at("CA-QC", range(30)), *at("FR", range(30, 60))]
    table = tuple(
        replace(cell, state=CellState.HIDDEN, value=None, low=None, high=None)
        for cell in table_of(work)
    )
    figures = figures_of(work, table)

    assert figures.get("place.CA-QC.hours").state is CellState.HIDDEN
    assert figures.get("place.FR.hours").state is CellState.HIDDEN
    assert figures.get("place.ALL.hours").state is CellState.HIDDEN
    assert figures.get("status.CA-QC.employee").state is CellState.HIDDEN


@pytest.mark.parametrize("few", [1, 19])
def test_hours_for_few_clients_of_a_place_are_kept_back_with_another(few: int) -> None:
    work = [
        *at("FR", range(30), client="CA"),
        *at("FR", range(30, 30 + few), client="FR"),
        *at("KE-30", range(60, 90), client="CA"),
        *at("KE-30", range(90, 120), client="FR"),
    ]
    figures = figures_of(work)

    assert figures.get("client.FR.FR").state is CellState.HIDDEN
    assert figures.get("client.FR.CA").state is CellState.HIDDEN
    assert figures.value("place.FR.hours") == 60 + 2 * few


def test_pay_without_a_rate_is_unknown_and_no_zero_is_mixed_into_it() -> None:
    work = [*at("CA-QC", range(25)), *at("MG", range(25, 50), pay=None)]
    figures = figures_of(work)

    assert figures.value("place.MG.hours") == 50
    assert figures.get("place.MG.pay_by_hour").value is None
    assert figures.value("place.CA-QC.pay_by_hour") == 20
    assert figures.value("place.ALL.pay_by_hour") == 20


def test_unknown_place_is_a_row() -> None:
    figures = figures_of([*at("CA-QC", range(25)), *at("UNKNOWN", range(25, 50))])

    assert figures.value("place.UNKNOWN.hours") == 50
    assert "place.UNKNOWN.floor" not in figures.by_name


def test_pay_of_a_place_names_its_target_frame_grade_and_effective_people() -> None:
    hands = [hand(person) for person in range(40)]
    figures = Figures(
        place_figures(placed_of(hands, "FR"), (), FLOORS, np.random.default_rng(3), "CA-QC")
    )

    of = figures.get("place.FR.pay_by_hour").of
    assert (of.target, of.frame, of.grade) == (
        "another_group", CountFrame.STATEMENTS, MethodGrade.B,
    )  # fmt: skip
    assert of.n_effective == 30, "39.9 effective people, rounded down to a step"
    hours = figures.get("place.FR.hours")
    assert (hours.state, hours.low, hours.of.target) == (CellState.EXACT, None, "")


def test_interval_behind_which_too_few_effective_people_stand_is_taken_off() -> None:
    work = [
        PersonWork(person, "CAN-ANNOT", 20_000_000 * hours, hours * HOUR_MS)
        for person, hours in enumerate([45, *[2] * 25])
    ]
    cells = cells_here(work, np.random.default_rng(3))

    states = {one.state for one in cells if one.measure == "pay_by_hour"}
    assert states == {CellState.ESTIMATED}
    kept = [one for one in firm(cells, work) if one.measure == "pay_by_hour"]
    assert [(one.state, one.low, one.high) for one in kept] == [(CellState.EXACT, None, None)] * 2


def test_no_place_fills_up_with_the_place_that_has_a_table() -> None:
    amounts = {"CA-QC": dict.fromkeys(range(30), 1), "FR": dict.fromkeys(range(30, 33), 1)}

    assert folded(amounts, "CA-QC") == {"CA-QC": "CA-QC", "FR": "OTHER"}
    assert folded(amounts, is_simulated=True) == {"CA-QC": "CA-QC", "FR": "FR"}


def statement(**fields: Any) -> dict[str, Any]:
    """Make up the parts of a statement that its work is read from."""
    day = {"day": "2026-04-21", "surfaces": {"item": 2 * HOUR_MS}}
    other = {"day": "2026-04-28", "surfaces": {"item": HOUR_MS}}
    line = {"name": "qpip", "payer": "employee", "base_micro": 5, "micro": 1, "most_micro": None}
    return {
        "given": {
            "place": "FR",
            "place_of_day": {"2026-04-21": "CA-QC"},
            "status": "employee",
            "currency": "CAD",
            "projects": [{"number": 7, "days": [day, other]}],
            **fields,
        },
        "projects": [
            {
                "number": 7,
                "is_platform": False,
                "days": [
                    {"day": "2026-04-21", "wage_micro": 40},
                    {"day": "2026-04-28", "wage_micro": 20},
                ],
            }
        ],
        "pay": {
            "contributions": [
                line,
                {**line, "name": "qpp", "base_micro": 0, "micro": 0, "exempt_micro": 9},
                {**line, "name": "qpp2", "base_micro": 0, "micro": 0},
                {**line, "name": "ei", "micro": 0, "most_micro": 4},
                {**line, "name": "cnesst", "payer": "employer", "base_micro": 0, "micro": 0},
                {**line, "name": "hsf", "payer": "employer"},
                {**line, "name": "cnt", "payer": "employer"},
            ]
        },
    }


def test_day_worked_elsewhere_is_of_the_place_of_that_day() -> None:
    work = work_of(statement())

    assert {(one.place, one.time_ms, one.wage_micro) for one in work.of_project(7)} == {
        ("CA-QC", 2 * HOUR_MS, 40),
        ("FR", HOUR_MS, 20),
    }


def test_protection_is_covered_exempt_or_bare_and_a_levy_is_none() -> None:
    assert work_of(statement()).protections == {
        "qpip": Protection.COVERED,
        "qpp": Protection.EXEMPT,
        "ei": Protection.COVERED,
        "cnesst": Protection.BARE,
    }
    assert work_of(statement(status="self_employed")).protections == {}


def chart(key: str, language: str, people: int = 40) -> PortraitChart:
    made = release(people)
    return charts_of(made, REFERENCE, Money(16_600_000, "CAD"), language)[KEYS.index(key)]


def test_residual_that_the_chart_tells_in_words_is_a_cell_of_the_release() -> None:
    drawn, made = chart("C12", "en"), release()

    residual = Figures(made.figures).get("chain.silent")
    assert (residual.state, residual.value) == (CellState.RESIDUAL, Decimal("29.67"))
    assert "$29.67 is not disclosed" in drawn.title


def test_part_of_who_does_the_work_names_the_place_of_work() -> None:
    text = chart("C12", "fr").table.csv("fr")

    assert "Personnes qui font le travail,travail,CA-QC,36" in text
    assert "Personnes qui font le travail,travail,KE-30,22" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "dans le seul métier mesuré (1 sur 11)"), ("en", "one occupation measured (1 of 11)")],
)
def test_pay_of_the_one_occupation_measured_is_not_said_of_each(language: str, words: str) -> None:
    assert words in chart("C4", language).title


def test_charts_of_quebec_and_of_all_places_say_which_they_are() -> None:
    assert chart("C4", "fr").about.startswith("Cette instance, travail du clic fait au Québec, ")
    assert "tous lieux (Québec)" in chart("C6", "fr").about


def test_exemption_has_its_own_texture_and_its_reason_is_on_the_page() -> None:
    drawn = chart("C13", "fr")

    assert "Sous l’exemption (Rente (RRQ))" in drawn.about
    assert "tw-c13-972" in drawn.wide
    assert "Fonds des services de santé" not in drawn.table.csv("fr")


def test_breaks_are_called_breaks_and_an_old_edition_still_tells_them() -> None:
    made = release()
    assert "time.care" not in {one.name for one in made.figures}

    old = ReleaseFigure("time.care", made.figures[0].unit, CellState.EXACT, Decimal("0.84"))
    assert Figures([old]).value("time.breaks") == 0.84
    assert ReleaseFigure.read(old.written()) == old
    assert set(old.written()) == {
        "figure", "unit", "state", "value", "low", "high", "simulated", "label",
    }  # fmt: skip


def test_figure_is_read_back_with_all_it_belongs_to() -> None:
    of = Dimensions("KE-30", "FR", "KES", "employee", CountFrame.STATEMENTS, MethodGrade.B)
    figure = replace(release().figures[0], of=replace(of, n_effective=20))

    assert ReleaseFigure.read(figure.written()) == figure


def test_table_and_places_tell_the_same_interval_of_the_same_people() -> None:
    hands = [hand(person) for person in range(40)]
    rng = np.random.default_rng(3)
    table = cells_here(home(hands), rng)
    figures = Figures(place_figures(placed_of(hands), table, FLOORS, rng, "CA-QC"))

    cell = next(one for one in table if one.row == ALL and one.measure == "pay_by_hour")
    for place in ("CA-QC", ALL):
        own = figures.get(f"place.{place}.pay_by_hour")
        assert (own.low, own.high) == (cell.low, cell.high)


def old_document() -> dict[str, Any]:
    """Return an edition as the first Canut wrote it: no places, with names that changed since."""
    figures = [
        ("time.paid", "minutes", "59.16"), ("time.care", "minutes", "0.84"),
        ("scheme.qpp", "ratio", "0.000"), ("scheme.hsf", "ratio", "0.599"),
        ("chain.price", "money", "100.00"), ("chain.1.operator.CA", "money", "20.00"),
        ("chain.2.worker.unknown", "money", "80.00"), ("created.label", "hours", "106.2"),
    ]  # fmt: skip
    ends = {"low": None, "high": None, "simulated": False, "label": ""}
    return {
        "type": "canut.portrait-release/1",
        "period": "2026-Q1",
        "edition": 1,
        "on": "2026-04-08",
        "ledger_root": "",
        "currency": "CAD",
        "replaces": "",
        "cells": [],
        "figures": [
            {"figure": name, "unit": unit, "state": "exact", "value": value, **ends}
            for name, unit, value in figures
        ],
    }


@pytest.mark.parametrize("language", ["fr", "en"])
def test_edition_from_before_places_keeps_its_bytes_and_is_still_drawn(language: str) -> None:
    document = old_document()
    old = read_release(canonical(document))
    drawn = {one.key: one for one in charts_of(old, REFERENCE, Money(16_600_000, "CAD"), language)}

    assert old.content() == document
    assert "80" in drawn["C12"].table.csv(language)
    assert "0.84" in drawn["C6"].table.csv(language)
    assert "59.9" not in drawn["C13"].wide
    assert not [one for one in drawn["C12B"].table.rows if isinstance(one[2], float)]


def test_chapter_says_where_the_work_is_done_beside_each_minimum_wage() -> None:
    made = release()
    figures = [
        *made.figures,
        ReleaseFigure("place.KE-30.hours", Unit.HOURS, CellState.EXACT, Decimal("16.8")),
        ReleaseFigure("place.KE-30.pay_by_hour", Unit.PAY, CellState.EXACT, Decimal("23.19")),
        ReleaseFigure("place.KE-30.floor", Unit.PAY, CellState.EXACT, Decimal("82.63"),
                      label="KES"),
        ReleaseFigure("client.KE-30.CA", Unit.HOURS, CellState.EXACT, Decimal("16.8")),
    ]  # fmt: skip
    entries = entries_of(replace(made, figures=tuple(figures)), REFERENCE)

    sentences = place_sentences(entries, PortraitLanguage("en"))

    abroad = "Worked in one country for clients of another"
    assert sentences[0].startswith("Quebec: 476.2 hours, at $18.44 [")
    kenya = "Nairobi, Kenya: 16.8 hours, at $23.19 an hour of all the time; the minimum wage there"
    assert f"{kenya} is 82.63\u00a0KES an hour." in sentences
    assert f"{abroad} (Quebec → France): 476.2 hours." in sentences
    assert f"{abroad} (Nairobi, Kenya → Canada): 16.8 hours." in sentences
    assert place_sentences(entries_of(None, REFERENCE), PortraitLanguage("fr")) == [
        "Où le travail se fait est inconnu."
    ]
