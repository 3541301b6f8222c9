from datetime import timedelta

import pytest

from canut.actions.time.claims import (
    ClaimIn,
    claim_time,
    contest,
    grant_due,
    grant_time,
    refuse_time,
)
from canut.actions.time.daily_upkeep import run_daily_upkeep
from canut.actions.time.measure import credited_intervals, time_by_day
from canut.core.clock import to_ms
from canut.core.errors import BadInput, Conflict, Forbidden, Incomplete, Missing
from canut.core.time.claims import fortnight
from canut.store.models import Claim, Decision, Person, UsualTime
from tests.support.factories import NOW, NOW_MS, Made, make_person, make_project
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


def limit(made: Made) -> None:
    """Make a minute a task usual, and let the person do thirty: 37.5 min are the limit."""
    UsualTime.objects.create(
        project=made.project, n_items=100, median_ms=MINUTE, mean_ms=MINUTE, at_ms=NOW_MS
    )
    begin, _ = fortnight(NOW_MS)
    for n in range(30):
        work(who(made).pk, made.project.pk, f"item:{n}", begin + n * HOUR, 1)


def over_limit(made: Made) -> Claim:
    """Claim 20 minutes where 7.5 are left."""
    limit(made)
    return claim_time(who(made), given(made, 20), NOW_MS)


def test_claim_without_a_limit_counts_at_once() -> None:
    made = make_project()

    claim = claim_time(who(made), given(made, 20), NOW_MS)

    assert (claim.state, claim.accepted_ms, claim.pending) == ("accepted", 20 * MINUTE, [])
    days = time_by_day([who(made).pk], BEGIN - HOUR, NOW_MS)
    assert [(one.surface, one.project, one.ms) for one in days] == [
        ("claim", made.project.pk, 20 * MINUTE)
    ]


def test_claim_above_the_limit_waits_for_a_human_with_a_reason_to_read() -> None:
    made = make_project()

    claim = over_limit(made)

    assert (claim.accepted_ms, claim.pending_ms) == (450_000, 750_000)
    assert (claim.state, claim.due_ms) == ("pending", NOW_MS + 7 * DAY)
    decision = Decision.objects.get()
    assert (decision.kind, decision.system, decision.made_by) == ("time_held", "caps", None)
    assert total(made) == 30 * MINUTE + 450_000


def test_claims_of_one_fortnight_share_its_room() -> None:
    made = make_project()
    limit(made)
    claim_time(who(made), given(made, 5), NOW_MS)

    second = claim_time(who(made), given(made, 5, BEGIN + HOUR), NOW_MS)

    assert (second.accepted_ms, second.pending_ms) == (150_000, 150_000)


def test_time_measured_or_claimed_before_is_not_counted_again() -> None:
    made = make_project()
    work(who(made).pk, made.project.pk, "queue", BEGIN + 10 * MINUTE, 5)
    claim_time(who(made), given(made, 20), NOW_MS)

    assert total(made) == 20 * MINUTE
    with pytest.raises(BadInput) as refusal:
        claim_time(who(made), given(made, 15), NOW_MS)
    assert refusal.value.case == "claim-covered"


def test_beats_that_come_later_take_the_place_of_a_claim() -> None:
    made = make_project()
    claim_time(who(made), given(made, 20), NOW_MS)

    work(who(made).pk, made.project.pk, "queue", BEGIN + 10 * MINUTE, 30)

    assert total(made) == 40 * MINUTE


@pytest.mark.parametrize(
    ("begin", "minutes"),
    [(BEGIN, 0), (BEGIN, -5), (NOW_MS - MINUTE, 2), (BEGIN - DAY, 17 * 60), (NOW_MS - 31 * DAY, 5)],
)
def test_time_that_cannot_be_meant_is_refused(begin: int, minutes: int) -> None:
    made = make_project()

    with pytest.raises(BadInput):
        claim_time(who(made), given(made, minutes, begin), NOW_MS)


def test_nobody_claims_time_in_a_project_they_do_not_work_in() -> None:
    made, other = make_project(), make_project()

    with pytest.raises(Forbidden):
        claim_time(who(made), given(other, 5), NOW_MS)
    with pytest.raises(Forbidden):
        contest(who(made), given(other, 5, words="Pas juste"), NOW_MS)


def test_long_words_are_refused() -> None:
    made = make_project()

    with pytest.raises(BadInput):
        claim_time(who(made), given(made, 5, words="x" * 2001), NOW_MS)


def test_contest_waits_for_a_human_even_when_nothing_is_usual_yet() -> None:
    made = make_project()
    work(who(made).pk, made.project.pk, "queue", BEGIN, 5)

    claim = contest(who(made), given(made, 20, words="Je lisais."), NOW_MS)

    assert (claim.state, claim.pending_ms) == ("pending", 15 * MINUTE)
    assert total(made) == 5 * MINUTE


def test_contest_without_words_is_refused() -> None:
    made = make_project()

    with pytest.raises(Incomplete):
        contest(who(made), given(made, 5, words=" "), NOW_MS)


def test_time_that_a_human_grants_counts() -> None:
    made, by = make_project(), make_person()
    claim = over_limit(made)

    grant_time(claim.pk, by=by, words="", now_ms=NOW_MS)

    assert total(made) == 50 * MINUTE
    assert Decision.objects.latest("id").made_by == by


def test_time_that_a_human_refuses_does_not_count_and_the_reasons_stay() -> None:
    made, by = make_project(), make_person(shown_name="Paul")
    claim = over_limit(made)

    refuse_time(claim.pk, by=by, words="Absence dite par la personne.", now_ms=NOW_MS)

    decision = Decision.objects.latest("id")
    assert (decision.kind, decision.made_by) == ("time_refused", by)
    assert "12 min ne comptent pas, sur décision de Paul" in decision.text_fr
    assert "Absence dite" in decision.text_en
    assert total(made) == 30 * MINUTE + 450_000


def test_refusal_without_reasons_is_none() -> None:
    claim = over_limit(make_project())

    with pytest.raises(Incomplete):
        refuse_time(claim.pk, by=make_person(), words=" ", now_ms=NOW_MS)

    claim.refresh_from_db()
    assert claim.state == "pending"


def test_program_refuses_no_time() -> None:
    claim = over_limit(make_project())

    with pytest.raises(Forbidden):
        refuse_time(claim.pk, by=make_person(is_service=True), words="Trop long.", now_ms=NOW_MS)


def test_nobody_decides_on_their_own_time() -> None:
    made = make_project()
    claim = over_limit(made)

    for decide in (grant_time, refuse_time):
        with pytest.raises(Forbidden):
            decide(claim.pk, by=who(made), words="Moi.", now_ms=NOW_MS)


def test_what_is_settled_stays_settled() -> None:
    claim = over_limit(make_project())
    grant_time(claim.pk, by=make_person(), words="", now_ms=NOW_MS)

    with pytest.raises(Conflict):
        refuse_time(claim.pk, by=make_person(), words="Non.", now_ms=NOW_MS)
    with pytest.raises(Missing):
        grant_time(999_999, by=make_person(), words="", now_ms=NOW_MS)


def test_time_nobody_decided_on_within_seven_days_counts() -> None:
    made = make_project()
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
