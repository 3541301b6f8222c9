"""What a model marked comes in from the page of tasks, or is refused, and nothing is kept."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from canut.actions.datasets.coco_yolo_exports import EXPORTS, training_of
from canut.actions.people.accounts import add_member
from canut.store.models import ModelAnswer, Role
from tests.actions.datasets.test_coco_yolo_exports import SAMPLES, pictured
from tests.support.factories import NOW_MS, Made, make_person

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def opened() -> tuple[Made, Client]:
    """Make a project of pictures whose labels are known, and a browser of its requester."""
    sample = SAMPLES[0]
    made = pictured(sample.schema["en"], sample.answers)
    person, client = make_person(), Client()
    add_member(person, Role.REQUESTER, NOW_MS, organisation=made.project.organisation)
    client.force_login(person)
    return made, client


def send(client: Client, made: Made, form: str, name: str, content: bytes) -> str:
    """Send a file as the form does; return the page that follows."""
    sent = {"form": form, "model": "detector", "marked": SimpleUploadedFile(name, content)}
    path = reverse("project_marked", args=[made.project.slug])
    return client.post(path, sent, follow=True, headers=ENGLISH).content.decode()


@pytest.mark.parametrize("form", ["coco", "yolo"])
def test_what_left_comes_back_by_its_button(form: str) -> None:
    made, client = opened()
    what = "coco" if form == "coco" else training_of(SAMPLES[0].schema["en"])[1]
    content = b"".join(EXPORTS[what](made.project.pk))

    page = send(client, made, form, f"set.{'json' if form == 'coco' else 'zip'}", content)

    many = len(SAMPLES[0].answers)
    assert f"{many} pictures marked by a model are kept" in page
    assert ModelAnswer.objects.filter(author__name="detector").count() == many


def test_a_picture_nobody_has_is_told_and_nothing_is_kept() -> None:
    made, client = opened()
    document: dict[str, object] = {
        "images": [{"id": 1, "file_name": "elsewhere.png", "width": 10, "height": 10}],
        "categories": [{"id": 1, "name": "bobbin"}],
        "annotations": [],
    }
    document["annotations"] = [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}]

    page = send(client, made, "coco", "set.json", json.dumps(document).encode())

    assert "Nothing is kept: 1 picture cannot be used." in page
    assert not ModelAnswer.objects.exists()


def test_a_file_without_any_picture_is_told() -> None:
    made, client = opened()
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("data.yaml", "names: [bobbin]\n")

    page = send(client, made, "yolo", "set.zip", content.getvalue())

    assert "The file marks nothing" in page


@pytest.mark.parametrize(("form", "name"), [("coco", "a.json"), ("yolo", "a.zip")])
def test_a_file_that_cannot_be_read_is_refused_in_words(form: str, name: str) -> None:
    made, client = opened()

    page = send(client, made, form, name, b"not at all")

    assert "msg err" in page or "note err" in page
    assert not ModelAnswer.objects.exists()


def test_the_form_stands_only_where_regions_are_asked_for() -> None:
    made, client = opened()
    path = reverse("project_tasks", args=[made.project.slug])

    assert 'id="marked-file"' in client.get(path).content.decode()
    sent = client.post(reverse("project_marked", args=[made.project.slug]), headers=ENGLISH)
    assert sent.status_code == 302
