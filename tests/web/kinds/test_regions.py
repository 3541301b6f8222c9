"""Regions of pictures on pages: asked for in the form, reviewed in layers, corrected, taken out."""

import json

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from canut.actions.people.accounts import add_member
from canut.core.kinds import check_schema, check_values
from canut.core.kinds.sample import Sample, samples
from canut.store.models import Media, Person, Review, Role, Task, TaskState, Verdict
from canut.web.projects.question_form import QuestionForm, initial_of
from canut.web.tasks.region_overlay import Marked, marked_pictures
from tests.support.factories import NOW_MS, Made, answer_next, make_person, make_project

SAMPLES = [one for one in samples() if one.kind in {"boxes", "polygons", "keypoints"}]
BY_NAME = pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.kind}-{one.name}")
SHA256 = "0" * 64
FIELDS: dict[str, dict[str, list[str]]] = {
    "boxes": {"regions_labels": ["chat\nchien"], "boxes_rotated": ["on"], "regions_least": ["1"]},
    "polygons": {"regions_labels": ["toit"], "regions_most": ["4"]},
    "keypoints": {
        "regions_labels": ["main"],
        "keypoints_points": ["poignet\nindex"],
        "keypoints_skeleton": ["poignet - index"],
    },
}


def sent(kind: str, **more: list[str]) -> QueryDict:
    data = QueryDict(mutable=True)
    fields = {"ask": ["Quoi ?"], "instructions": [""], "kind": [kind], **FIELDS[kind], **more}
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def pictured(sample: Sample) -> tuple[Made, Person]:
    """Make a project whose one task has a picture and an answer by each of three people."""
    made = make_project(tasks=1, workers=3, overlap=3, schema=sample.schema["en"])
    Media.objects.create(
        project=made.project,
        sha256=SHA256,
        content_type="image/png",
        width=640,
        height=420,
        size_bytes=1,
    )
    Task.objects.filter(pk=made.tasks[0].pk).update(data=json.dumps({"photo": SHA256}))
    for worker, answer in zip(made.workers, sample.answers, strict=True):
        answer_next(worker, answer)
    TaskState.objects.filter(task=made.tasks[0]).update(confidence=0.5)
    person = make_person()
    add_member(person, Role.REVIEWER, NOW_MS, project=made.project)
    return made, person


def marked(sample: Sample, **row: str) -> list[Marked]:
    made, _ = pictured(sample)
    given = [json.dumps(answer) for answer in sample.answers]
    sides = list(zip("ABC", given, strict=True))
    return marked_pictures(made.project, sample.schema["en"], row, sides, given[0])


@pytest.mark.parametrize("kind", FIELDS)
def test_form_writes_each_kind_and_takes_it_back(kind: str) -> None:
    form = QuestionForm(sent(kind))
    assert form.is_valid(), form.errors
    schema = check_schema(form.schema("photo", "image"))

    first = initial_of(schema, "")
    again = QuestionForm(
        sent(
            kind,
            **{
                name: ["on" if value is True else str(value)]
                for name, value in first.items()
                if name.startswith(("regions_", "boxes_", "keypoints_"))
                if value and not isinstance(value, list)
            },
        )
    )

    assert first["kind"] == kind
    assert again.is_valid(), again.errors
    assert check_schema(again.schema("photo", "image")) == schema


@pytest.mark.parametrize(
    ("kind", "field"),
    [("boxes", "regions_labels"), ("keypoints", "keypoints_points")],
)
def test_form_names_the_field_that_is_missing(kind: str, field: str) -> None:
    form = QuestionForm(sent(kind, **{field: [""]}))

    assert not form.is_valid()
    assert field in form.errors


def test_what_fields_cannot_say_stays_in_a_file() -> None:
    first = initial_of(SAMPLES[0].schema["fr"], "")

    assert first["kind"] == "file"
    assert "Bobine" in first["file"]


@pytest.mark.django_db
@BY_NAME
def test_review_draws_the_label_in_a_layer_below_that_of_each_answer(sample: Sample) -> None:
    (picture,) = marked(sample, photo=SHA256)

    assert [(layer.letter, layer.style) for layer in picture.layers] == [
        ("", 0),
        ("A", 1),
        ("B", 2),
        ("C", 3),
    ]
    assert [len(layer.marks) for layer in picture.layers[1:]] == [
        len(answer) if isinstance(answer, list) else 0 for answer in sample.answers
    ]
    assert (picture.width, picture.height) == ("640", "420")
    assert json.loads(picture.begun) == _checked(sample, sample.answers[0])


@pytest.mark.django_db
def test_a_task_without_its_picture_is_not_drawn() -> None:
    assert marked(SAMPLES[0], photo="elsewhere") == []


@pytest.mark.django_db
@BY_NAME
def test_reviewer_sees_layers_without_names_and_corrects_the_label(sample: Sample) -> None:
    made, person = pictured(sample)
    client = Client()
    client.force_login(person)
    slug = made.project.slug
    client.post(reverse("project_review_take", args=[slug]))

    page = client.get(reverse("project_review", args=[slug])).content.decode()

    assert page.count('class="rv-layer ') == 4
    assert "data-draws" in page
    assert f"/{SHA256}?size=" in page
    assert not any(worker.public_id in page for worker in made.workers)

    case = Review.objects.get()
    drawn = json.dumps(sample.answers[1])
    client.post(
        reverse("project_review_decide", args=[slug, case.pk]),
        {"kind": "corrected", "value-q": drawn},
    )
    assert json.loads(Verdict.objects.get().label) == json.loads(
        json.dumps(_checked(sample, sample.answers[1]))
    )


def _checked(sample: Sample, answer: object) -> object:
    return check_values(sample.schema["en"], {"q": answer})["q"]


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["[{", '[{"label": "nobody"}]', "3"])
def test_a_correction_that_is_no_answer_is_refused_in_words(written: str) -> None:
    made, person = pictured(SAMPLES[0])
    client = Client()
    client.force_login(person)
    slug = made.project.slug
    client.post(reverse("project_review_take", args=[slug]))
    case = Review.objects.get()

    answered = client.post(
        reverse("project_review_decide", args=[slug, case.pk]),
        {"kind": "corrected", "value-q": written},
    )

    assert answered.status_code == 422
    assert not Verdict.objects.exists()


@pytest.mark.django_db
@BY_NAME
def test_export_page_offers_what_can_hold_the_answers(sample: Sample) -> None:
    made, _ = pictured(sample)
    client = Client()
    client.force_login(made.project.created_by)
    add_member(made.project.created_by, Role.REQUESTER, NOW_MS, project=made.project)
    slug = made.project.slug

    page = client.get(reverse("project_export", args=[slug])).content.decode()
    coco = client.get(reverse("project_export_file", args=[slug, "coco", "json"]))

    assert f"/projects/{slug}/export/coco.json" in page
    assert ("yolo-detect" in page) == (sample.name == "upright")
    assert "attachment" in coco["Content-Disposition"]
