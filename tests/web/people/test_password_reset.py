"""A lost password comes back to whose account it is, once, for a while, and leads nowhere else."""

import re
from collections.abc import Mapping

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import Client
from django.utils.http import int_to_base36
from pytest_django import Settings

from canut.actions.people.accounts import add_person
from canut.store.models import Person
from tests.support.factories import NOW_MS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ines")]
OLD, NEW = "une navette rapide", "une autre navette"
ADDRESS = "ines@example.org"
DOTLESS = chr(0x131)  # its capital letter is that of i
RESET = "/accounts/password/reset/"
LINK = re.compile(r"(https?://[^/\s]+)(/accounts/password/reset/key/\S+)")


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Settings) -> None:
    settings.SENDS_MAIL = True


@pytest.fixture
def ines() -> Person:
    return make("ines", ADDRESS)


def make(name: str, address: str) -> Person:
    person = add_person(name, name, NOW_MS)
    person.email = address
    person.set_password(OLD)
    person.save()
    return person


def ask(address: str = ADDRESS, headers: Mapping[str, str] | None = None) -> int:
    """Ask for a letter."""
    client = Client(headers={"accept-language": "en", **(headers or {})})
    return client.post(RESET, {"email": address}).status_code


def link() -> tuple[str, str]:
    """Return origin and path of the link in the last letter."""
    found = LINK.search(str(mail.outbox[-1].body))
    assert found is not None
    return found[1], found[2]


def use(path: str, client: Client | None = None) -> bool:
    """Open a link, and choose a password there; return whether that was possible."""
    client = client or Client()
    opened = client.get(path, follow=True)
    if not opened.redirect_chain:
        return False
    form = opened.redirect_chain[-1][0]
    client.post(form, {"password1": NEW, "password2": NEW})
    return Person.objects.filter(username="ines").get().check_password(NEW)


def test_link_gives_a_password_once_and_ends_every_session(ines: Person) -> None:
    elsewhere = Client()
    elsewhere.force_login(ines)
    ask()
    _origin, path = link()

    first = use(path)
    ines.refresh_from_db()
    ines.set_password(OLD)
    ines.save()
    again = use(path)

    assert (first, again) == (True, False)
    assert elsewhere.get("/account").status_code == 302


def test_link_ends(ines: Person, settings: Settings) -> None:
    ask()
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert not use(link()[1])
    assert Person.objects.get(pk=ines.pk).check_password(OLD)


def test_link_is_for_its_own_account(ines: Person) -> None:
    other = make("zoe", "zoe@example.org")
    token = default_token_generator.make_token(other)

    assert not use(f"{RESET}key/{int_to_base36(ines.pk)}-{token}/")


def test_link_asked_for_before_a_sign_in_ends_with_it() -> None:
    ask()

    Client().post("/accounts/login/", {"login": "ines", "password": OLD})

    assert not use(link()[1])


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost"},
        {"host": "127.0.0.1:4444"},
        {"host": "canut.example:8443"},
        {"x-forwarded-host": "mauvais.example"},
        {"forwarded": "host=mauvais.example"},
    ],
)
def test_link_leads_to_the_address_of_the_instance_whatever_the_host_says(
    settings: Settings, headers: dict[str, str]
) -> None:
    settings.URL = "https://canut.example"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "canut.example"]

    ask(headers=headers)

    assert link()[0] == "https://canut.example"
    assert use(link()[1])


def test_host_of_somebody_else_gets_no_letter() -> None:
    assert ask(headers={"host": "mauvais.example"}) == 400
    assert mail.outbox == []


@pytest.mark.parametrize(
    "address", [f"{DOTLESS}nes@example.org", "ines@exampłe.org", "personne@example.org"]
)
def test_other_address_gets_no_link_and_the_same_page(address: str) -> None:
    known, unknown = ask(), ask(address)

    assert known == unknown
    assert [LINK.search(str(letter.body)) is None for letter in mail.outbox[1:]] in ([True], [])
    assert mail.outbox[0].to == [ADDRESS]


def test_account_that_is_closed_gets_no_link(ines: Person) -> None:
    ask()
    Person.objects.filter(pk=ines.pk).update(is_active=False)
    ask()

    assert not [letter for letter in mail.outbox[1:] if LINK.search(str(letter.body))]
    client = Client()
    use(link_of(0), client)
    assert client.get("/account").status_code == 302


def link_of(letter: int) -> str:
    found = LINK.search(str(mail.outbox[letter].body))
    assert found is not None
    return found[2]


def test_letters_to_one_address_are_few() -> None:
    said = [ask() for _ in range(9)]

    assert len(mail.outbox) == 5
    assert set(said[5:]) == {429}
