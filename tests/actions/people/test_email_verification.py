"""An address is kept once its link is opened; until then it gets one letter and nothing else."""

import re
import time
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django import Settings

from canut.actions.people.email_notices import make_letters, send_letters
from canut.actions.people.email_verification import (
    SECONDS,
    address_link,
    confirm_address,
    offer_address,
)
from canut.core.errors import BadInput, Conflict, Forbidden, NotReady
from canut.store.models import Person
from tests.support.decisions import make_due
from tests.support.factories import NOW_MS, make_person

pytestmark = pytest.mark.django_db
WORDS = "une navette rapide"
ADDRESS = "ada@example.org"


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Settings) -> None:
    settings.SENDS_MAIL = True


@pytest.fixture
def ada() -> Person:
    person = make_person()
    person.set_password(WORDS)
    person.save()
    return person


def token_of(text: str) -> str:
    found = re.search(r"confirm=(\S+)", text)
    assert found
    return found[1]


def test_address_is_kept_once_its_link_is_opened(ada: Person) -> None:
    has_left = offer_address(ada, ADDRESS, WORDS)
    before = Person.objects.get(pk=ada.pk).email

    confirm_address(ada, token_of(str(mail.outbox[0].body)))

    assert (has_left, before, Person.objects.get(pk=ada.pk).email) == (True, "", ADDRESS)
    assert [one.to for one in mail.outbox] == [[ADDRESS]]


def test_unverified_address_gets_nothing_but_that_letter() -> None:
    due = make_due()
    due.person.set_password(WORDS)
    due.person.save()
    offer_address(due.person, ADDRESS, WORDS)
    due.reject(NOW_MS)

    made = make_letters(NOW_MS)
    send_letters(NOW_MS)

    assert made == 0
    assert len(mail.outbox) == 1


def test_link_works_once_for_three_days_and_for_one_person(ada: Person) -> None:
    token = token_of(address_link(ada, ADDRESS))
    other = make_person()

    late = time.time() + SECONDS + 1
    with pytest.raises(BadInput):
        confirm_address(other, token)
    with patch("django.core.signing.time.time", return_value=late), pytest.raises(BadInput):
        confirm_address(ada, token)
    confirm_address(ada, token)
    with pytest.raises(BadInput):
        confirm_address(ada, token)


def test_offer_is_refused_in_words(ada: Person, settings: Settings) -> None:
    with pytest.raises(Forbidden):
        offer_address(ada, ADDRESS, "non")
    with pytest.raises(BadInput):
        offer_address(ada, "ada", WORDS)
    with (
        patch.object(EmailMessage, "send", side_effect=ConnectionRefusedError),
        pytest.raises(NotReady),
    ):
        offer_address(ada, ADDRESS, WORDS)
    settings.SENDS_MAIL = False
    with pytest.raises(Conflict):
        offer_address(ada, ADDRESS, WORDS)
    assert not mail.outbox


def test_address_is_taken_off_at_once(ada: Person) -> None:
    Person.objects.filter(pk=ada.pk).update(email=ADDRESS)
    ada.refresh_from_db()

    has_left = offer_address(ada, "", WORDS)

    assert (has_left, Person.objects.get(pk=ada.pk).email) == (False, "")
