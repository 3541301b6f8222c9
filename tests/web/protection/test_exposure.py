"""The page about one's own exposure, and how a project's risk is said and shown."""

import json
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from canut.actions.people.accounts import invitation_token
from canut.core.clock import to_ms
from canut.store.models import (
    Lease,
    Project,
    Protection,
    RiskChoice,
    TaskState,
    WorkedDay,
    Worker,
)
from canut.web.protection import exposure
from tests.support.instance import House

FR = {"accept-language": "fr"}
EN = {"accept-language": "en"}
WHAT = ["violence", "hate"]


@pytest.fixture
def risky(house: House) -> House:
    """Make the house's project one of hard pictures, its first task calm."""
    Project.objects.filter(pk=house.project.pk).update(
        severity=3, risk_categories=WHAT, modality="image"
    )
    TaskState.objects.filter(task=house.tasks[0]).update(severity=0)
    Worker.objects.filter(pk=house.worker.pk).update(practised_ms=1)
    return house


def post(client: Client, house: House, what: str, given: object) -> int:
    answer = client.post(
        f"/work/{house.project.slug}/{what}", json.dumps(given), content_type="application/json"
    )
    return answer.status_code


def test_page_shows_what_was_seen_against_the_limits(risky: House) -> None:
    Protection.objects.create(person=risky.people["worker"], lower_day=12_000)
    Lease.objects.create(
        task=risky.tasks[1], worker=risky.worker, project=risky.project, state=1,
        lent_ms=0, expires_ms=0, ended_ms=int(timezone.now().timestamp() * 1000),
        bearer=risky.people["worker"], severity=3, dose=2_501,
    )  # fmt: skip

    french = risky.client("worker").get("/work/exposure", headers=FR).content.decode()
    english = risky.client("worker").get("/work/exposure", headers=EN).content.decode()

    assert "2,6" in french
    assert "2.6" in english
    assert "12,0" in french
    assert "personne n’est nommé" in french


def test_hours_of_this_week_are_those_of_the_page_of_time(
    risky: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    wednesday = datetime(2026, 9, 16, 16, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: wednesday)
    monkeypatch.setattr(exposure, "now_ms", lambda: to_ms(wednesday))
    person = risky.people["worker"]
    Protection.objects.create(person=person, week_ms=2_000)
    WorkedDay.objects.create(person=person, day=date(2026, 9, 13), ms=9_000_000, at_ms=1)
    WorkedDay.objects.create(person=person, day=date(2026, 9, 15), ms=7_440_000, at_ms=1)
    client = risky.client("worker")

    pages = [client.get(path, headers=EN).content.decode() for path in ("/work/exposure", "/time/")]

    assert ["2\xa0h\xa004" in page for page in pages] == [True, True]


def test_support_that_the_operator_names_is_in_view(risky: House, settings: Settings) -> None:
    settings.SUPPORT = "Ligne d’écoute, 514 555-0100"

    page = risky.client("worker").get("/work/exposure", headers=FR).content.decode()
    bench = risky.client("worker").get(f"/work/{risky.project.slug}/").content.decode()

    assert "514 555-0100" in page
    assert "514 555-0100" in bench


def test_kind_is_agreed_to_and_refused_with_one_press(risky: House) -> None:
    client = risky.client("worker")

    client.post("/work/exposure", {"kind": "violence", "agreed": "yes"})
    agreed = RiskChoice.objects.get().agreed
    client.post("/work/exposure", {"kind": "violence", "agreed": "no"})

    assert (agreed, RiskChoice.objects.get().agreed) == (True, False)


def test_own_limit_is_kept_and_a_wrong_one_said(risky: House) -> None:
    client = risky.client("worker")

    kept = client.post("/work/exposure", {"limit": "1", "minutes": "15"})
    high = client.post("/work/exposure", {"limit": "1", "minutes": "90"}, headers=FR)
    none = client.post("/work/exposure", {"limit": "1", "minutes": ""})

    assert (kept.status_code, high.status_code, none.status_code) == (302, 422, 302)
    assert "de 0 à 60" in high.content.decode()
    assert Protection.objects.get().lower_day is None


def test_page_is_for_workers_and_who_reads_appeals_alone(risky: House) -> None:
    assert risky.client("stranger").get("/work/exposure").status_code in {302, 401}
    assert risky.client("auditor").get("/work/exposure").status_code == 403
    assert risky.client("reviewer").get("/work/exposure").status_code == 200
    assert risky.client("worker").delete("/work/exposure").status_code == 405
    assert (
        risky.client("worker").post("/work/exposure", {"kind": "smell", "agreed": "yes"})
    ).status_code == 422


# before accepting


def test_risk_stands_on_the_invitation_and_agreeing_is_asked_before(risky: House) -> None:
    address = f"/join/{invitation_token(risky.invitation)}"
    client = Client()

    page = client.get(address, headers=FR).content.decode()
    client.post(address, {"agree": ["violence"]})

    assert "Risque 3 sur 4" in page.replace("\xa0", " ")
    assert "haine et insultes" in page
    assert list(RiskChoice.objects.values_list("category", "agreed")) == [("violence", True)]


def test_risk_stands_beside_every_project_one_may_do(risky: House) -> None:
    page = risky.client("worker").get("/work/", headers=EN).content.decode()

    assert "Risk 3 of 4" in page
    assert "violence and injuries" in page


def test_risk_that_nobody_said_is_shown_as_unknown(house: House) -> None:
    Project.objects.update(severity=None)
    page = house.client("worker").get("/work/", headers=EN).content.decode()

    assert 'Risk: <span class="unk">' in page


# at the workbench


def test_workbench_is_told_the_risk_the_veil_and_why_no_more_is_lent(risky: House) -> None:
    client = risky.client("worker")

    shown = client.get(f"/work/{risky.project.slug}/", headers=FR).context["data"]

    assert shown["project"]["risk"]["label"] == 3
    assert [task["severity"] for task in shown["leased"]["tasks"]] == [0]
    assert shown["held_back"]["why"] == "declined"
    assert "seules les tâches calmes" in shown["held_back"]["text"]


def test_picture_that_is_hard_to_look_at_is_veiled(risky: House) -> None:
    client = risky.client("worker")
    for kind in WHAT:
        client.post("/work/exposure", {"kind": kind, "agreed": "yes"})

    answer = client.post(
        f"/work/{risky.project.slug}/lease", '{"count": 3}', content_type="application/json"
    )

    tasks = answer.json()["tasks"]
    assert [(task["severity"], task["veiled"]) for task in tasks][:2] == [(0, False), (3, True)]


def test_hard_material_is_refused_from_the_workbench_at_once(risky: House) -> None:
    client = risky.client("worker")
    for kind in WHAT:
        client.post("/work/exposure", {"kind": kind, "agreed": "yes"})
    client.post(
        f"/work/{risky.project.slug}/lease", '{"count": 3}', content_type="application/json"
    )
    seen = Lease.objects.filter(dose__gt=0).values_list("id", flat=True)[0]

    status = post(client, risky, "decline", {"seen": [seen]})

    assert status == 204
    assert Lease.objects.get(pk=seen).state == Lease.State.SKIPPED
    assert not Lease.objects.filter(state=0, dose__gt=0).exists()
    assert not RiskChoice.objects.filter(agreed=True).exists()


def test_break_and_a_harder_task_are_taken_from_the_workbench(risky: House) -> None:
    client = risky.client("worker")
    client.post(
        f"/work/{risky.project.slug}/lease", '{"count": 3}', content_type="application/json"
    )
    lease = Lease.objects.get()

    statuses = [
        post(client, risky, "rest", {}),
        post(client, risky, "harder", {"lease": lease.pk, "severity": 2}),
        post(client, risky, "harder", {"lease": lease.pk, "severity": 9}),
        post(client, risky, "harder", {"lease": 0, "severity": 2}),
        post(client, risky, "harder", {}),
    ]

    assert statuses == [204, 204, 422, 409, 422]
    assert Protection.objects.get().break_ms is not None
    assert TaskState.objects.get(task=lease.task_id).severity == 2


def test_what_was_seen_when_the_page_closed_keeps_its_dose(risky: House) -> None:
    client = risky.client("worker")
    for kind in WHAT:
        client.post("/work/exposure", {"kind": kind, "agreed": "yes"})
    client.post(
        f"/work/{risky.project.slug}/lease", '{"count": 3}', content_type="application/json"
    )
    held = [str(lease) for lease in Lease.objects.filter(state=0).values_list("id", flat=True)]
    seen = str(Lease.objects.filter(dose__gt=0).order_by("id")[0].pk)

    client.post(f"/work/{risky.project.slug}/release", {"leases": ",".join(held), "seen": seen})

    assert list(Lease.objects.filter(dose__gt=0).values_list("id", flat=True)) == [int(seen)]


# setting up


def test_draft_says_how_hard_it_is_or_is_told_what_is_missing(house: House) -> None:
    client = house.client("requester")
    address = f"/projects/{house.draft.slug}/setup/told"
    aims = dict.fromkeys(("business", "social", "ethical", "whose", "consent", "paid"), "dit")

    nothing = client.post(address, aims | {"modality": "text"}, headers=FR)
    no_kind = client.post(
        address, aims | {"hard": "some", "severity": "2", "modality": "text"}, headers=FR
    )
    kept = client.post(
        address,
        aims
        | {
            "hard": "some",
            "severity": "1",
            "categories": ["hate"],
            "modality": "text",
            "column": "note",
        },
    )

    house.draft.refresh_from_db()
    assert (nothing.status_code, no_kind.status_code, kept.status_code) == (422, 422, 302)
    assert "Nommez au moins un genre" in no_kind.content.decode()
    assert (house.draft.severity, house.draft.risk_categories) == (1, ["hate"])
    assert house.draft.severity_column == "note"
    assert house.client("worker").post(address, {}).status_code == 403
