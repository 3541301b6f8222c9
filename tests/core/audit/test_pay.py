from pathlib import Path

import pytest

from canut.core.audit.gathered import WorkFile, gather
from canut.core.audit.pay import HourlyPay, Prices, reckon
from canut.core.errors import BadInput
from canut.core.formats.platforms.register import PLATFORMS
from canut.core.money import Money
from tests.core.audit.files import mturk_row, write_mturk, write_toloka

MTURK, TOLOKA = PLATFORMS["mturk"], PLATFORMS["toloka"]


def usd(amount: float) -> Money:
    return Money(round(amount * 1_000_000), "USD")


def gathered(path: Path, *rows: list[str]) -> WorkFile:
    file = write_mturk(path / "file", rows)
    return gather(MTURK.read(file, MTURK.reading_of(file)))


def reckoned(found: WorkFile, floor: float | None = None) -> HourlyPay:
    pay = reckon(found, Prices("USD", floor=usd(floor) if floor else None))
    assert pay
    return pay


def test_pay_per_hour_is_what_was_paid_over_the_time_it_took(tmp_path: Path) -> None:
    found = gathered(
        tmp_path,
        mturk_row("H1", "W1", ["joy"], seconds="90", reward="$1.00"),
        mturk_row("H2", "W1", ["joy"], seconds="270", reward="$1.00"),
    )

    pay = reckoned(found)

    assert [person.hourly for person in pay.people] == [usd(20)]
    assert (pay.hours, pay.paid) == (0.1, usd(2))


def test_rejected_work_takes_time_and_brings_nothing(tmp_path: Path) -> None:
    found = gathered(
        tmp_path,
        mturk_row("H1", "W1", ["joy"], seconds="180", reward="$1.00"),
        mturk_row("H2", "W1", ["joy"], seconds="180", reward="$1.00", status="Rejected"),
    )

    pay = reckoned(found)

    assert pay.people[0].hourly == usd(10)
    assert pay.rejected == (1, 1, 0.05, usd(1))


def test_work_that_waits_counts_as_paid_and_is_counted(tmp_path: Path) -> None:
    found = gathered(tmp_path, mturk_row("H1", "W1", ["joy"], status="Submitted"))

    pay = reckoned(found)

    assert (pay.waiting, pay.paid) == (1, usd(0.05))


def test_work_without_time_or_price_is_left_out_and_counted(tmp_path: Path) -> None:
    found = gathered(
        tmp_path,
        mturk_row("H1", "W1", ["joy"]),
        mturk_row("H2", "W1", ["joy"], reward=""),
        mturk_row("H3", "W1", ["joy"], seconds="0"),
    )

    pay = reckoned(found)

    assert (pay.untold, pay.paid) == (2, usd(0.05))


def test_nothing_is_reckoned_where_no_price_is_told(tmp_path: Path) -> None:
    found = gathered(tmp_path, mturk_row("H1", "W1", ["joy"], reward=""))

    assert reckon(found, Prices("USD")) is None


def test_a_price_one_gives_stands_in_for_the_files(tmp_path: Path) -> None:
    found = gathered(tmp_path, mturk_row("H1", "W1", ["joy"], reward="", seconds="360"))

    pay = reckon(found, Prices("USD", price_micro=500_000))

    assert pay
    assert pay.people[0].hourly == usd(5)


def test_hours_weigh_where_people_do_not(tmp_path: Path) -> None:
    """Nine fast people an hour in all, one slow person nine hours: half of the hours are slow."""
    rows = [mturk_row("H", f"F{n}", ["joy"], seconds="400", reward="$1") for n in range(9)]
    found = gathered(tmp_path, *rows, mturk_row("H", "S", ["joy"], seconds="32400", reward="$9"))

    pay = reckoned(found, floor=5)

    assert (pay.by_person.p50, pay.by_hour.p50) == (usd(9), usd(1))
    assert pay.under
    assert (pay.under.people, pay.under.people_share) == (1, 0.1)
    assert (pay.under.hours, pay.under.hours_share) == (9.0, 0.9)
    assert pay.under.missing == usd(36)


def test_percentiles_are_those_of_people(tmp_path: Path) -> None:
    found = gathered(
        tmp_path,
        *(mturk_row("H", f"W{n}", ["a"], seconds="3600", reward=f"${n}") for n in range(1, 12)),
    )

    pay = reckoned(found)

    assert pay.by_person == (usd(2), usd(6), usd(10))


def test_tasks_held_at_once_are_counted_once_beside(tmp_path: Path) -> None:
    found = gathered(
        tmp_path,
        mturk_row("H1", "W", ["a"], seconds="360", reward="$1", start=0, length=360),
        mturk_row("H2", "W", ["a"], seconds="360", reward="$1", start=180, length=360),
    )

    pay = reckoned(found)

    assert pay.by_person_once
    assert round(float(pay.by_person_once.p50.decimal), 2) == 13.33
    assert pay.by_person.p50 == usd(10)


def test_a_page_of_a_pool_is_paid_and_timed_once(tmp_path: Path) -> None:
    times = ["2021-05-04T10:00:00", "2021-05-04T10:06:00", "0.50"]
    rows = [
        ["x", "cat", "", "", "", "page-w1", task, "page", "w1", "APPROVED", *times]
        for task in ("t1", "t2", "t3")
    ]
    file = write_toloka(tmp_path / "file", rows)

    pay = reckoned(gather(TOLOKA.read(file, TOLOKA.reading_of(file))))

    assert (pay.people[0].assignments, pay.people[0].hourly) == (1, usd(5))


def test_pay_is_read_in_another_currency_at_the_rate_one_gives(tmp_path: Path) -> None:
    found = gathered(tmp_path, mturk_row("H", "W", ["a"], seconds="3600", reward="$10"))

    pay = reckon(found, Prices("CAD", 1_370_000, Money(16_600_000, "CAD")))

    assert pay
    assert pay.people[0].hourly == Money(13_700_000, "CAD")
    assert pay.under
    assert pay.under.missing == Money(2_900_000, "CAD")


def test_a_floor_in_another_currency_is_refused(tmp_path: Path) -> None:
    found = gathered(tmp_path, mturk_row("H", "W", ["a"]))

    with pytest.raises(BadInput, match="CAD and pay in USD"):
        reckon(found, Prices("USD", floor=Money(1, "CAD")))
