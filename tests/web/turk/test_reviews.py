"""Review policies score answers; what is against somebody is only proposed, with the score."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.test import Client

from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.reviews import review_hits
from canut.core.turk.review_policies import PLURALITY, ReviewPolicy, agreement_of
from canut.store.models import Answer, Decision, TurkProposal
from tests.support.turk import answer_hit, hire, make_hit, make_requester, project_of

pytestmark = pytest.mark.django_db
KNOWN = "ScoreMyKnownAnswers/2011-09-01"


def policy(name: str, **parameters: object) -> dict[str, Any]:
    """Return a policy as a program sends it; a mapping is an answer key."""
    rows: list[dict[str, Any]] = []
    for key, content in parameters.items():
        if isinstance(content, dict):
            entries = [{"Key": each, "Values": [text]} for each, text in content.items()]
            rows.append({"Key": key, "MapEntries": entries})
        else:
            texts = content if isinstance(content, list) else [content]
            rows.append({"Key": key, "Values": [str(text) for text in texts]})
    return {"PolicyName": name, "Parameters": rows}


def actions(turk: Any, hit: dict[str, Any], level: str) -> list[tuple[str, str, str]]:
    """Return what a policy did or proposed: name, target and status."""
    reply = turk.list_review_policy_results_for_hit(
        HITId=hit["HITId"], PolicyLevels=[level], RetrieveResults=False, MaxResults=100
    )
    report = reply[f"{'HIT' if level == 'HIT' else 'Assignment'}ReviewReport"]
    assert report["ReviewResults"] == []
    return [(row["ActionName"], row["TargetId"], row["Status"]) for row in report["ReviewActions"]]


def test_worked_example_of_agreement() -> None:
    rows = (
        ("coat", "blue", "large", "fur"),
        ("coat", "blue", "large", "wool"),
        ("hat", "red", "large", "silk"),
    )
    questions = ("what", "colour", "size", "made of")
    assignments = {
        number: dict(zip(questions, row, strict=True)) for number, row in enumerate(rows)
    }

    agreement = agreement_of(
        ReviewPolicy(PLURALITY, {"QuestionAgreementThreshold": 60}, {}, questions), assignments
    )

    assert agreement.scores == {"what": 66, "colour": 66, "size": 100}
    assert agreement.agreed == {"what": "coat", "colour": "blue", "size": "large"}
    assert (agreement.hit, agreement.workers) == (75, {0: 100, 1: 100, 2: 33})


def test_known_answers_approve_extend_and_only_propose_to_reject() -> None:
    requester = make_requester()
    turk = requester.turk
    sent = policy(
        KNOWN,
        AnswerKey={"weather": "rain"},
        ApproveIfKnownAnswerScoreIsAtLeast=100,
        RejectIfKnownAnswerScoreIsLessThan=50,
        RejectReason="Not what we know",
        ExtendIfKnownAnswerScoreIsLessThan=50,
        ExtendMaximumAssignments=3,
    )
    hit = make_hit(
        turk, MaxAssignments=2, AssignmentReviewPolicy=sent, AutoApprovalDelayInSeconds=2_592_000
    )
    good, bad = (answer_hit(hire(project_of(hit)), weather) for weather in (" rain ", "a dry day"))

    assert (review_hits(now_ms()), review_hits(now_ms())) == (1, 0)
    rows = turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    first, second = (row["AssignmentId"] for row in rows)
    assert [row["AssignmentStatus"] for row in rows] == ["Approved", "Submitted"]
    assert actions(turk, hit, "Assignment") == [
        ("approve", first, "Succeeded"),
        ("reject", second, "Intended"),
        ("extend", hit["HITId"], "Succeeded"),
    ]
    assert turk.get_hit(HITId=hit["HITId"])["HIT"]["MaxAssignments"] == 3
    reply = turk.list_review_policy_results_for_hit(HITId=hit["HITId"], MaxResults=100)
    assert reply["AssignmentReviewPolicy"] == sent
    results = reply["AssignmentReviewReport"]["ReviewResults"]
    assert [(row["Key"], row["SubjectId"], row["Value"]) for row in results] == [
        ("KnownAnswerCorrect", first, "1"),
        ("KnownAnswerScore", first, "100"),
        ("KnownAnswerCorrect", second, "0"),
        ("KnownAnswerScore", second, "0"),
    ]
    office = Client(headers={"Accept-Language": "en"})
    office.force_login(requester.person)
    page = office.get("/proposals/").content.decode()
    assert "Not what we know" in page
    assert "gave it 0 of 100" in page
    assert f"/answers/{bad.pk}/reject" in page
    assert not Decision.objects.exists()
    office.post(f"/proposals/{TurkProposal.objects.get().pk}/decline")
    assert actions(turk, hit, "Assignment")[1] == ("reject", second, "Cancelled")
    assert Answer.objects.get(pk=good.pk).counted
    answer_hit(hire(project_of(hit)), "snow")
    review_hits(now_ms())
    assert [name for name, _target, _status in actions(turk, hit, "Assignment")] == [
        *("approve", "reject", "extend", "reject")  # three places are the most
    ]


def test_answers_are_compared_once_the_work_is_over() -> None:
    requester = make_requester()
    turk = requester.turk
    sent = policy(
        PLURALITY,
        QuestionIds=["weather"],
        QuestionAgreementThreshold=60,
        ApproveIfWorkerAgreementScoreIsAtLeast=100,
        RejectIfWorkerAgreementScoreIsLessThan=100,
        ExtendIfHITAgreementScoreIsLessThan=100,
        ExtendMaximumAssignments=4,
        ExtendMinimumTimeInSeconds=3_600,
    )
    hit = make_hit(turk, MaxAssignments=2, HITReviewPolicy=sent, LifetimeInSeconds=600)
    project = project_of(hit)
    answer_hit(hire(project), "rain")
    review_hits(now_ms())
    assert actions(turk, hit, "HIT") == []
    answer_hit(hire(project), "snow")
    review_hits(now_ms())
    assert actions(turk, hit, "HIT") == [("extend", hit["HITId"], "Succeeded")]
    longer = turk.get_hit(HITId=hit["HITId"])["HIT"]
    assert (longer["Expiration"] - longer["CreationTime"]).total_seconds() >= 3_600
    answer_hit(hire(project), "rain")

    review_hits(now_ms())

    rows = turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    names = [row["AssignmentId"] for row in rows]
    assert actions(turk, hit, "HIT")[1:] == [
        ("approve", names[0], "Succeeded"),
        ("reject", names[1], "Intended"),
        ("approve", names[2], "Succeeded"),
    ]
    pages: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        reply = turk.list_review_policy_results_for_hit(
            HITId=hit["HITId"], RetrieveActions=False, MaxResults=4, **token
        )
        pages += reply["HITReviewReport"]["ReviewResults"]
        if "NextToken" not in reply:
            break
        token = {"NextToken": reply["NextToken"]}
    assert [(row["Key"], row["Value"]) for row in pages] == [
        ("QuestionAgreementScore", "66"),
        ("AgreedAnswer", "rain"),
        ("WorkerAgreementScore", "100"),
        ("WorkerAgreementScore", "0"),
        ("WorkerAgreementScore", "100"),
        ("HITAgreementScore", "100"),
    ]


@pytest.mark.parametrize(
    ("member", "sent", "words"),
    [
        ("HITReviewPolicy", policy(KNOWN, AnswerKey={"a": "b"}), "takes the policy SimplePlur"),
        ("AssignmentReviewPolicy", policy(KNOWN), "needs the parameter AnswerKey"),
        ("AssignmentReviewPolicy", policy(KNOWN, AnswerKey={"a": "b"}, Why=1), "no parameter"),
        (
            "AssignmentReviewPolicy",
            policy(KNOWN, AnswerKey={"a": "b"}, ApproveIfKnownAnswerScoreIsAtLeast=102),
            "from 0 to 101",
        ),
        (
            "AssignmentReviewPolicy",
            policy(KNOWN, AnswerKey={"a": "b"}, ExtendIfKnownAnswerScoreIsLessThan=1),
            "send it",
        ),
        ("HITReviewPolicy", policy(PLURALITY, QuestionIds=[], QuestionAgreementThreshold=1), "no "),
    ],
)
def test_policy_that_cannot_be_meant_is_refused(
    member: str, sent: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        make_hit(make_requester().turk, **{member: sent})


def test_hit_without_policies_has_no_report() -> None:
    turk = make_requester().turk
    reply = turk.list_review_policy_results_for_hit(HITId=make_hit(turk)["HITId"])

    assert json.dumps(sorted(set(reply) - {"ResponseMetadata"})) == '["HITId"]'
