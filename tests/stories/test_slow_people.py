"""Who reads, listens or looks slowly, or uses an aid, is paid for the time it takes."""

import pytest
from django.db import connection
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canut.actions.people.accounts import add_member
from canut.actions.time.daily_upkeep import run_daily_upkeep
from canut.actions.time.heartbeats import BeatIn, keep_beats, open_page
from canut.actions.time.measure import credited_intervals
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS
from canut.store.models import Lease, OpenPage, Role, Task, Terms, UsualTime
from tests.stories.paced_work import (
    BEAT_MS,
    MINUTE,
    answer_tasks,
    close,
    hold,
    hour,
    sounds,
    touched,
    wages,
)
from tests.support.factories import Made, make_worker
from tests.support.instance import make_house
from tests.support.payroll import agree, content_of, made_with, person_of, policy

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]


def one_person(tasks: int = 12) -> Made:
    policy()
    return made_with(0, tasks=tasks)


def counted(made: Made) -> int:
    """Return how much of a day's time counts, in milliseconds."""
    rows = credited_intervals([person_of(made).pk], hour(0), hour(0) + 2 * DAY_MS)
    return sum(row.ms for row in rows)


def test_one_touch_in_ninety_seconds_before_a_picture_is_paid() -> None:
    made = one_person()
    hold(made.project, "image/png", None)

    answer_tasks(made.worker, 10, 270_000, hour(9), touch_every_ms=90_000)

    content = content_of(person_of(made), close())
    assert content["pay"]["wages_micro"] >= 0.95 * wages(45)


def listening(made: Made) -> tuple[str, int]:
    """Open a page with a task of two minutes of sound; return its page and its lease."""
    hold(made.project, "audio/ogg", 2 * MINUTE)
    session = open_page(person_of(made).pk, made.project.pk, hour(9))
    return session, lease_tasks(made.worker.pk, 1, hour(9)).tasks[0].lease


def test_sound_heard_with_the_phone_locked_is_paid() -> None:
    made = one_person()
    session, lease = listening(made)
    beats = touched(session, f"item:{lease}", 0, BEAT_MS, BEAT_MS)
    beats += sounds(session, lease, BEAT_MS, [(BEAT_MS, BEAT_MS)] * 8)
    beats += touched(session, f"item:{lease}", 9 * BEAT_MS, BEAT_MS, 3_000)

    for beat in beats:
        keep_beats(person_of(made).pk, [beat], hour(9) + beat.mono_ms, made.project.pk)

    content = content_of(person_of(made), close())
    assert content["pay"]["wages_micro"] >= 0.95 * wages(2.5)
    assert Lease.objects.get().expires_ms > hour(9) + 2 * MINUTE + 900_000


def test_page_frozen_while_the_phone_is_locked_says_afterwards_what_played() -> None:
    made = one_person()
    session, lease = listening(made)
    beats = touched(session, f"item:{lease}", 0, BEAT_MS, BEAT_MS)
    beats += sounds(session, lease, BEAT_MS, [(1_000, 0), (2 * MINUTE, 2 * MINUTE)])

    keep_beats(person_of(made).pk, beats, hour(9) + beats[-1].mono_ms, made.project.pk)

    assert counted(made) >= 0.95 * 136_000


def test_sound_on_a_hidden_page_counts_for_twice_its_length_on_all_pages_together() -> None:
    made = one_person()
    session, lease = listening(made)
    for begun in (0, 30 * MINUTE):
        if begun:
            session = open_page(person_of(made).pk, made.project.pk, hour(9) + begun)
        for beat in sounds(session, lease, 0, [(BEAT_MS, BEAT_MS)] * 80):
            keep_beats(person_of(made).pk, [beat], hour(9) + begun + beat.mono_ms)

    assert counted(made) <= 4 * MINUTE + 2 * BEAT_MS


def test_silence_beside_a_sound_counts_for_twice_its_length() -> None:
    made = one_person()
    hold(made.project, "audio/ogg", 2 * MINUTE)

    answer_tasks(made.worker, 2, 260_000, hour(9), touch_every_ms=10 * MINUTE)

    assert counted(made) >= 2 * 260_000 - 2_000


def test_looking_something_up_elsewhere_counts_where_the_task_names_an_address() -> None:
    made = one_person()
    Task.objects.update(data='{"text":"Who runs https://example.org now?"}')
    session = open_page(person_of(made).pk, made.project.pk, hour(9))
    lease = lease_tasks(made.worker.pk, 1, hour(9)).tasks[0].lease
    beats = touched(session, f"item:{lease}", 0, BEAT_MS, BEAT_MS)
    beats += sounds(session, lease, BEAT_MS, [(1_000, 0)])
    beats += touched(session, f"item:{lease}", 100_000, BEAT_MS, BEAT_MS)

    keep_beats(person_of(made).pk, beats, hour(9) + 115_000, made.project.pk)

    assert counted(made) >= 114_000


def test_long_practice_task_read_in_silence_counts() -> None:
    made = one_person()
    made.project.practice_task = made.tasks[0]
    made.project.save()
    Task.objects.filter(pk=made.tasks[0].pk).update(data=f'{{"text":"{"mot " * 1200}"}}')
    session = open_page(person_of(made).pk, made.project.pk, hour(9))
    beats = [
        BeatIn(session, n, n * BEAT_MS, visible=n < 32, focused=True, surface="practice",
               buckets=[])
        for n in range(1, 33)
    ]  # fmt: skip

    keep_beats(person_of(made).pk, beats, hour(9) + 32 * BEAT_MS, made.project.pk)

    assert counted(made) == 32 * BEAT_MS


def test_silences_of_honest_answers_widen_what_counts_on_pages_opened_later() -> None:
    made = one_person(tasks=60)
    answer_tasks(made.worker, 40, 200_000, hour(9), touch_every_ms=100_000)
    before = counted(made)

    run_daily_upkeep(hour(9) + DAY_MS)
    answer_tasks(made.worker, 10, 200_000, hour(9) + DAY_MS, touch_every_ms=100_000)

    assert UsualTime.objects.get().silence_ms == pytest.approx(125_000, abs=3_000)
    assert before < 0.7 * 40 * 200_000
    assert counted(made) - before >= 0.99 * 10 * 200_000


def test_silences_of_rejected_answers_and_of_few_widen_nothing() -> None:
    made = one_person(tasks=60)
    answer_tasks(made.worker, 20, 200_000, hour(9), touch_every_ms=100_000)

    run_daily_upkeep(hour(9) + DAY_MS)

    assert UsualTime.objects.get().silence_ms is None


def account(client: Client) -> str:
    answer = client.get("/account", headers={"accept-language": "en"})
    return answer.content.decode()


def test_person_alone_sets_that_silence_counts_twice_and_nobody_else_sees_it() -> None:
    made = one_person()
    client, operator = Client(), Client()
    add_member(person_of(made), Role.WORKER, hour(8), project=made.project)
    client.force_login(person_of(made))
    house = make_house()
    operator.force_login(house.people["operator"])
    assert "Give me more time" in account(client)

    answer = client.post("/account/silence", {"double": "1"})

    assert answer.status_code == 302
    assert "Back to the usual time" in account(client)
    answer_tasks(made.worker, 4, 230_000, hour(9), touch_every_ms=115_000)
    assert counted(made) >= 4 * 230_000 - 2_000
    assert OpenPage.objects.filter(assistive=True).exists()
    terms = operator.get(f"/payroll/people/{person_of(made).pk}")
    assert b"assistive" not in terms.content
    assert b"screen reader" not in terms.content
    assert b"assistive" not in client.get("/account/record.json").content
    client.post("/account/silence", {"double": "0"})
    assert "Give me more time" in account(client)


def test_setting_holds_for_pages_opened_from_then_on() -> None:
    made = one_person()
    client = Client()
    client.force_login(person_of(made))
    open_page(person_of(made).pk, made.project.pk, hour(9))

    client.post("/account/silence", {"double": "1"})

    open_page(person_of(made).pk, made.project.pk, hour(10))
    pages = OpenPage.objects.filter(project=made.project).order_by("opened_ms")
    assert list(pages.values_list("assistive", flat=True)) == [False, True]


def test_what_work_terms_held_moves_to_the_account() -> None:
    made, other = one_person(), make_worker(one_person().project)
    assert other.person is not None
    agree(other.person)
    Terms.objects.filter(person=person_of(made)).update(assistive=True)
    loader = MigrationLoader(connection)
    migration = loader.get_migration_by_prefix("store", "0009")

    with connection.cursor() as cursor:
        for operation in migration.operations:
            if isinstance(operation, RunSQL):
                cursor.execute(str(operation.sql))

    person = person_of(made)
    person.refresh_from_db()
    other.person.refresh_from_db()
    assert (person.assistive_ms is None, other.person.assistive_ms) == (False, None)
    assert not Terms.objects.filter(assistive=True).exists()


def test_opening_a_page_takes_two_statements() -> None:
    made = one_person()

    with CaptureQueriesContext(connection) as asked:
        open_page(person_of(made).pk, made.project.pk, hour(9))

    assert len(asked.captured_queries) == 2
