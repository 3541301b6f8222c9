from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from canut.actions.decisions.appeals import (
    AppealReply,
    answer_appeal,
    appeal,
    take_appeal,
    take_back,
    win_by_waiting,
)
from canut.actions.decisions.rejections import piece_of
from canut.actions.operations import scheduler
from canut.actions.people.accounts import add_member, end_membership
from canut.actions.time.heartbeats import BeatIn, keep_beats
from canut.actions.time.measure import time_by_day
from canut.core.clock import DAY_MS
from canut.core.decisions.deadlines import APPEAL_DAYS, HOLD_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Missing, TooLate
from canut.store.decisions.appeals import appeals_out_of_reach, appeals_waiting
from canut.store.models import (
    Appeal,
    Decision,
    EntryPending,
    Membership,
    OpenPage,
    PayAdjustment,
    Person,
    Role,
    TaskState,
)
from tests.support.decisions import Due, make_due
from tests.support.factories import (
    NOW,
    NOW_MS,
    PIECE_MICRO,
    all_opened,
    answer_next,
    make_person,
    make_worker,
)

pytestmark = pytest.mark.django_db
LATER = NOW_MS + DAY_MS
UPHELD = AppealReply("upheld", "The first line says the opposite of the answer.")
OVERTURNED = AppealReply("overturned", "The instructions did not speak of irony.")


@pytest.fixture
def due() -> Due:
    return make_due()


def appealed(due: Due, now_ms: int = LATER) -> Appeal:
    decision = due.reject()
    return appeal(decision.pk, by=due.person, words="It was irony.", now_ms=now_ms)


def test_appeal_is_due_in_fourteen_days(due: Due) -> None:
    made = appealed(due)

    assert made.due_ms == LATER + 14 * DAY_MS
    assert (made.author, made.by, made.outcome) == (due.author, due.person, "")


def test_only_whom_a_decision_is_about_appeals(due: Due) -> None:
    decision = due.reject()

    with pytest.raises(Missing):
        appeal(decision.pk, by=due.colleague, words="No.", now_ms=LATER)


def test_decision_is_appealed_against_once(due: Due) -> None:
    made = appealed(due)

    with pytest.raises(Conflict):
        appeal(made.decision_id, by=due.person, words="Again.", now_ms=LATER)


def test_decision_of_a_season_ago_is_final(due: Due) -> None:
    decision = due.reject()

    with pytest.raises(TooLate):
        appeal(decision.pk, by=due.person, words="Late.", now_ms=decision.at_ms + 90 * DAY_MS + 1)


def test_appeal_that_is_upheld_changes_nothing_and_says_why(due: Due) -> None:
    made = appealed(due)

    answered = answer_appeal(made.pk, UPHELD, by=due.independent, now_ms=LATER + 1)

    assert answered.answer == UPHELD.words
    assert answered.answered_by == due.independent
    assert Decision.objects.get().undone_ms is None
    assert piece_of(due.answer).micro == 0


def test_appeal_that_is_won_gives_back_pay_and_place(due: Due) -> None:
    made = appealed(due)

    answer_appeal(made.pk, OVERTURNED, by=due.independent, now_ms=LATER + 1)

    due.answer.refresh_from_db()
    state = TaskState.objects.get(task=due.answer.task)
    assert piece_of(due.answer).micro == PIECE_MICRO
    assert sum(PayAdjustment.objects.values_list("piece_micro", flat=True)) == 0
    assert (due.answer.counted, state.counted, state.label, state.state) == (
        True,
        1,
        "oui",
        "closed",
    )
    assert Decision.objects.get().undone_ms == LATER + 1


def test_answer_put_back_is_surplus_where_its_task_has_enough(due: Due) -> None:
    made = appealed(due)
    answer_next(make_worker(due.made.project), now_ms=LATER)

    answer_appeal(made.pk, OVERTURNED, by=due.independent, now_ms=LATER + 9_000)

    due.answer.refresh_from_db()
    assert (due.answer.counted, due.answer.surplus) == (False, True)
    assert TaskState.objects.get(task=due.answer.task).counted == 1
    assert piece_of(due.answer).micro == PIECE_MICRO


@pytest.mark.parametrize("who", ["author", "colleague", "person", "stranger", "program"])
def test_who_is_not_independent_answers_no_appeal(due: Due, who: str) -> None:
    made = appealed(due)
    program = make_person(is_service=True)
    add_member(program, Role.REVIEWER, NOW_MS, project=due.made.project)
    people = {"stranger": make_person(), "program": program}
    by = people.get(who) or getattr(due, who)

    with pytest.raises(Forbidden):
        answer_appeal(made.pk, UPHELD, by=by, now_ms=LATER + 1)

    assert Appeal.objects.get().answered_ms is None


@pytest.mark.parametrize("who", ["independent", "operator"])
def test_reviewer_of_the_project_and_who_runs_the_instance_are_independent(
    due: Due, who: str
) -> None:
    made = appealed(due)

    answered = answer_appeal(made.pk, UPHELD, by=getattr(due, who), now_ms=LATER + 1)

    assert answered.answered_by == getattr(due, who)


def test_author_who_also_reviews_from_outside_does_not_judge_themselves(due: Due) -> None:
    due.author = due.independent
    made = appealed(due)

    with pytest.raises(Forbidden):
        answer_appeal(made.pk, UPHELD, by=due.independent, now_ms=LATER + 1)


def test_who_joins_the_client_is_independent_no_more(due: Due) -> None:
    made = appealed(due)
    add_member(due.independent, Role.AUDITOR, NOW_MS, organisation=due.made.project.organisation)

    assert appeals_waiting(due.independent) == []
    with pytest.raises(Forbidden):
        take_appeal(made.pk, by=due.independent, now_ms=LATER)


def test_one_person_reads_an_appeal_at_a_time(due: Due) -> None:
    made = appealed(due)
    take_appeal(made.pk, by=due.independent, now_ms=LATER)

    with pytest.raises(Conflict) as refused:
        take_appeal(made.pk, by=due.operator, now_ms=LATER + HOLD_MS - 1)

    assert refused.value.case == "appeal-held"
    taken = take_appeal(made.pk, by=due.operator, now_ms=LATER + HOLD_MS)
    assert taken.held_by == due.operator


def test_answered_appeal_is_not_answered_again(due: Due) -> None:
    made = appealed(due)
    answer_appeal(made.pk, UPHELD, by=due.independent, now_ms=LATER + 1)

    with pytest.raises(Conflict):
        answer_appeal(made.pk, OVERTURNED, by=due.operator, now_ms=LATER + 2)


@pytest.mark.parametrize(
    "reply", [AppealReply("upheld", " "), AppealReply("perhaps", "Who knows.")]
)
def test_appeal_is_answered_in_words_one_way_or_the_other(due: Due, reply: AppealReply) -> None:
    made = appealed(due)

    with pytest.raises(BadInput):
        answer_appeal(made.pk, reply, by=due.independent, now_ms=LATER)


def test_appeal_nobody_answered_in_fourteen_days_is_won(due: Due) -> None:
    made = appealed(due)

    assert win_by_waiting(made.due_ms) == 0
    assert win_by_waiting(made.due_ms + 1) == 1

    made.refresh_from_db()
    assert (made.outcome, made.answered_by) == ("overturned", None)
    assert piece_of(due.answer).micro == PIECE_MICRO


def test_clock_that_moves_lets_the_schedule_give_the_appeal(
    due: Due, stop_clock: Callable[[datetime], None]
) -> None:
    made = appealed(due)
    stop_clock(NOW + timedelta(days=APPEAL_DAYS + 2))

    scheduler.run_due()

    assert Appeal.objects.get(pk=made.pk).outcome == "overturned"


def test_appeal_past_its_day_can_no_longer_be_upheld(due: Due) -> None:
    made = appealed(due)

    with pytest.raises(TooLate):
        answer_appeal(made.pk, UPHELD, by=due.independent, now_ms=made.due_ms + 1)


def test_where_nobody_is_independent_the_appeal_is_out_of_reach_and_then_won(due: Due) -> None:
    made = appealed(due)
    for held in Membership.objects.filter(person__in=[due.independent, due.operator]):
        end_membership(held, NOW_MS)

    out_of_reach = appeals_out_of_reach([due.made.project.pk])
    win_by_waiting(made.due_ms + 1)

    assert out_of_reach == [made]
    assert Decision.objects.get().undone_ms is not None


@pytest.mark.parametrize("is_appealed", [True, False])
def test_author_takes_their_decision_back(due: Due, *, is_appealed: bool) -> None:
    decision = appealed(due).decision if is_appealed else due.reject()

    said = take_back(decision.pk, by=due.author, words="I misread.", now_ms=LATER + 1)

    decision.refresh_from_db()
    assert decision.undone_ms == LATER + 1
    assert piece_of(due.answer).micro == PIECE_MICRO
    assert "Paul Tessier took the decision back: I misread." in said.text_en
    assert not is_appealed or Appeal.objects.get().outcome == "overturned"


def test_nobody_takes_back_a_decision_about_themselves(due: Due) -> None:
    decision = due.reject()

    with pytest.raises(Forbidden):
        take_back(decision.pk, by=due.person, words="Mine.", now_ms=LATER)


def test_undone_decision_is_not_undone_again(due: Due) -> None:
    decision = due.reject()
    take_back(decision.pk, by=due.author, words="I misread.", now_ms=LATER)

    with pytest.raises(Conflict):
        take_back(decision.pk, by=due.author, words="Again.", now_ms=LATER + 1)

    assert PayAdjustment.objects.count() == 2


def test_answer_can_be_rejected_anew_after_it_was_given_back(due: Due) -> None:
    take_back(due.reject().pk, by=due.author, words="I misread.", now_ms=NOW_MS + 70_000)

    due.reject(NOW_MS + 80_000)

    assert piece_of(due.answer).micro == 0


def disputed(due: Due) -> Appeal:
    decision = due.reject()
    return appeal(
        decision.pk,
        by=due.person,
        words="That is not what I answered.",
        now_ms=LATER,
        disputed={"answer": "non"},
    )


@pytest.mark.parametrize(
    ("reply", "case"),
    [
        (OVERTURNED, "corrected-lifted"),
        (
            AppealReply("upheld", "It was, but off all the same.", accepts_input=True),
            "corrected-stands",
        ),
    ],
)
def test_corrected_input_makes_a_new_version_and_keeps_the_old(
    due: Due, reply: AppealReply, case: str
) -> None:
    made = disputed(due)

    answer_appeal(made.pk, reply, by=due.independent, now_ms=LATER + 1)

    old, new = Decision.objects.order_by("pk")
    assert (new.kind, new.code, new.inputs["follows"]) == ("correction", case, old.pk)
    assert (old.inputs["answer"], new.inputs["answer"]) == ("oui", "non")
    assert (old.undone_ms is None) == (case == "corrected-stands")


def test_input_that_stays_as_it_was_makes_no_new_version(due: Due) -> None:
    made = disputed(due)

    answer_appeal(made.pk, UPHELD, by=due.independent, now_ms=LATER + 1)

    assert Decision.objects.count() == 1


def test_only_what_a_decision_rests_on_can_be_disputed(due: Due) -> None:
    decision = due.reject()

    with pytest.raises(BadInput):
        appeal(decision.pk, by=due.person, words="No.", now_ms=LATER, disputed={"mood": "good"})


def test_appeal_and_its_answer_are_noted_in_the_ledger(due: Due) -> None:
    made = appealed(due)
    answer_appeal(made.pk, OVERTURNED, by=due.independent, now_ms=LATER + 1)

    kinds = list(EntryPending.objects.order_by("id").values_list("type", flat=True))

    assert kinds[-3:] == ["decision.human", "appeal.open", "appeal.decide"]
    assert "irony" not in "".join(all_opened())


def test_appeals_wait_for_each_who_may_answer_first_due_first(due: Due) -> None:
    made = appealed(due)

    waiting: Callable[[Person], list[Appeal]] = appeals_waiting

    assert waiting(due.independent) == [made]
    assert waiting(due.operator) == [made]
    assert waiting(due.author) == []
    assert waiting(due.person) == []


def test_reading_and_answering_an_appeal_counts_as_work_of_the_platform(due: Due) -> None:
    made = appealed(due)
    take_appeal(made.pk, by=due.independent, now_ms=LATER)
    session = "reads"
    OpenPage.objects.create(session=session, person=due.independent, opened_ms=LATER)
    for seq in range(40):
        end = 15_000 * (seq + 1)
        beat = BeatIn(
            session=session,
            seq=seq,
            mono_ms=end,
            visible=True,
            focused=True,
            surface=f"appeals:{made.pk}",
            buckets=[[15 * seq, 1, 0, 0, 0]],
        )
        keep_beats(due.independent.pk, [beat], LATER + end)

    (one,) = time_by_day([due.independent.pk], LATER, LATER + DAY_MS)

    assert (one.person, one.project, one.surface) == (due.independent.pk, None, "appeals")
    assert 9 * 60_000 < one.ms <= 10 * 60_000
