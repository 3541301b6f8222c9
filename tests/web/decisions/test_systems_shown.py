"""Nobody gets a task before they were shown what decides about them; showing is not agreeing."""

import json
import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from canut.actions.decisions.system_notices import notice_now
from canut.core.decisions.automated_systems import SYSTEMS
from canut.store.models import Decision, Lease, SystemsShown
from tests.support.decision_pages import decided, now_ms
from tests.support.instance import House

pytestmark = [pytest.mark.django_db, pytest.mark.shown_first]
FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}
MOST_PAGES = 4


def plain(text: str) -> str:
    bare = re.sub(r"<[^>]*>", " ", text).replace("&#x27;", "'")
    return re.sub(r"\s+", " ", bare.replace("\u00a0", " ").replace("\u202f", " "))


def shown(client: Client, name: str, headers: dict[str, str] = EN) -> str:
    return plain(client.get(reverse(name), headers=headers).content.decode())


def test_workbench_leads_to_the_text_and_back_without_asking_to_agree(house: House) -> None:
    client, bench = house.client("worker"), reverse("workbench", args=[house.project.slug])

    led = client.get(bench)
    page = client.get(led["Location"], headers=EN).content.decode()
    gone_on = client.post(reverse("systems_shown"), {"next": bench})

    assert led["Location"] == f"{reverse('systems_first')}?next={bench}"
    assert "You agree to nothing by going on" in plain(page)
    assert 'type="checkbox"' not in page.partition("<main")[2].partition("</main>")[0]
    for system in SYSTEMS.values():
        assert system.name[0] in page
    assert gone_on["Location"] == bench
    assert client.get(bench).status_code == 200
    assert SystemsShown.objects.get().notice.sha256 == notice_now(now_ms()).sha256


def test_tasks_are_lent_to_nobody_who_was_not_shown_the_text(house: House) -> None:
    client = house.client("worker")

    def ask(name: str) -> HttpResponse:
        address = reverse(f"workbench_{name}", args=[house.project.slug])
        asked = client.post(address, '{"count": 1}', content_type="application/json", headers=EN)
        assert isinstance(asked, HttpResponse)
        return asked

    refused = [ask(name) for name in ("lease", "pack")]

    assert [answer.status_code for answer in refused] == [403, 403]
    assert {json.loads(answer.content)["code"] for answer in refused} == {"systems-not-shown"}
    assert not Lease.objects.exists()
    client.post(reverse("systems_shown"))
    assert ask("lease").status_code == 200
    assert Lease.objects.exists()


@pytest.mark.parametrize("elsewhere", ["https://x.example/work/a/", "//x.example", "/work/../pay"])
def test_text_leads_nowhere_else(house: House, elsewhere: str) -> None:
    sent = house.client("worker").post(reverse("systems_shown"), {"next": elsewhere})

    assert sent["Location"] == reverse("work_home")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_same_text_is_a_pdf_of_four_pages_at_most_with_its_hash(
    house: House, language: str
) -> None:
    client = house.client("stranger")

    answer, again = (client.get(reverse("systems_pdf", args=[language])) for _ in range(2))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content == again.content
    pages = re.findall(rb"/Type\s*/Page\b", answer.content)
    assert 1 <= len(pages) <= MOST_PAGES


def test_operator_names_who_answers_and_everybody_reads_it(house: House) -> None:
    before = shown(Client(), "systems")

    house.client("operator").post(
        reverse("systems_contact"), {"system": "all", "name": "Léa Roy", "reach": "lea@x.example"}
    )

    assert "nobody is named" in before
    assert "Léa Roy , lea@x.example" in shown(Client(), "systems")
    assert "nobody is named" not in shown(Client(), "systems")


@pytest.mark.parametrize("role", ["worker", "requester", "reviewer", "auditor"])
def test_nobody_else_names_who_answers(house: House, role: str) -> None:
    sent = house.client(role).post(reverse("systems_contact"), {"name": "Me"})

    assert sent.status_code == 403


def test_page_leads_to_an_explanation_a_review_and_says_two_weeks(house: House) -> None:
    client = house.client("worker")
    page = client.get(reverse("systems"), headers=EN).content.decode()

    assert f"{reverse('messages')}?about=caps#new" in page
    assert f"{reverse('decisions_why')}#s-caps" in page
    assert "within 14 days" in page
    asked = client.get(reverse("messages"), {"about": "caps"}, headers=EN).content.decode()
    assert "About the automated rule “Limits on time”" in asked


def test_why_lists_every_decision_about_me_with_its_factors_contact_and_deadline(
    house: House,
) -> None:
    from canut.actions.decisions.record import Ruling, decide

    decided(house)
    ruling = Ruling(
        person=house.people["worker"].pk, kind=Decision.Kind.QUALITY, code="quality-apart",
        text_en="Somebody looks.", text_fr="Quelqu’un relit.", system="careless",
        inputs={"compared": 20}, factors=[
            {"name": "usual_share", "value": 800, "weight": "0.2"},
            {"name": "seen_share", "value": 615, "weight": "0.8"},
        ],
    )  # fmt: skip
    decide(ruling, now_ms())

    said = shown(house.client("worker"), "decisions_why")

    assert "Decided by people" in said
    assert "Answers to look into" in said
    assert re.search(r"\b1\. [^%]*61\.5%[^%]*\b2\. [^%]*80\.0%", said)
    assert "Nobody is named yet" in said
    assert "Ask for a review" in said
    assert "There is no decision about you." in shown(house.client("other"), "decisions_why")
