"""Padding and made-up beats gain nothing; who is slow is paid, or looked at once by a human."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from canut.actions.people.double_silence import set_double_silence
from canut.actions.time.claims import grant_time
from canut.actions.time.daily_upkeep import run_daily_upkeep
from canut.actions.time.heartbeats import open_page
from canut.actions.time.measure import credited_intervals
from canut.actions.time.usual_times import learn_usual_times
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS, HOUR_MS, to_ms
from canut.store.models import Beat, Claim, OpenPage, UsualTime
from tests.stories.paced_work import (
    CLOSING,
    MINUTE,
    answer_tasks,
    close,
    hour,
    wages,
)
from tests.support.factories import Made, make_person, make_project, make_worker
from tests.support.payroll import agree, content_of, made_with, person_of, policy

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
CENT = 10_000


def crowd(honest: int) -> Made:
    """Make a project where some people take a minute a task; the first worker has not begun."""
    policy()
    made = made_with(0, tasks=40 * honest + 220)
    for _ in range(honest):
        worker = make_worker(made.project)
        assert worker.person is not None
        agree(worker.person)
        made.workers.append(worker)
        answer_tasks(worker, 35, MINUTE, hour(9))
    return made


def paid(made: Made, number: int = 0) -> int:
    """Close the period; return the wages of one worker."""
    content: dict[str, Any] = content_of(person_of(made, number), close())
    wages_micro: int = content["pay"]["wages_micro"]
    return wages_micro


@pytest.mark.parametrize("honest", [1, 3])
def test_who_pads_every_task_threefold_is_paid_a_quarter_more_and_the_rest_waits(
    honest: int,
) -> None:
    made = crowd(honest)
    answer_tasks(made.worker, 100, 3 * MINUTE, hour(9))

    run_daily_upkeep(to_ms(CLOSING))

    claim = Claim.objects.get()
    assert (claim.person, claim.kind, claim.state) == (person_of(made), "held", "pending")
    assert claim.pending_ms == 175 * MINUTE
    assert paid(made) <= wages(125) + CENT


def test_who_asked_for_twice_the_silence_may_take_two_and_a_half_times() -> None:
    made = crowd(2)
    set_double_silence(person_of(made), is_double=True, now_ms=hour(8))
    answer_tasks(made.worker, 100, 3 * MINUTE, hour(9))

    run_daily_upkeep(to_ms(CLOSING))

    assert Claim.objects.get().pending_ms == 50 * MINUTE
    assert wages(249) <= paid(made) <= wages(250) + CENT


def test_somewhat_slow_person_is_paid_in_full() -> None:
    made = crowd(2)
    answer_tasks(made.worker, 100, 72_000, hour(9))

    run_daily_upkeep(to_ms(CLOSING))

    assert not Claim.objects.exists()
    assert wages(119.5) <= paid(made) <= wages(120) + CENT


def test_pace_that_a_named_person_accepted_is_not_held_again() -> None:
    made = crowd(2)
    answer_tasks(made.worker, 60, 108_000, hour(9))
    run_daily_upkeep(to_ms(CLOSING))
    grant_time(Claim.objects.get().pk, by=make_person(), words="", now_ms=to_ms(CLOSING))
    again = hour(9) + 7 * DAY_MS
    answer_tasks(made.worker, 60, 108_000, again)

    run_daily_upkeep(to_ms(CLOSING + timedelta(days=14)))

    assert Claim.objects.count() == 1


def test_who_works_alone_is_measured_by_what_the_tasks_hold() -> None:
    policy()
    made = made_with(0, tasks=110)
    answer_tasks(made.worker, 100, 3 * MINUTE, hour(9))

    run_daily_upkeep(to_ms(CLOSING))

    usual = UsualTime.objects.get()
    assert (usual.n_people, usual.mean_ms) == (1, MINUTE)
    assert paid(made) <= wages(125) + CENT


def test_what_several_people_showed_stays_where_one_works_alone_later() -> None:
    made = crowd(2)
    learn_usual_times(made.project.pk, to_ms(CLOSING))
    answer_tasks(made.worker, 40, 5 * MINUTE, hour(9) + 20 * DAY_MS)

    usual = learn_usual_times(made.project.pk, hour(9) + 21 * DAY_MS)

    assert usual is not None
    assert (usual.n_people, usual.mean_ms) == (2, MINUTE)


def beat(session: str, mono_ms: int, surface: str) -> dict[str, Any]:
    return {
        "session": session,
        "seq": mono_ms // 1000,
        "mono_ms": mono_ms,
        "visible": True,
        "focused": True,
        "surface": surface,
        "buckets": [[mono_ms // 1000 - 1, 1, 0, 0, 0]],
        "media_ms": 0,
        "previous": "",
    }


def send(client: Client, address: str, *beats: dict[str, Any]) -> tuple[int, str]:
    answer = client.post(
        address,
        json.dumps({"beats": beats}),
        content_type="application/json",
        headers={"accept-language": "en"},
    )
    return answer.status_code, json.loads(answer.content or b"{}").get("code", "")


def signed_in(made: Made) -> Client:
    client = Client()
    client.force_login(person_of(made))
    return client


def test_two_beats_in_one_message_count_as_two_beats() -> None:
    made = make_project(tasks=1)
    session = open_page(person_of(made).pk, None, hour(9))
    OpenPage.objects.update(opened_ms=1_000)

    status, _ = send(
        signed_in(made),
        "/time/beats",
        beat(session, 100_000, "queue"),
        beat(session, 200_000, "queue"),
    )

    Beat.objects.update(received_ms=201_000)
    found = credited_intervals([person_of(made).pk], 0, HOUR_MS)
    assert status == 204
    assert sum(row.ms for row in found) <= 75_000


def test_beat_sent_twice_in_one_message_is_one() -> None:
    made = make_project(tasks=1)
    session = open_page(person_of(made).pk, None, hour(9))

    send(signed_in(made), "/time/beats", *[beat(session, 15_000, "queue")] * 2)

    assert Beat.objects.count() == 1


@pytest.mark.parametrize("whose", ["another", "nobody"])
def test_beat_of_a_task_that_is_not_ones_own_is_refused_in_words(whose: str) -> None:
    made = make_project(tasks=3, workers=2)
    lease = lease_tasks(made.workers[1].pk, 1, hour(9)).tasks[0].lease
    session = open_page(person_of(made).pk, made.project.pk, hour(9))
    number = lease if whose == "another" else 99_999
    address = f"/work/{made.project.slug}/beats"

    said = send(signed_in(made), address, beat(session, 15_000, f"item:{number}"))

    assert said == (403, "beat-lease")
    assert not Beat.objects.exists()


def test_page_of_one_project_sent_to_another_is_refused_in_words() -> None:
    made, other = make_project(tasks=1), make_project(tasks=1)
    make_worker(other.project, person=person_of(made))
    session = open_page(person_of(made).pk, made.project.pk, hour(9))

    said = send(
        signed_in(made), f"/work/{other.project.slug}/beats", beat(session, 15_000, "queue")
    )

    assert said == (403, "beat-project")
    assert not Beat.objects.exists()


def test_page_that_was_given_to_nobody_is_refused() -> None:
    made = make_project(tasks=1)

    said = send(signed_in(made), "/time/beats", beat("f" * 36, 15_000, "queue"))

    assert said == (403, "beat-session")


def test_time_before_the_page_was_opened_or_after_the_last_contact_is_not_counted() -> None:
    made = make_project(tasks=1)
    session = open_page(person_of(made).pk, None, hour(9))
    beats = [beat(session, ms, "queue") for ms in range(15_000, 36_000_000, 75_000)]
    send(signed_in(made), "/time/beats", *beats[:400])
    Beat.objects.update(received_ms=hour(9) + 300_000)

    found = credited_intervals([person_of(made).pk], hour(0), hour(23))

    assert sum(row.ms for row in found) <= 300_000
