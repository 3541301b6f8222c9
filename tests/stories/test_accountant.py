"""To the accountant: pay from before Canut, own costs of people, a year, a file for payroll."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from canut.actions.pay.accounting.own_costs import set_cost_rule, state_costs
from canut.actions.pay.payments import mark_sent
from canut.actions.pay.statement_recount import recount
from canut.actions.people.accounts import add_member
from canut.core.clock import HOUR_MS, to_ms
from canut.core.pay.accounting.payroll_export import COLUMNS
from canut.core.pay.own_costs import StatedCost
from canut.core.places.parameters import Status
from canut.store.models import (
    Membership,
    OpeningBalance,
    OwnCosts,
    Payment,
    Period,
    Person,
    Role,
    Statement,
)
from tests.support.factories import make_person
from tests.support.instance import House, make_house
from tests.support.payroll import (
    AFTER,
    agree,
    close_from_page,
    content_of,
    moment,
    period,
    policy,
    work_hours,
)

EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
WORKED = date(2026, 4, 29)
SOURCE = "Payroll of Les Soies, until March 31"
FILLED = {
    "gross": "80000.00",
    "vacation": "3000.00",
    "net": "60000.00",
    "qpp_employee": "4478.30",
    "qpp_employer": "4478.30",
    "qpp2_employee": "216.00",
    "qpp2_employer": "216.00",
    "qpip_employee": "344.00",
    "qpip_employer": "481.60",
    "ei_employee": "895.70",
    "ei_employer": "1253.98",
    "hsf_employer": "1320.00",
    "cnt_employer": "48.00",
    "cnesst_employer": "1232.00",
}


@pytest.fixture
def house(
    db: None,  # noqa: ARG001 - opens the database
    settings: Settings,
    tmp_path: Path,
    stop_clock: Callable[[datetime], None],
) -> House:
    """Make a house whose worker is an employee in Quebec who worked ten hours."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    made = make_house()
    policy()
    agree(made.people["worker"])
    stop_clock(AFTER)
    return made


def read(client: Client, path: str, language: dict[str, str] = EN) -> str:
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, answer.content[:2000]
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def second_operator(house: House) -> Client:
    person = make_person(shown_name="Second")
    add_member(person, Role.OPERATOR, to_ms(AFTER), organisation=house.organisation)
    client = Client()
    client.force_login(person)
    return client


def filled(client: Client, person: Person, **changes: str) -> bytes:
    """Fill in the line of one person in the file that the page offers."""
    text = client.get("/payroll/before.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    out = io.StringIO()
    table = csv.DictWriter(out, list(rows[0]), delimiter=";")
    table.writeheader()
    for row in rows:
        table.writerow(row | FILLED | changes if row["person"] == str(person.pk) else row)
    return out.getvalue().encode()


def send_file(client: Client, content: bytes) -> tuple[int, str]:
    form = {"file": SimpleUploadedFile("before.csv", content, "text/csv"), "source": SOURCE}
    answer = client.post("/payroll/before/file", form, headers=EN, follow=True)
    return answer.status_code, answer.content.decode()


def work_and_close(person: Person, project: int) -> Period:
    work_hours(person, project, moment(WORKED), 10 * HOUR_MS)
    due = period()
    client = Client()
    client.force_login(Person.objects.get(shown_name="operator"))
    close_from_page(client)
    due.refresh_from_db()
    assert due.state == "closed", due.failure
    return due


def contributed(content: dict[str, Any]) -> dict[str, int]:
    return {
        f"{line['name']}/{line['payer']}": line["micro"] for line in content["pay"]["contributions"]
    }


def test_pay_from_before_is_checked_line_by_line_and_nothing_is_kept_on_an_error(
    house: House,
) -> None:
    client, person = house.client("operator"), house.people["worker"]
    wrong = {
        "gross": "80 000,005",
        "vacation": "much",
        "ei_employee": "",
        "qpp_employee": "5000",
    }

    status, page = send_file(client, filled(client, person, **wrong))

    assert status == 422
    assert "Nothing of this file was entered" in page
    for words in (
        "is finer than a cent",
        "“much” is not an amount. Write it as 1234.56.",
        "Write an amount, 0 if there is none.",
    ):
        assert words in page
    assert page.count('<td class="r num">') == 3

    status, page = send_file(client, filled(client, person, qpp_employee="5000", net="79000"))

    assert status == 422
    assert "5000.00 is over the limit of the year, 4479.30" in page
    assert "Net pay is 79000.00; gross pay less contributions is" in page

    other = filled(client, person).replace(b"worker", b"Somebody")
    assert "this number is worker" in send_file(client, other)[1]
    assert (
        "is nobody who is paid here"
        in send_file(
            client, filled(client, person).replace(f"\n{person.pk};".encode(), b"\n999999;")
        )[1]
    )
    assert send_file(client, b"")[0] == 422
    assert "This column is missing" in send_file(client, b"person;name\n1;x\n")[1]
    assert "is not a CSV line" in send_file(client, b'person,name\n1,"x\n')[1]
    assert not OpeningBalance.objects.exists()


def test_pay_from_before_counts_for_yearly_limits_once_a_second_operator_confirmed_it(
    house: House,
) -> None:
    client, person = house.client("operator"), house.people["worker"]

    status, page = send_file(client, filled(client, person))

    assert status == 200
    assert "Another operator confirms it" in page
    balance = OpeningBalance.objects.get()
    client.post("/payroll/before/confirm", {"balance": balance.pk}, headers=EN)
    balance.refresh_from_db()
    assert balance.confirmed_ms is None  # nobody confirms their own word

    second = second_operator(house)
    assert "Confirm 1 balance" in read(second, "/payroll/before")
    second.post("/payroll/before/confirm", {"balance": balance.pk}, headers=EN)
    due = work_and_close(person, house.project.pk)

    content = content_of(person, due)
    taken = contributed(content)
    assert taken["qpp/employee"] == 1_000_000  # 4,479.30 less 4,478.30
    assert taken["ei/employee"] == 0
    assert taken["qpp2/employee"] == 6_440_000
    assert content["given"]["before"]["opening_micro"] == 80_000_000_000
    assert content["year"]["gross_micro"] == 80_000_000_000 + content["pay"]["gross_micro"]
    statement = Statement.objects.get(person=person)
    worker = house.client("worker")
    assert "of which before Canut" in read(worker, f"/pay/{statement.pk}")
    assert "dont avant Canut" in read(worker, f"/pay/{statement.pk}", FR)
    assert list(recount(due)) == []


def test_balance_that_is_taken_out_counts_no_more(house: House) -> None:
    client, person = house.client("operator"), house.people["worker"]
    send_file(client, filled(client, person))
    balance, second = OpeningBalance.objects.get(), second_operator(house)
    second.post("/payroll/before/confirm", {"balance": balance.pk}, headers=EN)

    client.post("/payroll/before/withdraw", {"balance": balance.pk}, headers=EN)

    due = work_and_close(person, house.project.pk)
    assert "opening_micro" not in content_of(person, due)["given"]["before"]
    again = client.post("/payroll/before/withdraw", {"balance": balance.pk}, headers=EN)
    assert again.status_code == 302
    page = second.post(
        "/payroll/before/confirm", {"balance": balance.pk}, headers=EN, follow=True
    ).content.decode()
    assert "Read the page again, then confirm." in page


def test_balance_is_typed_by_hand_and_holds_on_one_word_where_there_is_no_second(
    house: House,
) -> None:
    client, person = house.client("operator"), house.people["worker"]
    own = house.people["operator"]
    others = Membership.objects.filter(role=Role.OPERATOR).exclude(person=own)
    others.update(ended_at=timezone.now())
    path = f"/payroll/before/{person.pk}"
    page = read(client, path, FR)
    assert "retenu sur la paie" in page

    wrong = client.post(path, FILLED | {"source": SOURCE, "vacation": "90000"}, headers=EN)
    assert wrong.status_code == 422
    assert "is over the gross pay" in wrong.content.decode()
    client.post(path, FILLED | {"source": SOURCE}, headers=EN)

    balance = OpeningBalance.objects.get()
    assert (balance.confirmed_ms, balance.confirmed_by) == (to_ms(AFTER), None)
    assert "on your word alone" in read(client, "/payroll/before")
    assert client.get(f"/payroll/before/{house.people['nobody'].pk}").status_code == 404


def test_own_costs_are_shown_and_topped_up_as_far_as_the_operator_covers_them(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(datetime(2026, 4, 28, 13, tzinfo=UTC))
    worker, person = house.client("worker"), house.people["worker"]
    assert "You have stated no costs." in read(worker, "/pay/costs")
    form = {
        "device": "30", "device_per": "month", "connection": "60,00", "connection_per": "month",
        "electricity": "0.10", "electricity_per": "hour", "hours": "150",
    }  # fmt: skip
    bad = worker.post("/pay/costs", form | {"hours": "0"}, headers=EN)
    assert bad.status_code == 422

    worker.post("/pay/costs", form, headers=EN)

    assert OwnCosts.objects.get(person=person).hourly_micro == 700_000
    page = read(worker, "/pay/costs", FR)
    assert "0,70 $" in page
    assert "ne couvre pas de frais" in page
    assert "$0.70 an hour" in read(worker, "/pay/")
    client = house.client("operator")
    rule = {"place": "CA-QC", "assumed": "0,30", "most": "0,50"}
    assert client.post("/payroll/costs", rule | {"most": "0,20"}, headers=EN).status_code == 422
    client.post("/payroll/costs", rule, headers=EN)
    stop_clock(AFTER)

    due = work_and_close(person, house.project.pk)

    content = content_of(person, due)
    (project,) = content["projects"]
    assert content["given"]["own_costs"] == {
        "hourly_micro": 700_000,
        "covered_micro": 500_000,
        "is_own_word": True,
        "on": "2026-04-28",
    }
    assert project["cost_micro"] == 5_000_000
    assert project["top_up_micro"] == 161_000_000 + 5_000_000
    assert content["pay"]["own_costs"] == {
        "micro": 7_000_000,
        "covered_micro": 5_000_000,
        "after_hourly_micro": 15_900_000,
        "floor_hourly_micro": 16_100_000,
        "lacking_micro": 2_000_000,
    }
    statement = Statement.objects.get(person=person)
    page = read(worker, f"/pay/{statement.pk}")
    assert "After these costs, you are $2.00 short of the floor" in page
    assert "$15.90" in page
    assert b"%PDF-" in worker.get(f"/pay/{statement.pk}/fr.pdf").content
    page = read(client, "/payroll/costs")
    assert "$15.90" in page
    assert "$2.00" in page
    assert list(recount(due)) == []


def test_costs_that_are_wholly_covered_leave_pay_at_the_floor_and_need_no_correction(
    house: House,
) -> None:
    person = house.people["worker"]
    operator = house.people["operator"]
    set_cost_rule("CA-QC", 0, 1_000_000, operator, to_ms(AFTER))
    costs = {"connection": StatedCost(400_000, is_monthly=False)}
    state_costs(person, costs, 100, moment(WORKED, 8))
    due = work_and_close(person, house.project.pk)
    first = content_of(person, due)["pay"]["own_costs"]
    assert (first["lacking_micro"], first["after_hourly_micro"]) == (0, 16_100_000)
    assert "not under the floor" in read(
        house.client("worker"), f"/pay/{Statement.objects.get(person=person).pk}"
    )


def test_costs_assumed_for_a_place_count_for_who_stated_none_and_a_stated_none_is_none(
    house: House,
) -> None:
    person, operator = house.people["worker"], house.people["operator"]
    other = make_person(shown_name="Zero")
    agree(other)
    set_cost_rule("CA-QC", 300_000, 500_000, operator, to_ms(AFTER))
    state_costs(other, {}, 100, moment(WORKED, 8))
    work_hours(other, None, moment(WORKED), HOUR_MS, surface="queue")

    due = work_and_close(person, house.project.pk)

    assumed = content_of(person, due)["given"]["own_costs"]
    assert (assumed["hourly_micro"], assumed["covered_micro"]) == (300_000, 300_000)
    assert assumed["is_own_word"] is False
    assert "own_costs" not in content_of(other, due)["given"]
    assert "assumed for your place of work" in read(
        house.client("worker"), f"/pay/{Statement.objects.get(person=person).pk}"
    )


def test_a_year_adds_up_to_its_statements_for_the_person_and_for_payroll(house: House) -> None:
    client, person = house.client("operator"), house.people["worker"]
    send_file(client, filled(client, person))
    second_operator(house).post(
        "/payroll/before/confirm", {"balance": OpeningBalance.objects.get().pk}, headers=EN
    )
    due = work_and_close(person, house.project.pk)
    content, worker = content_of(person, due), house.client("worker")
    gross = 80_000_000_000 + content["pay"]["gross_micro"]

    page = read(worker, "/pay/")
    assert "For taxes" in page
    assert "so far" in page
    summary = json.loads(worker.get("/pay/year/2026.json").content)

    (part,) = summary["parts"]
    boxes = {f"{box['form']} {box['box']}": box for box in part["boxes"]}
    assert part["gross_micro"] == gross
    assert boxes["RL-1 A"]["micro"] == boxes["T4 14"]["micro"] == gross
    assert boxes["RL-1 B.A"]["micro"] == 4_479_300_000
    assert boxes["RL-1 B.B"]["micro"] == 216_000_000 + 6_440_000
    assert boxes["RL-1 C"]["micro"] == boxes["T4 18"]["micro"] == 895_700_000
    assert boxes["T4 24"]["micro"] == 68_900_000_000
    assert boxes["RL-1 I"]["micro"] == gross
    assert boxes["T4 17A"]["certainty"] == "to_verify"
    assert boxes["RL-1 A"]["certainty"] == "confirmed"
    assert boxes["RL-1 E"]["micro"] is None  # what was withheld before Canut is not known
    assert part["months"] == {"2026-05": content["pay"]["gross_micro"]}
    assert summary["is_filed"] is False
    for language in ("fr", "en"):
        pdf = worker.get(f"/pay/year/2026/{language}.pdf")
        assert pdf.content.startswith(b"%PDF-")
        assert pdf.content == worker.get(f"/pay/year/2026/{language}.pdf").content
    assert house.client("nobody").get("/pay/year/2026.json").status_code == 404
    assert worker.get("/pay/year/2025.json").status_code == 404
    assert worker.get("/payroll/years/2026.csv").status_code in {403, 404}

    assert "$80," in read(client, "/payroll/years")
    table = client.get("/payroll/years/2026.csv").content.decode("utf-8-sig")
    rows = {row["what"]: row for row in csv.DictReader(io.StringIO(table))}
    assert Decimal(rows["RL-1 A"]["amount"]) * 1_000_000 == gross
    archive = zipfile.ZipFile(io.BytesIO(client.get("/payroll/years/2026/fr.zip").content))
    assert sorted(archive.namelist()) == [
        "canut-2026-remittances.csv",
        "canut-2026.csv", f"json/{person.pk}.json", f"pdf/{person.pk}-fr.pdf",
    ]  # fmt: skip
    remitted = archive.read("canut-2026-remittances.csv").decode("utf-8-sig")
    assert "2026-05,qpp,CAD,1.00,1.00" in remitted
    assert client.get(f"/payroll/people/{person.pk}/years/2026/en.pdf").status_code == 200


def test_a_year_names_pay_that_was_sent_in_another_year_and_pay_not_sent(house: House) -> None:
    person = house.people["worker"]
    agree(person, Status.SELF_EMPLOYED, since=datetime(2026, 1, 6, tzinfo=UTC))
    work_and_close(person, house.project.pk)
    worker = house.client("worker")
    (part,) = json.loads(worker.get("/pay/year/2026.json").content)["parts"]
    assert part["not_sent"] == part["statements"]
    assert [(box["form"], box["box"]) for box in part["boxes"]] == [("T4A", "048")]

    payment = Payment.objects.get(person=person)
    mark_sent(payment.pk, "cheque", to_ms(datetime(2027, 1, 4, 18, tzinfo=UTC)))

    (part,) = json.loads(worker.get("/pay/year/2026.json").content)["parts"]
    assert part["paid_in_another_year"] == part["statements"]
    assert part["not_sent"] == []


def test_payroll_file_adds_up_to_the_cent_and_no_cell_runs_in_a_spreadsheet(house: House) -> None:
    person = house.people["worker"]
    Person.objects.filter(pk=person.pk).update(shown_name="=1+1")
    client, due = house.client("operator"), period()
    assert client.get(f"/payroll/{due.pk}.csv").status_code == 409
    due.delete()
    due = work_and_close(person, house.project.pk)

    assert "CSV for payroll software" in read(client, f"/payroll/{due.pk}")
    text = client.get(f"/payroll/{due.pk}.csv").content.decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    pay = content_of(person, due)["pay"]
    earned = [row for row in rows if "_" not in row["code"]]
    assert sum(Decimal(row["amount"]) for row in earned) * 1_000_000 == pay["gross_micro"]
    taken = [row for row in rows if row["code"].endswith("_E")]
    assert sum(Decimal(row["amount"]) for row in taken) * 1_000_000 == pay["withheld_micro"]
    assert sum(int(row["quantity_minutes"]) for row in rows) == 600
    assert {row["legal_name"] for row in rows} == {"'=1+1"}
    assert {row["pay_date"] for row in rows} == {due.pay_day.isoformat()}
    assert {row["code"] for row in rows} >= {"TOPUP", "TRAIN", "EI_E", "CNESST_R"}
    assert house.client("worker").get(f"/payroll/{due.pk}.csv").status_code in {403, 404}


def test_bank_file_of_nobody_says_so_and_a_rate_is_between_two_currencies(house: House) -> None:
    client = house.client("operator")

    page = read(client, "/payroll/send?kind=bank&currency=CAD")

    assert "Nobody can be paid by this file now" in page
    assert "0 ·" not in page
    assert '<option value="EUR" selected>' in read(client, "/payroll/exchange")
    form = {"code": "CAD", "rate": "1", "quote": "CAD", "on": "2026-05-01", "source": "me"}
    answer = client.post("/payroll/exchange/propose", form, headers=EN)
    assert answer.status_code == 422
    assert "Choose two different currencies." in answer.content.decode()


@pytest.mark.parametrize(
    ("number", "bank", "words"),
    [
        ("000", "815-12345", "Invalid account number"),
        ("0000000", "815-12345", "Invalid account number"),
        ("12345", "815-12345", "Invalid account number"),
        ("1234567", "000-12345", "Invalid account number"),
        ("1234567", "815-00000", "Invalid account number"),
        ("1234567", "", "your bank’s code is needed"),
        ("FR7630006000011234567890188", "", "Invalid account number"),
    ],
)
def test_account_that_no_bank_can_have_is_refused_where_it_is_entered(
    house: House, number: str, bank: str, words: str
) -> None:
    form = {"kind": "bank", "holder": "Ada", "number": number, "bank": bank}

    answer = house.client("worker").post("/pay/", form, headers=EN)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page or "Copy it again" in page


def test_account_typed_as_on_a_cheque_is_kept_as_banks_write_it(house: House) -> None:
    form = {"kind": "bank", "holder": "Ada", "number": "1234567", "bank": "12345-815"}

    answer = house.client("worker").post("/pay/", form, headers=EN)

    assert answer.status_code == 302
