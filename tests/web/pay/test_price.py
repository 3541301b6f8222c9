"""The pages of a project's money: price, chain, funds, pilot, bill, and what workers read."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

import canut.web
from canut.actions.pay.bills import summary_of
from canut.actions.pay.period_costs import open_since
from canut.actions.pay.periods import close_period
from canut.actions.people.accounts import add_member, create_invitation, invitation_token
from canut.actions.projects.cost_preview import before_pilot
from canut.actions.projects.setup import start_project
from canut.actions.quality.reviews import ReviewRuleIn, set_review_rule
from canut.actions.time.task_times import WINDOW_MS, keep_pace
from canut.core.clock import DAY_MS, to_ms
from canut.core.money import Money
from canut.core.pay.intermediaries import Party, PartyRole
from canut.core.places.parameters import Status
from canut.store.models import Organisation, Project, RateVersion, Role, Worker
from canut.store.pay.funds import balance, chain_of
from canut.store.work.pilots import last_pace
from canut.web.kit.formatting import calendar_day, earnings
from tests.support.factories import NOW, NOW_MS, answer_next, make_person
from tests.support.instance import House
from tests.support.paid_work import (
    begin_pilot,
    declare_chain,
    fund,
    hire,
    make_paid_draft,
    say_terms,
    try_out,
)
from tests.support.payroll import AFTER, FIRST, agree, moment, period, policy

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
SECOND = 1000
TEMPLATES = Path(canut.web.__file__).parent / "templates"
CHAIN = {"client": "Maison Bréval", "country": "ca"}
pytestmark = pytest.mark.django_db


def ask(
    client: Client, project: Project, name: str, headers: dict[str, str] = FR, **query: str
) -> str:
    answer = client.get(reverse(name, args=[project.slug]), query, headers=headers)
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def send(
    client: Client, project: Project, page: str, given: dict[str, Any], headers: dict[str, str] = FR
) -> tuple[int, str]:
    path = reverse(page, args=[project.slug])
    answer = client.post(path, given, headers=headers, follow=True)
    return answer.status_code, answer.content.decode()


KEEP = {"go": "keep"}


@pytest.fixture
def tried(house: House) -> tuple[Project, list[Worker]]:
    """Make a pilot of the house that four people did their part of, at too low a price."""
    project, workers = begin_pilot(piece_micro=50_000)
    Project.objects.filter(id=project.pk).update(organisation=house.organisation)
    project.refresh_from_db()
    try_out(workers, [15 * SECOND] * 4)
    return project, workers


def test_hour_and_seconds_set_the_price_of_an_answer(house: House) -> None:
    given = {"overlap": 2, "own_staff": "no", "hourly": "18", "seconds": "45", "currency": "CAD"}

    send(
        house.client("requester"),
        house.draft,
        "project_setup_price",
        KEEP | given | {"floor": "17"},
    )

    rate = RateVersion.objects.get(project=house.draft)
    house.draft.refresh_from_db()
    assert (rate.piece_micro, rate.hourly_micro, rate.task_ms) == (225_000, 18_000_000, 45_000)
    assert house.draft.floor_micro == 17_000_000


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"hourly": "18"}, "Dites combien de temps"),
        ({"hourly": "18", "seconds": "45", "price": "1"}, "l’un des deux"),
        ({}, "Écrivez un montant"),
        ({"price": "1", "floor": "-2"}, "Écrivez un montant"),
    ],
)
def test_price_that_is_half_said_is_refused_in_words(
    house: House, given: dict[str, str], words: str
) -> None:
    base = {"overlap": 2, "own_staff": "no", "currency": "CAD"}

    status, page = send(
        house.client("requester"), house.draft, "project_setup_price", KEEP | base | given
    )

    assert status == 422
    assert words in page


def test_estimate_says_every_part_while_one_types(house: House) -> None:
    hire(house.draft)
    given = {"overlap": "2", "own_staff": "no", "hourly": "18", "seconds": "45", "currency": "CAD"}

    part = ask(house.client("requester"), house.draft, "project_setup_estimate", EN, **given)

    assert "$0.225" in part
    assert "$18.00" in part
    for words in ("Reserve for top-ups", "floor of $16.60", "Employer’s contributions", "At most"):
        assert words in part


def test_estimate_of_what_cannot_be_read_waits_for_a_price(house: House) -> None:
    part = ask(house.client("requester"), house.draft, "project_setup_estimate", EN, hourly="x")

    assert "once you write a price" in part


def test_chain_is_kept_and_shown_with_what_is_not_disclosed(house: House) -> None:
    client = house.client("requester")
    pay = {"overlap": 1, "own_staff": "no", "price": "0.10", "currency": "CAD"}
    send(client, house.draft, "project_setup_price", KEEP | pay)
    between = {"role_1": "intermediary", "name_1": "Relais", "country_1": "fr", "share_1": "0,02"}

    send(client, house.draft, "project_setup_chain", CHAIN | between | {"price": "0,15"})

    chain = chain_of(house.draft.pk)
    page = ask(client, house.draft, "project_bill")
    assert chain is not None
    assert [party.share.micro for party in chain.parties] == [20_000, 30_000, 100_000]
    assert "Relais" in page
    assert "non divulgué" in page


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"price": "0.01"}, "au moins"),
        ({"country": "Canada"}, "Choisissez un pays"),
        ({"client": ""}, "quelque chose"),
        ({"hide": "on"}, "raison"),
        ({"share_1": "x", "role_1": "operator", "name_1": "A"}, "Écrivez un montant"),
        ({"role_1": "operator"}, "Nommez"),
    ],
)
def test_chain_that_does_not_hold_is_refused_in_words(
    house: House, given: dict[str, str], words: str
) -> None:
    client = house.client("requester")
    pay = {"overlap": 1, "own_staff": "no", "price": "0.10", "currency": "CAD"}
    send(client, house.draft, "project_setup_price", KEEP | pay)

    status, page = send(client, house.draft, "project_setup_chain", CHAIN | given)

    assert status == 422
    assert words in page
    assert chain_of(house.draft.pk) is None


def test_start_without_the_money_says_how_much_is_missing(house: House) -> None:
    client = house.client("requester")
    aims = dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "dit")
    send(client, house.draft, "project_setup_rows", {"keep": "good"})
    send(client, house.draft, "project_setup_told", aims | {"hard": "none", "modality": "text"})
    pay = {"overlap": 1, "own_staff": "no", "price": "0.10", "currency": "CAD"}
    chain = {f"chain-{name}": text for name, text in CHAIN.items()}

    status, page = send(client, house.draft, "project_setup_price", pay | chain, EN)

    house.draft.refresh_from_db()
    assert status == 422
    assert re.search(r"\$\d\.\d\d is missing", page)
    assert house.draft.state == "draft"
    assert house.draft.imports.get().state == "ready"


def test_operator_writes_down_what_came_in_and_a_requester_cannot(house: House) -> None:
    given = {"amount": "12,50", "note": "virement 7"}

    send(house.client("operator"), house.project, "project_funds", given)
    status, _page = send(house.client("requester"), house.project, "project_funds", given)

    assert balance(house.project.pk, "CAD").deposited == Money(12_500_000, "CAD")
    assert status == 403


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"amount": "1234,5", "note": ""}, "note"),
        ({"amount": "douze", "note": "virement 7"}, "amount"),
        ({"amount": "9999999999999", "note": "virement 7"}, "amount"),
    ],
)
def test_refused_deposit_stays_typed_with_what_is_wrong_next_to_it(
    house: House, typed: dict[str, str], wrong: str
) -> None:
    status, page = send(house.client("operator"), house.project, "project_funds", typed)

    assert status == 422
    assert f'id="id_{wrong}_error"' in page
    assert all(f'value="{text}"' in page for text in typed.values() if text)
    assert balance(house.project.pk, "CAD").deposited.micro == 0


def test_deposit_beyond_what_can_be_counted_says_so_at_its_amount(house: House) -> None:
    client = house.client("operator")
    most = {"amount": "1000000000000", "note": "virement 7"}
    send(client, house.project, "project_funds", most)

    status, page = send(client, house.project, "project_funds", most | {"amount": "1"})

    assert (status, 'id="id_amount_error"' in page) == (422, True)


def test_refused_deposit_of_a_pilot_stays_on_the_road(
    house: House, tried: tuple[Project, list[Worker]]
) -> None:
    project, _workers = tried
    typed = {"amount": "77,70", "note": ""}

    status, page = send(house.client("operator"), project, "project_funds", typed, EN)

    assert status == 422
    assert "Road to opening" in page
    assert 'value="77,70"' in page


def test_amount_proposed_for_a_deposit_is_whole_cents_and_is_enough(house: House) -> None:
    project = make_paid_draft(piece_micro=333_334, overlap=7)
    Project.objects.filter(id=project.pk).update(organisation=house.organisation)
    declare_chain(project)
    fund(project, before_pilot(project, NOW_MS).missing)
    start_project(project, NOW_MS)
    client = house.client("operator")
    page = client.get(reverse("project_pilot", args=[project.slug]), headers=EN).content.decode()
    amount = re.search(r'name="amount" value="(\d+(?:[.,]\d{1,2})?)"', page)
    assert amount

    typed = {"amount": amount.group(1), "note": "transfer 8"}
    _status, after = send(client, project, "project_funds", typed, EN)

    assert "Money is missing" in page
    assert "Money is missing" not in after


def test_pilot_page_says_the_verdict_and_the_price_that_would_do(
    house: House, tried: tuple[Project, list[Worker]]
) -> None:
    project, _workers = tried

    page = ask(house.client("requester"), project, "project_pilot", EN)

    assert "cannot open at this price" in page
    assert "$0.069167" in page
    assert "4 / 4" in page
    assert "Raise to $0.069167" in page
    assert 'class="dots"' in page
    assert "Nobody has" not in page


def test_opening_at_too_low_a_price_is_refused_and_the_proposed_one_opens(
    house: House, tried: tuple[Project, list[Worker]]
) -> None:
    project, _workers = tried
    client = house.client("requester")

    refused, words = send(client, project, "project_state", {"state": "open"}, EN)
    offered = client.get(reverse("project_pilot", args=[project.slug])).context["offered"]
    send(client, project, "project_price", offered)
    _status, page = send(client, project, "project_state", {"state": "open"}, EN)

    project.refresh_from_db()
    assert refused == 409
    assert "smallest price of an answer that fits: $0.069167" in words
    assert project.state == "open"
    assert "The project is open" in page
    assert "Export" in page or "Invite" in page  # the overview, with what comes next


def test_price_on_the_pilot_page_that_cannot_be_read_keeps_the_old_one(
    house: House, tried: tuple[Project, list[Worker]]
) -> None:
    project, _workers = tried

    status, _page = send(house.client("requester"), project, "project_price", {"price": "cher"})

    assert status == 422
    assert RateVersion.objects.filter(project=project).count() == 1


def test_pilot_page_of_own_staff_says_it_needs_none(house: House) -> None:
    Project.objects.filter(id=house.project.pk).update(is_own_staff=True)

    page = ask(house.client("requester"), house.project, "project_pilot", EN)

    assert "needs no pilot" in page


def test_drift_of_over_a_fifth_alerts_the_requester(
    house: House, tried: tuple[Project, list[Worker]]
) -> None:
    project, workers = tried
    RateVersion.objects.filter(project=project).update(task_ms=10 * SECOND)
    end_ms = max(w.answer_set.latest("id").answered_ms for w in workers)
    keep_pace(project, end_ms + 1)

    page = ask(house.client("requester"), project, "project", EN)

    assert "Tasks do not take the time you expected" in page
    assert "You expect 10\xa0s. Half of the tasks take at most 15\xa0s" in page


def test_bill_says_every_part(house: House, tried: tuple[Project, list[Worker]]) -> None:
    project, _workers = tried

    page = ask(house.client("auditor"), project, "project_bill", EN)

    for words in ("Top-ups to the floor", "On top of pay", "Intermediaries"):
        assert words in page
    for words in ("The operator of the platform", "Reserve left", "Locked for pay", "$1.20"):
        assert words in page


def test_bill_says_not_measured_of_closed_work_whose_time_nobody_measured_and_never_0(
    house: House,
) -> None:
    agree(house.people["worker"], Status.SELF_EMPLOYED)
    answer_next(house.worker, now_ms=moment(FIRST))
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))

    page = ask(house.client("auditor"), house.project, "project_bill", EN)
    summary = summary_of(house.project, to_ms(AFTER) + 1)

    row = page[page.index('<th scope="row">Time') :].partition("</tr>")[0]
    assert "not measured" in row
    assert "0\xa0s" not in row.partition("</td>")[0]
    assert summary["cost_of_closed_periods"]["time_ms"] is None
    assert summary["cost_of_closed_periods"]["time_is_measured"] is False


def test_overview_and_bill_name_what_makes_their_sums_differ(house: House) -> None:
    agree(house.people["worker"], Status.SELF_EMPLOYED)
    RateVersion.objects.filter(project=house.project).update(piece_micro=213_333)
    answer_next(house.worker, now_ms=moment(FIRST))
    requester = house.client("requester")
    paid = r"Pay for answers so far</dt>\s*<dd[^>]*>\$0.21<"
    assert re.search(paid, ask(requester, house.project, "project", EN))
    assert "rounded up" not in ask(requester, house.project, "project_bill", EN)
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))

    overview = ask(requester, house.project, "project", EN)
    bill = ask(requester, house.project, "project_bill", EN)

    assert re.search(paid, overview)
    assert "The bill adds reviews, top-ups, contributions, rounding and fees." in overview
    row = bill[bill.index("rounded up to the cent for each person and closed period") :]
    assert "$0.22" in row.partition("</tr>")[0]


def joined(project: Project, house: House) -> str:
    invitation = create_invitation(
        project,
        Role.WORKER,
        by=house.people["requester"],
        expires_at=NOW.replace(year=NOW.year + 20),
        max_uses=2,
        note="",
        now_ms=NOW_MS,
    )
    path = reverse("join", args=[invitation_token(invitation)])
    return Client().get(path, headers=EN).content.decode()


def test_link_for_reviewers_locks_the_money_of_their_reviews(house: House) -> None:
    project, _workers = begin_pilot()
    add_member(house.people["requester"], Role.REQUESTER, NOW_MS, project=project)
    set_review_rule(project, ReviewRuleIn("none", 0.8, 300_000, 1000), NOW_MS)
    before = balance(project.pk, "CAD").locked
    given = {"role": "reviewer", "days": 3, "max_uses": 1, "note": ""}

    send(house.client("requester"), project, "project_invitations", given)

    assert balance(project.pk, "CAD").locked > before


def test_before_accepting_one_reads_pay_time_and_chain(
    house: House, tried: tuple[Project, list[Worker]]
) -> None:
    project, workers = tried
    agency = Party(PartyRole.INTERMEDIARY, Money(20_000, "CAD"), "Relais", "FR")
    declare_chain(project, agency, price_micro=90_000)
    Project.objects.filter(id=project.pk).update(severity=2)
    end_ms = max(w.answer_set.latest("id").answered_ms for w in workers)
    keep_pace(project, end_ms + 1)

    page = joined(project, house).replace("\xa0", " ")

    assert "$0.05" in page
    assert "$12.00" in page
    assert "Half of the 4 people earn more, half less; one in ten earns less than $12.00." in page
    measured = last_pace(project.pk)
    assert measured
    assert (WINDOW_MS, measured.at_ms) == (7 * DAY_MS, end_ms + 1)
    with translation.override("en"):
        until = calendar_day(end_ms + 1)
    assert f"In this project, over the 7 days up to {until}." in page
    assert "half of them take less, nine in ten less than 15 s; from 24 tasks" in page
    assert "Relais" in page
    assert "1 link is not disclosed" in page
    assert "Risk 2 of 4" in page


def test_before_anybody_worked_what_is_not_known_is_said_to_be(house: House) -> None:
    page = joined(house.project, house)

    assert "not measured yet" in page


def test_purpose_kept_back_is_told_by_its_reason_alone(house: House) -> None:
    Project.objects.filter(id=house.project.pk).update(
        purpose_hidden="An inquiry.", aim_business="Secret plan."
    )

    page = joined(house.project, house)

    work = reverse("workbench", args=[house.project.slug])
    bench = house.client("worker").get(work, headers=EN).content.decode()
    assert "An inquiry." in page
    assert "An inquiry." in bench
    assert "Secret plan." not in page + bench


def test_pay_stands_beside_the_floor_of_the_worker_and_of_the_client(house: House) -> None:
    declare_chain(house.project)
    Project.objects.filter(id=house.project.pk).update(client_country="FR")
    say_terms(house.people["nobody"])
    client = house.client("nobody")
    path = reverse("join", args=[invitation_token(house.invitation)])

    page = client.get(path, headers=EN).content.decode()

    assert "where you work is $16.60 an hour" in page
    assert "€12.31 an hour" in page


def test_work_page_shows_the_same_card(house: House) -> None:
    declare_chain(house.project)

    page = house.client("worker").get(reverse("work_home"), headers=EN).content.decode()

    assert "An hour, as measured" in page
    assert "From the client’s price to the person who answers" in page


def test_fund_of_a_project_says_what_came_in(house: House) -> None:
    fund(house.project, Money(7_000_000, "CAD"))

    page = ask(house.client("operator"), house.project, "project_bill", EN)

    assert "$7.00" in page
    assert "virement" in page
    assert Organisation.objects.filter(id=house.organisation.pk).exists()


def test_bill_of_a_new_project_has_no_columns_of_closed_periods(house: House) -> None:
    agree(house.people["worker"], Status.SELF_EMPLOYED)
    answer_next(house.worker, now_ms=moment(FIRST))
    policy()
    close_period(period().pk, make_person(), to_ms(AFTER))

    bill = ask(house.client("requester"), house.draft, "project_bill", EN)

    assert open_since(house.draft)  # periods were closed, and none with work of this project
    assert "Closed periods" not in bill
    assert "rounded up to the cent" not in bill


def test_price_step_rounds_up_what_is_needed_at_most() -> None:
    with translation.override("en"):
        assert earnings(4_000_050, "CAD") == "$4.01"
    step = (TEMPLATES / "projects/setup/_price_sum.html").read_text(encoding="utf-8")
    assert "{% earnings estimate.total" in step
    assert "{% earnings pilot.need.total" in step
