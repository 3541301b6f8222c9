"""A Canadian file of credits has the fixed widths of Standard 005."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.cpa005 import HEADER, SEGMENT, TRAILER, Originator, cpa_file
from canut.core.pay.payment_file import Account, Order, Transfer

PAYER = Account("Coopérative des Soies", number="7654321", bank="081512345")
ADA = Account("Ada Ménard", number="1234567", bank="000312345")
BANK = Originator("CANUT00001", "81510")


def order(count: int = 1, *, payer: Account = PAYER, to: Account = ADA) -> Order:
    transfers = [
        Transfer(f"canut-7-{number}-1", to, Money(1_381_120_000, "CAD"), "")
        for number in range(1, count + 1)
    ]
    return Order("canut-7", datetime(2026, 5, 4, tzinfo=UTC), date(2026, 5, 11), payer, transfers)


def test_bytes_are_those_of_a_file_written_by_hand() -> None:
    header = "A" + "000000001" + "CANUT00001" + "0007" + "026124" + "81510" + " " * 20 + "CAD"
    credit = (
        "C" + "000000002" + "CANUT00001" + "0007"
        + "200" + "0000138112" + "026131" + "000312345" + "1234567     " + "0" * 22 + "000"
        + "COOPERATIVE DES" + "ADA MENARD" + " " * 20 + "COOPERATIVE DES SOIES" + " " * 9
        + "CANUT00001" + "CANUT-7-1-1" + " " * 8 + "081512345" + "7654321     " + " " * 15
        + " " * 22 + "  " + "0" * 11
    )  # fmt: skip
    trailer = (
        "Z" + "000000003" + "CANUT00001" + "0007" + "0" * 14 + "0" * 8
        + "00000000138112" + "00000001" + "0" * 44
    )  # fmt: skip
    records = [header, credit, trailer]

    written = cpa_file(order(), BANK, 7)

    assert written == "".join(record.ljust(1464) + "\r\n" for record in records).encode("ascii")


def test_seven_payments_are_two_records_of_credits_and_their_sum() -> None:
    records = cpa_file(order(7), BANK, 10_000).decode("ascii").splitlines()

    assert [record[0] for record in records] == ["A", "C", "C", "Z"]
    assert {len(record) for record in records} == {1464}
    assert [record[1:10] for record in records] == [f"{number:09}" for number in range(1, 5)]
    assert records[0][20:24] == "0001"  # after 9999 it begins again
    assert records[3][46:60] == f"{7 * 138_112:014}"
    assert records[3][60:68] == "00000007"
    assert records[2][264:].strip() == ""


def test_widths_are_those_of_the_standard_and_each_field_says_whether_it_was_read() -> None:
    assert sum(field.width for field in SEGMENT) == 240
    assert sum(field.width for field in HEADER) == 58
    assert sum(field.width for field in TRAILER) == 112
    assert all(field.is_confirmed for field in HEADER)
    assert [field.name for field in SEGMENT if field.is_confirmed] == [
        "cents", "due", "bank", "account",
    ]  # fmt: skip
    assert not any(field.is_confirmed for field in TRAILER)


@pytest.mark.parametrize(
    "broken",
    [
        order(to=Account("Ada", iban="FR7630006000011234567890189")),
        order(to=replace(ADA, number="000")),
        replace(order(), transfers=[Transfer("x", ADA, Money(1_000_000, "USD"), "")]),
        replace(order(), transfers=[Transfer("x", ADA, Money(10**14, "CAD"), "")]),
        replace(order(), transfers=[Transfer("x", ADA, Money(1, "CAD"), "")]),
    ],
    ids=["payee", "zeros", "currency", "amount", "fraction"],
)
def test_what_no_canadian_bank_takes_is_refused(broken: Order) -> None:
    with pytest.raises(BadInput):
        cpa_file(broken, BANK, 1)


def test_credits_are_paid_from_a_canadian_account() -> None:
    with pytest.raises(Incomplete):
        cpa_file(order(payer=Account("Soies", iban="FR7630006000011234567890189")), BANK, 1)


@pytest.mark.parametrize(("number", "centre"), [("", "81510"), ("CANUT00001", "8151"), ("é", "1")])
def test_bank_gives_the_originator_and_the_centre(number: str, centre: str) -> None:
    with pytest.raises(Incomplete):
        Originator(number, centre)
