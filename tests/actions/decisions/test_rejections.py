import json

import pytest

from canut.actions.decisions.rejections import piece_of, reject_answer
from canut.actions.decisions.undo import undo
from canut.actions.quality.estimates import estimate_labels
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import Submission, submit
from canut.core.clock import DAY_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Missing, TooLate
from canut.store.models import Answer, Decision, EntryPending, PayAdjustment, PayLine, TaskState
from tests.support.decisions import EVIDENCE, Due, make_due
from tests.support.factories import (
    NOW_MS,
    PIECE_MICRO,
    answer_next,
    make_person,
    make_worker,
    opened,
)

pytestmark = pytest.mark.django_db
WEEK = 7 * DAY_MS


@pytest.fixture
def due() -> Due:
    return make_due()


def test_rejection_takes_the_piece_back_and_nothing_else(due: Due) -> None:
    line = PayLine.objects.get(answer=due.answer)

    decision = due.reject()

    change = PayAdjustment.objects.get(decision=decision)
    assert (change.piece_micro, change.currency, change.answer) == (-PIECE_MICRO, "CAD", due.answer)
    after = PayLine.objects.get(answer=due.answer)
    assert (after.piece_micro, after.elapsed_ms) == (line.piece_micro, line.elapsed_ms)
    assert piece_of(due.answer).micro == 0


def test_rejected_answer_leaves_the_consensus_and_its_task_asks_again(due: Due) -> None:
    other = make_worker(due.made.project)

    due.reject()

    due.answer.refresh_from_db()
    state = TaskState.objects.get(task=due.answer.task)
    assert (due.answer.counted, due.answer.surplus) == (False, False)
    assert (state.counted, state.state, state.label, state.confidence) == (0, "open", None, None)
    lent = lease_tasks(other.pk, 3, NOW_MS + 120_000).tasks
    assert due.answer.task_id in {task.task for task in lent}


def test_whose_answer_was_rejected_does_not_get_the_task_again(due: Due) -> None:
    due.reject()

    lent = lease_tasks(due.made.worker.pk, 3, NOW_MS + 120_000).tasks

    assert due.answer.task_id not in {task.task for task in lent}


def test_others_answers_keep_the_label_when_one_is_rejected() -> None:
    due = make_due(workers=2, tasks=1, overlap=2)
    answer_next(due.made.workers[1], "non")

    due.reject()

    state = TaskState.objects.get(task=due.answer.task)
    assert (state.counted, state.label, state.state) == (1, "non", "open")


def test_a_rejection_taken_back_leaves_no_trace_in_the_label() -> None:
    due = make_due(workers=3, tasks=3, overlap=3)
    for worker in due.made.workers[1:]:
        for value in ("oui", "non", "oui"):
            answer_next(worker, value)
    estimate_labels(due.made.project.pk, NOW_MS)
    states = TaskState.objects.filter(task=due.answer.task)
    before = states.values_list("label", "confidence").get()

    decision = due.reject()
    in_between = states.values_list("label", "confidence").get()
    undo(decision, NOW_MS + 120_000)

    assert in_between != before
    assert states.values_list("label", "confidence").get() == before


def test_answer_can_be_rejected_to_the_end_of_seven_days(due: Due) -> None:
    due.reject(due.answer.answered_ms + WEEK)

    assert not Answer.objects.get().counted


def test_answer_is_accepted_once_seven_days_are_over(due: Due) -> None:
    with pytest.raises(TooLate) as refused:
        due.reject(due.answer.answered_ms + WEEK + 1)

    assert refused.value.case == "rejection-too-late"
    assert Answer.objects.get().counted
    assert not Decision.objects.exists()


def test_rejection_needs_an_act_of_the_list_in_force(due: Due) -> None:
    with pytest.raises(BadInput, match="no reason"):
        reject_answer(
            due.answer.pk, by=due.author, code="slow", evidence=EVIDENCE, now_ms=NOW_MS + 9
        )

    assert Answer.objects.get().counted


@pytest.mark.parametrize("evidence", ["", "   ", ".", "." * 40, "Non, non, non.", "x" * 2001])
def test_rejection_needs_evidence_that_can_be_read(due: Due, evidence: str) -> None:
    with pytest.raises(BadInput):
        reject_answer(
            due.answer.pk, by=due.author, code="no-answer", evidence=evidence, now_ms=NOW_MS + 9
        )


def test_program_rejects_nothing(due: Due) -> None:
    program = make_person(is_service=True)

    with pytest.raises(Forbidden) as refused:
        reject_answer(
            due.answer.pk, by=program, code="no-answer", evidence=EVIDENCE, now_ms=NOW_MS + 9
        )

    assert refused.value.case == "service-actor"
    assert Answer.objects.get().counted
    assert not PayAdjustment.objects.exists()


def test_answer_is_rejected_once(due: Due) -> None:
    due.reject()

    with pytest.raises(Conflict):
        due.reject()

    assert PayAdjustment.objects.count() == 1


def test_answer_that_is_not_there_cannot_be_rejected(due: Due) -> None:
    with pytest.raises(Missing):
        reject_answer(0, by=due.author, code="no-answer", evidence=EVIDENCE, now_ms=NOW_MS)


def test_practice_is_never_rejected() -> None:
    due = make_due(practice=True)

    with pytest.raises(Conflict):
        due.reject()


def test_rejecting_a_correction_takes_back_the_one_piece_of_its_task(due: Due) -> None:
    again = Submission(due.answer.lease_id or 0, "again", {"q": "non"}, None, due.answer.client_key)
    receipt = submit(due.made.worker.pk, again, NOW_MS + 20_000)

    with pytest.raises(Conflict):
        due.reject()
    reject_answer(
        receipt.answer, by=due.author, code="no-answer", evidence=EVIDENCE, now_ms=NOW_MS + 60_000
    )

    assert PayAdjustment.objects.get().piece_micro == -PIECE_MICRO


def test_unpaid_answer_is_rejected_without_touching_pay() -> None:
    due = make_due(piece_micro=0)

    decision = due.reject()

    assert "pay does not change" in decision.text_en
    assert not PayAdjustment.objects.exists()


def test_rejection_says_who_why_and_until_when_to_appeal(due: Due) -> None:
    decision = due.reject()

    assert decision.text_en.startswith("Paul Tessier rejected your answer to task 0000")
    assert "the answer goes against the instructions" in decision.text_en
    assert "23 février 2027" in decision.text_fr
    assert decision.evidence == EVIDENCE
    assert decision.made_by == due.author


def test_rejection_is_noted_in_the_ledger_without_names_or_words(due: Due) -> None:
    decision = due.reject()

    entry = opened(EntryPending.objects.get(type="decision.human"))
    payload = json.loads(entry.payload)
    assert (payload["kind"], payload["code"]) == ("rejection", "off-instructions")
    assert payload["decision"] == decision.pk
    assert "Tessier" not in entry.payload
    assert EVIDENCE not in entry.payload


def test_nobody_rejects_their_own_answer(due: Due) -> None:
    with pytest.raises(Forbidden):
        reject_answer(
            due.answer.pk, by=due.person, code="no-answer", evidence=EVIDENCE, now_ms=NOW_MS + 9
        )
