"""An inspector's file of an instance, and the Fairwork grid: who gets them, what is in them."""

import io
import re
import zipfile

import pytest
from django.urls import reverse

from canut.core.participation.inspector_file import check_file
from canut.store.models import InspectorFile, Person, PlatformEntry
from tests.support.decision_pages import decided
from tests.support.instance import House
from tests.support.pay_pages import make_statement

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
DAYS = {"first": "2026-01-01", "last": "2026-12-31"}
EXPECTED = {
    *("manifest.json", "README.pdf", "LISEZMOI.pdf", "article17.csv", "article17.json"),
    *("systems.json", "systems-en.pdf", "decisions.csv", "time-and-pay.csv", "chain.csv"),
    *("dpia.pdf", "terms.pdf", "acts.pdf", "representatives.pdf", "fairwork.csv"),
}


def built(house: House, role: str = "auditor", **fields: str) -> bytes:
    answer = house.client(role).post(reverse("inspect"), {**DAYS, **fields}, headers=EN)
    assert answer["Content-Type"] == "application/zip", answer.content.decode()[:3000]
    return answer.content


def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_file_holds_what_is_asked_and_is_entered_in_the_platform_log(house: House) -> None:
    make_statement(house)

    content = built(house)

    assert files(content).keys() >= EXPECTED
    about = check_file(content)
    kept = InspectorFile.objects.get()
    assert kept.sha256 == about.sha256
    (entry,) = PlatformEntry.objects.filter(type="inspect")
    assert about.sha256 in entry.payload


def test_second_build_of_the_same_days_is_the_same_file_and_no_new_entry(house: House) -> None:
    first, second = built(house), built(house, "operator")

    assert files(first)["manifest.json"] == files(second)["manifest.json"]
    assert first == second
    assert InspectorFile.objects.count() == 1


def test_no_name_address_or_word_of_a_person_is_in_it(house: House) -> None:
    Person.objects.filter(pk=house.people["worker"].pk).update(
        email="secret@worker.example", shown_name="Zéphyrine Quick"
    )
    decision = decided(house)
    make_statement(house)

    held = files(built(house))

    texts = b"\n".join(content for name, content in held.items() if not name.endswith(".pdf"))
    for private in ("secret@worker.example", "Zéphyrine", decision.evidence):
        assert private.encode() not in texts
    names = [person.username for person in Person.objects.all()]
    assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", texts.decode())]
    assert b"<10" in held["decisions.csv"]


@pytest.mark.parametrize("role", ["worker", "requester", "reviewer"])
def test_nobody_else_builds_a_file_or_reads_the_grid(house: House, role: str) -> None:
    client = house.client(role)

    assert client.post(reverse("inspect"), DAYS).status_code == 403
    assert client.get(reverse("fairwork")).status_code == 403
    assert not InspectorFile.objects.exists()


def test_only_who_runs_the_instance_enters_a_written_demand(house: House) -> None:
    decided(house)
    demand = "Inspection du travail, no 12"

    hidden = files(built(house, "auditor", demand=demand))["decisions.csv"]
    told = files(built(house, "operator", demand=demand))["decisions.csv"]

    assert b"<10 people" in hidden
    assert b"<10 people" not in told
    assert list(InspectorFile.objects.values_list("demand", flat=True)) == ["", demand]


def test_days_that_end_before_they_begin_are_refused(house: House) -> None:
    sent = house.client("auditor").post(
        reverse("inspect"), {"first": "2026-12-31", "last": "2026-01-01"}, headers=EN
    )

    assert sent.status_code == 422
    assert "The last day comes after the first" in sent.content.decode()


def test_grid_shows_ten_thresholds_with_evidence_and_no_point(house: House) -> None:
    client = house.client("representative")

    page = client.get(reverse("fairwork"), headers=EN).content.decode()
    table = client.get(reverse("fairwork_as", args=["csv"]), headers=EN).content.decode()

    assert len(re.findall(r'<section [^>]*id="t\d\.\d"', page)) == 10
    assert "Representatives in office" in page
    assert "not shown" in page
    assert table.count("\n") == 11
    assert "https://fair.work/" in table
    assert not re.search(r"\b\d+ (?:points?|/ ?10)\b", page)
