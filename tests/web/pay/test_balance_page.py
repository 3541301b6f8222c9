"""My pay says what is owed, when, and what it is made of; never a blank."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.urls import reverse

from canut.actions.people.terms_changes import say_place
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import HOUR_MS
from canut.store.models import PayLine, Terms
from tests.support.decision_pages import appealed, decided
from tests.support.factories import answer_next
from tests.support.instance import House
from tests.support.pay_pages import make_payment
from tests.support.payroll import AFTER, LAST, agree, moment, period, policy, work_hours

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def page_of(house: House) -> str:
    text = house.client("worker").get(reverse("pay"), headers=EN).content.decode()
    return re.sub(r"\s+", " ", text.replace("\xa0", " ").replace("\u202f", " "))


def test_sum_day_and_parts_are_on_the_page(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(AFTER)
    policy()
    period()
    agree(house.people["worker"])
    work_hours(house.people["worker"], house.project.pk, moment(LAST), HOUR_MS)
    answer_next(house.worker, now_ms=moment(LAST, 14))

    page = page_of(house)

    assert re.search(r'class="main-sum">\$1[67]\.\d\d<', page)
    assert "for 1 answer" in page
    assert "to bring slow days up to the minimum" in page
    assert re.search(r"Next pay day</dt> <dd class=\"v\">\w{3},? \w+ \w+<", page)
    assert "minimum where you work, Quebec" in page


def test_missing_place_and_missing_pay_day_say_what_to_do(house: House) -> None:
    answer_next(house.worker)
    Terms.objects.all().delete()

    page = page_of(house)

    assert "Your status and place of work are missing" in page
    assert "No pay day is set" in page
    assert f'href="{reverse("messages")}"' in page
    assert "They must be before" not in page


def test_place_that_was_said_at_joining_is_not_asked_for_again(house: House) -> None:
    Terms.objects.all().delete()
    say_place(house.people["worker"], "CA-QC", now_ms())

    page = page_of(house)

    assert "You say that you work here: Quebec" in page
    assert "Where you work is missing" not in page
    assert "not said yet" not in page


def test_sum_of_answers_without_terms_is_rounded_up_as_the_statement_will_be(house: House) -> None:
    answer_next(house.worker)
    PayLine.objects.update(piece_micro=163_334)
    Terms.objects.all().delete()

    assert '<p class="main-sum">$0.17</p>' in page_of(house)


def test_account_is_asked_for_first_while_it_is_missing(house: House) -> None:
    page = page_of(house)

    assert "No account to be paid into" in page
    assert page.index("No account to be paid into") < page.index('id="statements"')


def test_account_is_needed_before_the_statement_that_is_not_sent(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    pay_day = make_payment(house, sent=False).statement.period.pay_day
    stop_clock(AFTER)

    page = page_of(house)

    assert f"Needed before {pay_day:%B} {pay_day.day}, {pay_day.year}" in page


def test_link_to_a_fold_opens_it(house: House) -> None:
    page = page_of(house)

    fold = page.partition('<details class="pay-fold"')[2].partition("</details>")[0]

    assert 'href="#account"' in page
    assert 'id="account"' in fold.partition("</summary>")[2]  # a browser opens what is around it


def test_what_is_in_question_stands_apart_with_its_appeal(house: House) -> None:
    decided(house)
    before = page_of(house)
    appealed(house)

    after = page_of(house)

    assert "is in question, and not in the sum" in before
    assert "You can appeal until" in before
    assert "See the appeal" in after


def test_late_payment_is_said_with_whom_to_write_to(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    make_payment(house, sent=False)
    stop_clock(AFTER.replace(month=8))

    page = page_of(house)

    assert "is late: it was due by" in page
    assert "Write to" in page
