"""Hours that no server saw count while tasks were given out; beyond, a human looks first."""

import pytest

from canut.actions.time.claims import grant_due
from canut.actions.time.daily_upkeep import run_daily_upkeep
from canut.actions.time.heartbeats import BeatIn, keep_beats, open_page
from canut.actions.time.measure import credited_intervals
from canut.actions.time.unseen_time import LOOKED, hold_unseen
from canut.actions.work.leases import lease_tasks
from canut.actions.work.offline_packs import take_pack
from canut.core.clock import HOUR_MS, MINUTE_MS
from canut.core.decisions.explanations import explain
from canut.store.models import Claim, UsualTime
from canut.store.tables.platform import Fact
from tests.support.factories import NOW_MS, Made, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
BEAT_MS = 15_000
LEASE_MS = 15 * MINUTE_MS


@pytest.fixture(autouse=True)
def _begun() -> None:
    """Look once before: what came before the first look is left as it is."""
    hold_unseen(NOW_MS)


def offline(made: Made, surface: str, hours: float, *, back_after_hours: float) -> int:
    """Work for some hours without a network, send all of it later; return when it came."""
    person = made.worker.person_id or 0
    session = open_page(person, made.project.pk, NOW_MS)
    beats = [
        BeatIn(
            session=session, seq=n, mono_ms=n * BEAT_MS, visible=True, focused=True,
            surface=surface, buckets=[[n * 15 - 1, 1, 0, 0, 0]],
        )
        for n in range(1, round(hours * HOUR_MS / BEAT_MS) + 1)
    ]  # fmt: skip
    came_ms = NOW_MS + round(back_after_hours * HOUR_MS)
    for first in range(0, len(beats), 400):
        keep_beats(person, beats[first : first + 400], came_ms + first)
    return came_ms + len(beats)


def counted_ms(made: Made, now_ms: int) -> int:
    """Return how much of the person's time counts."""
    rows = credited_intervals([made.worker.person_id or 0], NOW_MS - HOUR_MS, now_ms)
    return sum(row.ms for row in rows)


def test_hours_after_the_last_lease_wait_for_a_human_and_are_paid_after_a_week() -> None:
    made = make_project(tasks=1)
    lease = lease_tasks(made.worker.pk, 1, NOW_MS).tasks[0].lease
    came_ms = offline(made, f"item:{lease}", 6, back_after_hours=8)

    assert hold_unseen(came_ms) == 1

    claim = Claim.objects.get()
    assert claim.state == Claim.State.PENDING
    assert counted_ms(made, came_ms) == pytest.approx(LEASE_MS, abs=MINUTE_MS)
    assert claim.pending_ms == pytest.approx(6 * HOUR_MS - LEASE_MS, abs=MINUTE_MS)
    assert claim.decision is not None
    assert claim.decision.code == "time-unseen"
    texts = claim.decision.text_en, claim.decision.text_fr
    assert texts == explain("time-held-unseen", {"held_ms": claim.pending_ms})
    assert grant_due(claim.due_ms) == 1
    assert counted_ms(made, came_ms) == pytest.approx(6 * HOUR_MS, abs=MINUTE_MS)


def test_work_of_an_offline_pack_counts_at_once() -> None:
    made = make_project(tasks=20)
    pack = take_pack(made.worker.pk, 20, NOW_MS)
    came_ms = offline(made, f"item:{pack.lent.tasks[0].lease}", 3, back_after_hours=4)

    assert hold_unseen(came_ms) == 0
    assert counted_ms(made, came_ms) == pytest.approx(3 * HOUR_MS, abs=MINUTE_MS)


def test_pack_of_short_tasks_does_not_stand_for_a_day() -> None:
    """Twenty tasks of ten seconds give room for two minutes each, twelve times the usual."""
    made = make_project(tasks=20)
    UsualTime.objects.create(
        project=made.project, n_items=100, median_ms=10_000, mean_ms=10_000, at_ms=NOW_MS
    )
    take_pack(made.worker.pk, 20, NOW_MS)
    came_ms = offline(made, "instructions", 6, back_after_hours=7)

    hold_unseen(came_ms)

    assert counted_ms(made, came_ms) == pytest.approx(40 * MINUTE_MS, abs=MINUTE_MS)


def test_beats_that_came_in_time_are_never_held() -> None:
    made = make_project(tasks=1)
    person = made.worker.person_id or 0
    session = open_page(person, made.project.pk, NOW_MS)
    for n in range(1, 4 * 60 * 3):
        now_ms = NOW_MS + n * BEAT_MS
        beat = BeatIn(
            session=session, seq=n, mono_ms=n * BEAT_MS, visible=True, focused=True,
            surface="queue", buckets=[[n * 15 - 1, 1, 0, 0, 0]],
        )  # fmt: skip
        keep_beats(person, [beat], now_ms)

    assert hold_unseen(NOW_MS + 4 * HOUR_MS) == 0


def test_an_hour_without_network_is_no_long_silence() -> None:
    made = make_project(tasks=1)
    came_ms = offline(made, "queue", 0.9, back_after_hours=0.95)

    assert hold_unseen(came_ms) == 0


def test_late_beats_are_looked_at_once() -> None:
    made = make_project(tasks=1)
    came_ms = offline(made, "queue", 3, back_after_hours=5)
    run_daily_upkeep(came_ms)

    run_daily_upkeep(came_ms + 2 * HOUR_MS)

    assert Claim.objects.count() == 1


def test_what_came_before_the_first_look_is_left_as_it_is() -> None:
    made = make_project(tasks=1)
    came_ms = offline(made, "queue", 3, back_after_hours=5)
    Fact.objects.filter(name=LOOKED).delete()

    assert hold_unseen(came_ms) == 0
    assert hold_unseen(came_ms + HOUR_MS) == 0
