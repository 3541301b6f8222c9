"""The pages of incidents: what was seen, who answers for it, and one next step for whose it is."""

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.people.accounts import add_member
from canut.core.clock import DAY_MS
from canut.core.learning.incident_terms import IncidentStep
from canut.store.models import FundsLine, Incident, Person, Role
from tests.support.factories import NOW_MS, make_person, make_representative
from tests.support.incidents import NORTH, POSTMORTEM, Workshop
from tests.support.instance import House

pytestmark = pytest.mark.django_db
Step = IncidentStep
EN = {"accept-language": "en"}


@pytest.fixture
def shop(house: House) -> Workshop:
    """Return the house's project with a model that errs in the north."""
    made = Workshop(house.project, [house.worker])
    made.decided(60, "Nord", wrong=12)
    made.decided(80, "Sud", wrong=2)
    return made


def browser(person: Person) -> Client:
    client = Client(headers=EN)
    client.force_login(person)
    return client


def page(incident: Incident, name: str = "project_incident") -> str:
    return reverse(name, args=[incident.project.slug, incident.pk])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


@pytest.mark.usefixtures("shop")
def test_worker_reports_what_they_see_and_reads_who_answers(house: House) -> None:
    worker = house.client("worker")
    address = reverse("project_incidents", args=[house.project.slug])
    form = {"kind": "label_fault", "said": "Oui et non sont inversés.", "slice": NORTH}
    assert worker.post(address, form | {"said": ""}, headers=EN).status_code == 422

    sent = worker.post(address, form, headers=EN)

    incident = Incident.objects.get()
    assert sent["Location"] == page(incident)
    shown = read(worker, page(incident))
    assert "Oui et non sont inversés." in shown
    assert "personne encore" in shown or "nobody yet" in shown
    assert "Save cause" not in shown


@pytest.mark.usefixtures("shop")
def test_who_has_pay_here_alone_reads_that_a_report_is_paid(house: House) -> None:
    address = reverse("project_incidents", args=[house.project.slug])
    pages = {role: read(house.client(role), address) for role in ("worker", "requester")}

    is_promised = {role: "Cinq minutes sont payées" in text for role, text in pages.items()}

    assert is_promised == {"worker": True, "requester": False}
    assert all("Un signalement seul" in text for text in pages.values())


def test_requester_names_the_owner_and_a_day_late_it_is_red(house: House, shop: Workshop) -> None:
    incident = shop.alarm()
    Incident.objects.update(at_ms=NOW_MS - 10 * DAY_MS)
    requester = browser(house.people["requester"])
    assert "Nobody of the project has passed" in read(requester, page(incident))
    shop.worker_of(shop.owner)
    representative = make_person()
    make_representative(representative, house.organisation)
    mine = read(browser(representative), reverse("incidents"))
    assert 'class="badge err"' in mine

    requester.post(page(incident, "project_incident_owner"), {"owner": shop.owner.pk})

    incident.refresh_from_db()
    assert incident.owner == shop.owner
    assert "Confirm incident" in read(browser(shop.owner), page(incident))
    assert "Confirm incident" not in read(requester, page(incident))


def test_owner_walks_from_the_alarm_to_the_proof_and_another_verifies(shop: Workshop) -> None:
    incident = shop.alarm()
    shop.own(incident)
    owner = browser(shop.owner)
    here = page(incident)
    for form in (
        {"step": "confirm", "said": ""},
        {"step": "contain", "severity": "1", "touched": "0"},
        {"step": "diagnose", "cause": "data", "said": "Classes inversées.", "slice": NORTH},
        {"step": "repair"},
    ):
        assert owner.post(here, form).status_code == 302, owner.post(here, form).content.decode()
    estimate = owner.post(
        page(incident, "project_incident_repair"),
        {"what": "estimate", "kind": "relabel", "amount": "5", "fold": "1"},
    ).content.decode()
    assert "answers are asked" in estimate
    made = {"what": "make", "kind": "relabel", "amount": "5", "fold": "1"}
    assert owner.post(page(incident, "project_incident_repair"), made).status_code == 302
    prove = {"step": "prove", "said": "Réétiqueté.", "redone": "0"}
    assert owner.post(here, prove).status_code == 302
    assert "Not shown yet" in read(owner, here)
    refused = browser(shop.verifier).post(here, {"step": "verify", "said": "oui"})
    assert refused.status_code == 422
    assert "more right hidden answers would show it" in refused.content.decode()
    listed = b"".join(owner.get(page(incident, "project_incident_decisions")))
    assert listed.decode("utf-8-sig").splitlines()[0] == "key,label,at,returned"
    assert len(listed.splitlines()) == 61


def test_closed_incident_shows_its_short_form_in_the_readers_language(
    house: House, shop: Workshop
) -> None:
    incident = shop.alarm()
    Incident.objects.update(
        state="closed", owner=shop.owner, verifier=shop.verifier, repaired_ms=1, verified_ms=2,
        closed_ms=3, postmortem=POSTMORTEM, public_en="It is repaired.",
        public_fr="C’est réparé.", proof={"right": 180, "seen": 180},
    )  # fmt: skip
    reader = house.client("worker")

    assert "It is repaired." in reader.get(page(incident), headers=EN).content.decode()
    french = reader.get(page(incident), headers={"accept-language": "fr"}).content.decode()
    assert "C’est réparé." in french
    assert "180 justes sur 180" in french


def test_operator_deposits_for_what_the_platform_pays(house: House, shop: Workshop) -> None:
    incident = shop.diagnose(shop.alarm(), cause="model")
    operator = house.client("operator")
    assert "The platform pays" in operator.get(page(incident), headers=EN).content.decode()
    address = page(incident, "project_incident_deposit")

    assert operator.post(address, {"amount": ""}, headers=EN).status_code == 422
    assert operator.post(address, {"amount": "25"}, headers=EN).status_code == 302

    line = FundsLine.objects.get(project=house.project)
    assert (line.micro, line.note) == (25_000_000, f"incident {incident.pk}")


def test_health_page_leads_to_incidents(house: House, shop: Workshop) -> None:
    incident = shop.alarm()
    add_member(shop.owner, Role.REQUESTER, NOW_MS, project=house.project)
    shown = read(
        browser(shop.owner),
        reverse("project_model_health", args=[house.project.slug, shop.first.pk]),
    )
    assert page(incident) in shown
    assert "I see something" in shown
