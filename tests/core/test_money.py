from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput
from canut.core.money import Money, minor_units, money_of, per_hour, times_ms

amounts = st.integers(-(10**15), 10**15)


@given(amounts, amounts)
def test_adding_and_taking_away_are_exact(one: int, other: int) -> None:
    total = Money(one, "CAD") + Money(other, "CAD")

    assert total - Money(other, "CAD") == Money(one, "CAD")
    assert -total == Money(-one - other, "CAD")


@given(st.lists(amounts, max_size=20))
def test_a_sum_is_the_sum_of_its_parts(parts: list[int]) -> None:
    total = Money(0, "EUR")
    for part in parts:
        total += Money(part, "EUR")

    assert total.micro == sum(parts)


@given(amounts)
def test_minor_units_round_half_to_even(micro: int) -> None:
    cents = (Decimal(micro) / 10_000).to_integral_value(rounding="ROUND_HALF_EVEN")

    assert minor_units(Money(micro, "CAD")) == cents


@pytest.mark.parametrize(
    ("currency", "expected"), [("JPY", 1235), ("TND", 1234567), ("EUR", 123457)]
)
def test_minor_units_follow_the_currency(currency: str, expected: int) -> None:
    assert minor_units(Money(1_234_567_000, currency)) == expected


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_pay_for_a_time_and_back(rate: int, milliseconds: int) -> None:
    earned = times_ms(Money(rate, "CAD"), milliseconds)

    back = per_hour(earned, milliseconds)

    assert back is not None
    assert abs(back.micro - rate) <= 3_600_000 / milliseconds / 2 + 1


def test_no_time_has_no_rate() -> None:
    assert per_hour(Money(1, "CAD"), 0) is None


def test_amounts_compare_and_multiply() -> None:
    assert Money(1, "CAD") < Money(2, "CAD") <= Money(1, "CAD") * 2
    assert Money(1_500_000, "CAD").decimal == Decimal("1.5")


@pytest.mark.parametrize("do", ["__add__", "__sub__", "__lt__", "__le__"])
def test_two_currencies_do_not_mix(do: str) -> None:
    with pytest.raises(BadInput, match="convert first") as refusal:
        getattr(Money(1, "CAD"), do)(Money(1, "EUR"))

    assert refusal.value.case == "currencies-differ"


@pytest.mark.parametrize("code", ["cad", "CA", "CA1", "ÉUR", ""])
def test_what_is_not_a_currency_is_refused(code: str) -> None:
    with pytest.raises(BadInput, match="three capital letters"):
        Money(1, code)


@pytest.mark.parametrize(
    ("text", "micro"),
    [("0.04", 40_000), ("0,04", 40_000), ("12", 12_000_000), ("1 000,5", 1_000_500_000)],
)
def test_typed_amounts_are_read(text: str, micro: int) -> None:
    assert money_of(text, "CAD") == Money(micro, "CAD")


@pytest.mark.parametrize("text", ["", "abc", "0.0000001", "nan", "inf", "1.2.3"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="expected a number"):
        money_of(text, "CAD")


@pytest.mark.parametrize(
    "text", ["9" * 5_000, "1e999999", "-1e13", "9223372036854775808", "१२", "1_0", "1" + "0" * 13]
)
def test_amount_beyond_what_can_be_counted_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="expected a number") as refusal:
        money_of(text, "CAD")

    assert len(str(refusal.value)) < 300
