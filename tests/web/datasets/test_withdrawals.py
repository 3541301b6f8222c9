"""What a labour card says of withdrawn items, and where it leads to."""

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.datasets.withdrawals import (
    WithdrawalFields,
    WithdrawalReply,
    ask_withdrawal,
    decide_withdrawal,
    read_withdrawal,
)
from canut.store.datasets.withdrawals import withdrawn_count, withdrawn_since
from canut.store.models import Card
from tests.support.instance import House
from tests.web.test_access import a_card

pytestmark = pytest.mark.slow


def withdraw_one(house: House, now_ms: int) -> None:
    """Withdraw the first task of the house's project."""
    fields = WithdrawalFields(words="me")
    request = read_withdrawal(ask_withdrawal(house.project.slug, fields, now_ms))
    reply = WithdrawalReply("granted", "It is you.", [house.tasks[0].pk])
    decide_withdrawal(request.pk, reply, by=house.people["requester"], now_ms=now_ms)


def test_card_shows_what_was_withdrawn_and_leads_to_the_form(house: House) -> None:
    card = a_card(house)
    page = reverse("card", args=[house.project.slug])
    client = Client(headers={"accept-language": "en"})
    form = reverse("withdraw", args=[house.project.slug])
    before = client.get(page).content.decode()
    assert form in before
    assert "Withdrawn:" not in before

    withdraw_one(house, card.made_ms + 1)

    text = client.get(page).content.decode()
    assert "Withdrawn: 1" in text
    assert "1 since this card" in text
    assert withdrawn_since(card) == withdrawn_count(house.project.pk) == 1
    assert withdrawn_count(house.project.pk, card.made_ms) == 0
    assert Card.objects.get(pk=card.pk).content == card.content
    french = Client(headers={"accept-language": "fr"}).get(page).content.decode()
    assert "Retirés" in french
    assert house.project.title in client.get(form).content.decode()


def test_requests_of_a_program_are_counted_by_its_network_address(house: House) -> None:
    form = reverse("withdraw", args=[house.project.slug])
    far = Client(REMOTE_ADDR="203.0.113.7")
    codes = [far.post(form, {"words": "me"}).status_code for _time in range(11)]
    assert codes == [302] * 10 + [422]
