"""Mail says that something waits for a decision: to who may decide, without a name or an amount."""

from datetime import date

import pytest
from django.core import mail
from pytest_django import Settings

from canut.actions.decisions.appeals import appeal
from canut.actions.people.accounts import add_member
from canut.actions.people.email_notices import send_due_emails
from canut.actions.people.terms_changes import ChangeIn, change_terms
from canut.actions.people.work_terms import TermsIn
from canut.actions.time.claims import ClaimIn, claim_time, refuse_time
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from canut.core.places.parameters import Status
from canut.store.models import Claim, Person, Role
from canut.store.tables.people import Letter
from tests.support.claims import have_been_here
from tests.support.decisions import Due, make_due
from tests.support.factories import NOW_MS, make_person
from tests.support.payroll import agree

pytestmark = pytest.mark.django_db
HOUR_LATER = NOW_MS + HOUR_MS


@pytest.fixture(autouse=True)
def _mail_leaves(settings: Settings) -> None:
    settings.SENDS_MAIL = True
    settings.URL = "https://canut.example"


@pytest.fixture
def due() -> Due:
    """Make a client and an operator with addresses, and a worker without one."""
    made = make_due()
    agree(made.person)
    have_been_here(made.person, made.made.project.pk, NOW_MS - 2 * HOUR_MS)
    for person in (made.author, made.operator, made.independent):
        Person.objects.filter(pk=person.pk).update(email=f"p{person.pk}@example.org", language="en")
    return made


def claim(due: Due, minutes: int, at_ms: int = NOW_MS) -> Claim:
    """Claim minutes that ended at a moment."""
    begin_ms = at_ms - minutes * MINUTE_MS
    return claim_time(due.person, ClaimIn(due.made.project.pk, begin_ms, at_ms), at_ms)


def letters(at_ms: int) -> list[tuple[str, str]]:
    """Send what is due; return to whom and what about."""
    mail.outbox.clear()
    send_due_emails(at_ms)
    return sorted((letter.to[0], str(letter.subject)) for letter in mail.outbox)


def address(person: Person) -> str:
    return f"p{person.pk}@example.org"


def test_time_beyond_half_an_hour_is_told_to_the_client_alone_and_once(due: Due) -> None:
    claim(due, 90)

    assert letters(HOUR_LATER) == [(address(due.author), "Canut: Time waits for your decision")]
    (letter,) = mail.outbox
    assert "https://canut.example/time/review" in letter.body
    assert "https://canut.example/account/mail" in letter.body
    assert str(due.person) not in letter.body
    assert due.made.project.title not in letter.body
    assert letters(HOUR_LATER + 2 * DAY_MS) == []


def test_time_that_counts_at_once_is_told_to_nobody(due: Due) -> None:
    claim(due, 20)

    assert letters(HOUR_LATER) == []


def test_operator_is_told_once_the_client_says_nothing_for_five_days(due: Due) -> None:
    claim(due, 90)
    letters(HOUR_LATER)

    later = letters(HOUR_LATER + 5 * DAY_MS)

    assert later == [
        (address(due.author), "Canut: A time limit ends in two days"),
        (address(due.operator), "Canut: A time limit ends in two days"),
        (address(due.operator), "Canut: Time waits for your decision"),
    ]


def test_however_much_waits_one_letter_a_day_says_so(due: Due) -> None:
    claim(due, 40)
    letters(HOUR_LATER)
    for hours in range(2, 6):
        claim(due, 40, NOW_MS + hours * HOUR_MS)

    assert letters(NOW_MS + 6 * HOUR_MS) == []
    assert len(letters(HOUR_LATER + DAY_MS + MINUTE_MS)) == 1
    assert letters(HOUR_LATER + DAY_MS + HOUR_MS) == []


def test_what_is_decided_is_no_news(due: Due) -> None:
    row = claim(due, 90)
    refuse_time(row.pk, by=due.author, words="Nobody was here that day.", now_ms=NOW_MS)

    assert letters(HOUR_LATER) == []


def test_who_has_no_address_gets_nothing(due: Due) -> None:
    Person.objects.update(email="")
    claim(due, 90)

    assert letters(HOUR_LATER) == []
    assert not Letter.objects.exists()


def test_change_of_status_is_told_to_the_second_person_and_not_to_its_author(due: Due) -> None:
    second = make_person()
    runs = due.operator.memberships.get().organisation
    add_member(second, Role.OPERATOR, NOW_MS, organisation=runs)
    Person.objects.filter(pk=second.pk).update(email=address(second), language="en")
    terms = TermsIn("CA-QC", "America/Toronto", Status.SELF_EMPLOYED)
    entry = ChangeIn(terms, 7, date(2026, 11, 20), "They choose their hours and their clients.")
    change_terms(due.person, entry, by=due.operator, now_ms=NOW_MS + MINUTE_MS)

    assert letters(HOUR_LATER) == [
        (address(second), "Canut: A change of status or place waits for you")
    ]
    assert "/payroll/changes" in mail.outbox[0].body


def test_appeal_is_told_to_who_may_hear_it_and_again_two_days_before_it_is_won(due: Due) -> None:
    decision = due.reject()
    row = appeal(decision.pk, by=due.person, words="Ironie.", now_ms=NOW_MS + HOUR_MS)

    first = letters(HOUR_LATER + MINUTE_MS)

    asked = [address(due.independent), address(due.operator)]
    assert first == [(one, "Canut: An appeal waits for you") for one in sorted(asked)]
    assert letters(row.due_ms - 3 * DAY_MS) == []
    soon = letters(row.due_ms - DAY_MS)
    assert soon == [(one, "Canut: A time limit ends in two days") for one in sorted(asked)]
