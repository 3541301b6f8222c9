"""Money leaves by a file: who is left out is named first, and sent is said by a person."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from canut.actions.pay.pay_rules import PayRules, set_policy
from canut.actions.pay.payments import content_of
from canut.actions.people.bank_accounts import set_account
from canut.core.clock import to_ms
from canut.core.pay.payment_file import Account
from canut.store.models import BankReading, Payment, PaymentFile, Period, Person, Statement
from tests.support.factories import make_person
from tests.support.instance import House, make_house
from tests.support.payroll import AFTER, FIRST, LAST

EN = {"accept-language": "en"}
PAYER = {"holder": "Les Soies", "iban": "FR7630006000011234567890189", "bic": "AGRIFRPPXXX"}
IBAN = "DE89370400440532013000"
pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None, settings: Settings, tmp_path: Path) -> House:  # noqa: ARG001 - opens the database
    """Make a house in a folder of its own."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return make_house()


def owe(period: Period, name: str, currency: str, euros: int) -> Person:
    """Owe somebody an amount for a closed period."""
    person = make_person(shown_name=name)
    micro = euros * 1_000_000
    statement = Statement.objects.create(
        period=period, person=person, currency=currency, content="{}", sha256="0" * 64, time_ms=0,
        top_up_micro=0, gross_micro=micro, vacation_micro=0, net_micro=micro, pay_year=2026,
        begin_ms=0, end_ms=0,
    )  # fmt: skip
    Payment.objects.create(
        statement=statement, person=person, amount_micro=micro, currency=currency,
        due_on=date(2026, 5, 10), late_on=date(2026, 5, 19),
    )  # fmt: skip
    return person


def closed_period(operator: Person) -> Period:
    set_policy(PayRules(payer=PAYER, threshold=(10_000_000, "EUR")), operator, to_ms(AFTER))
    return Period.objects.create(
        first_day=FIRST, last_day=LAST, pay_day=date(2026, 5, 10), created_at=AFTER,
        state="closed", closed_by=operator, closed_at=AFTER, measured_ms=to_ms(AFTER),
        failure={"code": "unmeasured", "facts": {}, "people": [{"name": "Held"}]},
    )  # fmt: skip


def test_left_out_are_named_before_the_file_and_sent_is_said_by_a_person(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    operator, client = house.people["operator"], house.client("operator")
    period = closed_period(operator)
    paid = owe(period, "Paid", "EUR", 100)
    owe(period, "Without", "EUR", 50)
    owe(period, "Dollars", "CAD", 50)
    small, mobile = owe(period, "Small", "EUR", 5), owe(period, "Mobile", "EUR", 50)
    canadian = owe(period, "Canadian", "EUR", 50)
    for person in (paid, small):
        set_account(person, "bank", Account(str(person), iban=IBAN), to_ms(AFTER))
    set_account(mobile, "mobile", Account("Mobile", number="+254712345678"), to_ms(AFTER))
    account = Account("Canadian", number="1234567", bank="000312345")
    set_account(canadian, "bank", account, to_ms(AFTER))
    at = datetime(2026, 5, 12, 15, tzinfo=UTC)
    stop_clock(at)

    page = client.get("/payroll/send?kind=bank&currency=EUR", headers=EN).content.decode()

    for name, why in (
        ("Without", "gave no account"),
        ("Dollars", "owed in another currency"),
        ("Small", "below the smallest amount that is sent"),
        ("Mobile", "is paid to the other kind of account"),
        ("Held", "the time could not be measured"),
    ):
        assert name in page
        assert why in page
    assert not BankReading.objects.exists()

    form = {"kind": "bank", "currency": "EUR"}
    unfit = client.post("/payroll/send", form, headers=EN)
    assert unfit.status_code == 422
    assert "euros go to an IBAN" in unfit.content.decode()
    assert not PaymentFile.objects.exists()
    assert BankReading.objects.filter(person=canadian, by=operator).exists()

    client.post("/payroll/send", form | {"leave": "1"}, headers=EN)

    made = PaymentFile.objects.get()
    assert b"<ChrgBr>SLEV</ChrgBr>" in content_of(made)
    assert (made.payments, made.sent_at) == (1, None)
    assert Payment.objects.get(person=paid).state == "due"
    page = client.get("/payroll/send?kind=bank&currency=EUR", headers=EN).content.decode()
    assert "is in a file that waits to be sent" in page

    client.post(f"/payroll/files/{made.pk}/sent", {"what": "sent"}, headers=EN)

    made.refresh_from_db()
    assert (made.sent_by, made.sent_at) == (operator, at)
    assert set(Payment.objects.filter(state="sent").values_list("person", flat=True)) == {paid.pk}
    assert str(operator) in client.get("/payroll/", headers=EN).content.decode()
    again = client.post(
        f"/payroll/files/{made.pk}/sent", {"what": "aside"}, headers=EN, follow=True
    )
    assert "sent or put aside" in again.content.decode()


def test_canadian_file_needs_an_originator_and_pays_canadian_accounts(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    operator, client = house.people["operator"], house.client("operator")
    period = closed_period(operator)
    ada, ben = owe(period, "Ada", "CAD", 100), owe(period, "Ben", "CAD", 50)
    account = Account("Ada", number="1234567", bank="000312345")
    set_account(ada, "bank", account, to_ms(AFTER))
    set_account(ben, "bank", Account("Ben", iban=IBAN), to_ms(AFTER))
    stop_clock(datetime(2026, 5, 12, 15, tzinfo=UTC))
    form = {"kind": "cpa", "currency": "CAD"}
    page = client.post("/payroll/send", form, headers=EN, follow=True).content.decode()
    assert "Add the originator number" in page
    payer = {"holder": "Les Soies", "number": "7654321", "bank": "081512345"}
    bank = {"number": "CANUT00001", "centre": "81510"}
    set_policy(PayRules(payer=payer, originator=bank), operator, to_ms(AFTER))
    page = client.get("/payroll/send?kind=cpa&currency=CAD", headers=EN).content.decode()
    assert "To verify with your bank" in page
    page = client.post("/payroll/send", form, headers=EN).content.decode()
    assert "not one of a Canadian bank" in page

    client.post("/payroll/send", form | {"leave": "1"}, headers=EN)

    made = PaymentFile.objects.get()
    answer = client.get(f"/payroll/files/{made.pk}")
    assert answer["Content-Disposition"].endswith('.txt"')
    records = answer.content.decode("ascii").splitlines()
    assert [(record[0], len(record)) for record in records] == [
        ("A", 1464),
        ("C", 1464),
        ("Z", 1464),
    ]
    assert records[1][24:37] == "2000000010000"
    assert records[2][46:68] == "0000000001000000000001"
