"""What of the hard to look at is lent: limits hold where tasks are lent, over all projects."""

import pytest

from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.protection.exposure import longest_look_ms, settled_dose
from canut.actions.protection.risk_preferences import agree, begin_break, set_own_limit
from canut.actions.work.leases import expire_leases, lease_tasks, release_leases, skip_task
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS, HOUR_MS, MINUTE_MS
from canut.core.places.parameters import Status
from canut.core.protection.exposure import POLICY
from canut.store.models import Decision, Lease, Person, Project, Protection, RiskChoice, Worker
from canut.store.protection.exposure import weight_of
from tests.support.exposure import WHAT, make_risky
from tests.support.factories import NOW_MS, Made, answer_next, make_project, make_worker

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
LEASE_MS = 900_000
SEVERE = 3000  # a minute of severity 3 in pictures, as is reserved while nothing is known


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    longest_look_ms.cache_clear()


def hand(made: Made, count: int, now_ms: int = NOW_MS, worker: Worker | None = None) -> list[int]:
    """Lend tasks and return how severe those in the hand are."""
    lent = lease_tasks((worker or made.worker).pk, count, now_ms).tasks
    severity = dict(Lease.objects.values_list("id", "severity"))
    return [severity[task.lease] or 0 for task in lent]


def answer_one(made: Made, now_ms: int, ms: int = MINUTE_MS) -> None:
    """Lend one task, look at it for a while and answer it."""
    for task in lease_tasks(made.worker.pk, 1, now_ms).tasks:
        submission = Submission(task.lease, str(task.lease), {"q": "oui"})
        submit(made.worker.pk, submission, now_ms + ms)


def person(made: Made) -> int:
    return made.worker.person_id or 0


def test_hand_begins_calm_and_has_a_calm_task_among_any_three() -> None:
    made = make_risky([2, 2, 2, 0, 2, 0, 0])

    severities = hand(made, 7)

    assert severities[0] == 0
    assert not any(all(severities[n : n + 3]) for n in range(5))
    assert sorted(severities, reverse=True)[:4] == [2, 2, 2, 2]


def test_dose_is_reserved_when_lent_and_a_hand_holds_no_more_than_a_streak() -> None:
    made = make_risky([0, 3, 3, 0, 3, 3, 0, 3, 3, 0])

    lease_tasks(made.worker.pk, 10, NOW_MS)

    doses = list(Lease.objects.order_by("id").values_list("dose", flat=True))
    assert set(doses) == {0, SEVERE}
    assert sum(doses) <= POLICY.streak
    assert sum(doses) == weight_of(person(made), NOW_MS).day == 3 * SEVERE


def test_pack_taken_away_keeps_its_dose_however_long_it_is_kept() -> None:
    made = make_risky([0, 3, 3, 0, 3, 3, 0, 0])
    Project.objects.update(lease_seconds=86_400)
    lease_tasks(made.worker.pk, 8, NOW_MS)

    later = weight_of(person(made), NOW_MS + 20 * HOUR_MS)
    again = hand(made, 20, NOW_MS + 20 * HOUR_MS)

    assert later.day == 3 * SEVERE
    assert sum(severity > 0 for severity in again) == 3


def test_limits_count_over_all_projects_and_devices_of_a_person() -> None:
    here, there = make_risky([0, 3, 3, 0, 3]), make_risky([0, 3, 3, 0, 3])
    set_own_limit(person(here), 10, NOW_MS)
    other = make_worker(there.project, person=here.worker.person)
    lease_tasks(here.worker.pk, 5, NOW_MS)

    severities = hand(there, 5, NOW_MS, other)

    assert weight_of(person(here), NOW_MS).day == 3 * SEVERE
    assert severities == [0, 0]


def test_what_comes_back_unseen_gives_its_dose_back_and_what_was_seen_does_not() -> None:
    made = make_risky([0, 3, 3, 0])
    lent = lease_tasks(made.worker.pk, 4, NOW_MS).tasks
    risky = [task.lease for task in lent if Lease.objects.get(pk=task.lease).dose]

    release_leases(made.worker.pk, [task.lease for task in lent], NOW_MS, viewed=risky[:1])

    assert weight_of(person(made), NOW_MS).day == SEVERE


def test_what_was_skipped_or_ran_out_may_have_been_seen() -> None:
    made = make_risky([0, 3, 3, 0])
    lent = lease_tasks(made.worker.pk, 4, NOW_MS).tasks
    risky = [task.lease for task in lent if Lease.objects.get(pk=task.lease).dose]
    skip_task(made.worker.pk, risky[0], "hurts", NOW_MS)

    expire_leases(made.project.pk, NOW_MS + LEASE_MS)

    assert weight_of(person(made), NOW_MS + LEASE_MS).day == 2 * SEVERE
    assert weight_of(person(made), NOW_MS + LEASE_MS + DAY_MS).day == 0


def test_answer_keeps_what_was_looked_at_and_never_more_than_was_reserved() -> None:
    made = make_risky([0, 3, 0, 3])
    (_calm, short, _other, long) = lease_tasks(made.worker.pk, 4, NOW_MS).tasks

    submit(made.worker.pk, Submission(short.lease, "a", {"q": "oui"}), NOW_MS + 20_000)
    submit(made.worker.pk, Submission(long.lease, "b", {"q": "oui"}), NOW_MS + 400_000)

    assert Lease.objects.get(pk=short.lease).dose == 1000
    assert Lease.objects.get(pk=long.lease).dose == SEVERE


def test_only_what_was_uncovered_counts_and_passive_blur_takes_nothing_off() -> None:
    uncovered = settled_dose(3, "image", SEVERE, 60_000, 250)
    blurred = settled_dose(3, "image", SEVERE, 60_000, None)
    text = settled_dose(3, "text", 1500, 60_000, 250)

    assert (uncovered, blurred, text) == (750, 3000, 1500)
    assert settled_dose(None, "text", 0, 60_000, None) is None


def test_share_uncovered_comes_with_the_answer() -> None:
    made = make_risky([0, 3])
    (_calm, risky) = lease_tasks(made.worker.pk, 2, NOW_MS).tasks

    submission = Submission(risky.lease, "a", {"q": "oui"}, revealed=100)
    submit(made.worker.pk, submission, NOW_MS + 60_000)

    assert Lease.objects.get(pk=risky.lease).dose == 300


def test_break_comes_after_a_streak_and_then_more_is_lent() -> None:
    made = make_risky([0, 3, 3, 0, 3, 3, 0, 3, 3, 0])
    now = NOW_MS
    for _ in range(5):
        answer_one(made, now)
        now += MINUTE_MS

    due = lease_tasks(made.worker.pk, 3, now)
    begin_break(person(made), now)
    early = hand(made, 3, now + POLICY.break_ms - 1)
    after = hand(made, 3, now + POLICY.break_ms)

    assert due.held_back is not None
    assert (due.held_back.system, due.held_back.why) == ("exposure", "break")
    assert (early, after) == ([0, 0], [0, 0, 3])


def test_day_that_is_full_says_when_there_is_room_again_and_keeps_the_decision_once() -> None:
    made = make_risky([0, 3, 3, 0, 3, 3])
    set_own_limit(person(made), 3, NOW_MS)
    for n in range(3):
        answer_one(made, NOW_MS + n * MINUTE_MS)

    first = lease_tasks(made.worker.pk, 2, NOW_MS + 200_000)
    lease_tasks(made.worker.pk, 2, NOW_MS + 300_000)

    decision = Decision.objects.get()
    assert first.held_back is not None
    assert first.held_back.why == "day"
    assert first.held_back.back_ms is not None
    assert NOW_MS + DAY_MS < first.held_back.back_ms <= NOW_MS + 200_000 + DAY_MS
    assert (decision.system, decision.rule, decision.code) == ("exposure", "exposure/2", "day")
    assert decision.inputs["day_limit"] == 3000
    assert "You have reached your limit of hard material for 24 hours. You can go on again" in (
        decision.text_en
    )
    assert "Vous pourrez reprendre" in decision.text_fr
    lease_tasks(made.worker.pk, 2, NOW_MS + 200_000 + HOUR_MS)
    assert Decision.objects.count() == 2


def test_minors_are_lent_calm_tasks_alone() -> None:
    made = make_risky([0, 1, 3, 0])
    terms = TermsIn("CA-QC", "America/Toronto", Status.VOLUNTEER, is_minor=True)
    set_terms(Person.objects.get(pk=person(made)), terms, by=made.project.created_by, now_ms=NOW_MS)

    severities = hand(made, 4)

    assert severities == [0, 0]
    assert Decision.objects.get().code == "minor"


def test_who_did_not_agree_is_lent_calm_tasks_alone_and_no_decision_is_kept() -> None:
    made = make_risky([0, 3, 0, 3])
    RiskChoice.objects.all().delete()

    lent = lease_tasks(made.worker.pk, 4, NOW_MS)

    assert len(lent.tasks) == 2
    assert lent.held_back is not None
    assert lent.held_back.why == "declined"
    assert not Decision.objects.exists()


def test_new_people_are_lent_a_quarter_and_their_weeks_begin_with_the_first_hard_task() -> None:
    made = make_risky([0, 4, 4, 0, 4, 4, 0, 4], used=False)
    lease_tasks(made.worker.pk, 1, NOW_MS)
    assert not Protection.objects.filter(first_ms__isnull=False).exists()
    now = NOW_MS

    for _ in range(8):
        now += 6 * MINUTE_MS
        answer_one(made, now)

    assert weight_of(person(made), now).day <= POLICY.day // 4
    assert Protection.objects.get().first_ms is not None


def test_own_limit_holds_from_the_next_task_on() -> None:
    made = make_risky([0, 2, 2, 0, 2, 2, 0])
    before = hand(made, 3)

    set_own_limit(person(made), 0, NOW_MS)

    assert 2 in before
    assert hand(made, 7)[3:] == [0, 0]


def test_calm_work_elsewhere_counts_as_calm() -> None:
    made, calm = make_risky([3, 3, 3]), make_project(tasks=3)
    elsewhere = make_worker(calm.project, person=made.worker.person)
    none = lease_tasks(made.worker.pk, 3, NOW_MS)

    answer_next(elsewhere, now_ms=NOW_MS + 1000)

    assert none.tasks == []
    assert none.held_back is not None
    assert none.held_back.why == "calm"
    assert hand(made, 3, NOW_MS + 7000) == [3, 3]


def test_break_stands_for_a_calm_task_where_none_is_left() -> None:
    made = make_risky([3, 3, 3, 3])
    none = hand(made, 3)
    begin_break(person(made), NOW_MS)

    after = hand(made, 3, NOW_MS + POLICY.break_ms)

    assert (none, after) == ([], [3, 3])
    for n in range(2):
        answer_one(made, NOW_MS + POLICY.break_ms + n * MINUTE_MS)
    later = NOW_MS + POLICY.break_ms + 2 * MINUTE_MS
    assert hand(made, 3, later) == []
    begin_break(person(made), later)
    assert hand(made, 3, later + POLICY.break_ms) == [3, 3]


def test_calm_task_far_down_the_queue_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canut.store.sql.exposure.NEAR", 2)
    made = make_risky([3, 3, 3, 3, 3, 0])

    assert hand(made, 1) == [0]


def test_what_19_of_20_looks_stay_under_is_reserved_once_it_is_known() -> None:
    made = make_risky([0] * 30 + [3, 0])
    for n in range(30):
        answer_one(made, NOW_MS + n * 10_000, 10_000)
    longest_look_ms.cache_clear()

    lease_tasks(made.worker.pk, 2, NOW_MS + 400_000)

    assert list(Lease.objects.filter(severity=3).values_list("dose", flat=True)) == [500]


def test_agreeing_again_opens_what_was_refused() -> None:
    made = make_risky([0, 3])
    RiskChoice.objects.all().delete()
    assert hand(made, 2) == [0]

    agree(person(made), WHAT, NOW_MS)

    assert hand(made, 2) == [0, 3]
