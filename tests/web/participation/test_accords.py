"""The pages of price agreements: who sees which form, and what a bad form leaves."""

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.participation.price_rounds import (
    OfferIn,
    call_vote,
    make_offer,
    open_round,
    settle_rounds,
    sign_accord,
    vote_on_offer,
)
from canut.actions.people.accounts import add_member
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import DAY_MS
from canut.core.participation.accords import AccordTerms, Quantile, VoteChoice
from canut.store.models import Person, PriceOffer, PriceRound, PriceVote, Project, Role
from tests.support.accords import FLOOR, KIND, make_accord, open_with_offer, set_table
from tests.support.factories import NOW_MS, make_person

pytestmark = pytest.mark.django_db


def browser_of(person: Person | None) -> Client:
    browser = Client(headers={"accept-language": "en"})
    if person is not None:
        browser.force_login(person)
    return browser


def read(person: Person | None, name: str, *args: object) -> str:
    page = browser_of(person).get(reverse(name, args=args))
    assert page.status_code == 200
    return page.content.decode()


def test_only_a_representative_is_offered_to_open_a_round() -> None:
    table = set_table()
    form = reverse("accord_open")

    assert form in read(table.representative, "accords")
    for person in (None, table.client, table.operator, table.workers[0]):
        assert form not in read(person, "accords")
        page = browser_of(person).post(form, {"kind": KIND, "text": "x"})
        assert page.status_code in {302, 403}
    assert not PriceRound.objects.exists()


def test_form_that_lacks_something_stays_with_what_was_typed() -> None:
    table = set_table()
    browser = browser_of(table.representative)

    page = browser.post(reverse("accord_open"), {"kind": KIND, "place": "", "text": ""})
    assert (page.status_code, PriceRound.objects.count()) == (422, 0)
    opened = open_round(table.representative, KIND, "", "The rent went up.", NOW_MS)
    form = {"hour": "lots", "currency": "CAD", "quantile": "P50", "months": "12", "text": "Fair."}
    for bad in ({}, {"hour": "0"}, {"hour": "5000"}, {"hour": "9", "months": "25"}):
        page = browser.post(reverse("accord_offer", args=[opened.pk]), form | bad)
        assert page.status_code == 422
        assert "Fair." in page.content.decode()
    assert not PriceOffer.objects.exists()


def test_each_party_sees_its_own_next_step_and_an_operator_none() -> None:
    table = set_table()
    opened, offer = open_with_offer(table)
    offered = reverse("accord_offer", args=[opened.pk])
    asked = reverse("accord_vote", args=[opened.pk])

    assert offered in read(table.client, "accord", opened.pk)
    assert asked not in read(table.client, "accord", opened.pk)
    assert asked in read(table.representative, "accord", opened.pk)
    page = read(table.operator, "accord", opened.pk)
    assert offered not in page
    assert "You run this instance: you read this page and take no part." in page
    call_vote(table.representative, opened.pk, offer.pk, NOW_MS)
    assert "People who worked here" in read(make_person(), "accord", opened.pk)


def test_each_step_waits_on_the_home_page_of_who_takes_it() -> None:
    table = set_table()
    add_member(table.workers[0], Role.WORKER, NOW_MS, project=table.made.project)
    moment = now_ms()
    opened = open_round(table.representative, KIND, "", "The rent went up.", moment)
    answer, vote = "A price round waits for your answer.", "A vote on a price is open until"
    assert answer in read(table.client, "home")
    assert answer in read(table.representative, "home")
    assert answer not in read(table.operator, "home")
    offer = make_offer(table.client, opened.pk, OfferIn(FLOOR, "Fair.", table.organisation), moment)
    assert answer not in read(table.client, "home")
    call_vote(table.representative, opened.pk, offer.pk, moment)
    assert vote in read(table.workers[0], "work_home")
    empty = browser_of(table.workers[0]).post(reverse("accord_ballot", args=[opened.pk]))
    assert empty.status_code == 422
    assert PriceVote.objects.get().box == []
    for person in table.workers:
        vote_on_offer(person, opened.pk, VoteChoice.YES, moment)
    assert vote not in read(table.workers[0], "work_home")
    settle_rounds(moment + 7 * DAY_MS)
    sign = "A price agreement waits for your signature."
    assert sign in read(table.client, "home")
    sign_accord(table.client, opened.pk, table.organisation, moment)
    assert sign not in read(table.client, "home")
    assert sign in read(table.representative, "home")


def test_client_accepts_the_offer_of_the_representatives_with_one_button() -> None:
    table = set_table()
    opened = open_round(table.representative, KIND, "", "The rent went up.", NOW_MS)
    url = reverse("accord_offer", args=[opened.pk])
    form = {"hour": "18.50", "currency": "CAD", "quantile": "P75", "months": "12", "text": "Fair."}
    browser_of(table.representative).post(url, form)
    assert "Accept this offer" in read(table.client, "accord", opened.pk)

    browser_of(table.client).post(url, form | {"side": str(table.organisation)})

    offers = PriceOffer.objects.order_by("pk").values_list("organisation", "hour_micro", "quantile")
    assert list(offers) == [(None, 18_500_000, "P75"), (table.organisation, 18_500_000, "P75")]


def test_setup_and_offer_of_a_project_name_the_agreement_and_until_when() -> None:
    table = set_table(piece_micro=1)
    accord = make_accord(table, AccordTerms(16_600_000, Quantile.P90, "CAD", 24), at_ms=NOW_MS + 1)
    project = table.made.project
    worker = table.workers[0]
    add_member(worker, Role.WORKER, NOW_MS, project=project)

    assert f"Price agreement no. {accord.number}" in read(worker, "work_home")
    assert "The price of this project is lower." in read(worker, "work_home")
    page = read(None, "accord", accord.number).replace("\xa0", " ")
    assert "1 open project is compared with this agreement." in page
    assert "1 pays less" in page
    Project.objects.filter(pk=project.pk).update(state=Project.State.DRAFT)
    setup = read(table.client, "project_setup", project.slug)
    assert f"Price agreement no. {accord.number}</a>, valid until" in setup


def test_agreement_that_is_not_there_is_missing() -> None:
    table = set_table()
    accord = make_accord(table, FLOOR)

    assert browser_of(None).get(reverse("accord", args=[accord.number + 1])).status_code == 404
