"""The list of people who are paid leaves nobody without terms out unsaid."""

import re

import pytest
from django.test import Client

from canut.actions.people.accounts import join_as_worker
from canut.core.places.parameters import Status
from canut.store.models import Person
from canut.web.pay import payroll
from tests.support.factories import NOW_MS, make_person
from tests.support.instance import House
from tests.support.payroll import agree

pytestmark = pytest.mark.django_db
EN, FR = {"accept-language": "en"}, {"accept-language": "fr"}
ADDRESS = "/payroll/people"


def words(client: Client, query: str = "", language: dict[str, str] = EN) -> str:
    page = client.get(f"{ADDRESS}{query}", headers=language).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def worker(house: House, name: str) -> Person:
    person = make_person(shown_name=name)
    join_as_worker(house.project, person, NOW_MS)
    return person


def test_person_without_terms_is_listed_however_many_others_there_are(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Ana", "Berthe", "Chloé"):
        agree(worker(house, name), Status.SELF_EMPLOYED)
    worker(house, "Zoé")
    operator = house.client("operator")
    assert "Find somebody" not in words(operator)
    monkeypatch.setattr(payroll, "MOST_PEOPLE", 3)

    page = words(operator)

    assert "Zoé" in page
    assert "Chloé" not in page
    assert re.search(r"3 of \d people, those without a status first", page)
    assert "celles sans statut d’abord" in words(operator, language=FR)
    assert "Chloé" in words(operator, "?q=chlo")
    assert "Nobody who works here has “Xavier” in their name" in words(operator, "?q=Xavier")
