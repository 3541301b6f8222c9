"""The setup proposes a kind of question from the file; it is said, and can be changed."""

import io
import wave
from typing import cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from canut.core.kinds import questions_of
from canut.store.models import Import, Project
from canut.store.projects.versions import question_or_none
from tests.support.instance import House

FR = {"accept-language": "fr"}
TONES = "id,avis,ton\n" + "".join(
    f"{n},Avis numéro {n} assez bon,{'positif' if n % 3 else 'négatif'}\n" for n in range(12)
)
LONG = "id,article\n" + "".join(f"{n},{'Une phrase du long article. ' * 40}\n" for n in range(4))


def upload(client: Client, name: str, content: bytes) -> Project:
    """Begin a project with a file."""
    form = client.get("/projects/new").context["form"]
    organisation = form.fields["organisation"].choices[0][0]
    sent = {"organisation": organisation, "files": SimpleUploadedFile(name, content)}
    assert client.post("/projects/new", sent).status_code == 302
    return Project.objects.latest("id")


def question_step(client: Client, project: Project) -> tuple[dict[str, object], str]:
    """Return the values of the question's fields, and the page."""
    address = reverse("project_setup", args=[project.slug])
    answer = client.get(address, {"step": "question"}, headers=FR)
    form = answer.context["question_form"]
    return {name: form[name].value() for name in form.fields}, answer.content.decode()


def picture() -> bytes:
    """Return a small picture."""
    stored = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(stored, "PNG")
    return stored.getvalue()


def sound() -> bytes:
    """Return a short silence."""
    stored = io.BytesIO()
    with wave.open(stored, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8_000)
        written.writeframes(bytes(8_000))
    return stored.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind", "words"),
    [
        ("avis.csv", TONES.encode(), "choice", "Textes courts"),
        ("articles.csv", LONG.encode(), "spans", "Textes longs"),
        ("photo.png", picture(), "choice", "Images\xa0: une réponse"),
        ("voix.wav", sound(), "text", "on marque des segments"),
    ],
)
def test_kind_is_proposed_with_its_reason(
    house: House, name: str, content: bytes, kind: str, words: str
) -> None:
    client = house.client("requester")

    fields, page = question_step(client, upload(client, name, content))

    assert fields["kind"] == kind
    assert words in page


def test_few_known_answers_fill_the_answers_and_follow_the_column(house: House) -> None:
    client = house.client("requester")
    project = upload(client, "avis.csv", TONES.encode())
    before, _page = question_step(client, project)

    chosen = {"judged": "avis", "id_column": "id", "known_column": "ton"}
    client.post(reverse("project_setup_columns", args=[project.slug]), chosen)
    after, page = question_step(client, project)

    assert not before["choices"]
    assert after["choices"] == ["positif", "négatif"]
    assert "Les valeurs de «\xa0ton\xa0» sont proposées" in page


def test_values_of_another_column_are_one_press_away(house: House) -> None:
    client = house.client("requester")
    project = upload(client, "avis.csv", TONES.encode())

    client.post(reverse("project_setup_save", args=[project.slug]), {"go": "template:values"})
    fields, page = question_step(client, project)

    assert fields["choices"] == ["positif", "négatif"]
    assert "Valeurs de «\xa0ton\xa0»" in page


def test_typed_kind_wins_over_the_guess(house: House) -> None:
    client = house.client("requester")
    project = upload(client, "articles.csv", LONG.encode())

    client.post(
        reverse("project_setup_question", args=[project.slug]),
        {"kind": "choice", "ask": "Clair ?", "choices": ["oui", "non"]},
    )

    stored = question_or_none(project.id)
    assert stored is not None
    assert questions_of(stored.schema)[0]["kind"] == "choice"


def test_draft_of_an_earlier_release_has_no_guess_and_opens(house: House) -> None:
    client = house.client("requester")
    project = upload(client, "avis.csv", TONES.encode())
    source = Import.objects.get(project=project)
    source.reading = {name: value for name, value in source.reading.items() if name != "guess"}
    source.save()

    fields, _page = question_step(client, project)

    assert fields["kind"] == "choice"


def test_segments_of_a_sound_are_set_up_by_one_press_and_two_fields(house: House) -> None:
    client = house.client("requester")
    project = upload(client, "voix.wav", sound())

    client.post(reverse("project_setup_save", args=[project.slug]), {"go": "template:speakers"})
    fields, _page = question_step(client, project)
    sent = {
        name: value for name, value in fields.items() if name in {"kind", "ask", "audio_labels"}
    }
    client.post(reverse("project_setup_question", args=[project.slug]), sent)

    stored = question_or_none(project.id)
    assert stored is not None
    question = questions_of(stored.schema)[0]
    assert question["kind"] == "audio"
    assert len(cast("list[object]", question["labels"])) == 3
    assert [item["as"] for item in stored.schema["show"]] in ([], ["audio"])
