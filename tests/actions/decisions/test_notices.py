import pytest

from canut.actions.decisions.appeals import AppealReply, answer_appeal, appeal
from canut.actions.decisions.notices import DECISIONS, MESSAGES, open_place, unseen_counts
from canut.actions.decisions.undo import undo
from canut.actions.participation.messages import answer_thread, write_to
from canut.actions.work.practice import record_practice
from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import CONTEST_DAYS
from canut.store.models import Thread
from tests.support.decisions import Due, make_due
from tests.support.factories import NOW_MS

pytestmark = pytest.mark.django_db
MINUTE = 60_000


@pytest.fixture
def due() -> Due:
    return make_due()


def test_rejection_counts_until_decisions_are_opened(due: Due) -> None:
    due.reject(NOW_MS + MINUTE)

    before = unseen_counts(due.person, NOW_MS + 2 * MINUTE)
    since_ms = open_place(due.person, DECISIONS, NOW_MS + 3 * MINUTE)

    assert before == {DECISIONS: 1}
    assert since_ms < NOW_MS + MINUTE
    assert unseen_counts(due.person, NOW_MS + 4 * MINUTE) == {}


def test_answer_to_an_appeal_is_news_again(due: Due) -> None:
    decision = due.reject(NOW_MS + MINUTE)
    open_place(due.person, DECISIONS, NOW_MS + 2 * MINUTE)
    objection = appeal(decision.pk, by=due.person, words="It says so.", now_ms=NOW_MS + 3 * MINUTE)

    assert unseen_counts(due.person, NOW_MS + 3 * MINUTE) == {}
    reply = AppealReply(outcome="upheld", words="It does not say so, as the second line shows.")
    answer_appeal(objection.pk, reply, by=due.independent, now_ms=NOW_MS + 4 * MINUTE)

    assert unseen_counts(due.person, NOW_MS + 5 * MINUTE) == {DECISIONS: 1}


def test_what_was_undone_before_anybody_saw_it_is_no_news(due: Due) -> None:
    decision = due.reject(NOW_MS + MINUTE)

    undo(decision, NOW_MS + 2 * MINUTE)

    assert unseen_counts(due.person, NOW_MS + 3 * MINUTE) == {}


def test_practice_task_is_not_announced(due: Due) -> None:
    record_practice(due.made.worker.pk, NOW_MS + MINUTE)

    assert unseen_counts(due.person, NOW_MS + 2 * MINUTE) == {}


def test_what_can_no_longer_be_appealed_is_not_announced(due: Due) -> None:
    due.reject(NOW_MS + MINUTE)

    assert unseen_counts(due.person, NOW_MS + 2 * MINUTE + CONTEST_DAYS * DAY_MS) == {}


def test_reply_counts_beside_messages(due: Due) -> None:
    thread = write_to(due.person, Thread.To.OPERATOR, None, "When is pay day?", NOW_MS)
    assert unseen_counts(due.person, NOW_MS + MINUTE) == {}

    answer_thread(due.operator, thread.pk, "On the 17th.", NOW_MS + 2 * MINUTE)

    assert unseen_counts(due.person, NOW_MS + 3 * MINUTE) == {MESSAGES: 1}
    assert unseen_counts(due.operator, NOW_MS + 3 * MINUTE) == {}
