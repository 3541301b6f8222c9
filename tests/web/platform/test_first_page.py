"""The first page: three doors, and what this instance paid; of under twenty people, nothing."""

from datetime import date

import pytest
from django.test import Client

from canut.actions.portrait import instance_figures
from canut.core.clock import HOUR_MS, from_ms
from canut.store.models import Contributed, Period, Statement, StatementCost
from tests.support.factories import NOW, NOW_MS, make_person, make_project
from tests.support.instance import House

pytestmark = pytest.mark.django_db
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}


@pytest.fixture(autouse=True)
def _forget_figures() -> None:
    instance_figures.figures_of.cache_clear()


def pay(people: int, month: int = 4) -> None:
    """Close a period in which so many people got 20 dollars for an hour, one of them withheld."""
    period = Period.objects.create(
        first_day=date(2026, month, 16), last_day=date(2026, month, 30),
        pay_day=date(2026, month + 1, 7),
        created_at=NOW, state="closed", closed_by=make_person(), closed_at=from_ms(NOW_MS),
        measured_ms=NOW_MS,
    )  # fmt: skip
    for number in range(people):
        micro = (20_000 + 10 * number) * 1_000
        statement = Statement.objects.create(
            period=period, person=make_person(), currency="CAD", content="{}", sha256="0" * 64,
            time_ms=HOUR_MS, top_up_micro=0, gross_micro=micro, vacation_micro=0,
            net_micro=micro - 1_000_000, pay_year=2026, begin_ms=0, end_ms=1,
        )  # fmt: skip
        Contributed.objects.create(
            statement=statement, name="qpp", payer="employee", base_micro=micro, micro=1_000_000
        )


def read(client: Client, language: dict[str, str] = EN) -> str:
    return client.get("/", headers=language).content.decode().replace("\xa0", " ")


def test_a_visitor_reads_what_it_is_and_has_three_doors(client: Client) -> None:
    page = read(client)

    assert page.count("<h1") == 1
    for words in ("I have tasks", "I got an invitation", "I want to check"):
        assert words in page
    assert "Nobody has worked here yet." in page
    assert "$0" not in page


def test_figures_have_interval_and_basis_and_lead_to_their_source(client: Client) -> None:
    pay(20)

    page = read(client)

    assert "$20.1" in page
    assert "[$20.0" in page
    assert "at least 20 people, all counted time" in page
    assert "20 h 00" in page
    assert "95%" in page
    assert 'href="/portrait/latest/c4/"' in page
    assert "Where each figure comes from" in page


def test_number_of_people_is_a_band_as_in_the_portrait(client: Client) -> None:
    pay(24)

    page = read(client)

    assert "at least 20 people, all counted time" in page
    assert "24 people" not in page


def test_pay_of_an_hour_is_of_all_places_and_says_whom_it_leaves_out(client: Client) -> None:
    pay(25)
    Statement.objects.filter(id__in=Statement.objects.values("id")[:5]).update(currency="EUR")

    page = read(client)

    assert "at least 20 people, all counted time, all places, without people paid in" in page


def test_pay_for_work_whose_time_nobody_measured_raises_no_pay_of_an_hour(client: Client) -> None:
    pay(20)
    project = make_project(tasks=1).project
    for statement in Statement.objects.all():
        StatementCost.objects.create(
            statement=statement, project=project, answers=3, time_ms=0, pieces_micro=5_000_000,
            hours_micro=0, top_up_micro=0, on_top_micro=0,
        )  # fmt: skip

    assert "$15.1" in read(client)


@pytest.mark.parametrize("people", [9, 12, 19])
def test_under_twenty_people_no_figure_is_shown(client: Client, people: int) -> None:
    pay(people)

    page = read(client)

    assert "Fewer than twenty people were paid here" in page
    assert "$20" not in page


def test_pay_that_one_person_got_most_of_is_not_shown(client: Client) -> None:
    pay(20)
    richest = Statement.objects.order_by("id")[0]
    Statement.objects.filter(pk=richest.pk).update(gross_micro=5_000_000_000)

    assert "$20" not in read(client)


def test_a_closing_of_few_people_waits_until_twenty_more_can_be_told(client: Client) -> None:
    pay(20)
    assert "20 h 00" in read(client)

    pay(5, month=6)
    page = read(client)
    assert "20 h 00" in page
    assert "April 30" in page

    pay(16, month=9)
    assert "41 h 00" in read(client)


def test_contributions_of_few_people_are_not_told(client: Client) -> None:
    pay(20)
    Contributed.objects.exclude(pk__in=Contributed.objects.values("pk")[:3]).delete()

    page = read(client)

    assert "at least 20 people" in page
    assert "to contributions" not in page


def test_people_at_work_before_the_first_closed_period_are_said(client: Client) -> None:
    make_project(tasks=1)
    assert "no pay period is closed yet" in read(client)


def test_link_or_code_leads_to_the_invitation(client: Client, house: House) -> None:
    del house
    for typed in ("https://canut.example/join/abcd-1234", "abcd-1234", " /join/abcd-1234/ "):
        answer = client.get("/join/", {"code": typed})
        assert answer["Location"] == "/join/abcd-1234", typed

    answer = client.get("/join/", {"code": "//evil.example/?a b"}, headers=EN, follow=True)
    assert answer.redirect_chain[-1][0] == "/"
    assert "neither a link nor a code" in answer.content.decode()
