"""A person sees where they are signed in, ends it, and says where letters go."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from canut.actions.people.accounts import add_operator, make_one_time_link
from canut.actions.platform.system_clock import now_ms
from canut.store.models import Person, SignIn
from tests.support.factories import NOW_MS
from tests.support.instance import House
from tests.web.kit.test_security import PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


@pytest.fixture
def ines() -> Person:
    return add_operator("ines", PASSWORD, "Labo", NOW_MS)


def browser(agent: str) -> Client:
    """Sign in as one does, from a browser."""
    client = Client(headers={"user-agent": agent, "accept-language": "en"})
    answer = client.post("/accounts/login/", {"login": "ines", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_every_browser_is_listed_by_two_words_and_no_address(ines: Person) -> None:
    browser(ANDROID)

    page = browser(FIREFOX).get("/account/sessions").content.decode()

    assert "Chrome, Android" in page
    assert re.search(r"Firefox, Linux.*this one", page, re.DOTALL)
    assert "127.0.0.1" not in page
    assert SignIn.objects.filter(person=ines).count() == 2


def test_browser_that_is_ended_is_signed_out_at_once(ines: Person) -> None:
    phone, desk = browser(ANDROID), browser(FIREFOX)
    number = SignIn.objects.get(person=ines, device="Chrome, Android").pk

    desk.post("/account/sessions/end", {"number": str(number)})

    assert phone.get("/account").status_code == 302
    assert desk.get("/account").status_code == 200


def test_every_other_browser_can_be_ended_together(ines: Person) -> None:
    others, desk = [browser(ANDROID), browser(ANDROID)], browser(FIREFOX)

    desk.post("/account/sessions/end")

    assert {one.get("/account").status_code for one in others} == {302}
    assert desk.get("/account").status_code == 200
    assert SignIn.objects.filter(person=ines).count() == 1


def test_nobody_ends_a_browser_of_somebody_else(ines: Person, house: House) -> None:
    desk = browser(FIREFOX)
    number = SignIn.objects.get(person=ines).pk

    answer = house.client("worker").post("/account/sessions/end", {"number": str(number)})

    assert answer.status_code == 404
    assert desk.get("/account").status_code == 200


def test_sign_in_by_a_one_time_address_is_listed_too(ines: Person) -> None:
    client = Client(headers={"user-agent": FIREFOX})

    client.get(f"/enter/{make_one_time_link(ines, '/account', now_ms())}")

    assert SignIn.objects.filter(person=ines, device="Firefox, Linux").exists()


def test_session_from_before_is_noted_when_its_page_is_opened(house: House) -> None:
    client = house.client("worker")

    client.get("/account/sessions")

    assert SignIn.objects.filter(person=house.people["worker"]).count() == 1


def test_address_is_changed_with_the_password_alone(ines: Person, settings: Settings) -> None:
    settings.SENDS_MAIL = True
    client = browser(FIREFOX)
    wrong = client.post("/account/mail", {"email": "ines@example.org", "password": "non"})

    right = client.post("/account/mail", {"email": "ines@example.org", "password": PASSWORD})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "This is not the password" not in client.get("/account/mail").content.decode()
    assert not Person.objects.get(id=ines.pk).email
    found = re.search(r"https?://[^/]+(/account/mail\?confirm=(\S+))", str(mail.outbox[0].body))
    assert found
    shown = client.get(found[1]).content.decode()
    client.post("/account/mail", {"confirm": found[2]})
    assert "ines@example.org" in shown
    assert Person.objects.get(id=ines.pk).email == "ines@example.org"


def test_lost_password_comes_by_mail_where_mail_leaves(ines: Person, settings: Settings) -> None:
    settings.SENDS_MAIL = True
    Person.objects.filter(id=ines.pk).update(email="ines@example.org")

    Client(headers={"accept-language": "fr"}).post(
        "/accounts/password/reset/", {"email": "ines@example.org"}
    )

    (letter,) = mail.outbox
    path = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(letter.body))
    assert path is not None
    client = Client()
    form = client.get(path[1], follow=True)
    new = {"password1": "une autre navette", "password2": "une autre navette"}
    client.post(form.redirect_chain[-1][0], new)
    assert Person.objects.get(id=ines.pk).check_password("une autre navette")


def test_requester_sends_a_link_by_mail_where_mail_leaves(house: House, settings: Settings) -> None:
    client, path = house.client("requester"), f"/projects/{house.project.slug}/invitations"
    form = {"role": "worker", "days": "7", "max_uses": "2", "note": "", "emails": "a@example.org"}
    client.post(path, form)
    before = len(mail.outbox)
    settings.SENDS_MAIL = True

    bad = client.post(path, form | {"emails": "a@example.org, b"})
    good = client.post(path, form)

    assert (before, bad.status_code, good.status_code) == (0, 422, 302)
    (letter,) = mail.outbox
    assert "/join/" in letter.body


@pytest.mark.parametrize("secure", [True, False])
def test_account_says_where_passkeys_do_not_work(ines: Person, *, secure: bool) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(ines)

    page = client.get("/account", secure=secure, headers={"host": "127.0.0.1"}).content.decode()

    assert ("Passkeys need an https address" in page) is not secure
