from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.outside_text import (
    FIRST_DAY,
    LARGEST,
    LAST_DAY,
    is_storable,
    read_day,
    read_decimal,
    read_number,
    read_whole,
)


@given(st.integers(-LARGEST - 1, LARGEST))
def test_every_number_that_a_column_holds_is_read(number: int) -> None:
    assert read_whole(str(number), least=-LARGEST - 1) == number


@pytest.mark.parametrize(
    "text",
    ["", "-", "²", "१२", "1_0", "1 ", "+1", "0x1", "1.0", "1e3", "-1", "9" * 5_000, str(2**63)],
)
def test_what_is_no_whole_number_within_bounds_is_none(text: str) -> None:
    assert read_whole(text) is None


@given(st.text(max_size=40))
def test_any_text_is_a_bounded_number_or_none(text: str) -> None:
    whole, number = read_whole(text, 99, least=-9), read_number(text, 99)

    assert whole is None or (-9 <= whole <= 99 and whole == int(text))
    assert number is None or (abs(number) <= 99 and number == float(text))


@pytest.mark.parametrize("text", ["", ".", "nan", "inf", "1e999", "१.५", "1_0", " 1", "9" * 5_000])
def test_what_is_no_number_is_none(text: str) -> None:
    assert read_number(text) is None
    assert read_decimal(text, 10**6) is None


@given(st.floats(-(2.0**53), 2.0**53))
def test_every_written_number_is_read(number: float) -> None:
    assert read_number(repr(number)) == number


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_every_day_within_bounds_is_read(day: date) -> None:
    assert read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-5-1", "20260501", "2026-W18-5", "2026-02-30", "0001-01-01", "9999-12-31"),
        *("२०२६-०५-०१", "2026-05-01T00:00"),
        *map(str, (FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1))),
    ],
)
def test_what_is_no_day_within_bounds_is_none(text: str) -> None:
    assert read_day(text) is None


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_every_text_of_whole_characters_is_storable(text: str) -> None:
    assert is_storable(text)


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x\udfff", "\udfff\ud800"])
def test_halves_of_characters_are_not(text: str) -> None:
    assert not is_storable(text)
