"""The page of keys: made by who looks after a project, shown once, revoked."""

import re

import pytest
from django.test import Client

from canut.store.models import ApiKey
from tests.support.instance import House
from tests.web.api.program import Program

pytestmark = pytest.mark.django_db
FR = {"accept-language": "fr"}


def make(client: Client, place: str, role: str = "requester") -> str:
    """Make a key on the page; return the page."""
    given = {"name": "Le robot", "role": role, "place": place, "days": "30"}
    return client.post("/keys/", given, headers=FR).content.decode()


def test_key_is_shown_once_and_works(house: House) -> None:
    client = house.client("requester")

    page = make(client, f"o{house.organisation.pk}")

    (token,) = re.findall(r'value="(canut_[\w-]+)"', page)
    key = ApiKey.objects.get()
    assert Program(key, token).get("key")["name"] == "Le robot"
    assert token not in client.get("/keys/").content.decode()
    assert key.made_by == house.people["requester"]


def test_key_is_made_for_no_place_but_ones_own(house: House) -> None:
    make(house.client("other"), f"o{house.organisation.pk}")
    make(house.client("requester"), f"p{10**6}")

    assert ApiKey.objects.count() == 0


def test_page_makes_no_key_that_runs_the_instance(house: House) -> None:
    make(house.client("operator"), f"o{house.organisation.pk}", role="operator")

    assert ApiKey.objects.count() == 0


def test_revoked_key_works_no_more(house: House) -> None:
    client = house.client("requester")
    page = make(client, f"p{house.project.pk}")
    (token,) = re.findall(r'value="(canut_[\w-]+)"', page)
    key = ApiKey.objects.get()

    client.post(f"/keys/{key.pk}/revoke")

    assert Program(key, token).ask("GET", "key").status_code == 401
    assert "révoquée" in client.get("/keys/", headers=FR).content.decode()


def test_key_of_others_is_missing(house: House) -> None:
    make(house.client("requester"), f"p{house.project.pk}")

    answer = house.client("other").post(f"/keys/{ApiKey.objects.get().pk}/revoke")

    assert answer.status_code == 404
    assert ApiKey.objects.get().revoked_at is None
