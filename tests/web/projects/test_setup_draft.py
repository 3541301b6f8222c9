"""What is typed in the setup is never lost, whatever is pressed and in which order."""

import json
import random
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from canut.actions.projects.draft_fields import conflicts_of, typed_fields
from canut.store.models import Project
from canut.store.projects.drafts import setup_draft
from tests.support.instance import House

FR = {"accept-language": "fr"}
CSV = b"id,avis\n1,Tres bien servi\n2,Un peu long\n"
TEXTS = {
    "ask": "Quel est le ton ?",
    "instructions": "Lire jusqu’au bout.",
    "business": "Trier les avis.",
    "ethical": "Rien de connu.",
    "social": "Un comité",
    "whose": "Clientes",
    "consent": "oui",
    "paid": "non",
    "hourly": "19",
    "seconds": "12",
    "chain-client": "Maison",
    "chain-name_1": "Relais",
    "regions_labels": "chat\nchien",
    "title": "Un autre nom",
}
PRESSED = (
    ("save", "step:file"),
    ("save", "step:question"),
    ("save", "step:told"),
    ("save", "step:price"),
    ("save", "close"),
    ("save", "template:names"),
    ("question", ""),
    ("told", ""),
    ("price", "keep"),
    ("price", ""),
    ("columns", ""),
    ("rows", ""),
)


class Tab:
    """A page of the setup, as a browser without script holds it."""

    def __init__(self, client: Client, project: Project) -> None:
        """Open the page."""
        self.client, self.project = client, project
        self.fields: dict[str, list[str]] = {}
        self.version = "0"
        self.read(client.get(reverse("project_setup", args=[project.slug]), headers=FR))

    def read(self, answer: Any) -> None:
        """Take the fields of a page as a browser would."""
        context = answer.context
        self.version = str(context["draft_version"])
        self.fields = {}
        for name in ("title", "columns", "question", "aims", "hard", "pay", "chain"):
            form = context[f"{name}_form"]
            for field in form or ():
                value = field.value()
                if value in {None, False, ""} if not isinstance(value, list) else not value:
                    continue
                many = value if isinstance(value, (list, tuple)) else [value]
                self.fields[field.html_name] = ["on" if v is True else str(v) for v in many]

    def press(self, button: str, go: str) -> int:
        """Press a button: the whole form goes along."""
        data: dict[str, object] = {name: texts for name, texts in self.fields.items() if texts}
        data |= {"whole": "1", "draft_version": self.version, "go": go}
        address = reverse(f"project_setup_{button}", args=[self.project.slug])
        answer = self.client.post(address, data, headers=FR)
        if answer.status_code == 422 and answer.context and "title_form" in answer.context:
            self.read(answer)
        else:
            self.read(
                self.client.get(reverse("project_setup", args=[self.project.slug]), headers=FR)
            )
        return answer.status_code


@pytest.fixture
def project(house: House) -> Project:
    """Make a draft whose file is read."""
    client = house.client("requester")
    client.post("/projects/new", organised(client) | {"files": SimpleUploadedFile("a.csv", CSV)})
    return Project.objects.latest("id")


def organised(client: Client) -> dict[str, object]:
    form = client.get("/projects/new").context["form"]
    return {"organisation": form.fields["organisation"].choices[0][0]}


@pytest.mark.parametrize(
    "seed",
    [*range(2), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 20))],
)
def test_no_text_is_lost_in_any_order_of_filling_and_pressing(
    house: House, project: Project, seed: int
) -> None:
    chance = random.Random(seed)
    tab = Tab(house.client("requester"), project)
    typed: dict[str, str] = {}
    names = chance.sample(sorted(TEXTS), len(TEXTS))
    while names:
        for name in [names.pop() for _ in range(min(len(names), chance.randint(1, 4)))]:
            tab.fields[name] = [TEXTS[name]]
            typed[name] = TEXTS[name]
        tab.press(*chance.choice(PRESSED))

        lost = {
            name: (text, tab.fields.get(name))
            for name, text in typed.items()
            if [line.replace("\r", "") for line in tab.fields.get(name, [])] != [text]
        }
        assert not lost


def test_page_saves_fields_by_itself_and_a_reload_has_them(house: House, project: Project) -> None:
    client = house.client("requester")

    answer = autosave(client, project, 0, ask=["Quel ton ?"], choices=["bon", "mauvais"])

    page = client.get(reverse("project_setup", args=[project.slug]), headers=FR).content.decode()
    assert answer == {"version": 1, "conflicts": []}
    assert 'value="Quel ton ?"' in page
    assert 'value="mauvais"' in page


def test_two_pages_of_one_field_keep_both_texts_and_ask(house: House, project: Project) -> None:
    client = house.client("requester")
    autosave(client, project, 0, ask=["Le mien ?"], business=["Lire"])

    second = autosave(client, project, 0, ask=["L’autre ?"])
    page = client.get(reverse("project_setup", args=[project.slug]), headers=FR).content.decode()

    assert second["conflicts"][0]["theirs"] == "Le mien ?"
    assert second["conflicts"][0]["mine"] == "L’autre ?"
    assert "Les deux textes sont gardés" in page
    assert "L’autre ?" in page

    client.post(reverse("project_setup_save", args=[project.slug]), {"go": "mine:ask"}, headers=FR)

    draft = setup_draft(project)
    assert typed_fields(draft)["ask"] == ["L’autre ?"]
    assert conflicts_of(draft) == []


def test_old_page_that_did_not_touch_a_field_leaves_the_newer_text(
    house: House, project: Project
) -> None:
    client = house.client("requester")
    old = Tab(client, project)
    autosave(client, project, 0, ask=["Plus récent ?"])

    old.fields["business"] = ["Lire"]
    old.press("save", "step:told")

    draft = setup_draft(project)
    assert typed_fields(draft)["ask"] == ["Plus récent ?"]
    assert typed_fields(draft)["business"] == ["Lire"]
    assert conflicts_of(draft) == []


def test_stranger_and_open_project_save_nothing(house: House, project: Project) -> None:
    address = reverse("project_setup_draft", args=[project.slug])
    body = json.dumps({"version": 0, "fields": {"ask": ["x"]}})
    opened = reverse("project_setup_draft", args=[house.project.slug])

    outside = Client().post(address, body, content_type="application/json")
    late = house.client("requester").post(opened, body, content_type="application/json")

    assert outside.status_code in {302, 401, 403}
    assert late.status_code == 409
    assert setup_draft(project) is None


def autosave(
    client: Client, project: Project, version: int, **fields: list[str]
) -> dict[str, list[dict[str, str]]]:
    answer = client.post(
        reverse("project_setup_draft", args=[project.slug]),
        json.dumps({"version": version, "fields": fields}),
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    saved: dict[str, list[dict[str, str]]] = answer.json()
    return saved
