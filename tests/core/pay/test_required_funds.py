"""What must be locked covers what people are owed, and nothing takes money from them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.clock import HOUR_MS
from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.bill import Owed, bill_of
from canut.core.pay.intermediaries import Party, PartyRole, build_chain
from canut.core.pay.pilot import PilotPerson
from canut.core.pay.price import Declared
from canut.core.pay.required_funds import (
    Basis,
    FundsKind,
    balance_of,
    highest_rate,
    need_after_pilot,
    need_before_pilot,
    on_top,
)
from canut.core.places.reader import shipped_places

PLACES = shipped_places()
TODAY = date(2026, 11, 25)
kinds = st.sampled_from(FundsKind)


def cad(micro: int) -> Money:
    return Money(micro, "CAD")


people_tried = st.lists(
    st.builds(
        PilotPerson,
        who=st.integers(0, 50),
        pieces=st.integers(1, 300),
        time_ms=st.integers(0, 3 * HOUR_MS),
        floor=st.integers(0, 60_000_000).map(cad),
    ),
    min_size=1,
    max_size=12,
)


def test_no_kind_of_line_takes_money_from_a_worker() -> None:
    assert {kind.value for kind in FundsKind} == {"deposit", "reserve", "release", "charge"}


@given(st.lists(st.tuples(kinds, st.integers(1, 10**9))))
def test_money_is_free_locked_or_spent_and_nowhere_else(
    lines: list[tuple[FundsKind, int]],
) -> None:
    balance = balance_of([(kind, cad(micro)) for kind, micro in lines], "CAD")

    assert balance.free + balance.locked + balance.spent == balance.deposited


@pytest.mark.parametrize("micro", [0, -1])
def test_line_of_nothing_or_less_is_refused(micro: int) -> None:
    with pytest.raises(BadInput):
        balance_of([(FundsKind.CHARGE, cad(micro))], "CAD")


@given(
    st.integers(0, 10_000),
    st.integers(0, 2_000_000),
    st.integers(1, 600_000),
    st.integers(0, 60_000_000),
)
def test_reserve_before_a_pilot_keeps_half_as_slow_people_at_their_floor(
    answers: int, piece: int, task_ms: int, floor: int
) -> None:
    need = need_before_pilot(
        answers, Declared(cad(0), task_ms, cad(piece)), cad(floor), Decimal("0.2")
    )

    due = floor * task_ms * 3 // 2 * answers // HOUR_MS
    assert need.pay.micro + need.top_up.micro >= due
    assert need.contributions.micro * 5 >= need.pay.micro + need.top_up.micro


@given(people_tried, st.integers(0, 2_000_000))
def test_reserve_after_a_pilot_covers_what_the_same_people_lacked(
    people: list[PilotPerson], piece: int
) -> None:
    answers = sum(tried.pieces for tried in people)

    need = need_after_pilot(answers, cad(piece), people, Decimal(0))

    assert need.basis is Basis.PILOT
    assert need.top_up.micro >= sum(tried.lacks(cad(piece)) for tried in people)


def test_nobody_known_and_no_time_said_make_no_reserve_and_say_so() -> None:
    need = need_before_pilot(10, Declared(cad(0), 0, cad(200_000)), None, Decimal(0))

    assert (need.total, need.basis) == (cad(2_000_000), Basis.NO_FLOOR)


def test_pilot_nobody_answered_says_nothing_of_a_reserve() -> None:
    with pytest.raises(BadInput):
        need_after_pilot(10, cad(1), [PilotPerson(1, 0, 0, cad(0))], Decimal(0))


def test_negative_number_of_answers_is_refused() -> None:
    with pytest.raises(BadInput):
        need_before_pilot(-1, Declared(cad(0), 1, cad(1)), None, Decimal(0))


def test_employer_in_quebec_owes_a_fifth_on_top_at_most() -> None:
    rate = highest_rate(PLACES, ["CA-QC"], TODAY)

    qpp, ei, qpip, fund, norms, cnesst = 6.3, 1.3 * 1.4, 0.602, 4.26, 0.06, 1.54
    owed = (qpp + ei + qpip + fund + norms + cnesst) / 100
    assert float(rate) == pytest.approx(owed + 0.06 * (1 + owed), abs=2e-4)


def test_place_whose_contributions_are_not_described_adds_none_and_an_unknown_one_refuses() -> None:
    assert highest_rate(PLACES, ["MG"], TODAY) == 0
    with pytest.raises(Incomplete):
        highest_rate(PLACES, ["XX"], TODAY)


@given(st.integers(0, 10**9), st.decimals(0, 1, places=4))
def test_what_goes_on_top_is_never_rounded_down(micro: int, rate: Decimal) -> None:
    above = on_top(cad(micro), rate)

    assert 0 <= above.micro - micro * rate < 1


@given(people_tried, st.integers(0, 2_000_000), st.integers(0, 50_000))
def test_bill_is_the_sum_of_its_parts_and_brings_everybody_to_their_floor(
    people: list[PilotPerson], piece: int, kept: int
) -> None:
    agency = Party(PartyRole.INTERMEDIARY, cad(kept), "Relais", "FR")
    chain = build_chain("Presse", "CA", cad(piece + kept + 1), [agency], cad(piece))
    owed = [Owed(tried, cad(piece * tried.pieces), is_employee=True) for tried in people]

    bill = bill_of(owed, chain, Decimal("0.2"), "CAD")

    answers = sum(tried.pieces for tried in people)
    assert bill.intermediaries == cad(kept * answers)
    assert bill.undisclosed == cad(answers)
    assert bill.total == bill.to_people + bill.contributions + cad((kept + 1) * answers)
    for one in owed:
        assert one.pieces.micro + one.top_up.micro >= one.tried.due_micro
