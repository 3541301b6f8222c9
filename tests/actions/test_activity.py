import pytest

from canut.actions.activity import BEATS_LIMIT, BeatIn, keep_beats
from canut.actions.leases import lease_tasks
from canut.core.errors import BadInput
from canut.store.models import Beat, Lease
from tests.factories import NOW_MS, make_person, make_project

pytestmark = pytest.mark.django_db
LEASE_MS = 900_000


def beat(seq: int = 0, fields: dict[str, object] | None = None) -> BeatIn:
    made: dict[str, object] = {
        "session": "s" * 36,
        "seq": seq,
        "mono_ms": 15_000 * seq,
        "visible": True,
        "focused": True,
        "surface": "item:1",
        "buckets": [[3, 1, 0, 0, 0]],
        **(fields or {}),
    }
    return BeatIn(**made)  # type: ignore[arg-type]  # what a page may get wrong


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
    keep_beats(1, None, [], NOW_MS)

    assert not Beat.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"session": ""},
        {"session": "x" * 37},
        {"surface": "x" * 61},
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
        keep_beats(1, None, [beat(n) for n in range(BEATS_LIMIT + 1)], NOW_MS)
