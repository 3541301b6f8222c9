"""Somebody's work ends by a named human, for a reason they read and may appeal."""

from dataclasses import replace

import pytest

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal
from canut.actions.decisions.sanctions import Limit, limit_worker
from canut.actions.decisions.terminations import OWN_WISH, Termination, end_work
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import NOTICE_DAYS
from canut.core.errors import BadInput, Conflict, Forbidden, Missing
from canut.store.models import Decision, Membership, Role, Worker
from tests.support.decisions import EVIDENCE, Due, make_due
from tests.support.factories import NOW, NOW_MS, make_person

pytestmark = pytest.mark.django_db
HARM = Termination("harm-to-others", EVIDENCE)
SHARED = Termination("shared-account", EVIDENCE)
WISH = Termination(OWN_WISH, "They wrote to us on Monday: I found other work.")
LATER = NOW_MS + NOTICE_DAYS * DAY_MS


@pytest.fixture
def due() -> Due:
    due = make_due(tasks=9)
    Membership.objects.create(
        person=due.person, project=due.made.project, role=Role.WORKER, created_at=NOW
    )
    return due


def end(due: Due, why: Termination, now_ms: int = NOW_MS) -> Decision:
    held = Membership.objects.get(person=due.person, role=Role.WORKER)
    return end_work(held.pk, why, by=due.author, now_ms=now_ms)


def test_ending_is_a_decision_in_words_by_a_named_human(due: Due) -> None:
    decision = end(due, HARM)

    assert (decision.kind, decision.code, decision.made_by) == ("closure", HARM.code, due.author)
    assert "Paul Tessier ended your work" in decision.text_en
    assert "Paul Tessier a mis fin à votre travail" in decision.text_fr
    with pytest.raises(Forbidden):
        lease_tasks(due.made.worker.pk, 1, NOW_MS)


def test_act_that_harms_nobody_ends_work_only_once_a_suspension_has_begun(due: Due) -> None:
    with pytest.raises(Conflict) as refused:
        end(due, SHARED)
    what = Limit("suspension", 30, SHARED.code, EVIDENCE)
    limit_worker(due.made.worker.pk, what, by=due.author, now_ms=NOW_MS)
    with pytest.raises(Conflict):
        end(due, SHARED, LATER - 1)

    decision = end(due, SHARED, LATER)

    assert refused.value.case == "suspend-first"
    assert decision.code == SHARED.code


def test_own_wish_is_noted_by_name_and_says_how_to_object(due: Due) -> None:
    decision = end(due, WISH)

    assert decision.evidence == WISH.evidence
    assert "If you did not ask for it, appeal" in decision.text_en
    assert Worker.objects.get(pk=due.made.worker.pk).ended_at is not None


def test_who_wins_their_appeal_has_their_place_again(due: Due) -> None:
    decision = end(due, WISH)
    made = appeal(decision.pk, by=due.person, words="I never asked.", now_ms=NOW_MS + 1)

    answer_appeal(
        made.pk, AppealReply("overturned", "There is no such letter."), by=due.independent,
        now_ms=NOW_MS + 2,
    )  # fmt: skip

    assert lease_tasks(due.made.worker.pk, 1, NOW_MS + 3).tasks
    assert Membership.objects.get(person=due.person, role=Role.WORKER).ended_at is None


@pytest.mark.parametrize(
    ("why", "refusal"),
    [
        (replace(HARM, code="too-slow"), BadInput),
        (replace(HARM, code="off-instructions"), BadInput),
        (replace(HARM, evidence=" "), BadInput),
        (replace(WISH, evidence=""), BadInput),
    ],
)
def test_work_does_not_end_without_a_listed_reason_and_what_shows_it(
    due: Due, why: Termination, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        end(due, why)

    assert Worker.objects.get(pk=due.made.worker.pk).ended_at is None


def test_program_ends_nobodys_work(due: Due) -> None:
    held = Membership.objects.get(person=due.person, role=Role.WORKER)

    with pytest.raises(Forbidden):
        end_work(held.pk, HARM, by=make_person(is_service=True), now_ms=NOW_MS)
    end(due, HARM)
    with pytest.raises(Missing):
        end(due, HARM, NOW_MS + 1)
