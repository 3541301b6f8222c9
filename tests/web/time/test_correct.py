"""A stretch is corrected in whole minutes where it stands; both sides read what is asked."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from canut.actions.time.claims import grant_time
from canut.store.models import Claim, Decision
from tests.support.claims import have_been_here
from tests.support.instance import House
from tests.web.time.test_day import AT, EN, FR, MINUTE, ms, page, work

pytestmark = pytest.mark.django_db
DAY = "2026-11-25"


@pytest.fixture(autouse=True)
def _now(house: House, stop_clock: Callable[[datetime], None]) -> None:
    """Let it be the afternoon of that day, and the worker have been here for long."""
    stop_clock(AT + timedelta(hours=5))
    have_been_here(house.people["worker"], house.project.pk, ms(AT - timedelta(days=1)))


def corrected(house: House, begin: str, end: str, words: str = "") -> dict[str, object]:
    return {
        "day": DAY,
        "project": house.project.pk,
        "begin": begin,
        "end": end,
        "words": words,
        "stretch": "0",
    }


def test_stretch_within_one_minute_is_filled_in_as_the_minute_that_holds_it(house: House) -> None:
    work(house.people["worker"], house.project.pk, 1, AT.replace(second=1), "item:1")

    text = page(house.client("worker"), f"/time/?day={DAY}&correct=0", EN)

    assert re.search(r'name="begin"[^>]*value="10:00"|value="10:00"[^>]*name="begin"', text)
    assert re.search(r'name="end"[^>]*value="10:02"|value="10:02"[^>]*name="end"', text)
    assert "We measured 1 min 00" in text


def test_what_is_more_than_measured_counts_at_once_and_is_said_on_both_sides(house: House) -> None:
    work(house.people["worker"], house.project.pk, 5, AT, "item:1")
    client = house.client("worker")

    answer = client.post("/time/contest", corrected(house, "09:51", "10:05"), headers=FR)

    assert answer.status_code == 302
    claim = Claim.objects.get()
    assert (claim.kind, claim.state, claim.accepted_ms) == ("asked", "accepted", 9 * MINUTE)
    text = page(client, f"/time/?day={DAY}", EN)
    assert "09:51 – 10:05: 14 min 00 asked, 5 min 00 measured, 9 min 00 more" in text


def test_minute_typed_twice_is_that_minute(house: House) -> None:
    work(house.people["worker"], house.project.pk, 5, AT, "item:1")

    answer = house.client("worker").post("/time/contest", corrected(house, "09:40", "09:40"))

    assert answer.status_code == 302
    assert Claim.objects.get().accepted_ms == MINUTE


def test_time_that_is_counted_is_refused_in_place_with_the_reason(house: House) -> None:
    work(house.people["worker"], house.project.pk, 5, AT, "item:1")

    answer = house.client("worker").post(
        "/time/contest", corrected(house, "10:01", "10:04"), headers=FR
    )

    assert answer.status_code == 422
    assert "data-correct-time" in answer.content.decode()
    assert 'value="10:01"' in answer.content.decode()
    assert not Claim.objects.exists()


def test_who_decides_reads_what_is_asked_and_seconds_are_never_nothing(house: House) -> None:
    work(house.people["worker"], None, 1, AT, "queue")
    client = house.client("worker")
    fields = corrected(house, "10:00", "10:01", "It was the same minute.") | {"project": ""}
    client.post("/time/contest", fields, headers=FR)
    claim = Claim.objects.get()
    Claim.objects.update(pending=[[claim.end_ms - 7_000, claim.end_ms]])

    text = page(house.client("operator"), f"/time/review/{claim.pk}", EN)
    grant_time(claim.pk, by=house.people["operator"], words="", now_ms=claim.due_ms - 1)

    assert "10:00 – 10:01: 1 min 00 asked, 53 s measured, 7 s more" in text
    assert Decision.objects.get().text_en.startswith("7 s count")


def test_one_zone_is_named_once_and_a_break_has_a_door(house: House) -> None:
    work(house.people["worker"], None, 1, AT)

    text = page(house.client("worker"), f"/time/?day={DAY}", FR)

    assert text.count("heure de Toronto") == 1
    assert "America/Toronto" not in text
    assert "/time/break" in text


def test_stretches_are_folded_by_project_and_pause(house: House) -> None:
    worker = house.people["worker"]
    work(worker, house.project.pk, 5, AT, "item:1")
    work(worker, None, 2, AT + timedelta(minutes=10))
    work(worker, house.project.pk, 5, AT + timedelta(minutes=40), "item:2")

    text = page(house.client("worker"), f"/time/?day={DAY}", FR)

    assert text.count("<summary><span") == 2
