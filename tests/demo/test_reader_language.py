"""The demo's pages in English for who reads English; what is stored and sent stays as written."""

import json

import pytest
from pytest_django import Settings

from canut.demo import comment_texts, month, paid_month, sample_projects, sample_reviews, texts
from canut.demo.reader_language import ENGLISH, in_english
from canut.demo.settings import MIDDLEWARE
from canut.store.models import Project, QuestionVersion
from tests.support.instance import House, make_house

FR, EN = {"accept-language": "fr"}, {"accept-language": "en"}


@pytest.fixture
def house(db: None, settings: Settings) -> House:  # noqa: ARG001 - opens the database
    """Make a project with the demo's words."""
    settings.MIDDLEWARE = MIDDLEWARE
    house = make_house()
    project = Project.objects.filter(pk=house.worker.project_id)
    project.update(title=texts.TITLE, aim_business=texts.AIMS["business"])
    QuestionVersion.objects.filter(project__in=project).update(
        schema=texts.SCHEMA, instructions=texts.INSTRUCTIONS
    )
    return house


def test_pages_are_in_the_language_of_the_reader(house: House) -> None:
    worker, address = house.client("worker"), f"/work/{house.worker.project.slug}/"
    french = worker.get(address, headers=FR).content.decode()
    answer = worker.get(address, headers=EN)

    assert "Chiffres manuscrits" in french
    page = answer.content.decode()
    for words in ("Handwritten digits", "Which digit do you see?", "Say which digit was written"):
        assert words in page
    assert '"value": "illisible", "label": "Unreadable"' in page
    assert not [
        words for words in ("Chiffres manuscrits", "Quel chiffre", "Dites") if words in page
    ]
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_files_and_what_is_stored_stay_as_written(house: House) -> None:
    worker = house.client("worker")
    worker.get("/work/", headers=EN)

    record = worker.get("/account/record.json", headers=EN).content.decode()
    assert texts.TITLE in record
    assert Project.objects.filter(title=texts.TITLE).count() == 1


def test_english_no_longer_claims_to_be_french() -> None:
    page = f'<h1 lang="fr" class="voice">{sample_reviews.TITLE}</h1><p lang="fr">Ailleurs</p>'

    assert in_english(page) == ('<h1 class="voice">Visitors’ reviews</h1><p lang="fr">Ailleurs</p>')


def test_json_of_pages_is_translated_and_stays_json() -> None:
    page = json.dumps({"ask": texts.SCHEMA["questions"][0]["ask"], "more": texts.INSTRUCTIONS})

    read = json.loads(in_english(page))

    assert read["ask"] == "Which digit do you see?"
    assert read["more"].splitlines()[0] == "Say which digit was written by hand."
    assert "“Unreadable”: it is a real answer" in read["more"]


def test_every_text_of_the_demo_has_its_english() -> None:
    schemas = [texts.SCHEMA, sample_reviews.SCHEMA, comment_texts.SCHEMA]
    questions = [schema["questions"][0] for schema in schemas]
    questions += [sample.question for sample in sample_projects.TRIES]
    stored = {str(question["ask"]) for question in questions}
    stored |= {
        choice["label"]
        for question in questions
        for choice in question.get("choices", question.get("labels"))
        if not choice["label"].isdigit()
    }
    aims = (texts.AIMS, sample_reviews.AIMS, comment_texts.AIMS, sample_projects.AIMS)
    stored |= {text for each in aims for name, text in each.items() if name not in ORIGIN}
    instructions = (
        texts.INSTRUCTIONS,
        sample_reviews.INSTRUCTIONS,
        comment_texts.INSTRUCTIONS,
        *(sample.instructions for sample in sample_projects.TRIES),
    )
    stored |= {line.removeprefix("- ") for text in instructions for line in text.splitlines()}
    stored |= {texts.TITLE, sample_reviews.TITLE, comment_texts.TITLE}
    stored |= {sample.title for sample in sample_projects.TRIES}
    stored |= {texts.ORGANISATION, sample_reviews.ORGANISATION, texts.OPERATOR}
    stored |= {name for _role, name in texts.ENTRANCES}
    stored |= {texts.OPERATOR_NAME, paid_month.COMMITTEE_NAME}
    stored |= {paid_month.SAYS, paid_month.OBJECTS, paid_month.ANSWERS, paid_month.NOTE}
    stored |= {month.DEPOSIT, month.MADE_UP, *month.EMPLOYER.values()}
    catalogue = english()

    assert not stored - {""} - catalogue["texts"].keys() - catalogue["alone"].keys()
    labels = {choice["value"] for question in questions[1:3] for choice in question["choices"]}
    assert catalogue["values"].keys() == labels


def english() -> dict[str, dict[str, str]]:
    """Read the English of the demo's texts, by kind."""
    catalogue: dict[str, dict[str, str]] = json.loads(ENGLISH.read_bytes())
    return catalogue


ORIGIN = ("consent", "paid")
"""One word each, as people type it: pages show them as unknown, or translate them alone."""


def test_texts_have_nothing_that_html_or_json_would_escape() -> None:
    stored = english()["texts"]

    assert not [text for text in (*stored, *stored.values()) if set(text) & set("\"'&<>\\\n")]


def test_single_words_are_translated_only_alone() -> None:
    assert in_english("<dd>sans objet</dd>") == "<dd>not applicable</dd>"
    assert in_english("<p>Personne ne vient.</p>") == "<p>Personne ne vient.</p>"
