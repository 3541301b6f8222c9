"""An incident is opened, owned, repaired by paid people, and verified on later hidden answers."""

import json

import pytest

from canut.actions.learning.incidents import (
    Report,
    StepFields,
    name_incident_owner,
    open_by_alarm,
    report_incident,
    take_incident_step,
    tell_unowned,
)
from canut.actions.learning.loop import is_suspect
from canut.actions.learning.repair_evidence import decisions_since, proof_of
from canut.actions.learning.repairs import RepairIn, estimate_repair, fund_repair, make_repair
from canut.actions.pay.funds import lock_funds
from canut.actions.quality.gold import correct_known, make_known
from canut.core.clock import DAY_MS, MINUTE_MS
from canut.core.errors import BadInput, Conflict, Forbidden, Missing, Refusal, Unfunded
from canut.core.learning.incident_terms import IncidentStep
from canut.core.money import Money
from canut.store.learning.incidents import record_of
from canut.store.models import (
    Claim,
    Delivery,
    EntryPending,
    Incident,
    Person,
    Proposal,
    TaskState,
    Webhook,
    Worker,
)
from canut.store.pay.funds import balance
from tests.support.factories import NOW, NOW_MS, answer_next, make_person
from tests.support.incidents import NORTH, POSTMORTEM, SOUTH, Workshop
from tests.support.paid_work import fund

pytestmark = pytest.mark.django_db
Step = IncidentStep


@pytest.fixture
def shop() -> Workshop:
    """Return a project whose model errs in the north."""
    made = Workshop()
    made.decided(60, "Nord", wrong=12)
    made.decided(80, "Sud", wrong=2)
    return made


def person_behind(worker: Worker) -> Person:
    assert worker.person is not None
    return worker.person


def leaves() -> list[str]:
    return list(EntryPending.objects.order_by("id").values_list("type", flat=True))


def test_alarm_is_written_in_the_log_and_told_to_programs(shop: Workshop) -> None:
    Webhook.objects.create(
        public_id="wh", project=shop.project, url="https://example.org",
        events=["incident.opened"], sealed=b"x", created_by=shop.owner, created_at=NOW,
    )  # fmt: skip

    incident = shop.alarm()

    assert (incident.state, incident.kind, incident.since_ms) == ("suspected", "drift", NOW_MS)
    assert leaves() == ["incident.open"]
    body = json.loads(Delivery.objects.get().body)
    assert body["type"] == "incident.opened"
    assert body["data"] == {
        "project": shop.project.slug, "incident": incident.pk, "kind": "drift", "by": "machine",
        "model": "m", "version": "1", "right": 40, "seen": 60, "slice": "",
    }  # fmt: skip


def test_what_a_person_sees_is_paid_five_minutes_and_takes_nothing_yet(shop: Workshop) -> None:
    person = person_behind(shop.workers[0])
    report = Report("label_fault", "Des « oui » sous des « non ».", NORTH)

    incident = report_incident(shop.first, report, by=person, now_ms=shop.now_ms)

    claim = Claim.objects.get()
    assert (claim.project, claim.accepted_ms, incident.paid_ms) == (
        None,
        5 * MINUTE_MS,
        claim.accepted_ms,
    )
    assert not is_suspect(shop.first)
    with pytest.raises(Conflict, match="not answered yet"):
        report_incident(shop.first, report, by=person, now_ms=shop.now_ms + DAY_MS)

    taken = shop.tasks(2, "Sud")
    shop.propose(shop.first, taken, is_hidden=False)
    Proposal.objects.filter(task__in=taken).update(took_ms=NOW_MS)
    TaskState.objects.filter(task__in=taken).update(state="closed", label="oui")
    shop.own(incident)
    confirmed = shop.step(incident, Step.CONFIRM)

    assert confirmed.tasks == 2
    assert is_suspect(shop.first)
    assert TaskState.objects.filter(task__in=taken, state="open").count() == 2


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (Report("rumeur", "dit"), "incident-kind"),
        (Report("drift", " "), "incident-words"),
        (Report("drift", "dit", "worker = 3"), "incident-slice"),
    ],
)
def test_report_that_cannot_be_read_is_refused(shop: Workshop, report: Report, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        report_incident(shop.first, report, by=shop.owner, now_ms=shop.now_ms)
    assert caught.value.case == code


def test_owner_has_passed_the_lesson_and_may_not_have_verified(shop: Workshop) -> None:
    incident = shop.alarm()
    with pytest.raises(Forbidden) as caught:
        name_incident_owner(incident.pk, make_person(), by=shop.owner, now_ms=shop.now_ms)
    assert caught.value.case == "incident-lesson"

    shop.own(incident)

    assert shop.owner.memberships.get().role == "maintainer"
    assert record_of(incident).hands == {shop.owner.pk}


def test_nobody_owns_it_for_a_day_and_it_is_told_once(shop: Workshop) -> None:
    incident = shop.alarm()

    assert tell_unowned(incident.at_ms + DAY_MS - 1) == 0
    assert tell_unowned(incident.at_ms + DAY_MS) == 1
    assert tell_unowned(incident.at_ms + 2 * DAY_MS) == 0


def test_decisions_since_are_those_of_the_slice(shop: Workshop) -> None:
    incident = shop.diagnose(shop.alarm())

    decisions = list(decisions_since(incident))

    assert incident.decisions == 140  # counted when it was contained, before the slice was known
    assert len(decisions) == 60
    assert {decision.is_returned for decision in decisions} == {False}


def test_answer_given_before_the_repair_never_counts(shop: Workshop) -> None:
    incident = shop.alarm()
    shop.version(shop.now_ms)
    early = shop.prove(5, "Nord")
    shop.declare_repaired(incident)
    incident.refresh_from_db()
    before = proof_of(incident)
    assert before is not None
    assert (before.seen, before.right) == (0, 0)

    shop.answer_all()
    late = shop.prove(3, "Nord")
    shop.prove(2, "Nord", by=shop.worker_of(shop.owner))
    seen = shop.tasks(1, "Nord")
    shop.propose(shop.version(shop.now_ms), seen, is_hidden=False)
    shop.answer_all()
    after = proof_of(incident)

    assert early
    assert after is not None
    assert (after.seen, after.right) == (len(late), len(late))


def test_task_with_one_earlier_answer_never_counts(shop: Workshop) -> None:
    """A task that was half answered when the repair was declared shows nothing."""
    shop.version(shop.now_ms)
    tasks = shop.tasks(1, "Nord")
    TaskState.objects.filter(task__in=tasks).update(overlap=2)
    newest = shop.version(shop.now_ms)
    shop.propose(newest, tasks)
    answer_next(shop.workers[0], now_ms=shop.now_ms)
    incident = shop.declare_repaired(shop.alarm())
    shop.answer_all(shop.workers[1])

    state = TaskState.objects.get(task=tasks[0])
    proof = proof_of(incident)

    assert (state.state, state.counted) == ("closed", 2)
    assert proof is not None
    assert proof.seen == 0


def test_repair_is_verified_by_another_on_later_answers(shop: Workshop) -> None:
    incident = shop.declare_repaired(shop.alarm())
    shop.answer_all()
    shop.version(shop.now_ms)
    shop.prove(40, "Nord")
    with pytest.raises(Conflict) as caught:
        shop.step(incident, Step.VERIFY, shop.verifier)
    assert caught.value.case == "incident-not-proven"

    shop.prove(140, "Nord")
    for by, code in (
        (shop.owner, "incident-same-person"),
        (make_person(), "incident-not-verifier"),
    ):
        with pytest.raises(Forbidden) as denied:
            shop.step(incident, Step.VERIFY, by)
        assert denied.value.case == code
    with pytest.raises(Refusal) as caught_rest:
        shop.step(incident, Step.VERIFY, shop.verifier, words="")
    assert caught_rest.value.case == "incident-rest"
    verified = shop.step(incident, Step.VERIFY, shop.verifier, words="le reste est rare")

    assert verified.proof["seen"] == 180
    assert verified.accepted == "le reste est rare"
    with pytest.raises(BadInput) as named:
        shop.step(
            incident, Step.CLOSE, public_fr="Réparé.", public_en="Repaired.",
            postmortem=f"{POSTMORTEM}\n{person_behind(shop.workers[0]).username}",
        )  # fmt: skip
    assert named.value.case == "incident-names"
    closed = shop.step(
        incident, Step.CLOSE, public_fr="Réparé.", public_en="Repaired.", postmortem=POSTMORTEM
    )
    assert closed.closed_ms == shop.now_ms
    assert {"incident.open", "incident.state", "repair", "incident.verified", "postmortem"} <= set(
        leaves()
    )

    again = open_by_alarm(shop.version(shop.now_ms), {"right": 1, "seen": 20}, shop.now_ms + DAY_MS)
    assert (again.pk, again.state, again.verifier_id) == (incident.pk, "suspected", None)
    assert shop.owner.pk in record_of(again).hands
    Incident.objects.update(
        state="closed", closed_ms=shop.now_ms, repaired_ms=1, verifier=shop.verifier
    )
    later = open_by_alarm(shop.first, {"right": 1, "seen": 20}, shop.now_ms + 91 * DAY_MS)
    assert later.pk != incident.pk


def test_repair_that_harms_another_kind_of_task_is_refused(shop: Workshop) -> None:
    incident = shop.declare_repaired(shop.alarm())
    shop.answer_all()
    shop.version(shop.now_ms)
    shop.prove(180, "Nord")
    shop.prove(60, "Sud", wrong=20)

    with pytest.raises(Conflict) as caught:
        shop.step(incident, Step.VERIFY, shop.verifier)

    assert caught.value.case == "incident-harm"
    assert caught.value.facts["slice"] == SOUTH


def test_hidden_sample_is_drawn_from_what_nobody_answered(shop: Workshop) -> None:
    incident = shop.declare_repaired(shop.alarm())
    free = shop.tasks(6, "Nord")
    shop.propose(shop.version(shop.now_ms), free, is_hidden=False)
    Proposal.objects.filter(task__in=free[:3]).update(took_ms=NOW_MS)
    TaskState.objects.filter(task__in=free[:3]).update(state="closed", label="oui")
    with pytest.raises(Conflict) as caught:
        shop.repair(incident, "hidden_sample", amount=7)
    assert caught.value.facts == {"found": 6}

    shop.repair(incident, "hidden_sample", amount=6)

    rows = Proposal.objects.filter(task__in=free)
    assert {(row.is_hidden, row.is_shown, row.took_ms) for row in rows} == {(True, False, None)}
    assert TaskState.objects.filter(task__in=free, state="open").count() == 6


def test_repair_holds_funds_and_says_who_pays(shop: Workshop) -> None:
    fund(shop.project)
    lock_funds(shop.project, Money(1_000_000, "CAD"), "project", NOW_MS)
    incident = shop.diagnose(shop.alarm())
    shop.step(incident, Step.REPAIR)
    before = balance(shop.project.pk, "CAD").locked
    asked = RepairIn("relabel", amount=10, fold=2)
    incident.refresh_from_db()
    estimate = estimate_repair(incident, asked, shop.now_ms)

    made = make_repair(incident.pk, asked, by=shop.owner, now_ms=shop.now_ms + 1)

    assert (estimate.answers, estimate.paid_by.value, made.answers) == (20, "requester", 20)
    assert estimate.money is not None
    assert balance(shop.project.pk, "CAD").locked - before >= estimate.money - Money(
        1_000_000, "CAD"
    )
    assert TaskState.objects.filter(state="open", overlap=3).count() == 10


def test_platform_deposits_before_a_repair_it_pays(shop: Workshop) -> None:
    fund(shop.project)
    lock_funds(shop.project, Money(1_000_000, "CAD"), "project", NOW_MS)
    incident = shop.diagnose(shop.alarm(), cause="unknown")
    shop.step(incident, Step.REPAIR)
    asked = RepairIn("relabel", amount=3)
    with pytest.raises(Unfunded) as caught:
        make_repair(incident.pk, asked, by=shop.owner, now_ms=shop.now_ms)
    assert caught.value.case == "incident-unfunded"

    missing = int(caught.value.facts["missing_micro"])
    fund_repair(incident.pk, missing, by=make_person(), now_ms=shop.now_ms)

    assert make_repair(incident.pk, asked, by=shop.owner, now_ms=shop.now_ms).paid_by == "platform"


@pytest.mark.parametrize(
    ("asked", "error", "code"),
    [
        (RepairIn("question"), BadInput, "incident-repair"),
        (RepairIn("relabel", amount=0), BadInput, "incident-amount"),
        (RepairIn("relabel", amount=5, fold=11), BadInput, "incident-amount"),
        (RepairIn("known_answers", key="t0", label="oui"), BadInput, "incident-repair"),
    ],
)
def test_repair_that_does_not_fit_is_refused(
    shop: Workshop, asked: RepairIn, error: type[Refusal], code: str
) -> None:
    incident = shop.diagnose(shop.alarm())
    with pytest.raises(Conflict, match="nothing is repaired"):
        make_repair(incident.pk, asked, by=shop.owner, now_ms=shop.now_ms)
    shop.step(incident, Step.REPAIR)
    with pytest.raises(Forbidden):
        make_repair(incident.pk, asked, by=shop.verifier, now_ms=shop.now_ms)
    with pytest.raises(error) as caught:
        make_repair(incident.pk, asked, by=shop.owner, now_ms=shop.now_ms)
    assert caught.value.case == code


def test_corrected_known_answer_lowers_nobodys_score(shop: Workshop) -> None:
    (task,) = shop.tasks(1, "Nord")
    right, wrong = shop.workers
    answer_next(right, "oui", now_ms=NOW_MS)
    TaskState.objects.filter(task=task).update(state="open", overlap=2)
    answer_next(wrong, "non", now_ms=NOW_MS)
    make_known(task.pk, "oui", "", by=shop.owner, now_ms=NOW_MS)
    incident = shop.diagnose(shop.alarm(), cause="known_answers")
    shop.step(incident, Step.REPAIR)

    shop.repair(incident, "known_answers", key=task.key, label="non")

    scores = {worker.pk: worker.checks_right for worker in Worker.objects.all()}
    assert (scores[right.pk], scores[wrong.pk]) == (1, 1)
    correct_known(task.pk, "oui", "encore", by=shop.owner, now_ms=shop.now_ms + 1)
    right.refresh_from_db()
    assert right.checks_right == 1


def test_tasks_are_withdrawn_and_stay_paid(shop: Workshop) -> None:
    incident = shop.diagnose(shop.alarm(), linked=("t0", "t1", "t2"), slice="")
    shop.step(incident, Step.REPAIR)

    shop.repair(incident, "withdraw", amount=3)

    assert TaskState.objects.filter(state="aside").count() == 3
    assert incident.linked == list(
        TaskState.objects.filter(state="aside").order_by("pk").values_list("pk", flat=True)
    )


def test_unknown_task_and_step_are_refused(shop: Workshop) -> None:
    incident = shop.alarm()
    shop.own(incident)
    shop.step(incident, Step.CONFIRM)
    with pytest.raises(Missing, match="nowhere"):
        shop.step(incident, Step.CONTAIN, linked=("nowhere",))
    with pytest.raises(Conflict) as caught:
        take_incident_step(incident.pk, "reopen", StepFields(), by=shop.owner, now_ms=NOW_MS)
    assert caught.value.case == "incident-step"
    with pytest.raises(Missing):
        take_incident_step(0, "confirm", StepFields(), by=shop.owner, now_ms=NOW_MS)
    assert Incident.objects.get().state == "confirmed"
