"""People come from Prolific by its API, against a stand-in: approved, topped up, once.

The stand-in was written from Prolific's public reference (``tests.support.prolific``). Ana finishes
and is approved; Ben is screened out and returned there with nothing; Cy is paid by Canut. What the
reward lacks to the floor of the measured time is paid as a bonus, in two calls, once. Nobody is
ever rejected.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from canut.actions.integrations.panels import note_recruited, way_back
from canut.actions.people.accounts import add_member, join_as_worker
from canut.actions.recruiting.participations import Return, begin_participation, end_participation
from canut.actions.recruiting.studies import SCHEMA, StudyIn, set_study
from canut.actions.work.work_record import whole_record
from canut.core.clock import to_ms
from canut.store.models import (
    Participation,
    Person,
    Project,
    ProlificAccount,
    ProlificStudy,
    Role,
    TopUpBatch,
)
from tests.stories.browsing import EN, day, plain, read, send
from tests.support.factories import make_person, make_project
from tests.support.payroll import agree
from tests.support.prolific import BATCH, STUDY, TOKEN, StandIn, stand_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.dialect]
MONDAY = day(4, 27)
MICRO = 1_000_000
FORM = {
    "do": "create",
    "title": "Lire des mots",
    "description": "Vous lisez des mots.",
    "places": "20",
    "minutes": "10",
    "reward": "1.00",
    "answers": "1",
}

TOKENS = [{"do": "token", "token": text} for text in ("two words", "another")]


@pytest.fixture
def prolific(settings: Settings) -> Iterator[StandIn]:
    """Serve the stand-in where Prolific would answer."""
    with stand_in() as served:
        settings.PROLIFIC_URL, settings.WEBHOOKS_INSIDE = served.url, True
        yield served


@pytest.fixture
def project() -> Project:
    """Make a study on another site, with a floor of 18 an hour."""
    text = {"id": "study", "kind": "text", "ask": "Study", "mode": "short", "least": 1, "most": 60}
    made = make_project(
        tasks=1,
        workers=0,
        overlap=20,
        title="Mots",
        schema=SCHEMA | {"questions": [text], "show": [{"column": "text", "as": "text"}]},
        floor_micro=18 * MICRO,
    ).project
    study_in = StudyIn(
        "https://study.example/", "prolific", 20, {"DONE": "completed", "OUT": "screened-out"}
    )
    set_study(made, study_in, by=made.created_by, now_ms=to_ms(MONDAY))
    return made


def refused(office: Client, page: str, **form: str) -> str:
    """Send a form that is refused, and return the words of the page."""
    answer = office.post(page, form, headers=EN)
    assert answer.status_code == 422, form
    return plain(answer.content.decode())


def publish(office: Client, page: str, prolific: StandIn, project: Project) -> None:
    """Connect, create and publish the study, refusing what cannot be."""
    assert "Give the token of Prolific first" in refused(office, page, **FORM)
    refused(office, page, **TOKENS[0])
    send(office, page, **TOKENS[1])
    assert "does not accept this one" in refused(office, page, **FORM)
    send(office, page, do="token", token=TOKEN)
    assert TOKEN.encode() not in bytes(ProlificAccount.objects.get().sealed)
    assert "says: No good: the reward" in refused(office, page, **FORM | {"reward": "0.50"})
    refused(office, page, **FORM | {"reward": "0.001"})
    assert not project.invitations.exists(), "a failed call leaves no link"
    assert "The study is created" in send(office, page, **FORM)

    assert prolific.study["name"] == "Lire des mots"
    assert prolific.study["reward"] == 100
    assert prolific.study["completion_codes"][0]["actions"] == [{"action": "MANUALLY_REVIEW"}]
    address = prolific.study["external_study_url"]
    assert "/join/" in address
    assert address.endswith(
        "?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
    )

    ProlificStudy.objects.update(currency="GBP")
    assert "Two currencies" in refused(office, page, do="publish")
    ProlificStudy.objects.update(currency="CAD")
    Project.objects.update(state="paused")
    assert "The project is not open" in refused(office, page, do="publish")
    Project.objects.update(state="open")
    send(office, page, do="publish")
    send(office, page, do="pause")
    assert "people come" in send(office, page, do="start")
    refused(office, page, do="forget")


def come(project: Project, member: str, at: datetime, *, code: str, minutes: int) -> Person:
    """Come from Prolific, do the study and come back with a code."""
    person = make_person()
    invitation = ProlificStudy.objects.get().invitation
    assert invitation is not None
    worker = join_as_worker(project, person, to_ms(at))
    note_recruited(invitation, person, {"PROLIFIC_PID": member}, to_ms(at))
    begin_participation(worker, to_ms(at))
    back_ms = to_ms(at + timedelta(minutes=minutes))
    end_participation(worker, Return(code, minutes), back_ms)
    assert bool((back := way_back(worker, back_ms)) and back.is_finished) == (code == "DONE")
    return person


def pay_once(office: Client, page: str, prolific: StandIn) -> None:
    """Set top-ups up, pay them with no answer, look, and pay again what was not paid."""
    send(office, page, do="set-up")
    assert prolific.calls[-1][2] == {"study_id": STUDY, "csv_bonuses": "s-ana,2.00\ns-ben,1.80"}
    assert "$3.80 and $0.95 of fees" in read(office, page)
    refused(office, page, do="set-up")
    first = TopUpBatch.objects.get()
    prolific.is_silent = True
    assert "a second order would pay twice" in send(office, page, do="pay", batch=str(first.pk))
    refused(office, page, do="pay", batch=str(first.pk))
    refused(office, page, do="cancel", batch=str(first.pk))
    assert prolific.paths().count(f"bulk-bonus-payments/{BATCH}/pay/") == 1

    prolific.is_silent = False
    send(office, page, do="was-not-paid", batch=str(first.pk))
    send(office, page, do="set-up")
    second = TopUpBatch.objects.latest("pk")
    assert "Prolific took the order" in send(office, page, do="pay", batch=str(second.pk))
    assert "under the minimum" in send(office, page, do="read")
    assert "Nothing is missing" in refused(office, page, do="set-up")


def test_people_of_prolific_are_approved_and_lifted_to_the_floor_once(
    prolific: StandIn, project: Project, stop_clock: Callable[[datetime], None]
) -> None:
    stop_clock(MONDAY)
    requester = make_person()
    add_member(requester, Role.REQUESTER, to_ms(MONDAY), organisation=project.organisation)
    office = Client()
    office.force_login(requester)
    page = f"/projects/{project.slug}/study/prolific"

    publish(office, page, prolific, project)
    ana = come(project, "p-ana", MONDAY, code="DONE", minutes=10)
    ben = come(project, "p-ben", MONDAY, code="OUT", minutes=6)
    cy = come(project, "p-cy", MONDAY, code="DONE", minutes=10)
    agree(cy)
    stop_clock(MONDAY + timedelta(hours=1))
    prolific.add("s-ana", "p-ana", "AWAITING REVIEW")
    prolific.add("s-ben", "p-ben", "RETURNED")
    prolific.add("s-cy", "p-cy", "APPROVED")
    prolific.add("s-dee", "p-dee", "A STATE OF TOMORROW")

    shown = send(office, page, do="read")
    assert "another state 1" in shown
    assert "Approve 1 person who finished here" in shown
    assert "p-ben 6 min 00 $1.80" in shown, "his time is owed although he returned it there"
    assert "1990" not in shown
    assert "1 person is approved" in send(office, page, do="approve")
    refused(office, page, do="approve")

    pay_once(office, page, prolific)

    standing = Client()
    standing.force_login(ana)
    assert "Prolific pays you $2.00 more" in read(standing, f"/work/{project.slug}/standing")
    for person, micro in ((ana, 2_000_000), (ben, 1_800_000)):
        rows = whole_record(person, to_ms(MONDAY)).rows("top_ups")
        assert [(row["micro"], row["state"]) for row in rows] == [
            (micro, "refused"),
            (micro, "paid"),
        ]
    assert not whole_record(cy, to_ms(MONDAY)).rows("top_ups"), "Canut pays him itself"
    assert Participation.objects.count() == 3
    assert not [path for path in prolific.paths() if "submissions/s-" in path]
    assert not [body for _method, _path, body in prolific.calls if "REJECT" in str(body).upper()]
    send(office, page, do="disconnect")
    assert "The token is missing" in refused(office, page, do="read")
