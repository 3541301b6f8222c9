"""The origin of a project's material, from its page to whoever labels it."""

import pytest
from django.test import Client
from django.urls import reverse

from canut.actions.datasets.material import describe_material
from canut.actions.projects.removal import duplicate_project
from canut.core.datasets.material import Consent, Gesture, MakerPay, MaterialPart
from canut.store.datasets.material import datasets_made_from, material_of
from canut.store.models import MaterialVersion, Project
from canut.store.tables.ledger import EntryPending
from tests.support.factories import NOW_MS, make_project
from tests.support.instance import House

COMMENTS = {
    "part-0-gesture": "comment",
    "part-0-share": "60",
    "part-0-platform": "a forum",
    "part-0-country": "CA",
    "part-0-consent": "in_terms",
    "part-0-payment": "no",
    "part-0-count": "1000000",
    "part-0-least": "1.85",
    "part-0-most": "10,3",
    "part-0-seconds_source": "arXiv 2311.10911",
    "part-1-gesture": "record",
    "part-1-share": "40",
    "part-1-consent": "by_law",
    "part-1-payment": "no",
    "source-0-relation": "made_of",
    "source-0-name": "",
}


@pytest.fixture
def requester(house: House) -> Client:
    client = house.client("requester")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page_of(house: House) -> str:
    return reverse("project_material", args=[house.project.slug])


def test_requester_describes_the_material_and_reads_it_back(
    house: House, requester: Client
) -> None:
    sent = requester.post(page_of(house), COMMENTS)
    page = requester.get(page_of(house)).content.decode()

    assert sent.status_code == 302
    kept = material_of(house.project.pk)
    assert kept.number == 1
    assert kept.parts[0] == MaterialPart(
        Gesture.COMMENT,
        600,
        "a forum",
        "CA",
        1_000_000,
        (1_850, 10_300),
        "arXiv 2311.10911",
        Consent.IN_TERMS,
        MakerPay.NO,
    )
    assert "between 514 and 2,861 h" in page
    assert "consent: in the terms of a service" in page


def test_shares_that_do_not_add_up_are_refused_and_nothing_typed_is_lost(
    house: House, requester: Client
) -> None:
    answer = requester.post(page_of(house), COMMENTS | {"part-1-share": "30"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Known shares make 100" in page
    assert "arXiv 2311.10911" in page
    assert not MaterialVersion.objects.exists()


def test_seconds_without_a_source_are_refused(house: House, requester: Client) -> None:
    answer = requester.post(page_of(house), COMMENTS | {"part-0-seconds_source": ""})

    assert answer.status_code == 422
    assert not MaterialVersion.objects.exists()


def test_same_description_makes_no_new_version_and_each_is_logged(
    house: House, requester: Client
) -> None:
    for share in ("60", "60", ""):
        requester.post(page_of(house), COMMENTS | {"part-0-share": share})

    versions = MaterialVersion.objects.filter(project=house.project)
    assert [version.number for version in versions.order_by("number")] == [1, 2]
    logged = EntryPending.objects.filter(project=house.project, type="material.set")
    assert logged.count() == 2


def test_whoever_is_invited_reads_the_gestures_before_joining(
    house: House, requester: Client
) -> None:
    requester.post(page_of(house), COMMENTS)

    page = requester.get(reverse("project", args=[house.project.slug])).content.decode()
    work = house.client("worker").get(
        reverse("workbench", args=[house.project.slug]), headers={"accept-language": "en"}
    )

    assert "Comments, 60%" in page
    assert "Comments, 60%" in work.content.decode()


def test_copy_of_a_project_keeps_its_material(house: House) -> None:
    part = MaterialPart(Gesture.STAR, payment=MakerPay.NO)
    by = house.project.created_by
    describe_material(house.project, [part], by=by, now_ms=NOW_MS)

    copy = duplicate_project(house.project, "Copie", by=by, now_ms=NOW_MS)

    assert material_of(copy.pk).parts == (part,)


def test_dataset_shows_what_was_made_from_it(house: House, requester: Client) -> None:
    other = make_project(slug="autre").project
    Project.objects.filter(pk=other.pk).update(organisation=house.project.organisation)
    named = {
        "source-0-relation": "mixed_with",
        "source-0-project": "autre",
        "source-0-name": "",
    }
    assert requester.post(page_of(house), COMMENTS | named).status_code == 302

    page = requester.get(reverse("project_material", args=["autre"])).content.decode()

    assert [project.pk for project, _source in datasets_made_from("autre")] == [house.project.pk]
    assert house.project.title in page
    assert "Mixed with" in page


def test_project_is_not_its_own_source(house: House) -> None:
    client = house.client("requester")
    named = {"source-0-relation": "made_of", "source-0-project": house.project.slug}

    answer = client.post(page_of(house), COMMENTS | named)

    assert answer.status_code == 422
    assert material_of(house.project.pk).number == 0


def test_whoever_labels_reads_one_line_and_the_page_behind(house: House, requester: Client) -> None:
    named = {"source-0-name": "SQuAD", "source-0-address": "https://example.org/squad"}
    requester.post(page_of(house), COMMENTS | named | {"part-0-personal": "possible"})
    worker = house.client("worker")
    english, french = ({"accept-language": language} for language in ("en", "fr"))
    address = reverse("work_origin", args=[house.project.slug])

    home = worker.get(reverse("work_home"), headers=english).content.decode()
    bench = worker.get(reverse("workbench", args=[house.project.slug]), headers=english)
    page = worker.get(address, headers=english).content.decode()
    page_fr = worker.get(address, headers=french).content.decode()

    assert "Material: Comments, Public registers and archives." in home
    assert f'href="{address}"' in home
    assert address in bench.content.decode()
    assert "Taken from SQuAD" in bench.content.decode()
    assert "people may be recognisable" in page
    assert "between 514 and 2,861 h" in page
    assert 'href="https://example.org/squad"' in page
    assert "D’où vient le matériel" in page_fr
    assert "des personnes sont peut-être reconnaissables" in page_fr


def test_material_nobody_described_is_said_to_be_so_to_whoever_labels(house: House) -> None:
    worker = house.client("worker")
    english = {"accept-language": "en"}

    home = worker.get(reverse("work_home"), headers=english).content.decode()
    page = worker.get(reverse("work_origin", args=[house.project.slug]), headers=english)

    assert "Material: Not described." in home
    assert page.status_code == 200
