"""The form that adds time is filled in with time that is accepted, and says from when on."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from canut.store.models import Claim, OpenPage, Person, Worker
from tests.support.claims import have_been_here
from tests.support.instance import House
from tests.web.time.test_day import AT, EN, FR, MINUTE, ms, page, work

pytestmark = pytest.mark.django_db


def hours_in(text: str) -> tuple[str, str]:
    """Return from when to when the form to add time is filled in."""
    form = text[text.index('id="add"') :]
    begin, end = (
        re.search(rf'<input[^>]*name="{name}"[^>]*>', form) or [""] for name in ("begin", "end")
    )
    values = (re.search(r'value="([^"]*)"', field[0]) for field in (begin, end))
    first, last = (match[1] if match else "" for match in values)
    return first, last


def join_at(person: Person, moment: datetime) -> None:
    """Let somebody have come by a link at a moment."""
    Person.objects.filter(pk=person.pk).update(created_at=moment)
    Worker.objects.filter(person=person).update(created_at=moment)
    OpenPage.objects.filter(person=person).delete()


def test_the_first_hour_proposes_time_since_one_joined_and_it_is_accepted(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(AT + timedelta(minutes=9, seconds=30))
    join_at(house.people["worker"], AT)
    client = house.client("worker")

    text = page(client, "/time/", EN)
    begin, end = hours_in(text)
    form = {"day": "2026-11-25", "project": house.project.pk, "why": "paper", "words": ""}
    answer = client.post("/time/claim", form | {"begin": begin, "end": end})

    assert (begin, end) == ("10:00", "10:09")
    assert "You can add time from November 25, 2026, 10:00 on." in text
    assert answer.status_code == 302
    assert Claim.objects.get().accepted_ms == 9 * MINUTE


def test_a_day_before_one_joined_proposes_nothing_and_says_from_when(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(AT + timedelta(minutes=9))
    join_at(house.people["worker"], AT)

    text = page(house.client("worker"), "/time/?day=2026-11-24", FR)

    assert hours_in(text) == ("", "")
    assert "Vous pouvez ajouter du temps à partir du 25 novembre 2026, 10 h 00." in text


def test_what_is_measured_is_not_proposed_again(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person = house.people["worker"]
    have_been_here(person, house.project.pk, ms(AT - timedelta(days=1)))
    work(person, house.project.pk, 10, AT + timedelta(minutes=5), "item:1")
    stop_clock(AT + timedelta(minutes=15))

    text = page(house.client("worker"), "/time/", EN)

    assert hours_in(text) == ("09:45", "10:05")
    assert "You can add time from" not in text


def test_a_day_that_is_over_proposes_what_follows_its_last_stretch(
    house: House, stop_clock: Callable[[datetime], None]
) -> None:
    person = house.people["worker"]
    have_been_here(person, house.project.pk, ms(AT - timedelta(days=1)))
    work(person, house.project.pk, 10, AT, "item:1")
    stop_clock(AT + timedelta(days=1))

    assert hours_in(page(house.client("worker"), "/time/?day=2026-11-25", EN)) == ("10:10", "10:30")
    assert hours_in(page(house.client("worker"), "/time/?day=2026-11-23", EN)) == ("", "")
