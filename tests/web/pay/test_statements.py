"""What a worker sees of their pay, and what payroll sees; the other's is missing."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from canut.actions.people.accounts import join_as_worker
from canut.actions.people.terms_changes import say_place
from canut.core.clock import HOUR_MS
from canut.core.pay.statement import PayDesk, text_of
from canut.core.places.parameters import Status
from canut.core.places.reader import shipped_places
from canut.store.models import BankReading, DryRun, Payment, Period, Statement, Terms
from canut.store.pay import statements
from canut.web.pay.wording import adjustment_word
from tests.support.factories import NOW_MS, make_person
from tests.support.instance import House
from tests.support.pay_pages import make_open_period, make_payment, make_statement
from tests.support.payroll import (
    FIRST,
    LAST,
    agree,
    close_from_page,
    moment,
    refusal_of_closing,
    work_hours,
)

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
pytestmark = pytest.mark.django_db


def shown(client: Client, path: str, language: dict[str, str] = EN) -> str:
    answer = client.get(path, headers=language)
    assert answer.status_code == 200, answer.content
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_worker_reads_how_every_amount_came_about_in_both_languages(house: House) -> None:
    statement = make_statement(house)
    client = house.client("worker")

    page, page_fr = (shown(client, f"/pay/{statement.pk}", language) for language in (EN, FR))

    for words in ("Reading instructions", "1 h 00", "$16.10", "the law", "Quebec pension (QPP)"):
        assert words in page
    assert "Quebec income tax" in page
    for words in ("Lecture des consignes", "16,10 $", "la loi", "impôt du Québec", "Paie nette"):
        assert words in page_fr


@pytest.mark.parametrize("language", ["fr", "en"])
def test_pdf_is_tagged_for_readers_and_the_same_bytes_each_time(
    house: House, language: str
) -> None:
    path = f"/pay/{make_statement(house).pk}/{language}.pdf"

    first, second = (house.client("worker").get(path) for _ in range(2))

    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert b"pdfuaid" in first.content
    assert first.content == second.content


def test_file_has_the_fingerprint_of_the_page_and_can_be_counted_again(house: House) -> None:
    statement = make_statement(house)
    client = house.client("worker")

    text = client.get(f"/pay/{statement.pk}/statement.json").content.decode()

    assert hashlib.sha256(text.encode()).hexdigest() in shown(client, f"/pay/{statement.pk}")
    assert text_of(PayDesk(shipped_places()).again(json.loads(text))) == text


def test_nobody_reads_the_statement_of_another(house: House) -> None:
    statement = make_statement(house)

    codes = [
        house.client(role).get(f"/pay/{statement.pk}{end}").status_code
        for role in ("reviewer", "requester", "nobody")
        for end in ("", "/fr.pdf", "/statement.json")
    ]

    assert set(codes) == {404}


def test_worker_confirms_a_payment_and_payroll_sees_it(house: House) -> None:
    payment = make_payment(house)

    house.client("worker").post(f"/pay/{payment.pk}/received")

    payment.refresh_from_db()
    assert payment.state == Payment.State.CONFIRMED
    page = shown(house.client("operator"), f"/payroll/{payment.statement.period_id}")
    assert "received" in page


def test_payment_that_did_not_arrive_is_due_again_on_both_sides(house: House) -> None:
    payment = make_payment(house)

    house.client("worker").post(f"/pay/{payment.pk}/missing")

    assert "did not arrive: due again" in shown(house.client("worker"), "/pay/")
    page = shown(house.client("operator"), f"/payroll/{payment.statement.period_id}")
    assert "did not arrive: due again" in page


@pytest.mark.parametrize(("days", "is_late"), [(16, False), (17, True)])
def test_pay_that_is_unpaid_16_days_after_the_period_shows_on_both_sides(
    house: House, stop_clock: Callable[[datetime], None], days: int, is_late: bool
) -> None:
    make_payment(house, sent=False)
    at = datetime.combine(LAST + timedelta(days=days), datetime.min.time(), UTC)
    stop_clock(at + timedelta(hours=14))

    worker = shown(house.client("worker"), "/pay/")
    operator = shown(house.client("operator"), "/payroll/")

    assert ("late: due since the 16th day" in worker) is is_late
    assert ("Unpaid more than 16 days" in operator) is is_late


def test_account_is_kept_sealed_shown_by_its_end_and_its_readers_are_named(house: House) -> None:
    client = house.client("worker")
    given = {"kind": "bank", "holder": "Ada Ménard", "number": "9876 54321", "bank": "000312345"}

    answer = client.post("/pay/", given)

    assert answer.status_code == 302
    page = shown(client, "/pay/")
    assert "4321" in page
    assert "987654321" not in page
    BankReading.objects.create(
        person=house.people["worker"],
        by=house.people["operator"],
        why="canut-7",
        at=datetime(2026, 5, 4, tzinfo=UTC),
    )
    assert "canut-7" in shown(client, "/pay/")


def test_account_that_cannot_be_says_so_and_is_not_kept(house: House) -> None:
    given = {"kind": "bank", "holder": "Ada", "number": "FR7630006000011234567890188", "bank": ""}

    answer = house.client("worker").post("/pay/", given, headers=FR)

    assert answer.status_code == 422
    assert "document de votre banque" in answer.content.decode()
    assert "4567890188" not in shown(house.client("worker"), "/pay/")


def test_dry_run_names_who_is_in_the_way_and_closes_nothing(house: House) -> None:
    due = make_open_period(house)
    client = house.client("operator")

    client.post(f"/payroll/{due.pk}/try")

    page = shown(client, f"/payroll/{due.pk}")
    assert "Somebody has no terms yet" in page
    assert f'href="/payroll/people/{house.people["worker"].pk}"' in page
    assert (Period.objects.get().state, DryRun.objects.count()) == ("open", 1)


def test_close_that_is_refused_says_why_and_who(house: House) -> None:
    due = make_open_period(house)
    agree(house.people["worker"])  # but the payer's yearly wages are not given
    client = house.client("operator")

    assert refusal_of_closing(client, due) == "payroll-unknown"

    page = shown(client, f"/payroll/{due.pk}")
    assert "open, could not be closed" in page
    assert "write them in the pay rules" in page
    assert not Statement.objects.exists()


def somebody_else_earns(house: House) -> None:
    """Let somebody with terms work an hour, so that the period pays anybody."""
    person = make_person(shown_name="Nour")
    agree(person, Status.SELF_EMPLOYED)
    join_as_worker(house.project, person, NOW_MS)
    work_hours(person, house.project.pk, moment(FIRST), HOUR_MS)


def test_closed_period_names_who_waits_and_what_to_do(house: House) -> None:
    due = make_open_period(house)
    client = house.client("operator")
    somebody_else_earns(house)

    close_from_page(client)

    page, page_fr = (shown(client, f"/payroll/{due.pk}", language) for language in (EN, FR))
    name = str(house.people["worker"])
    for words in ("Who waits", name, "set place and status", "the next period pays them"):
        assert words in page
    for words in ("En attente", name, "fixez lieu et statut", "la période suivante les paie"):
        assert words in page_fr


def test_period_is_made_terms_are_set_and_it_is_closed(house: House) -> None:
    due = make_open_period(house)
    client = house.client("operator")
    who = house.people["worker"]
    facts = ["hours_set", "price_set", "method_set"]
    terms = {"place": "CA-QC", "zone": "America/Toronto", "facts": facts, "status": "", "pace": 100}
    rules = {"days": 14, "wait_days": 7, "currency": "CAD", "payroll": "500000", "cnesst": "1,54 %"}

    answers = [
        client.post(f"/payroll/people/{who.pk}", terms),
        client.post("/payroll/rules", rules),
    ]
    close_from_page(client)

    assert [answer.status_code for answer in answers] == [302, 302]
    due.refresh_from_db()
    assert due.state == "closed"
    kept = Terms.objects.get(person=who)
    assert (kept.status, kept.facts["watched"]) == ("employee", False)
    page = shown(client, f"/payroll/{due.pk}")
    for words in ("Remittances", "Work accidents (CNESST)", "Employer"):
        assert words in page
    (line,) = statements.lines_of(who, date(2026, 5, 5))
    assert line.payment is not None


def test_some_facts_of_control_make_somebody_self_employed_in_the_zone_of_their_place(
    house: House,
) -> None:
    terms = {"place": "FR", "zone": "", "facts": ["hours_set"], "status": "", "pace": 100}

    answer = house.client("operator").post(
        f"/payroll/people/{house.people['worker'].pk}", terms, headers=EN
    )

    assert answer.status_code == 302
    kept = Terms.objects.get(person=house.people["worker"])
    assert (kept.status, kept.zone) == ("self_employed", "Europe/Paris")


def test_several_people_get_the_same_terms_each_where_they_said(house: House) -> None:
    people = [make_person(shown_name=name) for name in ("Nour", "Sam")]
    for person in people:
        join_as_worker(house.project, person, NOW_MS)
        say_place(person, "CA-QC", NOW_MS)
    client = house.client("operator")
    given = {"person": [person.pk for person in people], "status": "employee", "place": ""}

    page = shown(client, "/payroll/people")
    client.post("/payroll/people/terms", given)

    assert "Several at once" in page
    rows = Terms.objects.filter(person__in=people).values_list("place", "zone", "status")
    assert set(rows) == {("CA-QC", "America/Toronto", "employee")}
    again = client.post("/payroll/people/terms", given, headers=EN, follow=True)
    assert "Nour already has terms" in again.content.decode()
    assert Terms.objects.filter(person__in=people).count() == 2


def test_several_without_a_place_are_refused_together(house: House) -> None:
    people = [make_person(), make_person()]
    for person in people:
        join_as_worker(house.project, person, NOW_MS)
    say_place(people[0], "CA-QC", NOW_MS)
    given = {"person": [person.pk for person in people], "status": "employee", "place": ""}

    answer = house.client("operator").post("/payroll/people/terms", given, headers=EN, follow=True)

    assert "A place of work is missing" in answer.content.decode()
    assert not Terms.objects.filter(person__in=people).exists()


def test_status_is_chosen_where_the_facts_do_not_say_it(house: House) -> None:
    terms = {"place": "CA-QC", "zone": "America/Toronto", "status": "", "pace": 100}
    who = house.people["worker"].pk

    answer = house.client("operator").post(f"/payroll/people/{who}", terms, headers=EN)

    assert answer.status_code == 422
    assert "answer who controls the work" in answer.content.decode()
    assert not Terms.objects.exists()


def test_file_for_the_bank_is_made_and_downloaded_as_it_was(house: House) -> None:
    payment = make_payment(house)

    answer = house.client("operator").get(f"/payroll/files/{payment.file_id}")

    assert answer["Content-Type"] == "application/xml"
    assert b"pain.001.001.09" in answer.content
    assert b"987654321" in answer.content


def test_next_period_is_proposed_and_made(house: House, settings: Settings) -> None:
    settings.TIME_ZONE = "UTC"
    make_open_period(house)
    client = house.client("operator")
    assert "D’autres jours" in shown(client, "/payroll/", FR)

    client.post("/payroll/", {"first_day": "2026-05-04", "last_day": "2026-05-17"})

    assert Period.objects.filter(first_day=date(2026, 5, 4)).exists()


def test_what_a_rejection_took_is_told_in_the_words_of_the_list() -> None:
    line = {"reason": "off-instructions", "micro": -210_000}

    with translation.override("fr"):
        words = adjustment_word(line, "1er mai 2026", "CAD")

    assert words.startswith("Repris le 1er mai 2026")
    assert "consignes" in words
    assert "off-instructions" not in words
