"""One person's requests are limited, told in the answer, and nobody else notices."""

import json

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.time.heartbeats import BEATS_LIMIT
from canut.core.errors import TooMany
from canut.store.models import Answer
from canut.web.kit import work_rate
from canut.web.kit.work_rate import BURST_SECONDS, charge, cost_of_beats
from canut.web.work.schemas import MOST_AT_ONCE
from tests.support.factories import make_project

PER_MINUTE, BURST = 1_200, 600


@pytest.fixture(autouse=True)
def _empty() -> None:
    work_rate.forget_all()


def test_burst_is_half_a_minute_and_refills_evenly() -> None:
    for _ in range(BURST):
        charge(1, at_seconds=0)

    with pytest.raises(TooMany) as refusal:
        charge(1, at_seconds=0)
    charge(2, at_seconds=0)
    charge(1, at_seconds=1)

    assert refusal.value.case == "work-rate"
    assert refusal.value.facts == {"limit": PER_MINUTE, "seconds": 1}


def test_very_fast_worker_never_meets_the_limit() -> None:
    """Two answers a second with their leases and beats, for an hour."""
    for half_second in range(7_200):
        charge(1, 2, at_seconds=half_second / 2)


def test_pack_of_a_whole_day_is_sent_at_once() -> None:
    """Three full requests, as many answers as a few packs hold."""
    for _ in range(BURST // MOST_AT_ONCE):
        charge(1, MOST_AT_ONCE, at_seconds=0)


def test_beats_of_a_day_without_a_network_are_sent_at_once_and_a_flood_is_not() -> None:
    """A beat every five seconds for eight hours, and the answers of a pack."""
    for _ in range(8 * 720 // BEATS_LIMIT + 1):
        charge(1, 1 + cost_of_beats(BEATS_LIMIT), at_seconds=0)
    charge(1, MOST_AT_ONCE, at_seconds=0)

    with pytest.raises(TooMany):
        for _ in range(BURST // 10):
            charge(1, 1 + cost_of_beats(BEATS_LIMIT), at_seconds=0)


def test_wait_that_is_told_is_enough() -> None:
    for _ in range(BURST):
        charge(1, at_seconds=0)
    with pytest.raises(TooMany) as refusal:
        charge(1, MOST_AT_ONCE, at_seconds=0)

    charge(1, MOST_AT_ONCE, at_seconds=float(refusal.value.facts["seconds"]))


def test_zero_is_no_limit(settings: Settings) -> None:
    settings.WORK_RATE = 0

    for _ in range(10 * BURST):
        charge(1, at_seconds=0)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work_rate, "MOST_PEOPLE", 3)

    for person in range(10):
        charge(person, at_seconds=0)

    assert len(work_rate.BUCKETS) == 3


@pytest.mark.django_db
def test_answer_says_how_long_to_wait_and_stores_nothing(settings: Settings) -> None:
    settings.WORK_RATE = 2 * 60 // BURST_SECONDS
    made = make_project(tasks=3, workers=2)
    clients = []
    for worker in made.workers:
        client = Client()
        assert worker.person is not None
        client.force_login(worker.person)
        clients.append(client)
    address = f"/work/{made.project.slug}/lease"

    def lease(client: Client) -> tuple[int, str]:
        answer = client.post(
            address,
            json.dumps({"count": 1, "have": [], "question_version": 1}),
            content_type="application/json",
            headers={"accept": "application/json"},
        )
        return answer.status_code, answer.headers.get("Retry-After", "")

    assert [lease(clients[0]) for _ in range(3)] == [(200, ""), (200, ""), (429, "15")]
    assert lease(clients[1]) == (200, "")
    assert not Answer.objects.exists()
