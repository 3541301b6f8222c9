import pytest

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal
from canut.actions.decisions.automated_systems import switch_system
from canut.actions.time.claims import ClaimIn, claim_time, grant_due, refuse_time
from canut.actions.time.hours_caps import hold_over_hours
from canut.actions.time.time_caps import hold_excess
from canut.store.models import Claim, Decision
from tests.support.claims import have_been_here
from tests.support.decisions import Due, make_due
from tests.support.factories import NOW_MS

pytestmark = pytest.mark.django_db
HOUR = 3_600_000
BEGIN = NOW_MS - 3 * HOUR


@pytest.fixture
def due() -> Due:
    return make_due()


def waiting(due: Due, due_ms: int = NOW_MS + HOUR) -> Claim:
    have_been_here(due.person, due.made.project.pk, BEGIN)
    return Claim.objects.create(
        person=due.person,
        project=due.made.project,
        kind=Claim.Kind.ASKED,
        why=Claim.Why.OTHER,
        begin_ms=BEGIN,
        end_ms=BEGIN + HOUR,
        pending=[[BEGIN, BEGIN + HOUR]],
        state=Claim.State.PENDING,
        made_ms=NOW_MS,
        due_ms=due_ms,
    )


def test_refused_time_counts_when_the_appeal_is_won(due: Due) -> None:
    claim = refuse_time(waiting(due).pk, by=due.author, words="Nobody was there.", now_ms=NOW_MS)
    made = appeal(claim.decision_id or 0, by=due.person, words="I read on paper.", now_ms=NOW_MS)

    answer_appeal(
        made.pk,
        AppealReply("overturned", "The notes are there."),
        by=due.independent,
        now_ms=NOW_MS + 1,
    )

    claim.refresh_from_db()
    assert (claim.state, claim.settled_ms) == ("granted", NOW_MS + 1)


def test_refused_time_stays_refused_when_the_decision_stands(due: Due) -> None:
    claim = refuse_time(waiting(due).pk, by=due.author, words="Nobody was there.", now_ms=NOW_MS)
    made = appeal(claim.decision_id or 0, by=due.person, words="I read on paper.", now_ms=NOW_MS)

    answer_appeal(
        made.pk, AppealReply("upheld", "No notes are there."), by=due.independent, now_ms=NOW_MS + 1
    )

    claim.refresh_from_db()
    assert claim.state == "refused"


def test_limits_on_time_that_are_switched_off_hold_nothing_back(due: Due) -> None:
    switch_system("caps", on=False, by=due.operator, reason="They catch the slow.", now_ms=NOW_MS)

    held = hold_excess([due.person.pk], due.made.project.pk, BEGIN, NOW_MS, NOW_MS)

    assert held == []
    assert hold_over_hours(NOW_MS) == 0
    assert not Decision.objects.exists()


def test_human_looks_at_added_time_even_where_the_limits_are_switched_off(due: Due) -> None:
    switch_system("caps", on=False, by=due.operator, reason="They catch the slow.", now_ms=NOW_MS)
    have_been_here(due.person, due.made.project.pk, BEGIN)

    claim = claim_time(due.person, ClaimIn(due.made.project.pk, BEGIN, BEGIN + HOUR), NOW_MS)

    assert (claim.state, claim.accepted_ms, claim.pending_ms) == ("pending", HOUR // 2, HOUR // 2)
    assert not Decision.objects.exists()


def test_switch_holds_up_nobodys_pay(due: Due) -> None:
    claim = waiting(due, due_ms=NOW_MS)
    switch_system("caps", on=False, by=due.operator, reason="They catch the slow.", now_ms=NOW_MS)

    grant_due(NOW_MS)

    claim.refresh_from_db()
    assert claim.state == "granted"
