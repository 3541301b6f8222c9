"""HITs as programs make, read, extend, expire and delete them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.test import Client

from canut.actions.platform.system_clock import now_ms
from canut.actions.turk.lending import expire_hits
from canut.actions.work.leases import lease_tasks
from canut.actions.work.overlap import ask_overlap
from canut.core.clock import to_ms
from canut.core.errors import BadInput
from canut.store.models import Hit, Project, RequesterPage, Task, TaskState, TurkLayout
from canut.store.projects.versions import current_question
from tests.support.turk import (
    HIT,
    HIT_TYPE,
    SAID,
    Requester,
    answer_hit,
    connect,
    hire,
    make_hit,
    make_requester,
    project_of,
)

pytestmark = pytest.mark.django_db
PAST = datetime(2015, 1, 1, tzinfo=UTC)


@pytest.fixture
def requester() -> Requester:
    """Return an organisation whose workers are its own staff."""
    return make_requester()


def refused(call: Callable[[], object]) -> tuple[str, str]:
    """Return the code and the words of the error of a call."""
    with pytest.raises(ClientError) as error:
        call()
    response: Any = error.value.response
    return response.get("TurkErrorCode", response["Error"]["Code"]), response["Error"]["Message"]


def places(hit: dict[str, Any]) -> tuple[int, int, int]:
    """Return the places of a HIT that are available, pending and completed."""
    names = ("Available", "Pending", "Completed")
    available, pending, completed = (hit[f"NumberOfAssignments{name}"] for name in names)
    return available, pending, completed


def test_same_request_gives_the_same_type_and_another_one_another(requester: Requester) -> None:
    turk = requester.turk

    first, second = (turk.create_hit_type(**HIT_TYPE)["HITTypeId"] for _ in range(2))
    dearer = turk.create_hit_type(**{**HIT_TYPE, "Reward": "0.60"})["HITTypeId"]

    assert first == second != dearer
    assert Project.objects.count() == 2


def test_a_hit_is_lent_at_once_to_own_staff_and_has_every_member(requester: Requester) -> None:
    hit = make_hit(requester.turk, MaxAssignments=2, RequesterAnnotation="lot 7")

    read = requester.turk.get_hit(HITId=hit["HITId"])["HIT"]

    assert read == hit
    assert hit["HITStatus"] == "Assignable"
    assert places(hit) == (2, 0, 0)
    assert hit["Question"] == HIT["Question"]
    assert hit["RequesterAnnotation"] == "lot 7"
    assert hit["QualificationRequirements"] == []
    assert hit["HITReviewStatus"] == "NotReviewed"
    assert project_of(hit).state == Project.State.OPEN
    assert hire(project_of(hit)).barred == ""


def test_token_used_again_names_the_hit_that_exists(requester: Requester) -> None:
    hit = make_hit(requester.turk, UniqueRequestToken="once")

    code, words = refused(lambda: make_hit(requester.turk, UniqueRequestToken="once"))

    assert code == "AWS.MechanicalTurk.HitAlreadyExists"
    assert f'The HIT with ID "{hit["HITId"]}" already exists.' in words
    assert Hit.objects.count() == 1


def test_a_reply_that_was_lost_comes_again_and_nothing_is_made_twice(requester: Requester) -> None:
    turk = connect(requester.access_id, requester.secret)
    lost: list[str] = []

    def lose(response: Any, **_other: Any) -> int | None:
        if response is not None and not lost:
            lost.append(response[1]["HIT"]["HITId"])
            return 0
        return None

    turk.meta.events.register_first("needs-retry.mturk.CreateHIT", lose)
    hit = make_hit(turk, UniqueRequestToken="once")

    assert hit["HITId"] == lost[0]
    assert Hit.objects.count() == 1


def test_states_and_places_follow_the_work(requester: Requester) -> None:
    turk = requester.turk
    hit = make_hit(turk, MaxAssignments=2, AutoApprovalDelayInSeconds=2_592_000)
    project, hit_id = project_of(hit), hit["HITId"]
    first, second = hire(project), hire(project)

    def read() -> dict[str, Any]:
        shown: dict[str, Any] = turk.get_hit(HITId=hit_id)["HIT"]
        return shown

    lease_tasks(first.pk, 1, now_ms())
    assert (read()["HITStatus"], places(read())) == ("Assignable", (1, 1, 0))
    lease_tasks(second.pk, 1, now_ms())
    assert (read()["HITStatus"], places(read())) == ("Unassignable", (0, 2, 0))
    answer_hit(first)
    assert (read()["HITStatus"], places(read())) == ("Unassignable", (0, 1, 0))
    answer_hit(second)
    assert (read()["HITStatus"], places(read())) == ("Reviewable", (0, 0, 0))
    assert [found["HITId"] for found in turk.list_reviewable_hits()["HITs"]] == [hit_id]
    turk.update_hit_review_status(HITId=hit_id)
    assert read()["HITStatus"] == "Reviewing"
    assert turk.list_reviewable_hits()["HITs"] == []
    assert len(turk.list_reviewable_hits(Status="Reviewing")["HITs"]) == 1
    code, words = refused(lambda: turk.update_hit_review_status(HITId=hit_id))
    assert code == "AWS.MechanicalTurk.InvalidHITState"
    assert "This HIT is currently in the state 'Reviewing'." in words


def test_expired_hit_is_lent_to_nobody_and_who_works_on_it_may_finish(requester: Requester) -> None:
    turk = requester.turk
    hit = make_hit(turk, MaxAssignments=3)
    project, hit_id = project_of(hit), hit["HITId"]
    busy, late = hire(project), hire(project)
    lease_tasks(busy.pk, 1, now_ms())

    turk.update_expiration_for_hit(HITId=hit_id, ExpireAt=PAST)

    assert lease_tasks(late.pk, 1, now_ms()).tasks == []
    assert turk.get_hit(HITId=hit_id)["HIT"]["HITStatus"] == "Unassignable"
    kept, words = refused(lambda: turk.delete_hit(HITId=hit_id))
    assert "This operation can be called with a status of: Reviewing, Reviewable" in words
    assert kept.endswith("InvalidHITState")
    assert answer_hit(busy).counted
    assert turk.get_hit(HITId=hit_id)["HIT"]["HITStatus"] == "Reviewable"
    turk.update_expiration_for_hit(HITId=hit_id, ExpireAt=datetime.now(UTC) + timedelta(days=1))
    assert len(lease_tasks(late.pk, 1, now_ms()).tasks) == 1


def test_time_that_runs_out_ends_a_hit_without_a_call(requester: Requester) -> None:
    hit = make_hit(requester.turk, LifetimeInSeconds=30)

    assert expire_hits(now_ms()) == 0
    assert expire_hits(now_ms() + 31_000) == 1

    assert TaskState.objects.get().state == TaskState.State.ASIDE
    assert Hit.objects.get(public_id=hit["HITId"]).expires_ms == to_ms(hit["Expiration"])


def test_more_assignments_reopen_a_hit_once_for_a_token(requester: Requester) -> None:
    turk = requester.turk
    hit = make_hit(turk)
    worker, other = (hire(project_of(hit)) for _ in range(2))
    answer_hit(worker)

    turk.create_additional_assignments_for_hit(
        HITId=hit["HITId"], NumberOfAdditionalAssignments=9, UniqueRequestToken="more"
    )
    again = refused(
        lambda: turk.create_additional_assignments_for_hit(
            HITId=hit["HITId"], NumberOfAdditionalAssignments=9, UniqueRequestToken="more"
        )
    )

    assert "Nothing was done again" in again[1]
    assert turk.get_hit(HITId=hit["HITId"])["HIT"]["MaxAssignments"] == 10
    assert len(lease_tasks(other.pk, 1, now_ms()).tasks) == 1


def test_deleted_hit_is_hidden_and_still_read(requester: Requester) -> None:
    turk = requester.turk
    hit = make_hit(turk, AutoApprovalDelayInSeconds=2_592_000)
    answer_hit(hire(project_of(hit)))
    undecided = refused(lambda: turk.delete_hit(HITId=hit["HITId"]))
    (row,) = turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    turk.approve_assignment(AssignmentId=row["AssignmentId"])

    turk.delete_hit(HITId=hit["HITId"])

    assert "each assignment approved or rejected" in undecided[1]
    assert turk.list_hits()["HITs"] == []
    assert turk.get_hit(HITId=hit["HITId"])["HIT"]["HITStatus"] == "Disposed"
    assert (
        "currently in the state 'Disposed'"
        in refused(lambda: turk.delete_hit(HITId=hit["HITId"]))[1]
    )
    assert Task.objects.count() == 1


def test_lists_go_on_until_an_empty_page_and_no_token_comes_twice(requester: Requester) -> None:
    turk = requester.turk
    made = [make_hit(turk)["HITId"] for _ in range(5)]

    listed, tokens = [], []
    page = turk.list_hits(MaxResults=2)
    while page["NumResults"]:
        listed += [hit["HITId"] for hit in page["HITs"]]
        tokens.append(page["NextToken"])
        page = turk.list_hits(MaxResults=2, NextToken=page["NextToken"])

    assert listed == made[::-1]
    assert len(set(tokens)) == 3
    assert "NextToken" not in page
    paginator = turk.get_paginator("list_hits").paginate(PaginationConfig={"PageSize": 2})
    assert [hit["HITId"] for read in paginator for hit in read["HITs"]] == listed
    assert len(turk.list_hits()["HITs"]) == 5
    elsewhere = refused(lambda: turk.list_reviewable_hits(NextToken=tokens[0]))
    assert "NextToken is not one of this list" in elsewhere[1]
    other = make_requester("Others")
    assert "not one of this list" in refused(lambda: other.turk.list_hits(NextToken=tokens[0]))[1]


def test_a_hit_of_another_organisation_does_not_exist(requester: Requester) -> None:
    hit = make_hit(requester.turk)
    other = make_requester("Others")

    code, words = refused(lambda: other.turk.get_hit(HITId=hit["HITId"]))

    assert code == "AWS.MechanicalTurk.HITDoesNotExist"
    assert words.startswith(f"Hit {hit['HITId']} does not exist. (")


def test_a_hit_nobody_began_moves_to_another_type_and_one_begun_does_not(
    requester: Requester,
) -> None:
    turk = requester.turk
    begun, hit = make_hit(turk), make_hit(turk)
    dearer = turk.create_hit_type(**{**HIT_TYPE, "Reward": "0.75"})["HITTypeId"]
    lease_tasks(hire(project_of(hit)).pk, 1, now_ms())

    turk.update_hit_type_of_hit(HITId=hit["HITId"], HITTypeId=dearer)
    kept = refused(lambda: turk.update_hit_type_of_hit(HITId=begun["HITId"], HITTypeId=dearer))

    moved = turk.get_hit(HITId=hit["HITId"])["HIT"]
    assert (moved["HITTypeId"], moved["Reward"]) == (dearer, "0.75")
    assert moved["Question"] == HIT["Question"]
    assert (moved["HITStatus"], kept[0]) == ("Assignable", "Canut.PromiseKept")


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"Reward": "0.123"}, "ValidationException"),
        ({"Question": "not XML"}, "AWS.MechanicalTurk.XMLParseError"),
        ({"MaxAssignments": 0}, "ValidationException"),
        ({"HITLayoutId": "3ABC"}, "ValidationException"),
        ({"AssignmentReviewPolicy": {"PolicyName": "P"}}, "ValidationException"),
    ],
)
def test_hits_that_cannot_be_made_are_refused_and_leave_nothing(
    requester: Requester, members: dict[str, Any], code: str
) -> None:
    assert refused(lambda: make_hit(requester.turk, **members))[0] == code
    assert not Hit.objects.exists()
    assert not Task.objects.exists()


def test_profile_that_lacks_what_people_read_is_named() -> None:
    bare = make_requester("Bare", profile=type(SAID)(is_own_staff=True))

    code, words = refused(lambda: bare.turk.create_hit_type(**HIT_TYPE))

    assert code == "Canut.ProfileIncomplete"
    assert "aim_business" in words


def test_places_of_hits_are_theirs_and_the_question_stays_without_an_upload(
    requester: Requester,
) -> None:
    hit = make_hit(requester.turk, MaxAssignments=2)
    project = project_of(hit)
    client = Client()
    client.force_login(requester.person)
    pages = f"/projects/{project.slug}"

    with pytest.raises(BadInput, match="HIT"):
        ask_overlap(project.pk, 3, now_ms())

    assert TaskState.objects.get(task__hit__public_id=hit["HITId"]).overlap == 2
    assert "Chaque tâche est un HIT" in client.get(f"{pages}/asking").content.decode()
    settings = client.get(f"{pages}/settings").content.decode()
    assert "Chaque tâche est un HIT" in settings
    assert 'name="overlap"' not in settings
    shown = client.get(f"{pages}/question").content.decode()
    assert "Chaque tâche a sa propre page" in shown
    assert 'name="page_upload"' not in shown
    asked = {"kind": "page", "ask": "Say what the weather is.", "instructions": "Look outside."}
    assert client.post(f"{pages}/question", asked).status_code == 302
    assert current_question(project.pk).instructions == "Look outside."


def test_layout_made_on_the_page_is_filled_and_escaped_for_each_hit(requester: Requester) -> None:
    office, rival = Client(headers={"Accept-Language": "en"}), make_requester("Autre")
    office.force_login(requester.person)
    body = (
        "<!DOCTYPE html><p>${city}, ${day}</p><script>x = '${city}' // ]]></script>"
        '<crowd-form><crowd-input name="weather"></crowd-input></crowd-form>'
    )
    form = {"name": "Weather", "organisation": requester.organisation.pk, "body": body}
    assert office.post("/layouts/", {**form, "body": "  "}).status_code == 422
    assert office.post("/layouts/", form).status_code == 302
    assert office.post("/layouts/", form).status_code == 422  # the name is taken
    layout = TurkLayout.objects.get().public_id
    page = office.get("/layouts/").content.decode()
    assert layout in page
    assert "Filled in: city, day." in page
    sent = [{"Name": "city", "Value": "</p><b>'Lyon"}, {"Name": "day", "Value": "today"}]

    hit = make_hit(requester.turk, Question=None, HITLayoutId=layout, HITLayoutParameters=sent)

    assert hit["HITLayoutId"] == layout
    assert "<p>&lt;/p&gt;&lt;b&gt;&#x27;Lyon, today</p>" in hit["Question"]
    shown = RequesterPage.objects.get().body
    assert "x = '\\u003c/p\\u003e\\u003cb\\u003e\\u0027Lyon' // ]]></script>" in shown
    for turk, parameters, words in (
        (requester.turk, sent[:1], "missing: day"),
        (requester.turk, [*sent, {"Name": "why", "Value": "x"}], "not in the layout: why"),
        (rival.turk, sent, "does not exist"),
    ):
        with pytest.raises(ClientError, match=words):
            make_hit(turk, Question=None, HITLayoutId=layout, HITLayoutParameters=parameters)
    stranger = Client()
    stranger.force_login(rival.person)
    assert stranger.post("/layouts/", {"do": "end", "layout": layout}).status_code == 404
    assert office.post("/layouts/", {"do": "end", "layout": layout}).status_code == 302
    with pytest.raises(ClientError, match="does not exist"):
        make_hit(requester.turk, Question=None, HITLayoutId=layout, HITLayoutParameters=sent)
    read = requester.turk.get_hit(HITId=hit["HITId"])["HIT"]
    assert read["Question"] == hit["Question"]


def test_file_upload_is_refused_with_what_to_use(requester: Requester) -> None:
    hit = make_hit(requester.turk)
    answer_hit(hire(project_of(hit)))
    (row,) = requester.turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]

    code, words = refused(
        lambda: requester.turk.get_file_upload_url(
            AssignmentId=row["AssignmentId"], QuestionIdentifier="photo"
        )
    )

    assert code == "Canut.NotOffered"
    assert "Let your own page send the file to a server of yours" in words
