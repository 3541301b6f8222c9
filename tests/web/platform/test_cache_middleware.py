"""What a signed-in person is answered is kept by nobody; what anyone may read as before.

``tests/web/test_access.py`` asks it of every address and role.
"""

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from canut.actions.integrations.api_keys import KeyIn, create_key
from canut.actions.platform.system_clock import now_ms
from canut.store.models import Role
from canut.web.platform.cache_middleware import PRIVATE
from tests.support.instance import House
from tests.web.kit.test_security import PASSWORD

pytestmark = pytest.mark.django_db
PUBLIC = ("/", "/portrait/", "/cards/", "/ledger/", "/terms/", "/healthz")


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_is_private_for_one_who_is_signed_in_alone(house: House, path: str) -> None:
    stranger = Client().get(path, follow=True)
    signed_in = house.client("worker").get(path)

    assert stranger.status_code == 200
    assert "no-store" not in stranger.get("Cache-Control", "")
    assert "no-store" in signed_in["Cache-Control"]


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/password/change/", "/no/such/page"])
def test_pages_of_others_and_missing_ones_are_private_too(house: House, path: str) -> None:
    assert "no-store" in house.client("worker").get(path)["Cache-Control"]


def test_answers_that_begin_and_end_a_session_are_private(house: House) -> None:
    person = house.people["worker"]
    person.username = "worker-with-password"
    person.set_password(PASSWORD)
    person.save()
    client = Client()

    data = {"login": person.username, "password": PASSWORD}
    began = client.post("/accounts/login/", data)
    ended = client.post("/accounts/logout/")

    assert [began.status_code, ended.status_code] == [302, 302]
    assert "no-store" in began["Cache-Control"]
    assert ended["Cache-Control"] == PRIVATE


def test_static_files_and_pictures_stay_in_the_cache_of_a_browser(house: House) -> None:
    client = house.client("requester")
    assert finders.find("icon.svg")

    static = client.head("/static/icon.svg")
    picture = client.get(f"/media/{house.project.slug}/{house.picture}")

    assert static.status_code == picture.status_code == 200
    assert "max-age" in static["Cache-Control"]
    assert picture["Cache-Control"].startswith("private, max-age")


def test_what_a_program_is_answered_is_private_even_when_it_is_refused(house: House) -> None:
    wanted = KeyIn("robot", Role.REQUESTER, organisation=house.organisation)
    key = create_key(wanted, by=house.people["requester"], now_ms=now_ms()).token

    for token in (key, "wrong"):
        headers = {"Authorization": f"Bearer {token}"}
        for path in ("/api/v1/projects", "/api/v1/nothing", "/metrics"):
            assert "no-store" in Client().get(path, headers=headers)["Cache-Control"]
