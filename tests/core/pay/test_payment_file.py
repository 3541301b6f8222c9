"""The bank's own schema takes our file; no cell runs; the same order gives the same bytes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sepaxml
import xmlschema

from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.payment_file import (
    Account,
    Order,
    Transfer,
    bank_file,
    mobile_file,
    written_amount,
)

SCHEMA = Path(sepaxml.__file__).parent / "schemas/pain.001.001.09.xsd"
PAYER = Account("Coopérative des Soies", iban="FR7630006000011234567890189", bic="AGRIFRPPXXX")
CANADIAN = Account("Ada Ménard", number="1234567", bank="000312345", system="CACPA")
EUROPEAN = Account("Léa <Roy> & fils", iban="DE89370400440532013000")


def order(*transfers: Transfer, payer: Account = PAYER) -> Order:
    made_at = datetime(2026, 5, 4, 13, tzinfo=UTC)
    numbered = [
        replace(transfer, reference=f"{transfer.reference}-{number}")
        for number, transfer in enumerate(transfers)
    ]
    return Order("canut-7", made_at, date(2026, 5, 10), payer, numbered)


def pay(to: Account, micro: int = 1_381_120_000, note: str = "Paie, période 7") -> Transfer:
    return Transfer("canut-7-41", to, Money(micro, "CAD"), note)


@pytest.mark.parametrize("to", [CANADIAN, EUROPEAN])
def test_bank_file_is_valid_by_the_schema_of_iso_20022(to: Account) -> None:
    written = bank_file(order(pay(to), pay(EUROPEAN, 10_000)))

    xmlschema.XMLSchema(str(SCHEMA)).validate(written.decode().split("\n", 1)[1])


def test_bank_file_states_the_sum_the_day_and_that_the_payer_bears_the_fees() -> None:
    written = bank_file(order(pay(CANADIAN), pay(EUROPEAN, 10_000))).decode()

    assert "<CtrlSum>1381.13</CtrlSum>" in written
    assert "<Dt>2026-05-10</Dt>" in written
    assert "<ChrgBr>DEBT</ChrgBr>" in written
    assert '<InstdAmt Ccy="CAD">1381.12</InstdAmt>' in written


def test_same_order_gives_the_same_bytes() -> None:
    given = order(pay(CANADIAN), pay(EUROPEAN))

    files = [(bank_file(given), mobile_file(given)) for _ in range(2)]

    assert files[0] == files[1]


def test_no_cell_of_a_mobile_file_runs_in_a_spreadsheet() -> None:
    hostile = Account("=cmd|' /C calc'!A0", number="+261341234567", bank="@operator")

    written = mobile_file(order(pay(hostile, note="-1+1"))).decode()

    rows = written.splitlines()[1]
    assert "'=cmd" in rows
    assert "'@operator" in rows
    assert "'-1+1" in rows
    assert ",261341234567,1381.12,CAD,2026-05-10," in rows


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("iban", {"holder": "A", "iban": "FR7630006000011234567890188"}),
        ("bic", {"holder": "A", "iban": "FR7630006000011234567890189", "bic": "AGRI"}),
        ("number", {"holder": "A", "number": "12 34"}),
        ("holder", {"holder": " ", "number": "1234567"}),
    ],
)
def test_accounts_that_cannot_be_are_refused(field: str, given: dict[str, str]) -> None:
    with pytest.raises(BadInput) as refused:
        Account(**given)

    assert refused.value.facts["field"] == field
    assert "FR76" not in str(refused.value)


def test_order_of_two_currencies_or_of_nothing_is_refused() -> None:
    euros = Transfer("x", CANADIAN, Money(1_000_000, "EUR"), "")

    for transfers in ((pay(CANADIAN), euros), (), (pay(CANADIAN, 0),)):
        with pytest.raises(BadInput):
            order(*transfers)


def test_payer_without_a_bank_is_refused() -> None:
    payer = Account("Coopérative", number="1234567")

    with pytest.raises(Incomplete):
        bank_file(order(pay(CANADIAN), payer=payer))


def test_amount_finer_than_a_coin_is_refused() -> None:
    with pytest.raises(BadInput):
        written_amount(Money(1, "CAD"))
