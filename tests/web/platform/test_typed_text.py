"""A long text that did not arrive is known of, and its author comes back to its page."""

import pytest
from django.test import Client

from canut.web.platform.typed_text_middleware import COOKIE
from tests.support.instance import House

pytestmark = pytest.mark.django_db
FR = {"accept-language": "fr"}
PATH = "/messages/"


def is_unsent(client: Client) -> bool:
    return client.cookies[COOKIE].value == PATH


def named(client: Client) -> Client:
    client.cookies[COOKIE] = PATH
    return client


def test_text_that_was_accepted_has_arrived(house: House) -> None:
    client = named(house.client("worker"))

    answer = client.post(PATH, {"to": "operator", "text": "Bonjour, une question."})

    assert answer.status_code == 302
    assert not is_unsent(client)


@pytest.mark.parametrize("path", ["/time/beats", "/account/silence"])
def test_what_is_sent_elsewhere_says_nothing_of_it(house: House, path: str) -> None:
    client = named(house.client("worker"))

    client.post(path)

    assert is_unsent(client)


def test_text_of_a_refused_form_has_not_arrived(house: House) -> None:
    client = named(house.client("worker"))

    answer = client.post(PATH, {"to": "operator", "text": ""})

    assert answer.status_code == 422
    assert is_unsent(client)


def test_text_that_an_error_message_refuses_has_not_arrived(house: House) -> None:
    client, path = house.client("worker"), "/pay/terms/answer"
    client.cookies[COOKIE] = path

    answer = client.post(path, {"change": "999", "words": "Je ne suis pas d’accord avec cela."})

    assert answer.status_code == 302
    assert client.cookies[COOKIE].value == path


def test_ended_session_is_said_and_leads_back_to_the_page() -> None:
    client = named(Client())
    there = f"http://testserver{PATH}?to=1"

    answer = client.post(PATH, {"words": "Bonjour."}, headers={"referer": there, **FR})
    page = client.get(answer["Location"], headers=FR).content.decode()

    assert answer["Location"].endswith("?next=/messages/%3Fto%3D1")
    assert "Votre session est fermée" in page
    assert is_unsent(client)


def test_ended_session_leads_to_no_other_site() -> None:
    answer = Client().post(PATH, headers={"referer": "https://evil.example/messages/"})

    assert answer["Location"].endswith("?next=/")
