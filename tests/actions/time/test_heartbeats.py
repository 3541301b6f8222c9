import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canut.actions.people.accounts import join_as_worker
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.time import heartbeats
from canut.actions.time.heartbeats import BEATS_LIMIT, BeatIn, open_page
from canut.actions.work.leases import lease_tasks
from canut.core.errors import BadInput, Forbidden
from canut.core.places.parameters import Status
from canut.store.models import Beat, Lease, OpenPage, Person, WorkedDay
from tests.support.factories import NOW_MS, make_person, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
LEASE_MS = 900_000


def beat(seq: int = 0, fields: dict[str, object] | None = None) -> BeatIn:
    made: dict[str, object] = {
        "session": "s" * 36,
        "seq": seq,
        "mono_ms": 15_000 * seq,
        "visible": True,
        "focused": True,
        "surface": "queue",
        "buckets": [[3, 1, 0, 0, 0]],
        **(fields or {}),
    }
    return BeatIn(**made)  # type: ignore[arg-type]  # what a page may get wrong


def keep_beats(person: int, project: int | None, beats: list[BeatIn], now_ms: int) -> None:
    """Keep beats of a page that was given out."""
    OpenPage.objects.get_or_create(
        session="s" * 36,
        defaults={"person_id": person, "project_id": project, "opened_ms": NOW_MS},
    )
    heartbeats.keep_beats(person, beats, now_ms)


def test_beat_is_kept_as_it_came() -> None:
    person = make_person()

    keep_beats(person.pk, None, [beat(2, {"media_ms": 5, "previous": "f" * 64})], NOW_MS)

    kept = Beat.objects.get()
    assert (kept.person_id, kept.project_id, kept.seq, kept.received_ms) == (
        person.pk,
        None,
        2,
        NOW_MS,
    )
    assert (kept.buckets, kept.media_ms, kept.previous) == ([[3, 1, 0, 0, 0]], 5, "f" * 64)


def test_beat_sent_twice_is_one() -> None:
    person = make_person()
    keep_beats(person.pk, None, [beat(0), beat(1)], NOW_MS)

    keep_beats(person.pk, None, [beat(1), beat(2)], NOW_MS + 1)

    assert list(Beat.objects.order_by("seq").values_list("seq", "received_ms")) == [
        (0, NOW_MS),
        (1, NOW_MS),
        (2, NOW_MS + 1),
    ]


def test_tasks_in_active_hands_run_on() -> None:
    made = make_project(tasks=1)
    lease_tasks(made.worker.pk, 1, NOW_MS)
    assert made.worker.person_id is not None

    keep_beats(made.worker.person_id, made.project.pk, [beat()], NOW_MS + 60_000)

    assert Lease.objects.get().expires_ms == NOW_MS + 60_000 + LEASE_MS


@pytest.mark.parametrize(
    "fields", [{"visible": False}, {"buckets": []}, {"buckets": [[1] + [0] * 4]}]
)
def test_page_nobody_touches_renews_nothing(fields: dict[str, object]) -> None:
    made = make_project(tasks=1)
    lease_tasks(made.worker.pk, 1, NOW_MS)
    assert made.worker.person_id is not None

    keep_beats(made.worker.person_id, made.project.pk, [beat(0, fields)], NOW_MS + 60_000)

    assert Lease.objects.get().expires_ms == NOW_MS + LEASE_MS


def test_lease_that_ran_out_is_not_renewed_and_nothing_is_ever_shortened() -> None:
    made = make_project(tasks=2)
    old, longer = lease_tasks(made.worker.pk, 2, NOW_MS).tasks
    Lease.objects.filter(pk=longer.lease).update(expires_ms=NOW_MS + 9 * LEASE_MS)
    assert made.worker.person_id is not None

    keep_beats(made.worker.person_id, made.project.pk, [beat()], NOW_MS + LEASE_MS)

    assert Lease.objects.get(pk=old.lease).expires_ms == NOW_MS + LEASE_MS
    assert Lease.objects.get(pk=longer.lease).expires_ms == NOW_MS + 9 * LEASE_MS


def test_beat_of_someone_who_is_no_worker_there_is_kept() -> None:
    made = make_project()

    keep_beats(make_person().pk, made.project.pk, [beat()], NOW_MS)

    assert Beat.objects.count() == 1


def test_no_beats_is_nothing() -> None:
    heartbeats.keep_beats(1, [], NOW_MS)

    assert not Beat.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"session": ""},
        {"session": "x" * 37},
        {"surface": "item:" + "x" * 61},
        {"surface": "camera"},
        {"surface": "item:²"},
        {"surface": "item:٣"},
        {"surface": "item:"},
        {"surface": "item:-1"},
        {"surface": "item:12:3"},
        {"surface": "item:12\n"},
        {"surface": "item:" + "9" * 16},
        {"previous": "x" * 65},
        {"seq": -1},
        {"mono_ms": -1},
        {"media_ms": 2**31},
        {"buckets": [[0, 1]]},
        {"buckets": [[0, 1, 0, 0, -1]]},
        {"buckets": [[0] * 5] * 61},
    ],
)
def test_beat_out_of_the_format_is_refused(fields: dict[str, object]) -> None:
    person = make_person()

    with pytest.raises(BadInput):
        keep_beats(person.pk, None, [beat(0), beat(0, fields)], NOW_MS)

    assert not Beat.objects.exists()


def test_too_many_beats_at_once_are_refused() -> None:
    with pytest.raises(BadInput):
        heartbeats.keep_beats(1, [beat(n) for n in range(BEATS_LIMIT + 1)], NOW_MS)


def test_page_given_out_beats_under_its_own_name() -> None:
    person = make_person()
    session = open_page(person.pk, None, NOW_MS)

    heartbeats.keep_beats(person.pk, [beat(0, {"session": session})], NOW_MS + 15_000)

    page = OpenPage.objects.get()
    assert (page.person_id, page.opened_ms, page.assistive) == (person.pk, NOW_MS, False)
    assert Beat.objects.get().session == page.session


def test_page_of_somebody_who_uses_assistive_technology_says_so() -> None:
    person = make_person(assistive_ms=NOW_MS)

    open_page(person.pk, None, NOW_MS + 1)

    assert OpenPage.objects.get().assistive


@pytest.mark.parametrize("whose", ["nobody", "another"])
def test_beats_of_a_page_that_is_not_ones_own_are_refused(whose: str) -> None:
    person, other = make_person(), make_person()
    own = open_page(person.pk, None, NOW_MS)
    foreign = open_page(other.pk, None, NOW_MS) if whose == "another" else "f" * 36

    with pytest.raises(Forbidden) as refusal:
        heartbeats.keep_beats(
            person.pk, [beat(0, {"session": own}), beat(0, {"session": foreign})], NOW_MS
        )

    assert refusal.value.case == "beat-session"
    assert not Beat.objects.exists()


def worked(person: int) -> dict[str, int]:
    days = WorkedDay.objects.filter(person=person)
    return {f"{day:%m-%d}": ms for day, ms in days.values_list("day", "ms")}


def test_hours_of_the_day_grow_with_each_batch() -> None:
    person = make_person()

    keep_beats(person.pk, None, [beat(n) for n in range(1, 5)], NOW_MS + 60_000)
    keep_beats(person.pk, None, [beat(n) for n in range(5, 9)], NOW_MS + 120_000)
    keep_beats(person.pk, None, [beat(n) for n in range(5, 9)], NOW_MS + 180_000)

    assert worked(person.pk) == {"11-25": 120_000}


def test_two_pages_at_once_do_not_make_the_day_longer_than_the_clock() -> None:
    person = make_person()
    other = open_page(person.pk, None, NOW_MS)
    beats = [beat(n) for n in range(1, 5)]
    keep_beats(person.pk, None, beats, NOW_MS + 60_000)

    heartbeats.keep_beats(
        person.pk, [beat(n, {"session": other}) for n in range(1, 5)], NOW_MS + 61_000
    )

    assert worked(person.pk) == {"11-25": 61_000}


def test_hours_go_by_the_days_of_where_the_person_works_and_a_pause_adds_none() -> None:
    person = make_person()
    given = TermsIn("FR", "Pacific/Auckland", Status.SELF_EMPLOYED)
    set_terms(person, given, by=person, now_ms=NOW_MS)

    keep_beats(
        person.pk, None, [beat(1), beat(2, {"surface": "pause"}), beat(3, {"visible": False})],
        NOW_MS + 60_000,
    )  # fmt: skip

    assert worked(person.pk) == {"11-26": 15_000}


def test_batch_of_beats_needs_five_statements_whatever_its_size() -> None:
    made = make_project(tasks=1)
    lease_tasks(made.worker.pk, 1, NOW_MS)
    person = made.worker.person_id or 0
    session = open_page(person, made.project.pk, NOW_MS)
    beats = [beat(n, {"session": session}) for n in range(100)]

    with CaptureQueriesContext(connection) as said:
        heartbeats.keep_beats(person, beats, NOW_MS + 60_000)

    sql = [query["sql"] for query in said.captured_queries]
    assert len([text for text in sql if not text.startswith(("SAVEPOINT", "RELEASE"))]) <= 5


def test_beat_counts_for_the_project_its_page_was_given_out_for() -> None:
    here, elsewhere = make_project(tasks=1), make_project(tasks=1)
    person = here.worker.person_id or 0
    there = join_as_worker(elsewhere.project, Person.objects.get(pk=person), NOW_MS)
    lease_tasks(there.pk, 1, NOW_MS)
    session = open_page(person, here.project.pk, NOW_MS)

    heartbeats.keep_beats(person, [beat(1, {"session": session})], NOW_MS + 60_000)

    assert Beat.objects.get().project_id == here.project.pk
    assert Lease.objects.get().expires_ms == NOW_MS + LEASE_MS  # work elsewhere renews nothing


@pytest.mark.parametrize("whose", ["own", "another", "elsewhere", "nobody"])
def test_beat_counts_as_an_item_only_under_the_persons_own_lease(whose: str) -> None:
    made, elsewhere = make_project(tasks=3, workers=2), make_project(tasks=1)
    person = made.worker.person_id or 0
    there = join_as_worker(elsewhere.project, Person.objects.get(pk=person), NOW_MS)
    leases = {
        "own": lease_tasks(made.worker.pk, 1, NOW_MS).tasks[0].lease,
        "another": lease_tasks(made.workers[1].pk, 1, NOW_MS).tasks[0].lease,
        "elsewhere": lease_tasks(there.pk, 1, NOW_MS).tasks[0].lease,
        "nobody": 99_999,
    }
    session = open_page(person, made.project.pk, NOW_MS)
    fields: dict[str, object] = {"session": session, "surface": f"item:{leases[whose]}"}

    if whose == "own":
        heartbeats.keep_beats(person, [beat(1, fields)], NOW_MS + 15_000)
        assert Beat.objects.get().surface == fields["surface"]
        return
    with pytest.raises(Forbidden) as refusal:
        heartbeats.keep_beats(person, [beat(1, fields)], NOW_MS + 15_000)
    assert refusal.value.case == "beat-lease"
    assert not Beat.objects.exists()


def test_beat_of_a_task_that_is_gone_counts_as_a_page_of_its_project() -> None:
    made = make_project(tasks=2)
    person = made.worker.person_id or 0
    gone, _there = lease_tasks(made.worker.pk, 2, NOW_MS).tasks
    session = open_page(person, made.project.pk, NOW_MS)
    Lease.objects.filter(pk=gone.lease).delete()
    fields: dict[str, object] = {"session": session, "surface": f"item:{gone.lease}"}

    heartbeats.keep_beats(person, [beat(1, fields)], NOW_MS + 15_000)

    assert Beat.objects.get().surface == "page"


def test_page_sent_to_another_project_is_refused() -> None:
    here, elsewhere = make_project(tasks=1), make_project(tasks=1)
    person = here.worker.person_id or 0
    session = open_page(person, here.project.pk, NOW_MS)

    with pytest.raises(Forbidden) as refusal:
        heartbeats.keep_beats(
            person, [beat(1, {"session": session})], NOW_MS + 60_000, elsewhere.project.pk
        )

    assert refusal.value.case == "beat-project"


def test_offline_beats_of_an_ended_lease_still_count_as_its_item() -> None:
    made = make_project(tasks=1)
    person = made.worker.person_id or 0
    lease = lease_tasks(made.worker.pk, 1, NOW_MS).tasks[0].lease
    session = open_page(person, made.project.pk, NOW_MS)
    Lease.objects.update(state=Lease.State.EXPIRED)
    later_ms = NOW_MS + 20 * LEASE_MS

    heartbeats.keep_beats(
        person, [beat(1, {"session": session, "surface": f"item:{lease}"})], later_ms
    )

    assert Beat.objects.get().surface == f"item:{lease}"
