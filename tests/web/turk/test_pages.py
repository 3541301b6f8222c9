"""A person makes a signing key on a page, and decides there what programs propose."""

import re

import pytest
from django.test import Client

from canut.core.turk.profile import SAID
from canut.store.models import Organisation, TurkKey, TurkProposal
from tests.support.turk import (
    Requester,
    answer_hit,
    connect,
    hire,
    make_hit,
    make_requester,
    project_of,
)

SHARE = "000000000000000000L0"
pytestmark = pytest.mark.django_db


@pytest.fixture
def requester() -> Requester:
    """Return an organisation whose workers are its own staff."""
    return make_requester()


def signed_in(requester: Requester) -> Client:
    """Return a browser of the person of an organisation."""
    browser = Client()
    browser.force_login(requester.person)
    return browser


def proposals_beside(browser: Client) -> str:
    """Return the number beside the proposals in the navigation of another page."""
    page = browser.get("/keys/turk").content.decode()
    anchor = page.partition('<nav class="places"')[2].partition('href="/proposals/"')[2]
    return "".join(re.findall(r">(\d+)<", anchor.partition("</a>")[0]))


def test_key_is_shown_once_with_its_environment_and_signs(requester: Requester) -> None:
    form = {
        "name": "script",
        "organisation": str(Organisation.objects.get().pk),
        "days": "90",
        "who": "paid",
        "currency": "CAD",
        "client": "Les Soies",
        "client_country": "ca",
        "risk": "0",
        **dict.fromkeys(SAID, "dit"),
    }

    page = signed_in(requester).post("/keys/turk", form, headers={"Accept-Language": "en"})

    content = page.content.decode()
    made = TurkKey.objects.exclude(access_id=requester.access_id).get()
    secret = re.search(r'id="secret" value="([^"]{40})"', content)
    assert secret is not None
    assert f"AWS_ACCESS_KEY_ID={made.access_id}" in content
    assert "AWS_ENDPOINT_URL_MTURK=http://testserver/mturk" in content
    assert "All amounts are in CAD." in content
    assert made.profile["client_country"] == "CA"
    assert connect(made.access_id, secret[1]).get_account_balance()
    assert secret[1].encode() not in bytes(made.sealed)


def test_proposals_wait_on_a_page_until_somebody_declines(requester: Requester) -> None:
    hit = make_hit(requester.turk, AutoApprovalDelayInSeconds=2_592_000)
    answer = answer_hit(hire(project_of(hit)))
    (row,) = requester.turk.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
    requester.turk.reject_assignment(
        AssignmentId=row["AssignmentId"], RequesterFeedback="Off <the> instructions"
    )
    requester.turk.create_worker_block(WorkerId=row["WorkerId"], Reason="Two accounts")
    browser, stranger = signed_in(requester), signed_in(make_requester("Others"))

    beside = [proposals_beside(desk) for desk in (browser, stranger)]
    page = browser.get("/proposals/").content.decode()

    assert beside == ["2", ""]
    assert "Off &lt;the&gt; instructions" in page
    assert "Two accounts" in page
    assert f"/answers/{answer.pk}/reject" in page
    assert f"/workers/{answer.worker_id}/limit" in page
    assert "Two accounts" not in stranger.get("/proposals/").content.decode()
    for proposal in TurkProposal.objects.all():
        assert stranger.post(f"/proposals/{proposal.pk}/decline").status_code == 404
        assert browser.post(f"/proposals/{proposal.pk}/decline").status_code == 302
    assert proposals_beside(browser) == ""
    assert {row.outcome for row in TurkProposal.objects.all()} == {"declined"}
    assert "Two accounts" not in browser.get("/proposals/").content.decode()
    read = requester.turk.get_assignment(AssignmentId=row["AssignmentId"])["Assignment"]
    assert read["AssignmentStatus"] == "Submitted"


def test_page_of_a_project_names_each_requirement_and_says_which_decide(
    requester: Requester,
) -> None:
    kind = requester.turk.create_qualification_type(
        Name="Encre", Description="Lire", QualificationTypeStatus="Active"
    )["QualificationType"]["QualificationTypeId"]
    sent = [
        {"QualificationTypeId": kind, "Comparator": "In", "IntegerValues": [80, 90]},
        {"QualificationTypeId": SHARE, "Comparator": "GreaterThan", "IntegerValues": [95]},
    ]
    project = project_of(make_hit(requester.turk, QualificationRequirements=sent))

    page = signed_in(requester).get(
        f"/projects/{project.slug}/who", headers={"Accept-Language": "en"}
    )

    rows = re.findall(r"<tr><th scope=.row.>(.*?)</tr>", page.content.decode())
    assert [re.sub(r"(<[^>]*>)+", "|", row).strip("|") for row in rows] == [
        "Encre|one of 80, 90|Yes",
        "HIT Approval Rate (%)|&gt; 95|No: it is passed over here",
    ]
