"""``canut capacity``: the answer in words, for programs, and what is refused."""

import json

import pytest

from canut.__main__ import main

SMALL = ["capacity", "--workers", "300"]


@pytest.fixture(autouse=True)
def _short_simulations(monkeypatch: pytest.MonkeyPatch) -> None:
    wing = "canut.core.operations.capacity"
    monkeypatch.setattr(f"{wing}.plan.MONTHS_DRAWN", 1)
    monkeypatch.setattr(f"{wing}.sizing.REQUESTS", 2_000)


def test_answer_says_what_to_rent_until_when_and_beside_what_people_are_paid(
    capsys: pytest.CaptureFixture[str],
) -> None:
    prices = ["--core-month", "10", "--gb-month", "0.1", "--hourly-pay", "20", "--currency", "CAD"]

    ended = main([*SMALL, *prices])

    text = capsys.readouterr().out
    assert ended == 0
    assert "Rent one machine with 2 cores. Database: SQLite." in text
    assert "The same month’s work is paid 87,600 CAD." in text
    assert "Rent the next one before that." in text
    assert "simulated, from assumptions" in text


def test_answer_in_french_without_prices_asks_for_them(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canut.commands.oversight.capacity.speaks_french", lambda: True)

    assert main(SMALL) == 0

    text = capsys.readouterr().out
    assert "Louez une machine de 2 cœurs." in text
    assert "--core-month" in text


def test_plan_for_programs_is_the_same_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    options = [*SMALL, "--json", "--zones=-5:0.6,1:0.4", "--database", "PostgreSQL"]

    plans = []
    for _ in range(2):
        assert main(options) == 0
        plans.append(json.loads(capsys.readouterr().out))

    assert plans[0] == plans[1]
    assert plans[0]["crowd"]["zones"] == {"-5.0": 0.6, "1.0": 0.4}
    assert plans[0]["cores"] == 4 * plans[0]["servers"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--workers", "0"], "--workers is '0'; give a whole number between 1 and"),
        (["--workers=-5"], "--workers is '-5'"),
        (["--workers", "1000000000000"], "between 1 and 1,000,000,000"),
        (["--workers", "٣"], "--workers is '٣'"),
        (["--workers", "10", "--hours", "x"], "--hours is 'x'; give a number"),
        (["--workers", "10", "--hours", "1e9"], "hours is 1e+09; it must be between"),
        (["--workers", "10", "--server-cores", "2.5"], "--server-cores is '2.5'"),
        (["--workers", "10", "--zones", "east"], "--zones has 'east'"),
        (["--workers", "10", "--zones", "1:0.2"], "add up to 0.2; they must add up to 1"),
        (["--workers", "10", "--core-month=-1"], "core_month is -1; it must be between 0"),
    ],
)
def test_figures_that_cannot_be_meant_are_refused_in_words(
    options: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["capacity", *options]) == 1
    assert problem in capsys.readouterr().err
