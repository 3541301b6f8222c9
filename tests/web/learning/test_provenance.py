"""Who did the work: the page, its figures, and what a requester may let models do."""

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from canut.actions.learning.provenance import note_actors
from canut.actions.learning.remote_proposals import note_silence
from canut.core.errors import Conflict
from canut.store.models import (
    EntryPending,
    Incident,
    LoopRule,
    QuestionVersion,
    TaskState,
    Trained,
    Worker,
)
from tests.support.factories import NOW_MS, answer_next
from tests.support.instance import House, make_model

pytestmark = pytest.mark.django_db


def page(house: House, name: str = "project_actors", **parts: object) -> str:
    """Return an address of the project."""
    return reverse(name, kwargs={"project": house.project.slug, **parts})


def answered(house: House) -> None:
    """Have a task answered, and its acts read."""
    Worker.objects.filter(project=house.project).update(practised_ms=1)
    TaskState.objects.filter(project=house.project).update(overlap=1)
    answer_next(house.worker)
    note_actors(house.project.pk, NOW_MS)


@pytest.fixture
def requester(house: House) -> Client:
    """Sign in as who asks."""
    return house.client("requester")


@pytest.mark.parametrize(("language", "title"), [("fr", "Qui a fait le travail"),
                                                 ("en", "Who did the work")])  # fmt: skip
def test_page_tells_who_decided_in_both_languages(
    house: House, requester: Client, language: str, title: str
) -> None:
    answered(house)

    with translation.override(language):
        told = requester.get(page(house), headers={"accept-language": language})

    text = told.content.decode()
    assert told.status_code == 200
    assert f"<h1>{title}</h1>" in text
    assert 'id="c10"' in text
    assert "2026-11" in text


def test_page_without_decisions_says_what_will_be_there(house: House, requester: Client) -> None:
    told = requester.get(page(house), headers={"accept-language": "en"})

    assert "No task has a label yet" in told.content.decode()


def test_figures_are_taken_as_csv(house: House, requester: Client) -> None:
    assert requester.get(page(house, "project_actors_csv")).content == b"period\n"
    answered(house)

    told = requester.get(page(house, "project_actors_csv"))

    assert told.content.decode().splitlines()[0].startswith("period,human,corrected,accepted")


def test_requester_says_what_models_may_do(house: House, requester: Client) -> None:
    given = {"shows": "on", "hidden": "20", "bar": "97.5", "role": "verify"}

    told = requester.post(page(house, "project_loop"), given, headers={"accept-language": "en"})
    rule = LoopRule.objects.get(project=house.project)

    assert told.status_code == 302
    assert (rule.shows, rule.takes_over, rule.role) == (True, False, "verify")
    assert (rule.hidden_per_mille, rule.bar_per_mille) == (200, 975)


def test_rule_out_of_range_stands_in_the_form(house: House, requester: Client) -> None:
    told = requester.post(page(house, "project_loop"), {"hidden": "0", "bar": "97", "role": "x"})

    assert told.status_code == 422
    assert not LoopRule.objects.exists()


def test_address_inside_a_network_stands_in_the_form(house: House, requester: Client) -> None:
    given = {"hidden": "10", "bar": "98", "role": "train", "endpoint": "https://10.0.0.1/model"}

    told = requester.post(page(house, "project_loop"), given, headers={"accept-language": "en"})

    assert told.status_code == 422
    assert "Canut calls only public addresses" in told.content.decode()
    assert not LoopRule.objects.exists()


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("it said 503", "elle a répondu par l’erreur 503"),
        ("it said time", "pas de réponse en une minute"),
        ("it said refused", "personne n’écoute à cette adresse"),
        ("its answer cannot be read: no JSON", "sa réponse n’a pas la forme que donne le guide"),
    ],
)
def test_page_says_why_a_models_address_did_not_answer(
    house: House, requester: Client, why: str, said: str
) -> None:
    note_silence(house.project.pk, Conflict(f"the model did not answer: {why}"), NOW_MS)

    told = requester.get(page(house), headers={"accept-language": "fr"}).content.decode()

    assert f"a mal répondu ({said})" in told


def test_page_says_where_no_model_can_learn(house: House, requester: Client) -> None:
    question = QuestionVersion.objects.get(project=house.project)
    question.schema["questions"][0] |= {"multiple": True}
    question.save()

    told = requester.get(page(house), headers={"accept-language": "en"}).content.decode()

    assert "so no model can learn here" in told
    assert "Teach a new version" not in told


def test_teaching_from_too_little_is_refused_in_words(house: House, requester: Client) -> None:
    told = requester.post(page(house, "project_teach"), headers={"accept-language": "en"})

    assert told.status_code in {409, 422}
    assert "Too few tasks have a label" in told.content.decode()


def test_card_says_what_work_is_inside(house: House, requester: Client) -> None:
    trained = make_model(house)

    told = requester.get(page(house, "project_model", number=trained.pk)).json()

    assert told["labour"] == {
        "answers": 10, "tasks": 5, "ms": 50_000, "simulated_ms": 0, "unknown": None,
    }  # fmt: skip
    assert told["held_out"]["accuracy"] == 0.8
    assert told["held_out"]["low"] < 0.8 < told["held_out"]["high"]


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([], "too few hidden tasks to tell"),
        ([[0.0, 90, 70, 0.7, False], [0.5, 80, 70, 0.8, False]], "nothing yet"),
        ([[0.0, 90, 70, 0.7, False], [0.5, 80, 80, 0.95, True]], "where it is 50% sure or more"),
        ([[0.0, 90, 90, 0.96, True], [0.5, 80, 80, 0.95, True]], "everything asked"),
    ],
)
def test_page_says_what_a_model_has_proven(
    house: House, requester: Client, bands: list[list[object]], said: str
) -> None:
    Trained.objects.filter(pk=make_model(house).pk).update(bands=bands)

    shown = requester.get(page(house), headers={"accept-language": "en"}).content.decode()

    assert said in shown


def test_foreign_base_says_that_its_labour_is_unknown(house: House, requester: Client) -> None:
    trained = make_model(house)
    Trained.objects.filter(pk=trained.pk).update(base="some embeddings")

    card = requester.get(page(house, "project_model", number=trained.pk)).json()
    shown = requester.get(page(house), headers={"accept-language": "fr"}).content.decode()

    assert card["labour"]["unknown"] == {"en": "labour unknown", "fr": "travail inconnu"}
    assert card["seconds_by_decision"] is None
    assert "travail inconnu" in shown


def test_model_leaves_with_its_card_and_an_entry(house: House, requester: Client) -> None:
    trained = make_model(house)

    told = requester.post(page(house, "project_model_file", number=trained.pk))
    with zipfile.ZipFile(io.BytesIO(told.content)) as parts:
        card = json.loads(parts.read("card.json"))

    assert card["labour"]["ms"] == 50_000
    assert EntryPending.objects.filter(type="model.export").count() == 1


def test_model_without_lineage_does_not_leave(house: House, requester: Client) -> None:
    trained = make_model(house)
    Trained.objects.filter(pk=trained.pk).update(answers=0, labels_ms=0)

    told = requester.post(
        page(house, "project_model_file", number=trained.pk), headers={"accept-language": "en"}
    )

    assert told.status_code == 409
    assert "This model cannot be exported" in told.content.decode()
    assert not EntryPending.objects.filter(type="model.export").exists()


def test_open_incident_leads_to_its_page(house: House, requester: Client) -> None:
    trained = make_model(house)
    facts = {"right": 3, "seen": 20, "by_people": 0.9, "bar": 0.98}
    incident = Incident.objects.create(
        project=house.project, author=trained.author, facts=facts, tasks=7, at_ms=NOW_MS
    )

    shown = requester.get(page(house), headers={"accept-language": "en"}).content.decode()

    assert "A model fell behind" in shown
    assert page(house, "project_incident", number=incident.pk) in shown
