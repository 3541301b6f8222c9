"""Assignments, rejections, bonuses, qualifications, blocks and messages."""

import re
from datetime import date
from typing import Any

import pytest
from botocore.exceptions import ClientError

from canut.actions.decisions.appeals import take_back
from canut.actions.decisions.waiting_rejections import propose_rejection
from canut.actions.pay.funds import deposit_funds
from canut.actions.pay.payable_time import Who
from canut.actions.pay.piecework import pieces_of
from canut.actions.people.work_terms import TermsIn, set_terms
from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.lending import start_waiting
from canut.actions.work.leases import lease_tasks
from canut.core.clock import DAY_MS, HOUR_MS
from canut.core.decisions.misconduct import REJECTION, acts_for
from canut.core.errors import TooLate
from canut.core.formats.platforms.question_xml import read_xml
from canut.core.money import Money
from canut.core.pay.statement_input import BONUS
from canut.core.places.parameters import Status
from canut.store.models import (
    Answer,
    Bonus,
    Decision,
    Lease,
    Message,
    PayAdjustment,
    PayLine,
    Pilot,
    TurkProposal,
    Worker,
)
from tests.support.factories import make_person
from tests.support.turk import (
    HIT_TYPE,
    PAGE,
    SAID,
    Requester,
    answer_hit,
    hire,
    make_hit,
    make_requester,
    project_of,
)

pytestmark = pytest.mark.django_db
PAID = type(SAID)(
    **{
        **{name: getattr(SAID, name) for name in SAID.__slots__},
        "is_own_staff": False,
        "currency": "CAD",
        "client": "Les Soies",
        "client_country": "CA",
    }
)
LONG = {"AutoApprovalDelayInSeconds": 2_592_000}
EVIDENCE = "The answer repeats the question and says nothing of the weather."


@pytest.fixture
def requester() -> Requester:
    """Return an organisation whose workers are its own staff."""
    return make_requester()


def notice(reply: dict[str, Any]) -> str:
    """Return what a reply tells besides."""
    return str(reply["ResponseMetadata"]["HTTPHeaders"].get("x-canut-notice", ""))


def submitted(requester: Requester, **changes: Any) -> tuple[dict[str, Any], Answer]:
    """Let a worker answer a new HIT; return the assignment as programs see it, and the answer."""
    hit = make_hit(requester.turk, **{**LONG, **changes})
    answer = answer_hit(hire(project_of(hit)), "rain & <wind>")
    (row,) = requester.turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    return row, answer


def refused(call: Any, **members: Any) -> str:
    """Return the words of the error of a call."""
    with pytest.raises(ClientError) as error:
        call(**members)
    response: Any = error.value.response
    return f"{response.get('TurkErrorCode')}: {response['Error']['Message']}"


def test_answer_is_xml_that_scripts_read_and_its_fields_are_those_of_the_page(
    requester: Requester,
) -> None:
    row, answer = submitted(requester)

    (answers,) = read_xml(row["Answer"]).inside
    name, text = answers.need("QuestionIdentifier"), answers.need("FreeText")

    assert (name.text, text.text) == ("taskAnswers", '[{"weather": "rain & <wind>"}]')
    assert row["Answer"].startswith('<?xml version="1.0" encoding="ASCII"?><QuestionFormAnswers')
    assert row["AssignmentStatus"] == "Submitted"
    assert row["SubmitTime"].timestamp() * 1000 == answer.answered_ms
    auto_ms = row["AutoApprovalTime"].timestamp() * 1000 - answer.answered_ms
    assert auto_ms == 7 * DAY_MS


def test_lease_without_an_answer_is_in_no_list_and_in_the_wrong_state(requester: Requester) -> None:
    hit = make_hit(requester.turk)
    lease_tasks(hire(project_of(hit)).pk, 1, now_ms())

    listed = requester.turk.list_assignments_for_hit(HITId=hit["HITId"])

    assert listed["NumResults"] == 0
    assert "Assignment 3NOBODY does not exist." in refused(
        requester.turk.get_assignment, AssignmentId="3NOBODY"
    )


def test_approved_answer_is_accepted_at_once_and_only_once(requester: Requester) -> None:
    row, answer = submitted(requester)
    one = {"AssignmentId": row["AssignmentId"]}

    requester.turk.approve_assignment(**one, RequesterFeedback="Thank you")

    read = requester.turk.get_assignment(**one)
    assert read["Assignment"]["AssignmentStatus"] == "Approved"
    assert read["Assignment"]["RequesterFeedback"] == "Thank you"
    assert read["HIT"]["NumberOfAssignmentsCompleted"] == 1
    words = refused(requester.turk.approve_assignment, **one)
    assert words.startswith("AWS.MechanicalTurk.InvalidAssignmentState: ")
    assert "This operation can be called with a status of: Submitted" in words
    assert "status of: Submitted" in refused(
        requester.turk.reject_assignment, **one, RequesterFeedback=""
    )
    with pytest.raises(TooLate):
        propose_rejection(
            answer.pk, by=requester.person, code=reason_code(), evidence=EVIDENCE, now_ms=now_ms()
        )


def test_delay_of_no_seconds_approves_at_once(requester: Requester) -> None:
    row, _answer = submitted(requester, AutoApprovalDelayInSeconds=0)

    assert row["AssignmentStatus"] == "Approved"


def test_rejection_is_proposed_and_a_named_person_decides(requester: Requester) -> None:
    row, answer = submitted(requester)
    turk, one = requester.turk, {"AssignmentId": row["AssignmentId"]}

    replies = [
        turk.reject_assignment(**one, RequesterFeedback="Off the instructions") for _ in range(2)
    ]

    assert all(notice(reply).startswith("rejection-proposed; until=") for reply in replies)
    assert turk.get_assignment(**one)["Assignment"]["AssignmentStatus"] == "Submitted"
    assert TurkProposal.objects.get().words == "Off the instructions"
    assert not Decision.objects.exists()
    with pytest.raises(ClientError) as kept:
        turk.delete_hit(HITId=row["HITId"])
    assert "each assignment approved or rejected" in str(kept.value)
    code = reason_code()
    decision = propose_rejection(
        answer.pk, by=requester.person, code=code, evidence=EVIDENCE, now_ms=now_ms()
    )
    assert isinstance(decision, Decision)
    read = turk.get_assignment(**one)["Assignment"]
    assert read["AssignmentStatus"] == "Rejected"
    assert "RejectionTime" in read
    take_back(decision.pk, by=requester.person, words="I misread it.", now_ms=now_ms())
    assert turk.get_assignment(**one)["Assignment"]["AssignmentStatus"] == "Submitted"


def test_override_undoes_a_rejection_and_drops_a_proposal(requester: Requester) -> None:
    row, answer = submitted(requester)
    one = {"AssignmentId": row["AssignmentId"]}
    propose_rejection(
        answer.pk, by=requester.person, code=reason_code(), evidence=EVIDENCE, now_ms=now_ms()
    )

    words = refused(requester.turk.approve_assignment, **one)
    requester.turk.approve_assignment(**one, OverrideRejection=True)

    assert "status of: Submitted" in words
    assert requester.turk.get_assignment(**one)["Assignment"]["AssignmentStatus"] == "Approved"
    assert Decision.objects.get().undone_ms is not None


def reason_code() -> str:
    """Return an act for which answers are rejected."""
    return next(iter(acts_for(REJECTION, date(2026, 11, 30))))


def test_worker_has_another_name_at_each_organisation() -> None:
    first, second = make_requester("First"), make_requester("Second")
    person = make_person()
    names: list[str] = []
    for requester in (first, second, first):
        hit = make_hit(requester.turk, Title=f"Say it {len(names)}")
        answer_hit(hire(project_of(hit), person))
        (row,) = requester.turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
        names.append(row["WorkerId"])

    assert names[0] == names[2] != names[1]
    made = second.turk.create_qualification_type(
        Name="A", Description="A", QualificationTypeStatus="Active"
    )["QualificationType"]["QualificationTypeId"]
    assert "does not exist" in refused(
        second.turk.get_qualification_score, QualificationTypeId=made, WorkerId=names[0]
    )
    failures = second.turk.notify_workers(Subject="s", MessageText="m", WorkerIds=[names[0]])
    assert failures["NotifyWorkersFailureStatuses"][0]["NotifyWorkersFailureCode"] == "HardFailure"


def test_who_lacks_a_required_value_gets_no_task_reads_why_and_gets_it_with_the_value(
    requester: Requester,
) -> None:
    turk = requester.turk
    row, answer = submitted(requester)
    person = answer.worker.person
    type_id = turk.create_qualification_type(
        Name="Part A", Description="Took part", QualificationTypeStatus="Active"
    )["QualificationType"]["QualificationTypeId"]
    needed = [
        {
            "QualificationTypeId": type_id,
            "Comparator": "GreaterThanOrEqualTo",
            "IntegerValues": [80],
        }
    ]
    hit = make_hit(turk, Title="Part B", QualificationRequirements=needed)
    worker = hire(project_of(hit), person)

    held = lease_tasks(worker.pk, 1, now_ms())

    assert held.tasks == []
    assert held.held_back is not None
    assert "Part A" in held.held_back.text_en
    assert Decision.objects.get().kind == Decision.Kind.NOT_LENT
    who = {"QualificationTypeId": type_id, "WorkerId": row["WorkerId"]}
    turk.associate_qualification_with_worker(**who, IntegerValue=80)
    assert len(lease_tasks(worker.pk, 1, now_ms()).tasks) == 1
    assert turk.get_qualification_score(**who)["Qualification"]["IntegerValue"] == 80
    turk.disassociate_qualification_from_worker(**who, Reason="Over")
    assert "operation can be called with a status of: Granted" in refused(
        turk.get_qualification_score, **who
    )
    assert Worker.objects.get(pk=worker.pk).barred
    found = turk.list_hits_for_qualification_type(QualificationTypeId=type_id)
    assert [listed["HITId"] for listed in found["HITs"]] == [hit["HITId"]]


def test_qualification_type_is_found_right_after_it_was_made_and_its_name_is_taken(
    requester: Requester,
) -> None:
    turk = requester.turk
    members = {"Description": "d", "QualificationTypeStatus": "Active", "Keywords": "weather"}
    made = turk.create_qualification_type(Name="Took part in A", **members)["QualificationType"]

    for query in ("took PART", "weather"):
        found = turk.list_qualification_types(
            Query=query, MustBeRequestable=False, MustBeOwnedByCaller=True
        )
        assert found["QualificationTypes"] == [made]
    taken = refused(turk.create_qualification_type, Name="Took part in A", **members)
    assert ": You have already created a QualificationType with this name." in taken
    turk.delete_qualification_type(QualificationTypeId=made["QualificationTypeId"])
    assert turk.create_qualification_type(Name="Took part in A", **members)


APPROVAL = {"QualificationTypeId": "000000000000000000L0", "Comparator": "GreaterThan"}
PLACE = {"QualificationTypeId": "00000000000000000071", "Comparator": "EqualTo"}


def test_requirements_nobody_keeps_are_passed_over_and_told(requester: Requester) -> None:
    needed = [{**APPROVAL, "IntegerValues": [95]}]
    reply = requester.turk.create_hit_type(**HIT_TYPE, QualificationRequirements=needed)
    at_place = [{**PLACE, "LocaleValues": [{"Country": "US"}]}]

    words = refused(requester.turk.create_hit_type, **HIT_TYPE, QualificationRequirements=at_place)

    assert notice(reply) == "passed-over=000000000000000000L0"
    assert words.startswith("Canut.PlaceNeedsReason: ")


def test_block_is_proposed_and_nothing_follows_before_a_person_decides(
    requester: Requester,
) -> None:
    row, answer = submitted(requester)
    turk = requester.turk

    reply = turk.create_worker_block(WorkerId=row["WorkerId"], Reason="Two accounts")

    assert notice(reply).startswith("block-proposed")
    assert turk.list_worker_blocks()["WorkerBlocks"] == []
    assert TurkProposal.objects.get().kind == TurkProposal.Kind.BLOCK
    make_hit(turk, **LONG)
    assert len(lease_tasks(answer.worker_id, 1, now_ms()).tasks) == 1
    turk.delete_worker_block(WorkerId=row["WorkerId"])
    assert TurkProposal.objects.get().outcome == TurkProposal.Outcome.WITHDRAWN


def test_message_reaches_the_worker_once_a_day(requester: Requester) -> None:
    row, answer = submitted(requester)
    members = {"Subject": "Part B", "MessageText": "It opens.", "WorkerIds": [row["WorkerId"]]}

    first = requester.turk.notify_workers(**members)
    second = requester.turk.notify_workers(**{**members, "Subject": "Part C"})

    assert first["NotifyWorkersFailureStatuses"] == []
    assert second["NotifyWorkersFailureStatuses"][0]["NotifyWorkersFailureCode"] == "SoftFailure"
    message = Message.objects.select_related("thread").get()
    assert message.text == "Part B\n\nIt opens."
    assert message.thread.opened_by_id == answer.worker.person_id


def paid(money: int = 1_000_000_000) -> tuple[Requester, dict[str, Any], Answer]:
    """Let somebody who is paid answer a HIT that is funded."""
    requester = make_requester("Paid", profile=PAID)
    hit = make_hit(requester.turk, MaxAssignments=2, **LONG)
    project = project_of(hit)
    assert (hit["HITStatus"], project.state) == ("Unassignable", "draft")
    deposit_funds(project, Money(money, "CAD"), "virement", by=requester.person, now_ms=now_ms())
    make_hit(requester.turk, **LONG)
    person = make_person()
    terms = TermsIn("CA-QC", "America/Toronto", Status.SELF_EMPLOYED)
    set_terms(person, terms, by=person, now_ms=now_ms())
    answer = answer_hit(hire(project, person))
    (row,) = requester.turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    return requester, row, answer


def test_paid_hit_waits_for_money_then_opens_as_a_pilot_and_pays_its_reward() -> None:
    requester = make_requester("Paid", profile=PAID)
    reply = requester.turk.create_hit(**HIT_TYPE, LifetimeInSeconds=600, Question=PAGE)

    assert "waiting; for=funds" in notice(reply)
    assert "currency=CAD" in notice(reply)
    assert reply["HIT"]["HITStatus"] == "Unassignable"
    assert reply["ResponseMetadata"]["HTTPHeaders"]["x-canut-work-url"].endswith("/")

    requester, _row, answer = paid()
    assert PayLine.objects.get(answer=answer).piece_micro == 500_000
    assert answer.project.state == "pilot"
    assert Lease.objects.get().state == Lease.State.ANSWERED


def test_bonus_is_paid_once_for_a_token_and_stands_on_the_list() -> None:
    requester, row, answer = paid()
    members = {
        "WorkerId": row["WorkerId"],
        "AssignmentId": row["AssignmentId"],
        "BonusAmount": "0.25",
        "Reason": "Careful work",
        "UniqueRequestToken": row["AssignmentId"],
    }
    before = requester.turk.get_account_balance()

    requester.turk.send_bonus(**members)
    again = refused(requester.turk.send_bonus, **members)

    assert "Nothing was done again" in again
    (bonus,) = requester.turk.list_bonus_payments(HITId=row["HITId"])["BonusPayments"]
    assert (bonus["BonusAmount"], bonus["Reason"]) == ("0.25", "Careful work")
    adjustment = PayAdjustment.objects.get()
    assert (adjustment.worker_id, adjustment.piece_micro) == (answer.worker_id, 250_000)
    after = requester.turk.get_account_balance()
    assert float(before["AvailableBalance"]) - float(after["AvailableBalance"]) == pytest.approx(
        0.25
    )
    assert Bonus.objects.count() == 1
    person = answer.worker.person_id or 0
    window = Who(person, "America/Toronto", 0, now_ms() + DAY_MS)
    totals = pieces_of([window], now_ms() + DAY_MS)[person]
    ((given,),) = totals.adjusted.values()
    assert (given.reason, given.micro, given.words) == (BONUS, 250_000, "Careful work")


def test_bonus_beyond_the_money_or_to_another_worker_is_refused() -> None:
    requester, row, _answer = paid()
    members = {
        "WorkerId": row["WorkerId"],
        "AssignmentId": row["AssignmentId"],
        "BonusAmount": "9000",
        "Reason": "Careful work",
    }

    dear = refused(requester.turk.send_bonus, **members)
    other = refused(requester.turk.send_bonus, **{**members, "WorkerId": "ANOBODY"})

    assert dear.startswith("AWS.MechanicalTurk.InsufficientFunds: ")
    assert "Worker ANOBODY does not exist" in other
    assert not PayAdjustment.objects.exists()


def test_reward_that_measured_times_show_too_low_is_refused_with_the_one_that_would_do() -> None:
    requester = make_requester("Paid", profile=PAID)
    cheap = {**HIT_TYPE, "Reward": "0.05", **LONG}
    hits = [make_hit(requester.turk, **cheap, MaxAssignments=2) for _ in range(6)]
    project = project_of(hits[0])
    money = Money(1_000_000_000, "CAD")
    deposit_funds(project, money, "virement", by=requester.person, now_ms=now_ms())
    assert start_waiting(now_ms()) == 1
    begun_ms = now_ms() - 6 * HOUR_MS
    Pilot.objects.update(begun_ms=begun_ms)
    for _ in range(2):
        person = make_person()
        terms = TermsIn("CA-QC", "America/Toronto", Status.SELF_EMPLOYED)
        set_terms(person, terms, by=person, now_ms=now_ms())
        worker = hire(project, person)
        for number in range(6):
            answer_hit(worker, at_ms=begun_ms + number * 600_000, took_ms=590_000)

    words = refused(make_hit, turk=requester.turk, **cheap)
    dearer = refused(requester.turk.create_hit_type, **{**cheap, "Reward": "0.06"})

    assert words.startswith("Canut.PriceTooLow: The Reward is 0.05. 2 of 2 people")
    assert "measured on 12 answers" in words
    found = re.search(r"smallest Reward that would do is ([0-9]+[.][0-9]{2})", dearer)
    assert found is not None
    assert requester.turk.create_hit_type(**{**cheap, "Reward": found[1]})["HITTypeId"]
