"""Leaving a device: who has no way back is asked first, and told what would be lost."""

import re
from decimal import Decimal

import pytest

from canut.store.models import Payment, Worker
from tests.support.factories import answer_next
from tests.support.instance import House
from tests.support.pay_pages import make_payment

pytestmark = pytest.mark.django_db
FR = {"accept-language": "fr"}


@pytest.fixture
def unnamed(house: House) -> House:
    """Have the worker come by a link, answer two tasks, and have no password."""
    house.people["worker"].set_unusable_password()
    house.people["worker"].save()
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    for value in ("oui", "non"):
        answer_next(house.worker, value)
    return house


def shown(house: House, path: str) -> str:
    client = house.client("worker")
    page = client.get(path, headers=FR).content.decode()
    return page.replace("\xa0", " ").replace("\u202f", " ")


def owed_on(page: str) -> Decimal:
    """Read how much a page says would be lost; 0 if it names no sum."""
    sums = re.findall(r"<b>([\d ]+,\d\d) \$</b> gagnés", page)
    return sum((Decimal(text.replace(" ", "").replace(",", ".")) for text in sums), Decimal(0))


def test_account_without_a_way_back_is_kept_first_and_left_last(unnamed: House) -> None:
    page = shown(unnamed, "/account")

    assert re.search(r'class="btn pri" href="/account/name\?next=/account">Garder mon compte', page)
    assert "data-signs-out" not in page
    assert page.index("/account/name") < page.index("/account/leave")


def test_leaving_says_what_would_be_lost(unnamed: House) -> None:
    page = shown(unnamed, "/account/leave")

    assert "vous ne pourrez pas revenir" in page
    assert re.search(r"<b>0,42.\$</b> gagnés et pas encore versés", page)
    assert 'class="btn pri" href="/account/name"' in page
    assert "Quitter et tout perdre" in page


def test_leaving_counts_a_closed_statement_until_it_is_sent(unnamed: House) -> None:
    statement = make_payment(unnamed, sent=False).statement

    due = owed_on(shown(unnamed, "/account/leave"))
    Payment.objects.update(state=Payment.State.SENT)
    sent = owed_on(shown(unnamed, "/account/leave"))

    assert due - sent == Decimal(statement.net_micro) / 1_000_000


def test_who_can_come_back_signs_out_from_the_account(house: House) -> None:
    house.people["worker"].set_password("eine lange Losung")
    house.people["worker"].save()
    page = shown(house, "/account")

    assert "data-signs-out" in page
    assert "/account/leave" not in page.partition("<main")[2]
    assert "tout perdre" not in shown(house, "/account/leave")
