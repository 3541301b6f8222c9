"""What stands beside the table: never of few, never of one, and parts that add up."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.money import Money
from canut.core.portrait.cells import CellState
from canut.core.portrait.chart_set import KEYS, charts_of
from canut.core.portrait.counts import TimeUse
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.core.portrait.extra_figures import Appeals, Population, SchemeTime, beside
from canut.core.portrait.intermediaries import ChainOf, LinkOf
from canut.core.portrait.machine_figures import (
    DecidedIn,
    InAll,
    Machines,
    machine_figures,
    models_of,
    periods_of,
    tellable_of,
)
from canut.core.portrait.measured import CountFrame, Figures, ReleaseFigure, Target, Unit
from canut.core.portrait.privacy import Release, cells_here, published
from canut.core.portrait.released import open_release, read_release, sign_release
from tests.core.portrait.edition import (
    APPEALS,
    CHAIN,
    HOUR,
    MACHINES,
    PEOPLE,
    REFERENCE,
    given,
    hand,
    release,
    work_of,
)

TAUGHT = dict.fromkeys(range(30), 3 * 60_000)


def figures(
    people: int = 40,
    *,
    population: Population | None = PEOPLE,
    appeals: Appeals | None = APPEALS,
    chain: ChainOf | None = CHAIN,
) -> Figures:
    hands = [hand(person) for person in range(people)]
    rng = np.random.default_rng(3)
    said = given(hands, population=population, appeals=appeals, chain=chain)
    return Figures(beside(said, cells_here(work_of(hands), rng), rng))


def test_minutes_are_those_of_an_hour() -> None:
    found = figures()

    minutes = [found.value(f"time.{kind}") for kind in TimeUse]
    assert sum(one for one in minutes if one is not None) == pytest.approx(60, abs=0.05)


def test_kind_of_time_of_few_people_stands_with_the_others() -> None:
    hands = [hand(person) for person in range(40)]
    hands[0] = hands[0]._replace(time_ms={**hands[0].time_ms, TimeUse.REJECTED: HOUR})
    hands = [one._replace(time_ms={**one.time_ms, TimeUse.OTHER: HOUR // 10}) for one in hands]
    rng = np.random.default_rng(3)
    found = Figures(beside(given(hands), cells_here(work_of(hands), rng), rng))

    assert found.get("time.rejected").state is CellState.HIDDEN
    told_minutes = [found.value(f"time.{kind}") for kind in TimeUse]
    assert sum(one for one in told_minutes if one is not None) == pytest.approx(60, abs=0.05)


@pytest.mark.parametrize("people", [5, 40])
def test_waiting_is_unknown_where_nobody_waited_and_hidden_where_one_person_did(
    people: int,
) -> None:
    hands = [hand(person) for person in range(people)]
    hands = [one._replace(time_ms={**one.time_ms, TimeUse.WAITING: 0}) for one in hands]
    waited = [hands[0]._replace(time_ms={**hands[0].time_ms, TimeUse.WAITING: HOUR}), *hands[1:]]
    states = []
    for some in (hands, waited):
        rng = np.random.default_rng(3)
        found = Figures(beside(given(some), cells_here(work_of(some), rng), rng))
        states.append(found.get("time.waiting").state)

    assert states == [CellState.UNKNOWN, CellState.HIDDEN]


@pytest.mark.parametrize("people", [1, 5, 19])
def test_nothing_is_told_of_fewer_than_twenty(people: int) -> None:
    found = figures(people, chain=None)

    known = [one.name for one in found.by_name.values() if one.value is not None]
    assert known == []


def test_protection_that_few_are_without_is_kept_back() -> None:
    hands = [hand(person) for person in range(40)]
    whole = hands[3].all_ms
    hands[3] = hands[3]._replace(
        schemes={**hands[3].schemes, "qpip": SchemeTime(whole, 0), "ei": SchemeTime(whole, whole)}
    )
    rng = np.random.default_rng(3)
    found = Figures(beside(given(hands), cells_here(work_of(hands), rng), rng))

    assert found.value("scheme.qpp.exempt") == 1
    assert found.get("scheme.qpip").state is CellState.HIDDEN
    assert found.get("scheme.ei").state is CellState.HIDDEN


def test_share_under_the_floor_of_one_person_is_told_as_half_a_step_or_less() -> None:
    hands = [hand(person) for person in range(40)]
    hands[0] = hands[0]._replace(pay_micro=1_000_000)
    rng = np.random.default_rng(3)
    found = Figures(beside(given(hands), cells_here(work_of(hands), rng), rng))

    assert found.get("pay.under.person").high == Decimal("0.05")
    assert found.get("pay.under.hour").state is CellState.HIDDEN
    assert found.get("pay.lacks").state is CellState.HIDDEN


def test_that_nobody_is_under_the_floor_is_told_with_the_most_of_another_such_group() -> None:
    found = figures()

    person = found.get("pay.under.person")
    assert (person.state, person.value, person.high) == (
        CellState.AT_MOST,
        Decimal(0),
        Decimal("0.114"),
    )
    assert found.get("pay.under.hour").state is CellState.AT_MOST
    assert found.value("pay.lacks") == 0


def test_hours_under_the_floor_are_told_where_twenty_people_are_on_both_sides() -> None:
    hands = [hand(person) for person in range(120)]
    hands = [one._replace(pay_micro=1_000_000 * (10 if one.person % 2 else 400)) for one in hands]
    rng = np.random.default_rng(3)
    found = Figures(beside(given(hands), cells_here(work_of(hands), rng), rng))

    assert found.value("pay.under.person") == 0.5
    assert found.get("pay.under.hour").is_known
    assert found.get("pay.lacks").is_known


def test_unpaid_time_of_few_people_cannot_be_had_from_two_rates() -> None:
    hands = [hand(person) for person in range(40)]
    hands = [one._replace(time_ms={TimeUse.PAID: one.all_ms, TimeUse.TRAINING: 0}) for one in hands]
    searched = {TimeUse.PAID: HOUR, TimeUse.SEARCH: 9 * HOUR, TimeUse.TRAINING: 0}
    hands[0] = hands[0]._replace(time_ms=searched)
    rng = np.random.default_rng(3)
    found = Figures(beside(given(hands), cells_here(work_of(hands), rng), rng))

    assert found.get("pay.nominal.CAN-ANNOT").state is CellState.HIDDEN
    assert found.get("pay.effective.CAN-ANNOT").is_known


def test_population_is_told_as_bands_alone() -> None:
    found = figures(population=Population(64, 41, 20, 3, 0))

    assert [found.get(f"population.{n}").state for n in Population._fields] == [
        CellState.AT_LEAST, CellState.AT_LEAST, CellState.HIDDEN, CellState.HIDDEN, CellState.FEW,
    ]  # fmt: skip
    assert found.get("population.active").low == 50
    assert all(one.value is None for one in found.under("population"))


def test_appeals_of_few_people_are_a_band_without_shares() -> None:
    found = figures(appeals=Appeals(3, 4, 1, [2, 3, 9]))

    assert found.get("appeals.opened").state is CellState.FEW
    assert found.get("appeals.won").state is CellState.HIDDEN


def test_appeals_of_many_people_have_their_share_which_is_counted_and_not_sampled() -> None:
    found = figures(appeals=Appeals(25, 30, 12, list(range(1, 31))))

    won = found.get("appeals.won")
    assert (won.state, won.value) == (CellState.EXACT, Decimal("0.40"))
    assert found.value("appeals.days") == 15.5


@pytest.mark.slow
@drawn(st.lists(st.integers(0, 10**9), min_size=1, max_size=9), st.integers(0, 10**9))
def test_parts_of_a_chain_and_what_is_silent_add_up_to_the_price(
    parts: list[int], silent: int
) -> None:
    links = [LinkOf("intermediary", f"C{n}", micro) for n, micro in enumerate(parts)]
    whole = sum(parts) + silent
    if not whole:
        return
    if silent:
        links.append(LinkOf("undisclosed", "", None))
    found = figures(chain=ChainOf(whole, links, 40, int(bool(silent))))

    made = [one for one in found.under("chain") if one.name.count(".") == 3]
    told_parts = sum((one.value for one in made if one.value is not None), Decimal(0))
    assert found.value("chain.price") == 100
    assert told_parts == 100
    assert found.value("chain.undisclosed") == int(bool(silent))


def test_undisclosed_link_is_counted_and_its_amount_is_the_residual_of_the_price() -> None:
    found = figures()

    silent = [one for one in found.under("chain") if ".undisclosed." in one.name]
    assert [(one.state, one.value) for one in silent] == [
        (CellState.RESIDUAL, Decimal("29.67")),
    ]
    assert found.value("chain.silent") == 29.67
    assert found.value("chain.undisclosed") == 1


def test_every_estimate_has_both_ends_and_every_other_figure_says_what_it_is() -> None:
    made = release()

    for one in made.figures:
        if one.state is CellState.ESTIMATED:
            assert one.low is not None
            assert one.high is not None
            assert one.value is not None
            assert one.low <= one.value <= one.high
    with pytest.raises(BadInput):
        ReleaseFigure("pay.median", Unit.PAY, CellState.ESTIMATED, Decimal(16))


def test_simulated_hands_are_marked_everywhere_and_counted_nowhere() -> None:
    made = release(is_simulated=True)

    assert all(one.is_simulated for one in made.figures if one.is_known and not _counts(one))
    assert not [one for one in made.figures if one.unit is Unit.PEOPLE and one.is_known]
    with pytest.raises(BadInput):
        ReleaseFigure("population.active", Unit.PEOPLE, CellState.AT_LEAST, low=Decimal(20),
                 is_simulated=True)  # fmt: skip


def _counts(one: ReleaseFigure) -> bool:
    """Say whether it counts decisions, models or links, which no hand makes simulated alone."""
    is_law = one.of.frame in {CountFrame.LAW, CountFrame.RATES}
    return is_law or one.name.startswith(("decided", "model", "chain", "workers"))


def test_who_decided_and_models_come_back_for_their_charts() -> None:
    found = Figures(machine_figures(MACHINES))

    periods = periods_of(found)
    assert [(one.name, one.version) for one in periods] == [("2026-07", "v1"), ("2026-08", "")]
    assert periods[1].shares.untouched.value == 0.58
    assert [(m.name, m.decisions) for m in models_of(found)] == [("v1", 3000), ("v2", 7000)]
    assert models_of(found)[1].embodied == pytest.approx(19.542857)


def test_machine_alone_is_never_told_without_what_people_touched() -> None:
    counts = {
        DecisionOutcome.UNTOUCHED: 580,
        DecisionOutcome.AUDITED: 120,
        DecisionOutcome.HUMAN: 300,
    }
    found = Figures(machine_figures(Machines(decided=(DecidedIn("2026-07", counts),))))

    assert found.value("decided.by_machine") == 0.7
    assert found.value("decided.untouched") == 0.58
    assert found.value("decided.touched") == 0.42


def test_hours_made_are_counted_and_hours_lost_estimated_with_no_difference() -> None:
    made = machine_figures(MACHINES)

    hours = {one.name: one.state for one in made if one.unit is Unit.HOURS}
    assert hours == {
        "use_unknown": CellState.EXACT,
        "created.verify": CellState.EXACT,
        "displaced": CellState.ESTIMATED,
        "inside": CellState.EXACT,
    }


@pytest.mark.parametrize("has_foreign", [False, True])
def test_hours_inside_models_are_at_least_so_many_on_a_foreign_base(*, has_foreign: bool) -> None:
    made = machine_figures(Machines(inside=InAll(90 * 60_000, has_foreign), inside_people=TAUGHT))

    found = next(one for one in made if one.name == "inside")
    hours = Decimal("1.5")
    assert (found.value, found.low) == ((None, hours) if has_foreign else (hours, None))
    kept = next(
        one
        for one in machine_figures(Machines(inside=InAll(90 * 60_000), inside_people=TAUGHT), ())
        if one.name == "inside"
    )
    assert kept.state is CellState.HIDDEN


def test_what_nobody_measured_of_machines_is_unknown() -> None:
    assert {one.state for one in machine_figures(Machines())} == {CellState.UNKNOWN}


def test_release_is_read_back_as_it_was_signed() -> None:
    made = release()
    signed = sign_release(made, bytes(range(32)), "2026-10-08T09:00:00Z")

    assert open_release(signed).release == made == read_release(signed)
    assert read_release(signed).sha256 == made.sha256


def test_correction_tells_no_figure_that_the_first_kept_back() -> None:
    first = published(release(12), [])
    second = release(40)
    made = published(
        Release(**{name: getattr(second, name) for name in ("period", "on", "root", "currency",
                "cells", "figures")}, edition=2, replaces=first.sha256),
        [first],
    )  # fmt: skip

    assert Figures(made.figures).get("time.paid").state is CellState.HIDDEN
    assert Figures(second.figures).get("time.paid").state is CellState.EXACT


def test_hours_of_few_people_are_kept_back_beside_machines_too() -> None:
    few = cells_here(work_of([hand(person) for person in range(12)]), np.random.default_rng(3))
    found = Figures(machine_figures(MACHINES, tellable_of(few, is_simulated=False)))

    kept_back = ("use_unknown", "created.verify", "displaced", "model.01.embodied")
    assert {found.get(name).state for name in kept_back} == {CellState.HIDDEN}
    # how wide the interval of a share is tells of how many decisions it is
    assert {one.state for one in found.under("decided")} == {CellState.HIDDEN}


def test_chart_of_who_decided_says_kept_back_and_not_unknown_of_few_people() -> None:
    made = release(12)
    figures = tuple(machine_figures(MACHINES, tellable_of(made.cells, is_simulated=False)))

    drawn = charts_of(replace(made, figures=figures), REFERENCE, Money(16_600_000, "CAD"), "en")

    shown = drawn[KEYS.index("C10")].wide
    assert "kept back" in shown


def test_hours_of_many_people_are_told_by_kind() -> None:
    hands = [hand(person) for person in range(40)]
    many = cells_here(work_of(hands), np.random.default_rng(3))
    both = cells_here(
        [*work_of(hands), *work_of(hands[:25], "CAN-ADJUD")], np.random.default_rng(3)
    )

    assert tellable_of(many, is_simulated=False) == {"label", "displaced", "model", "inside"}
    assert "verify" in tellable_of(both, is_simulated=False)
    assert "train" not in tellable_of(both, is_simulated=False)
    assert (
        Figures(machine_figures(MACHINES, tellable_of(many, is_simulated=False)))
        .get("created.verify")
        .state
        is CellState.HIDDEN
    )


def test_hours_of_own_staff_whom_no_statement_pays_are_kept_back() -> None:
    found = Figures(machine_figures(MACHINES, tellable_of((), is_simulated=False)))

    assert found.get("use_unknown").state is CellState.HIDDEN
    assert (
        Figures(machine_figures(MACHINES, tellable_of((), is_simulated=True))).value("use_unknown")
        == 120
    )


def test_share_of_none_under_the_floor_is_at_most_and_does_not_tell_how_many_they_are() -> None:
    ends = {str(figures(people).get("pay.under.person").high) for people in range(20, 30)}

    under = figures(24).get("pay.under.person")
    assert (under.state, under.value) == (CellState.AT_MOST, Decimal(0))
    assert under.of.target is Target.GROUP
    assert ends == {"0.161"}


@pytest.mark.parametrize("name", ["time.paid", "load.breaks", "decided.touched", "place.ALL.hours"])
def test_what_is_counted_has_no_interval(name: str) -> None:
    found = Figures(release().figures).get(name)

    assert (found.state, found.low, found.high) == (CellState.EXACT, None, None)
    assert (found.of.place_of_work, found.of.target) == ("ALL", "")


def test_every_figure_names_what_is_counted_and_its_interval_names_its_group() -> None:
    made = release()

    assert [one.name for one in made.figures if not one.of.frame] == []
    assert all(one.of.target for one in made.figures if one.state is CellState.ESTIMATED)
    places = {one.of.place_of_work or one.of.place_of_client for one in made.figures}
    assert "" not in places


def test_flows_that_do_not_close_are_refused() -> None:
    with pytest.raises(BadInput, match="do not add up"):
        figures(population=Population(64, 41, 15, 7, 7))


def test_hours_of_labelling_are_not_said_to_be_created_by_automation() -> None:
    made = {one.name for one in machine_figures(MACHINES)}

    assert "use_unknown" in made
    assert "created.label" not in made


def test_hours_created_are_told_by_place_of_work_and_pool_a_place_of_few() -> None:
    many, few = dict.fromkeys(range(30), HOUR), dict.fromkeys(range(30, 35), HOUR)
    places = {"verify": {"CA-QC": many, "FR": dict.fromkeys(range(50, 75), HOUR), "KE-30": few}}

    made = Figures(machine_figures(MACHINES._replace(places=places)))

    assert made.value("created.verify.CA-QC") == 30
    assert made.value("created.verify.OTHER") == 30
    assert made.get("created.verify.CA-QC").of.place_of_work == "CA-QC"
    assert made.get("created.verify").of.place_of_work == "ALL"
    alone = Figures(machine_figures(MACHINES._replace(places={"verify": {"KE-30": few}})))
    assert not alone.under("created.verify")
