"""Mail says once that something is there to read, and tries again where it does not leave."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from pytest_django import Settings

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal, take_appeal
from canut.actions.participation.messages import answer_thread, write_to
from canut.actions.people.email_notices import (
    MOST_TRIES,
    invite_by_mail,
    make_letters,
    send_due_emails,
    send_letters,
)
from canut.actions.time.retention import delete_expired
from canut.core.clock import DAY_MS, to_ms
from canut.core.errors import Conflict, NotReady, TooMany
from canut.store.models import Person, Thread
from canut.store.people.email_notices import letters_given_up
from canut.store.tables.people import Letter
from tests.support.decisions import Due, make_due
from tests.support.factories import NOW, NOW_MS

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Settings) -> None:
    settings.SENDS_MAIL = True
    settings.URL = "https://canut.example"


@pytest.fixture
def due() -> Due:
    """Make a person who gave an address, and about whom a decision was taken."""
    made = make_due()
    Person.objects.filter(id=made.person.pk).update(email="ada@example.org", language="fr")
    made.reject()
    return made


@pytest.mark.usefixtures("due")
def test_decision_is_told_once_in_the_language_of_the_person_without_its_reason() -> None:
    sent = [send_due_emails(to_ms(SOON)), send_due_emails(to_ms(SOON + timedelta(minutes=2)))]

    (letter,) = mail.outbox
    assert sent == [1, 0]
    assert letter.to == ["ada@example.org"]
    assert letter.subject == "Canut\u00a0: Une décision sur votre travail"
    assert "https://canut.example/decisions/" in letter.body
    assert "off-instructions" not in letter.body
    assert "review says" not in letter.body


def test_answers_to_an_appeal_and_to_a_message_are_told(due: Due) -> None:
    send_due_emails(to_ms(SOON))
    told = appeal(
        due.person.decisions.get().pk, by=due.person, words="Ironie.", now_ms=NOW_MS + DAY_MS
    )
    take_appeal(told.pk, by=due.independent, now_ms=NOW_MS + DAY_MS)
    reply = AppealReply("overturned", "La consigne ne parlait pas d’ironie.")
    answer_appeal(told.pk, reply, by=due.independent, now_ms=NOW_MS + DAY_MS + 1)
    thread = write_to(due.person, Thread.To.OPERATOR, None, "Et ma paie ?", NOW_MS)
    answer_thread(due.operator, thread.pk, "Vendredi.", NOW_MS + 1)

    send_due_emails(to_ms(NOW + timedelta(days=1, minutes=1)))

    subjects = {letter.subject.split("\u00a0: ")[1] for letter in mail.outbox[1:]}
    assert subjects >= {"Réponse à votre recours", "Vous avez une réponse"}


def test_who_gave_no_address_gets_nothing_and_misses_nothing(due: Due) -> None:
    Person.objects.update(email="")

    send_due_emails(to_ms(SOON))

    assert not Letter.objects.exists()
    assert due.person.decisions.exists()


def test_nothing_leaves_where_no_mail_does(due: Due, settings: Settings) -> None:
    settings.SENDS_MAIL = False

    assert send_due_emails(to_ms(SOON)) == 0
    assert not mail.outbox
    assert due.person.decisions.exists()


def test_what_is_old_when_mail_is_turned_on_stays_in_the_pages(due: Due) -> None:
    make_letters(to_ms(NOW + timedelta(days=4)))

    assert not Letter.objects.filter(person=due.person).exists()


def test_letter_that_does_not_leave_waits_longer_each_time_and_is_given_up(due: Due) -> None:
    make_letters(to_ms(SOON))
    now_ms, waits = NOW_MS + 300_000, []
    with patch.object(EmailMessage, "send", side_effect=ConnectionRefusedError):
        for _ in range(MOST_TRIES):
            assert send_letters(now_ms) == 0
            row = Letter.objects.get(person=due.person)
            waits.append((row.due_ms or now_ms) - now_ms)
            now_ms = row.due_ms or now_ms

    assert waits[:-1] == sorted(set(waits[:-1]))
    assert waits[0] == 60_000
    assert letters_given_up() == 1
    assert send_letters(now_ms + DAY_MS) == 0


def test_letter_claimed_by_another_process_is_not_sent_again(due: Due) -> None:
    make_letters(to_ms(SOON))
    (seen,) = Letter.objects.filter(person=due.person).select_related("person")
    with patch(
        "canut.actions.people.email_notices.list", return_value=[seen.pk, seen.pk], create=True
    ):
        sent = send_letters(NOW_MS + 300_000)

    assert sent == 1
    assert len(mail.outbox) == 1


def test_letters_go_after_ninety_days(due: Due) -> None:
    make_letters(to_ms(SOON))

    delete_expired(to_ms(NOW + timedelta(days=91)))

    assert not Letter.objects.filter(person=due.person).exists()


def test_invitation_is_sent_to_each_address_once_and_kept_nowhere() -> None:
    url = "https://canut.example/join/abc"

    sent = invite_by_mail(url, ["a@example.org", "b@example.org", "a@example.org"], "en")

    assert sent == 2
    assert {letter.to[0] for letter in mail.outbox} == {"a@example.org", "b@example.org"}
    assert url in mail.outbox[0].body
    assert not Letter.objects.exists()


def test_invitation_by_mail_is_refused_in_words(settings: Settings) -> None:
    many = [f"a{n}@example.org" for n in range(51)]
    with pytest.raises(TooMany):
        invite_by_mail("u", many, "en")
    with (
        patch.object(EmailMessage, "send", side_effect=ConnectionRefusedError),
        pytest.raises(NotReady, match="took 0 of 1"),
    ):
        invite_by_mail("u", many[:1], "en")
    settings.SENDS_MAIL = False
    with pytest.raises(Conflict):
        invite_by_mail("u", many[:1], "en")
    assert not mail.outbox
