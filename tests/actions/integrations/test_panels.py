"""People sent by a panel: who they are there, how they go back, and what leaves with a dataset."""

import json

import pytest

from canut.actions.integrations.panels import (
    PanelIn,
    make_panel_link,
    note_recruited,
    read_sent,
    way_back,
)
from canut.actions.pay.bills import summary_of
from canut.actions.people.accounts import invitation_token, read_invitation
from canut.actions.recruiting.prolific import match_submissions
from canut.core.errors import BadInput, Conflict, Refusal
from canut.store.models import Invitation, Recruited
from tests.support.factories import (
    NOW_MS,
    Made,
    answer_next,
    make_person,
    make_project,
    make_worker,
)

pytestmark = pytest.mark.django_db
PROLIFIC = {"PROLIFIC_PID": "5f0a", "STUDY_ID": "st", "SESSION_ID": "se"}


def link(made: Made, panel: str = "prolific", address: str = "", code: str = "C1") -> Invitation:
    asked = PanelIn(panel, code, address, tasks=2, people=20)
    return make_panel_link(made.project, asked, by=made.project.created_by, now_ms=NOW_MS)


def test_submissions_are_compared_and_nothing_else_of_the_file_is_read() -> None:
    made = make_project(tasks=3, workers=3)
    invitation = link(made)
    for number, worker in enumerate(made.workers):
        note_recruited(invitation, worker.person, {"PROLIFIC_PID": f"p{number}"}, NOW_MS)
    for number in (0, 2):
        answer_next(made.workers[number], now_ms=NOW_MS)
    Recruited.objects.filter(member="p0").update(finished_ms=NOW_MS)
    head = "Age,Submission id,Status,Participant id,Time taken\n"
    rows = ("33,s0,AWAITING REVIEW,p0,61", "x,s1,Awaiting Review,p1,", ",s2,TIMED-OUT,p2,9")

    match = match_submissions(made.project, head + "\n".join([*rows, ",s9,APPROVED,p9,5"]))

    names = [[one.number for one in group] for group in match]
    assert names == [["s0"], ["s1"], ["s2"], ["s9"]]
    assert match.approve[0].seconds == 61
    for faulty in ("", "Status\nAPPROVED", head, head + ",s1,MAYBE,p1,"):
        with pytest.raises(Refusal):
            match_submissions(made.project, faulty)


@pytest.mark.parametrize(
    ("panel", "given", "member"),
    [
        ("prolific", PROLIFIC, "5f0a"),
        ("cloudresearch", {"participantId": "P9", "assignmentId": "A"}, "P9"),
        ("other", {"participant": "u1", "session": "x"}, "u1"),
        ("other", {"pid": "x" * 101}, ""),
        ("prolific", {"participantId": "P9"}, ""),
    ],
)
def test_ids_are_read_as_each_panel_writes_them(
    panel: str, given: dict[str, str], member: str
) -> None:
    assert read_sent(panel, given).member == member


def test_source_is_kept_once_and_the_link_is_an_invitation() -> None:
    made = make_project()
    invitation = link(made)
    person = make_person()

    note_recruited(invitation, person, PROLIFIC, NOW_MS)
    note_recruited(invitation, person, PROLIFIC, NOW_MS + 1)

    kept = Recruited.objects.get()
    assert (kept.member, kept.study, kept.session, kept.came_ms) == ("5f0a", "st", "se", NOW_MS)
    assert read_invitation(invitation_token(invitation), NOW_MS) == invitation


def test_same_member_does_not_come_in_twice() -> None:
    made = make_project()
    invitation = link(made)
    note_recruited(invitation, make_person(), PROLIFIC, NOW_MS)

    with pytest.raises(Conflict) as refusal:
        note_recruited(invitation, make_person(), PROLIFIC, NOW_MS)

    assert refusal.value.case == "panel-member-known"


@pytest.mark.parametrize(
    ("panel", "address", "leads_to"),
    [
        ("prolific", "", "https://app.prolific.com/submissions/complete?cc=C1"),
        ("other", "https://panel.example.org/done?x=1", "https://panel.example.org/done?x=1"),
        ("cloudresearch", "", ""),
    ],
)
def test_code_and_address_come_with_the_last_answer(
    panel: str, address: str, leads_to: str
) -> None:
    made = make_project(tasks=4)
    worker = made.worker
    note_recruited(link(made, panel, address), worker.person, {}, NOW_MS)
    answer_next(worker)
    before = way_back(worker, NOW_MS)
    answer_next(worker, now_ms=NOW_MS + 10_000)

    after = way_back(worker, NOW_MS)

    assert before is not None
    assert after is not None
    assert (before.code, before.done, before.is_finished) == ("", 1, False)
    assert (after.code, after.address) == ("C1", leads_to)
    assert Recruited.objects.get().finished_ms == NOW_MS


def test_whoever_came_otherwise_has_no_way_back() -> None:
    assert way_back(make_project().worker, NOW_MS) is None


def test_only_counts_of_ten_and_more_leave() -> None:
    made = make_project(workers=0)
    many, few = link(made), link(made, "other")
    for number in range(10):
        person = make_worker(made.project).person
        note_recruited(many, person, {"PROLIFIC_PID": f"m{number}"}, NOW_MS)
    note_recruited(few, make_worker(made.project).person, {"pid": "alone"}, NOW_MS)

    told = summary_of(made.project, NOW_MS)

    assert told["recruited_through_panels"] == {"prolific": 10}
    assert "alone" not in json.dumps(told)


@pytest.mark.parametrize(
    "asked",
    [
        PanelIn("turk", "C", "", 1, 1),
        PanelIn("prolific", "C D", "", 1, 1),
        PanelIn("prolific", "", "", 1, 1),
        PanelIn("other", "C", "http://plain.example.org", 1, 1),
        PanelIn("other", "C", "javascript:alert(1)", 1, 1),
        PanelIn("other", "C", "", 0, 1),
        PanelIn("other", "C", "", 1, 0),
    ],
)
def test_link_that_cannot_be_meant_is_refused(asked: PanelIn) -> None:
    made = make_project()

    with pytest.raises(Refusal):
        make_panel_link(made.project, asked, by=made.project.created_by, now_ms=NOW_MS)

    assert not Invitation.objects.exists()


def test_panel_link_of_a_panel_nobody_knows_is_bad_input() -> None:
    made = make_project()

    with pytest.raises(BadInput):
        link(made, "turk")
