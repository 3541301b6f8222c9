from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from canut.actions.people.accounts import (
    accept_invitation,
    create_invitation,
    create_reset_token,
    find_account,
    invitation_token,
    make_one_time_link,
)
from canut.actions.platform import system_clock
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import DAY_MS
from canut.core.errors import Conflict, Missing
from canut.store.models import Person, Role
from tests.support.factories import NOW, NOW_MS, make_person, make_project

pytestmark = pytest.mark.django_db


def test_one_time_address_signs_in_and_leads_on(client: Client) -> None:
    person = make_person()
    token = make_one_time_link(person, "/work/", now_ms())

    answer = client.get(f"/enter/{token}")

    assert answer["Location"] == "/work/"
    assert client.session["_auth_user_id"] == str(person.pk)


def test_one_time_address_works_once(client: Client) -> None:
    token = make_one_time_link(make_person(), "/work/", now_ms())
    client.get(f"/enter/{token}")

    again = Client().get(f"/enter/{token}", headers={"accept-language": "fr"})

    assert again.status_code == 404
    assert "a déjà servi" in again.content.decode()


def test_who_lost_their_password_comes_back_and_keeps_their_name(client: Client) -> None:
    person = make_person(username="ines")
    person.shown_name = "ines"
    person.set_password("trameetchaine9")
    person.save()
    other = Client()
    other.force_login(person)

    client.get(f"/enter/{create_reset_token('Ines', now_ms())}")
    page = client.get("/account/name").content.decode()
    kept = client.post("/account/name", {"username": "ines", "password": "navetteetlisse7"})

    assert 'value="ines"' in page
    assert kept["Location"] == "/"
    assert "_auth_user_id" in client.session
    assert other.get("/account").status_code == 302


def test_nobody_is_let_back_in_under_a_name_that_is_not_there() -> None:
    with pytest.raises(Missing, match="nobody signs in as 'nobody'"):
        create_reset_token("nobody", now_ms())


@pytest.mark.parametrize(("sends_mail", "fields"), [(True, 1), (False, 0)])
def test_lost_password_has_a_way_back_with_mail_and_without(
    client: Client, settings: Settings, sends_mail: bool, fields: int
) -> None:
    settings.SENDS_MAIL = sends_mail

    page = client.get("/accounts/password/reset/", headers={"accept-language": "fr"})

    assert page.content.decode().count('name="email"') == fields
    assert ("canut operator link" in page.content.decode()) is not sends_mail


@pytest.mark.parametrize("sends_mail", [True, False])
def test_address_is_asked_for_only_where_mail_leaves(
    client: Client, settings: Settings, sends_mail: bool
) -> None:
    settings.SENDS_MAIL = sends_mail
    client.force_login(make_person())

    page = client.get("/account/name").content.decode()

    assert ('name="email"' in page) is sends_mail


def test_login_page_asks_for_no_sign_up(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-language": "en"}).content.decode()

    assert "No account? Open the invitation link you got" in page


def test_login_page_says_how_somebody_without_a_password_comes_back(client: Client) -> None:
    """Whoever came by a link is let in by the name that the page People shows."""
    invitation = create_invitation(
        make_project().project,
        Role.WORKER,
        by=make_person(),
        expires_at=NOW.replace(year=NOW.year + 20),
        max_uses=3,
        note="Slack",
        now_ms=NOW_MS,
    )
    invited = invitation_token(invitation)
    nadia = accept_invitation(invited, None, "en", now_ms(), nickname="Nadia")
    other = accept_invitation(invited, None, "en", now_ms())

    page = client.get("/accounts/login/", headers={"accept-language": "en"}).content.decode()
    token = create_reset_token(find_account("nadia").username, now_ms())
    opened = client.get(f"/enter/{token}", follow=True)

    assert "You worked here without a password?" in page
    assert "The operator can make an address that opens your account again" in page
    assert opened.wsgi_request.user == nadia
    assert find_account(other.known_as) == other
    twin = accept_invitation(invited, None, "en", now_ms(), nickname="Other")
    Person.objects.filter(pk=twin.pk).update(shown_name="Nadia")
    with pytest.raises(Conflict, match=f"{nadia.username} .*{twin.username}"):
        find_account("Nadia")
    with pytest.raises(Missing):
        find_account("Nobody")


def test_sign_in_lasts_while_it_is_used(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody without a password who comes every day is not signed out after two months."""
    client.force_login(make_person())
    client.get("/account")
    soon = timezone.now() + timedelta(days=1)
    Session.objects.update(expire_date=soon)

    same_day = client.get("/account")
    assert Session.objects.get().expire_date == soon
    assert "sessionid" not in same_day.cookies
    moment = now_ms() + DAY_MS
    monkeypatch.setattr(system_clock, "now_ms", lambda: moment)
    next_day = client.get("/account")

    assert Session.objects.get().expire_date > timezone.now() + timedelta(days=59)
    assert next_day.cookies["sessionid"]["max-age"] == 60 * 24 * 3600


def test_signing_up_from_an_open_form_is_closed(client: Client) -> None:
    page = client.get("/accounts/signup/", headers={"accept-language": "en"}).content.decode()

    assert "By invitation" in page
    assert 'name="password1"' not in page


def test_signing_in_and_out_with_a_password(client: Client) -> None:
    person = make_person(username="ines")
    person.set_password("trameetchaine9")
    person.save()

    answer = client.post("/accounts/login/", {"login": "ines", "password": "trameetchaine9"})
    client.post("/accounts/logout/")

    assert answer["Location"] == "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", ["/accounts/password/change/", "/accounts/2fa/", "/accounts/password/reset/"]
)
def test_account_pages_wear_our_look(client: Client, path: str) -> None:
    person = make_person(username="ines")
    person.set_password("trameetchaine9")
    person.save()
    client.force_login(person)

    answer = client.get(path)

    assert answer.status_code == 200
    assert 'class="warp dense' in answer.content.decode()


def test_guessing_passwords_is_slowed_down_in_words(client: Client) -> None:
    cache.clear()
    given = {"login": "ines", "password": "wrong"}

    answers = [client.post("/accounts/login/", given) for _ in range(8)]

    assert answers[0].status_code == 200
    assert any(words in answers[-1].content.decode() for words in ("tentatives", "Too many"))
    cache.clear()


def test_passkeys_page_says_when_each_was_added(client: Client) -> None:
    person = make_person(username="ines")
    Authenticator.objects.create(
        user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Ma clé", "credential": {}}
    )
    client.force_login(person)

    page = client.get("/accounts/2fa/webauthn/", headers={"accept-language": "fr"})

    assert "Ma clé" in page.content.decode()
    assert "pas encore utilisée" in page.content.decode()
