from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from canut.actions.pay.periods import make_period
from canut.actions.people.accounts import add_member
from canut.actions.time.claims import (
    ClaimIn,
    claim_time,
    contest,
    grant_due,
    grant_time,
    refuse_time,
    withdraw_claim,
)
from canut.actions.time.daily_upkeep import run_daily_upkeep
from canut.actions.time.measure import credited_intervals, time_by_day
from canut.actions.work.leases import lease_tasks
from canut.core.clock import from_ms, local_day, to_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing, Refusal
from canut.store.models import Claim, Decision, Person, Role, Worker
from tests.support.claims import have_been_here
from tests.support.factories import (
    NOW,
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
    make_worker,
)
from tests.support.working_hours import DAY, HOUR, MINUTE, work

pytestmark = pytest.mark.django_db
BEGIN = NOW_MS - 5 * HOUR


def given(made: Made, minutes: int, begin_ms: int = BEGIN, words: str = "") -> ClaimIn:
    end_ms = begin_ms + minutes * MINUTE
    return ClaimIn(made.project.pk, begin_ms, end_ms, Claim.Why.PAPER, words)


def who(made: Made) -> Person:
    assert made.worker.person
    return made.worker.person


def total(made: Made) -> int:
    return sum(
        one.ms for one in credited_intervals([who(made).pk], NOW_MS - 30 * DAY, NOW_MS + DAY)
    )


def made_long_ago() -> Made:
    """Make a project whose worker has been there for long, and was on it today."""
    made = make_project()
    have_been_here(who(made), made.project.pk, BEGIN)
    made.worker.refresh_from_db()
    return made


def over_limit(made: Made) -> Claim:
    """Claim 50 minutes, of which 30 count at once."""
    return claim_time(who(made), given(made, 50), NOW_MS)


def test_half_an_hour_of_a_pay_period_counts_at_once() -> None:
    made = made_long_ago()

    claim = claim_time(who(made), given(made, 30), NOW_MS)

    assert (claim.state, claim.accepted_ms, claim.pending) == ("accepted", 30 * MINUTE, [])
    days = time_by_day([who(made).pk], BEGIN - HOUR, NOW_MS)
    assert [(one.surface, one.project, one.ms) for one in days] == [
        ("claim", made.project.pk, 30 * MINUTE)
    ]


def test_claim_above_half_an_hour_waits_for_a_human_with_a_reason_to_read() -> None:
    made = made_long_ago()

    claim = over_limit(made)

    assert (claim.accepted_ms, claim.pending_ms) == (30 * MINUTE, 20 * MINUTE)
    assert (claim.state, claim.due_ms) == ("pending", NOW_MS + 7 * DAY)
    decision = Decision.objects.get()
    assert (decision.kind, decision.system, decision.made_by) == ("time_held", "caps", None)
    assert "20 min" in decision.text_fr
    assert total(made) == 30 * MINUTE


def test_claims_of_one_pay_period_in_any_project_share_its_half_hour() -> None:
    made = made_long_ago()
    other = make_project(workers=0)
    make_worker(other.project, person=who(made))
    have_been_here(who(made), other.project.pk, BEGIN)
    claim_time(who(made), given(made, 25), NOW_MS)

    second = claim_time(who(made), given(other, 10, BEGIN + HOUR), NOW_MS)

    assert (second.accepted_ms, second.pending_ms) == (5 * MINUTE, 5 * MINUTE)


def test_next_pay_period_has_its_own_half_hour() -> None:
    made = made_long_ago()
    have_been_here(who(made), made.project.pk, BEGIN - 2 * DAY)
    last_day = local_day(NOW_MS - DAY, ZoneInfo("America/Toronto"))
    make_period(last_day - timedelta(days=5), last_day, NOW_MS)
    claim_time(who(made), given(made, 30), NOW_MS)

    before = claim_time(who(made), given(made, 30, BEGIN - 2 * DAY), NOW_MS)
    after = claim_time(who(made), given(made, 10, BEGIN + HOUR), NOW_MS)

    assert (before.pending_ms, after.accepted_ms) == (0, 0)


def test_time_measured_or_claimed_before_is_not_counted_again() -> None:
    made = made_long_ago()
    work(who(made).pk, made.project.pk, "queue", BEGIN + 10 * MINUTE, 5)
    claim_time(who(made), given(made, 20), NOW_MS)

    assert total(made) == 20 * MINUTE
    with pytest.raises(BadInput) as refusal:
        claim_time(who(made), given(made, 15), NOW_MS)
    assert refusal.value.case == "claim-covered"


def test_no_day_has_more_than_its_hours() -> None:
    made = made_long_ago()
    other = make_project(workers=0)
    make_worker(other.project, person=who(made))
    have_been_here(who(made), other.project.pk, BEGIN)
    day_ms = BEGIN - DAY
    work(who(made).pk, made.project.pk, "queue", day_ms + 20 * HOUR, 60)
    first = claim_time(who(made), given(made, 16 * 60, day_ms), NOW_MS)
    second = claim_time(who(made), given(other, 12 * 60, day_ms + 12 * HOUR), NOW_MS)

    claimed = first.accepted_ms + first.pending_ms + second.accepted_ms + second.pending_ms

    assert claimed + HOUR == DAY
    with pytest.raises(BadInput) as refusal:
        claim_time(who(made), given(made, 60, day_ms + 20 * HOUR), NOW_MS)
    assert refusal.value.case == "claim-covered"


def test_beats_that_come_later_take_the_place_of_a_claim() -> None:
    made = made_long_ago()
    claim_time(who(made), given(made, 20), NOW_MS)

    work(who(made).pk, made.project.pk, "queue", BEGIN + 10 * MINUTE, 30)

    assert total(made) == 40 * MINUTE


@pytest.mark.parametrize(
    ("begin", "minutes"),
    [(BEGIN, 0), (BEGIN, -5), (NOW_MS - MINUTE, 2), (BEGIN - DAY, 17 * 60), (NOW_MS - 31 * DAY, 5)],
)
def test_time_that_cannot_be_meant_is_refused(begin: int, minutes: int) -> None:
    made = made_long_ago()

    with pytest.raises(BadInput) as refusal:
        claim_time(who(made), given(made, minutes, begin), NOW_MS)

    assert refusal.value.case == "claim-span"


def refused(made: Made, minutes: int, begin_ms: int) -> Refusal:
    """Return how a claim and a contest of some time are both refused."""
    with pytest.raises(BadInput) as claimed:
        claim_time(who(made), given(made, minutes, begin_ms), NOW_MS)
    with pytest.raises(BadInput) as contested:
        contest(who(made), given(made, minutes, begin_ms, "Je lisais."), NOW_MS)
    assert claimed.value.case == contested.value.case
    return claimed.value


def test_nobody_worked_before_they_had_an_account() -> None:
    made = make_project()
    have_been_here(who(made), made.project.pk, BEGIN, for_ms=HOUR)

    refusal = refused(made, 30, BEGIN - HOUR - MINUTE)

    assert (refusal.case, refusal.facts) == ("claim-before-account", {"since": "2026-11-25 01:00"})
    assert claim_time(who(made), given(made, 30, BEGIN - HOUR), NOW_MS).accepted_ms


def test_nobody_worked_before_they_could_reach_the_project() -> None:
    made = made_long_ago()
    Worker.objects.update(created_at=from_ms(BEGIN))

    refusal = refused(made, 30, BEGIN - 2 * MINUTE)

    assert (refusal.case, refusal.facts) == ("claim-before-access", {"since": "2026-11-25 02:00"})


def test_nobody_worked_after_they_had_left_the_project() -> None:
    made = made_long_ago()
    Worker.objects.update(ended_at=from_ms(BEGIN + 10 * MINUTE))

    refusal = refused(made, 30, BEGIN)

    assert (refusal.case, refusal.facts) == ("claim-after-access", {"until": "2026-11-25 02:10"})
    assert claim_time(who(made), given(made, 10), NOW_MS).accepted_ms == 10 * MINUTE


def test_what_was_in_hand_when_they_left_could_still_be_worked_on() -> None:
    made = made_long_ago()
    lease_tasks(made.worker.pk, 1, BEGIN)
    Worker.objects.update(ended_at=from_ms(BEGIN + MINUTE))

    claim = claim_time(who(made), given(made, 15), NOW_MS)

    assert claim.accepted_ms == 15 * MINUTE


def test_nobody_worked_on_a_project_of_which_nothing_was_near() -> None:
    made = made_long_ago()

    assert refused(made, 30, BEGIN - 2 * DAY).case == "claim-without-work"
    assert claim_time(who(made), given(made, 30, BEGIN - DAY), NOW_MS).accepted_ms


@pytest.mark.parametrize("trace", ["lease", "answer"])
def test_task_or_answer_of_the_day_before_is_near(trace: str) -> None:
    made = made_long_ago()
    at_ms = BEGIN - 10 * DAY
    if trace == "lease":
        lease_tasks(made.worker.pk, 1, at_ms)
    else:
        answer_next(made.worker, now_ms=at_ms)

    assert claim_time(who(made), given(made, 10, at_ms + DAY - HOUR), NOW_MS).accepted_ms


def test_reviewer_contests_time_of_the_project_they_review() -> None:
    made, reviewer = made_long_ago(), make_person()
    add_member(reviewer, Role.REVIEWER, BEGIN - 60 * DAY, project=made.project)
    have_been_here(reviewer, made.project.pk, BEGIN)

    claim = contest(reviewer, given(made, 20, words="Je relisais."), NOW_MS)

    assert claim.pending_ms == 20 * MINUTE


def test_nobody_claims_time_in_a_project_they_do_not_work_in() -> None:
    made, other = made_long_ago(), made_long_ago()

    with pytest.raises(Forbidden):
        claim_time(who(made), given(other, 5), NOW_MS)
    with pytest.raises(Forbidden):
        contest(who(made), given(other, 5, words="Pas juste"), NOW_MS)


def test_long_words_are_refused() -> None:
    made = made_long_ago()

    with pytest.raises(BadInput):
        claim_time(who(made), given(made, 5, words="x" * 2001), NOW_MS)


def test_contest_waits_for_a_human() -> None:
    made = made_long_ago()
    work(who(made).pk, made.project.pk, "queue", BEGIN, 5)

    claim = contest(who(made), given(made, 20, words="Je lisais."), NOW_MS)

    assert (claim.state, claim.pending_ms) == ("pending", 15 * MINUTE)
    assert total(made) == 5 * MINUTE


def test_contest_without_words_is_refused() -> None:
    made = made_long_ago()

    with pytest.raises(Incomplete):
        contest(who(made), given(made, 5, words=" "), NOW_MS)


def test_time_that_a_human_grants_counts() -> None:
    made, by = made_long_ago(), make_person()
    claim = over_limit(made)

    grant_time(claim.pk, by=by, words="", now_ms=NOW_MS)

    assert total(made) == 50 * MINUTE
    assert Decision.objects.latest("id").made_by == by


def test_time_that_a_human_refuses_does_not_count_and_the_reasons_stay() -> None:
    made, by = made_long_ago(), make_person(shown_name="Paul")
    claim = over_limit(made)

    refuse_time(claim.pk, by=by, words="Absence dite par la personne.", now_ms=NOW_MS)

    decision = Decision.objects.latest("id")
    assert (decision.kind, decision.made_by) == ("time_refused", by)
    assert "20 min ne comptent pas, sur décision de Paul" in decision.text_fr
    assert "Absence dite" in decision.text_en
    assert total(made) == 30 * MINUTE


def test_refusal_without_reasons_is_none() -> None:
    claim = over_limit(made_long_ago())

    with pytest.raises(Incomplete):
        refuse_time(claim.pk, by=make_person(), words=" ", now_ms=NOW_MS)

    claim.refresh_from_db()
    assert claim.state == "pending"


def test_program_refuses_no_time() -> None:
    claim = over_limit(made_long_ago())

    with pytest.raises(Forbidden):
        refuse_time(claim.pk, by=make_person(is_service=True), words="Trop long.", now_ms=NOW_MS)


def test_nobody_decides_on_their_own_time() -> None:
    made = made_long_ago()
    claim = over_limit(made)

    for decide in (grant_time, refuse_time):
        with pytest.raises(Forbidden):
            decide(claim.pk, by=who(made), words="Moi.", now_ms=NOW_MS)


def test_what_is_settled_stays_settled() -> None:
    claim = over_limit(made_long_ago())
    grant_time(claim.pk, by=make_person(), words="", now_ms=NOW_MS)

    with pytest.raises(Conflict):
        refuse_time(claim.pk, by=make_person(), words="Non.", now_ms=NOW_MS)
    with pytest.raises(Missing):
        grant_time(999_999, by=make_person(), words="", now_ms=NOW_MS)


def test_time_nobody_decided_on_within_seven_days_counts() -> None:
    made = made_long_ago()
    over_limit(made)

    early = run_daily_upkeep(to_ms(NOW + timedelta(days=7, seconds=-1)))
    late = run_daily_upkeep(to_ms(NOW + timedelta(days=7)))

    assert (early, late) == (0, 1)
    assert total(made) == 50 * MINUTE
    decision = Decision.objects.latest("id")
    assert (decision.kind, decision.code, decision.system) == (
        "time_granted",
        "time-undecided",
        "caps",
    )
    assert grant_due(to_ms(NOW + timedelta(days=8))) == 0


def test_time_that_cannot_be_true_is_not_granted_for_lack_of_a_decision() -> None:
    made = made_long_ago()
    claim = over_limit(made)
    Person.objects.update(created_at=from_ms(BEGIN + HOUR))

    assert grant_due(NOW_MS + 8 * DAY) == 0

    claim.refresh_from_db()
    assert claim.state == "pending"
    assert grant_time(claim.pk, by=make_person(), words="", now_ms=NOW_MS).state == "granted"


def test_claim_that_is_withdrawn_waits_no_more_and_may_be_made_again() -> None:
    made = made_long_ago()
    claim = over_limit(made)

    withdrawn = withdraw_claim(who(made), claim.pk, NOW_MS)

    assert (withdrawn.state, withdrawn.settled_ms) == ("withdrawn", NOW_MS)
    assert grant_due(NOW_MS + 8 * DAY) == 0
    assert total(made) == 30 * MINUTE
    again = claim_time(who(made), given(made, 50), NOW_MS)
    assert (again.accepted, again.pending_ms) == ([], 20 * MINUTE)


def test_only_ones_own_claim_that_waits_is_withdrawn() -> None:
    made = made_long_ago()
    claim = over_limit(made)
    with pytest.raises(Missing):
        withdraw_claim(make_person(), claim.pk, NOW_MS)
    grant_time(claim.pk, by=make_person(), words="", now_ms=NOW_MS)

    with pytest.raises(Conflict):
        withdraw_claim(who(made), claim.pk, NOW_MS)
