"""A file in euros holds the rules of the European Payments Council, beside the schema."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import sepaxml
import xmlschema

from canut.core.errors import BadInput, Incomplete
from canut.core.money import Money
from canut.core.pay.payment_file import SPACE, Account, Order, Transfer, bank_file, check_account
from canut.core.pay.sepa import has_letters, sepa_text, settlement_day

SCHEMA = Path(sepaxml.__file__).parent / "schemas/pain.001.001.09.xsd"
IN_SEPA = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]+")
PAYER = Account("Coopérative des Soies & Cie", iban="FR7630006000011234567890189")
LONG = "Noémie Lœwe-Ñandú // " + "de la Très Longue Rivière " * 4
PEOPLE = (
    Account(LONG, iban="DE89370400440532013000", town="Köln", country="DE"),
    Account("Zoë O’Hara", iban="FR1420041010050500013M02606", bank="30004", country="FR"),
)


def order(*people: Account, micro: int = 1_381_120_000, payer: Account = PAYER) -> Order:
    transfers = [
        Transfer(f"canut-7-{number}-1", person, Money(micro, "EUR"), "Paie — période n° 7")
        for number, person in enumerate(people)
    ]
    made_at = datetime(2026, 5, 4, 13, tzinfo=UTC)
    return Order("canut-7", made_at, date(2026, 5, 9), payer, transfers)


def nodes(document: ET.Element, path: str) -> list[ET.Element]:
    return document.findall(".//" + "/".join(f"{{{SPACE}}}{name}" for name in path.split("/")))


def texts(document: ET.Element, path: str) -> list[str]:
    return [node.text or "" for node in nodes(document, path)]


def test_file_in_euros_is_valid_by_the_schema_and_by_the_rules_of_sepa() -> None:
    written = bank_file(order(*PEOPLE)).decode()
    xmlschema.XMLSchema(str(SCHEMA)).validate(written.split("\n", 1)[1])
    document = ET.fromstring(written)  # noqa: S314 - written just above

    assert texts(document, "ChrgBr") == ["SLEV"]
    assert texts(document, "PmtMtd") == ["TRF"]
    assert texts(document, "PmtTpInf/SvcLvl/Cd") == ["SEPA"]
    assert texts(document, "NbOfTxs") == ["2", "2"]
    assert texts(document, "CtrlSum") == ["2762.24", "2762.24"]
    assert {node.get("Ccy") for node in nodes(document, "InstdAmt")} == {"EUR"}
    assert all(re.fullmatch(r"[0-9]{1,9}\.[0-9]{2}", text) for text in texts(document, "InstdAmt"))
    ids = texts(document, "EndToEndId")
    assert len(set(ids)) == 2
    assert all(len(identifier) <= 35 for identifier in ids)
    assert texts(document, "ReqdExctnDt/Dt") == ["2026-05-11"]  # 9 May is a Saturday
    names = texts(document, "Nm")
    assert names[:2] == ["Cooperative des Soies + Cie"] * 2
    assert names[2].startswith("Noemie Loewe-Nandu / de la Tres Longue")
    assert all(len(name) <= 70 for name in names)
    assert names[3] == "Zoe O'Hara"
    assert texts(document, "PstlAdr/TwnNm") == ["Koln"]  # without a town there is no address
    assert texts(document, "PstlAdr/Ctry") == ["DE"]
    assert not nodes(document, "AdrLine")
    assert not nodes(document, "CdtrAgt")
    assert texts(document, "DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]
    every_text = [node.text for node in document.iter() if node.text and node.text.strip()]
    assert all(IN_SEPA.fullmatch(text) for text in every_text)
    assert all("//" not in text and text.strip("/") == text for text in every_text)


@pytest.mark.parametrize(
    "broken",
    [
        order(Account("Ada", number="1234567", bank="000312345")),
        order(Account("Ада", iban="DE89370400440532013000")),
        order(PEOPLE[0], micro=1_000_000_000_000_000),
        replace(order(PEOPLE[0]), message="canut_7"),
    ],
    ids=["no-iban", "no-letters", "too-much", "message"],
)
def test_what_no_sepa_bank_takes_is_refused(broken: Order) -> None:
    with pytest.raises(BadInput):
        bank_file(broken)


def test_euros_are_paid_from_an_iban() -> None:
    payer = Account("Coopérative", number="1234567", bank="000312345")

    with pytest.raises(Incomplete):
        bank_file(order(PEOPLE[0], payer=payer))


@pytest.mark.parametrize("reference", ["", "x" * 36])
def test_reference_is_there_and_at_most_35_characters(reference: str) -> None:
    transfer = Transfer(reference, PEOPLE[0], Money(1_000_000, "EUR"), "")

    with pytest.raises(BadInput):
        replace(order(PEOPLE[0]), transfers=[transfer])


def test_reference_is_used_once_in_a_file() -> None:
    transfer = Transfer("canut-7-1", PEOPLE[0], Money(1_000_000, "EUR"), "")

    with pytest.raises(BadInput):
        replace(order(PEOPLE[0]), transfers=[transfer, transfer])


@pytest.mark.parametrize(
    ("text", "reduced"),
    [
        ("Noémie Lœwe-Ñandú", "Noemie Loewe-Nandu"),
        ("//Straße  1//", "Strasse 1"),
        ("a //// b", "a / b"),
        ("L’été\n«\u202fici\u202f»", "L'ete ici"),
        ("Łódź, Øre", "Lodz, Ore"),
        ("東京", ""),
    ],
)
def test_texts_are_reduced_to_the_sepa_alphabet(text: str, reduced: str) -> None:
    assert sepa_text(text, 70) == reduced
    assert has_letters(text) is bool(reduced)


@pytest.mark.parametrize(
    ("day", "settled"),
    [
        (date(2026, 5, 8), date(2026, 5, 8)),
        (date(2026, 4, 3), date(2026, 4, 7)),
        (date(2026, 5, 1), date(2026, 5, 4)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 1, 1), date(2027, 1, 4)),
    ],
)
def test_day_of_payment_is_one_on_which_target_settles(day: date, settled: date) -> None:
    assert settlement_day(day) == settled


@pytest.mark.parametrize(
    ("field", "account"),
    [
        ("number", Account("Ada", number="000")),
        ("number", Account("Ada", number="0000000", bank="000312345")),
        ("number", Account("Ada", number="123456", bank="000312345")),
        ("number", Account("Ada", number="1234567890123", bank="000312345")),
        ("bank", Account("Ada", number="1234567", bank="00312345", system="CACPA")),
        ("bank", Account("Ada", number="1234567", bank="", country="CA")),
        ("country", Account("Ada", iban="DE89370400440532013000", country="de")),
    ],
)
def test_account_that_no_bank_can_have_is_refused(field: str, account: Account) -> None:
    with pytest.raises(BadInput) as refused:
        check_account(account)

    assert refused.value.facts["field"] == field


def test_good_accounts_are_taken() -> None:
    for account in (*PEOPLE, Account("Ada", number="1234567", bank="000312345", system="CACPA")):
        check_account(account)
