import hashlib
import json

import pytest

from canut.actions.projects.setup import pause_project, set_rate, write_question
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import AnswerReceipt, Submission, submit
from canut.core.errors import BadAnswer, BadInput, Incomplete, LeaseGone, Refusal
from canut.store.models import (
    Answer,
    EntryPending,
    Lease,
    PayLine,
    QuestionVersion,
    RateVersion,
    TaskState,
    Worker,
)
from tests.support.factories import (
    NOW_MS,
    PIECE_MICRO,
    SCHEMA,
    Made,
    answer_next,
    make_project,
    make_worker,
    opened,
)

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
LEASE_MS = 900_000


@pytest.fixture(autouse=True)
def same_nonce(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every entry have the same nonce."""
    monkeypatch.setattr("canut.actions.work.submission.fresh_nonce", lambda: b"n" * 32)


def lend(worker: Worker, now_ms: int = NOW_MS) -> int:
    return lease_tasks(worker.pk, 1, now_ms).tasks[-1].lease


def send(
    worker: Worker,
    lease: int,
    value: object = "oui",
    key: str = "k1",
    *,
    now_ms: int = NOW_MS + 5000,
    replaces: str | None = None,
    question_version: int | None = None,
) -> AnswerReceipt:
    submission = Submission(lease, key, {"q": value}, question_version, replaces)
    return submit(worker.pk, submission, now_ms)


def state_of(made: Made, task: int = 0) -> TaskState:
    return TaskState.objects.get(task=made.tasks[task])


# one answer


def test_answer_leaves_its_row_pay_line_entry_and_label() -> None:
    made = make_project(tasks=1)

    receipt = send(made.worker, lend(made.worker))

    answer = Answer.objects.get()
    assert json.loads(answer.values) == {"q": "oui"}
    assert (answer.counted, answer.surplus, answer.author_kind) == (True, False, "human")
    assert (answer.elapsed_ms, answer.answered_ms) == (5000, NOW_MS + 5000)
    assert answer.question_version_id == made.question.pk
    line = PayLine.objects.get()
    assert (line.answer_id, line.rate_version_id, line.currency) == (answer.pk, made.rate.pk, "CAD")
    assert (line.piece_micro, line.elapsed_ms, line.time_basis) == (PIECE_MICRO, 5000, "elapsed")
    state = state_of(made)
    assert (state.state, state.counted, state.live, state.label) == ("closed", 1, 0, "oui")
    assert state.confidence == pytest.approx(0.8)
    assert Lease.objects.get().state == Lease.State.ANSWERED
    assert receipt == AnswerReceipt(
        answer.pk,
        "k1",
        counted=True,
        surplus=False,
        replaced=None,
        repeated=False,
        piece_micro=PIECE_MICRO,
        currency="CAD",
        elapsed_ms=5000,
        promise=receipt.promise,
    )


def test_entry_holds_texts_and_whole_numbers_and_commits_to_them() -> None:
    made = make_project(tasks=1)

    send(made.worker, lend(made.worker))

    entry = EntryPending.objects.get()
    told = opened(entry)
    payload = json.loads(told.payload)
    assert payload == {
        "v": 1,
        "t": "answer",
        "p": made.project.slug,
        "w": made.worker.public_id,
        "task": made.tasks[0].pk,
        "q": 1,
        "values": '{"q":"oui"}',
        "author": "human",
        "ms": 5000,
        "micro": PIECE_MICRO,
        "currency": "CAD",
        "rate": 1,
        "key": "k1",
        "replaces": "",
        "counted": 1,
        "surplus": 0,
        "at": NOW_MS + 5000,
    }
    assert entry.type == "answer"
    assert told.payload == json.dumps(payload, sort_keys=True, separators=(",", ":"))
    assert told.nonce == b"n" * 32
    seal = hashlib.sha256(b"canut/commit/v1\0" + b"n" * 32 + told.payload.encode())
    assert bytes(entry.commitment) == seal.digest()


def test_sending_the_same_answer_again_changes_nothing() -> None:
    made = make_project(tasks=1, overlap=2)
    lease = lend(made.worker)
    first = send(made.worker, lease)

    again = send(made.worker, lease, "non", now_ms=NOW_MS + 60_000)

    assert again.repeated
    assert again == AnswerReceipt(
        first.answer,
        "k1",
        counted=True,
        surplus=False,
        replaced=None,
        repeated=True,
        piece_micro=PIECE_MICRO,
        currency="CAD",
        elapsed_ms=5000,
        promise=first.promise,
    )
    assert Answer.objects.get().values == '{"q":"oui"}'
    assert (PayLine.objects.count(), EntryPending.objects.count()) == (1, 1)
    assert state_of(made).counted == 1


def test_known_key_gets_its_receipt_even_with_a_wrong_lease() -> None:
    made = make_project(tasks=1)
    first = send(made.worker, lend(made.worker))

    again = send(made.worker, 999_999)

    assert (again.answer, again.repeated) == (first.answer, True)


def test_answer_to_anothers_lease_is_refused_and_leaves_nothing() -> None:
    made = make_project(tasks=1, workers=2)
    lease = lend(made.worker)

    with pytest.raises(LeaseGone):
        send(made.workers[1], lease)

    assert Answer.objects.count() == 0
    assert state_of(made).live == 1


def test_answer_the_question_does_not_allow_is_refused_and_leaves_nothing() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)

    with pytest.raises(BadAnswer):
        send(made.worker, lease, "peut-être")

    assert Answer.objects.count() == PayLine.objects.count() == EntryPending.objects.count() == 0
    assert Lease.objects.get().state == Lease.State.LIVE


@pytest.mark.parametrize("key", ["", "x" * 37])
def test_answer_without_a_usable_key_is_refused(key: str) -> None:
    with pytest.raises(BadInput, match="key"):
        send(Worker(pk=1), 1, key=key)


def test_answer_is_checked_against_the_version_it_was_given_under() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    choices = [{"value": "bien"}, {"value": "mal"}]
    schema = {**SCHEMA, "questions": [{**SCHEMA["questions"][0], "choices": choices}]}
    write_question(made.project, schema, "", by=made.project.created_by, now_ms=NOW_MS)

    with pytest.raises(BadAnswer):
        send(made.worker, lease, "oui")
    send(made.worker, lease, "oui", question_version=1)

    assert Answer.objects.get().question_version_id == made.question.pk


def test_unknown_version_of_the_question_is_refused() -> None:
    made = make_project(tasks=1)

    with pytest.raises(BadInput, match="version 7"):
        send(made.worker, lend(made.worker), question_version=7)


def test_project_without_rate_or_question_takes_no_answer() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    RateVersion.objects.all().delete()
    with pytest.raises(Incomplete, match="rate"):
        send(made.worker, lease)
    QuestionVersion.objects.all().delete()
    with pytest.raises(Incomplete, match="question"):
        send(made.worker, lease)


def test_paused_project_still_takes_and_counts_what_was_lent() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    pause_project(made.project, NOW_MS)

    assert send(made.worker, lease).counted


def test_several_choices_have_one_canonical_label() -> None:
    question = {**SCHEMA["questions"][0], "multiple": True}
    made = make_project(tasks=1, schema={**SCHEMA, "questions": [question]})

    send(made.worker, lend(made.worker), ["non", "oui"])

    assert state_of(made).label == '["oui","non"]'
    assert json.loads(Answer.objects.get().values) == {"q": ["oui", "non"]}


@pytest.mark.parametrize("kind", ["human", "model", "simulated"])
def test_answer_says_what_kind_of_author_gave_it(kind: str) -> None:
    made = make_project(tasks=1, workers=0)
    worker = make_worker(made.project, kind=kind)

    send(worker, lend(worker))

    assert Answer.objects.get().author_kind == kind
    assert json.loads(opened(EntryPending.objects.get()).payload)["author"] == kind


# consensus


def test_task_closes_when_it_has_its_overlap_and_weighs_known_accuracies() -> None:
    made = make_project(tasks=1, workers=3, overlap=3)
    sure, *others = made.workers
    Worker.objects.filter(pk=sure.pk).update(accuracy=0.99)
    Worker.objects.filter(pk__in=[w.pk for w in others]).update(accuracy=0.6)
    answer_next(sure, "non")
    after_one = state_of(made)
    answer_next(others[0], "oui")

    answer_next(others[1], "oui")

    state = state_of(made)
    assert (after_one.state, after_one.label) == ("open", "non")
    assert (state.state, state.counted, state.label) == ("closed", 3, "non")
    assert state.confidence == pytest.approx(0.99 / 0.01 / (0.99 / 0.01 + 2.25))


def test_votes_under_an_older_version_still_count() -> None:
    made = make_project(tasks=1, workers=2, overlap=2)
    answer_next(made.worker, "oui")
    choices = [{"value": "bien"}, {"value": "mal"}]
    for multiple in (False, True):
        question = {**SCHEMA["questions"][0], "choices": choices, "multiple": multiple}
        schema = {**SCHEMA, "questions": [question]}
        write_question(made.project, schema, "", by=made.project.created_by, now_ms=NOW_MS)
    Worker.objects.filter(pk=made.worker.pk).update(accuracy=0.95)

    answer_next(made.workers[1], ["bien"])

    assert state_of(made).label == '["oui"]'


# pay


def test_own_staff_is_paid_no_piece_but_their_time_is_kept() -> None:
    made = make_project(tasks=1, is_own_staff=True)

    receipt = send(made.worker, lend(made.worker))

    assert (receipt.piece_micro, receipt.elapsed_ms) == (0, 5000)
    assert PayLine.objects.get().piece_micro == 0


def test_new_rate_pays_later_answers_and_leaves_earlier_ones() -> None:
    made = make_project(tasks=2)
    answer_next(made.worker)
    set_rate(made.project, 500_000, "CAD", by=made.project.created_by, now_ms=NOW_MS)

    answer_next(made.worker)

    assert list(PayLine.objects.order_by("id").values_list("piece_micro", flat=True)) == [
        PIECE_MICRO,
        500_000,
    ]


def test_tasks_lent_ahead_do_not_count_the_same_second_twice() -> None:
    made = make_project(tasks=3)
    leases = [task.lease for task in lease_tasks(made.worker.pk, 3, NOW_MS).tasks]

    elapsed = [
        send(made.worker, lease, key=f"k{n}", now_ms=NOW_MS + 4000 * n).elapsed_ms
        for n, lease in enumerate(leases, 1)
    ]

    assert elapsed == [4000, 4000, 4000]


def test_time_of_an_answer_is_never_longer_than_its_lease_nor_negative() -> None:
    made = make_project(tasks=2)
    late, early = (task.lease for task in lease_tasks(made.worker.pk, 2, NOW_MS).tasks)

    long = send(made.worker, late, key="a", now_ms=NOW_MS + 5 * LEASE_MS)
    back = send(made.worker, early, key="b", now_ms=NOW_MS - 1000)

    assert (long.elapsed_ms, back.elapsed_ms) == (LEASE_MS, 0)


def test_answer_wrong_in_several_ways_is_refused_for_the_first_of_them() -> None:
    made = make_project(tasks=1)
    lease = lend(made.worker)
    refusals = [
        send_refused(made.worker, lease=0, key="", replaces="none", version=7, value=9),
        send_refused(made.worker, lease=0, key="k", replaces="none", version=7, value=9),
        send_refused(made.worker, lease=lease, key="k", replaces="none", version=7, value=9),
        send_refused(made.worker, lease=lease, key="k", replaces=None, version=7, value=9),
        send_refused(made.worker, lease=lease, key="k", replaces=None, version=1, value=9),
    ]

    assert refusals == [
        "answer-key",
        "lease-gone",
        "answer-unknown",
        "question-version-unknown",
        "answer-malformed",
    ]
    assert not Answer.objects.exists()


def send_refused(
    worker: Worker, *, lease: int, key: str, replaces: str | None, version: int, value: object
) -> str:
    with pytest.raises(Refusal) as refused:
        send(worker, lease, value, key, replaces=replaces, question_version=version)
    return refused.value.case
