"""The form of what is asked writes every kind, reads it back, and shows what it will look like."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from canut.core.kinds import check_schema
from canut.web.projects.question_form import QuestionForm, initial_of
from tests.support.instance import House

type Files = MultiValueDict[str, Any]
COLUMNS = ("text", "left", "right", "talk")
ASK = {"ask": ["Quoi ?"], "instructions": [""]}
SENT: dict[str, dict[str, list[str]]] = {
    "choice": {"choices": ["oui", "non"], "multiple": ["on"]},
    "rating": {"rating_least": ["1"], "rating_most": ["7"], "rating_low": ["Non"]},
    "number": {"number_most": ["500"], "number_decimals": ["2"], "number_unit": ["m³"]},
    "date": {"date_earliest": ["1806-05-11"], "date_tolerance": ["3"]},
    "text": {"text_mode": ["translation"], "text_column": ["text"], "text_language": ["en"]},
    "spans": {
        "spans_labels": ["personne\nlieu"],
        "spans_relations": ["travaille à"],
        "spans_snap": ["character"],
        "spans_overlap": ["on"],
        "spans_most": ["9"],
    },
    "audio": {"audio_labels": ["voix\nbruit"], "audio_transcript": ["on"], "audio_least": ["1"]},
    "pair": {"pair_a": ["left"], "pair_b": ["right"], "pair_reasons": ["plus juste\nplus claire"]},
    "ranking": {"ranking_items": ["un\ndeux\ntrois"]},
    "chat": {"chat_mode": ["rate"], "chat_column": ["talk"], "chat_turns": ["last"]},
}
PAGE = "<form><p>${text}</p><input name=kind></form>"
SENT["page"] = {
    "page_text": [PAGE],
    "page_fields": ["kind"],
    "page_answer": ['{"properties": {"kind": {"maxLength": 9}}}'],
}
FILE = "show: text as text\nquestions:\n- {ask: A, choices: [x, y]}\n- {ask: B, kind: number}\n"


def sent(kind: str, **more: list[str]) -> QueryDict:
    """Return what a browser sends of the form."""
    data = QueryDict(mutable=True)
    for name, values in {**ASK, "kind": [kind], **SENT.get(kind, {}), **more}.items():
        data.setlist(name, values)
    return data


def written(data: QueryDict, files: Files | None = None) -> dict[str, Any]:
    """Return the schema of a form, in normal form."""
    form = QuestionForm(data, files, columns=COLUMNS)
    assert form.is_valid(), form.errors
    return check_schema(form.schema("text", "text"))


@pytest.mark.parametrize("kind", SENT)
def test_every_kind_is_written_and_comes_back_into_its_fields(kind: str) -> None:
    schema = written(sent(kind))

    assert schema["questions"][0]["kind"] == kind
    first = initial_of(schema, "")
    again = QueryDict(mutable=True)
    for name, value in first.items():
        if value not in {None, False} if not isinstance(value, list) else value:
            values = value if isinstance(value, list) else ["on" if value is True else str(value)]
            again.setlist(name, values)
    assert written(again) == schema


def test_choices_in_choices_are_written_in_rows() -> None:
    schema = written(sent("choice", choices=["Animal > Oiseau", "Animal > Poisson", "Plante"]))

    question = schema["questions"][0]
    assert question["anywhere"] is False
    assert [one["value"] for one in question["choices"][0]["choices"]] == ["Oiseau", "Poisson"]


@pytest.mark.parametrize("way", ["pasted", "sent"])
def test_several_questions_come_by_a_file(way: str) -> None:
    files = MultiValueDict({"upload": [SimpleUploadedFile("q.yaml", FILE.encode())]})
    data = sent("file", file=[FILE if way == "pasted" else ""])

    schema = written(data, files if way == "sent" else None)

    assert [one["kind"] for one in schema["questions"]] == ["choice", "number"]
    assert initial_of(schema, "")["kind"] == "file"


def choices_of(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = schema["questions"][0]["choices"]
    return found


def test_choices_that_stay_keep_the_values_their_answers_have() -> None:
    inner = [{"value": "x", "label": "Xi"}]
    kept = [{"value": "a", "label": "Alpha", "choices": inner}, {"value": "b"}, {"value": "c"}]
    asked = {"id": "q", "kind": "choice", "ask": "?", "choices": kept}
    schema = check_schema({"questions": [asked], "show": [{"column": "text", "as": "text"}]})
    first = initial_of(schema, "")
    changed = [*first["choices"][:2], "Delta"]

    before = choices_of(schema)
    data = sent("choice", choices=changed)
    form = QuestionForm(data, columns=COLUMNS, kept=before)

    assert form.is_valid(), form.errors
    assert (first["kind"], first["choices"]) == ("choice", ["Alpha > Xi", "b", "c"])
    again = choices_of(check_schema(form.schema("text", "text")))
    assert again[:2] == before[:2]
    assert [one["value"] for one in again] == ["a", "b", "Delta"]


def test_labels_that_rows_cannot_say_are_not_lost() -> None:
    choices = [{"value": "a", "label": "Alpha > Beta"}, {"value": "b"}]
    asked = {"id": "q", "kind": "choice", "ask": "?", "choices": choices}
    schema = check_schema({"questions": [asked], "show": [{"column": "text", "as": "text"}]})

    first = initial_of(schema, "")

    assert first["kind"] == "file"
    assert "label: Alpha > Beta" in first["file"]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (sent("choice", choices=[""]), "choices"),
        (sent("rating", ask=[" "]), "ask"),
        (sent("file", file=[""]), "file"),
    ],
)
def test_what_is_missing_is_said_at_its_field(data: QueryDict, field: str) -> None:
    assert field in QuestionForm(data, columns=COLUMNS).errors


@pytest.mark.django_db
def test_draft_takes_a_question_of_another_kind_and_shows_it_beside(house: House) -> None:
    client = house.client("requester")
    address = f"/projects/{house.draft.slug}"
    data = {"ask": "Combien ?", "kind": "number", "number_most": "9", "instructions": ""}

    shown = client.post(f"{address}/question/shown", data).json()
    kept = client.post(f"{address}/setup/question", data)

    assert shown["schema"]["questions"][0]["most"] == 9
    assert kept.status_code == 302
    newest = house.draft.questions.order_by("-number").first()
    assert newest is not None
    assert newest.schema["questions"][0]["kind"] == "number"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"ask": "?", "kind": "rating", "rating_least": "5", "rating_most": "1"}, "most"),
        ({"kind": "file", "file": "show: text as text\nquestions: [{ask: A, kind: dance}]"}, "2"),
        ({"ask": "?", "kind": "boxes", "regions_labels": "a\na"}, "a"),
        ({"kind": "file", "file": "show: lost as text\nquestions: [{ask: A}]"}, "lost"),
        ({"kind": "file", "file": "show: text as text\nquestions: [{aks: A}]"}, "questions[0].ask"),
        ({"kind": "file", "file": "show: text as text\nquestions: [{ask: A"}, "YAML"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_and_not_kept(
    house: House, data: dict[str, str], said: str
) -> None:
    client = house.client("requester")
    address = f"/projects/{house.draft.slug}"

    shown = client.post(f"{address}/question/shown", data).json()
    kept = client.post(f"{address}/setup/question", data)

    assert said in shown.get("why", said)
    assert kept.status_code == 422
    assert said in kept.text
    assert house.draft.questions.count() == 1


@pytest.mark.parametrize(
    ("kind", "field"), [("pair", "pair_a"), ("ranking", "ranking_items"), ("chat", "chat_column")]
)
def test_kind_that_needs_a_column_waits_for_it_in_plain_words(kind: str, field: str) -> None:
    assert field in QuestionForm(sent(kind, **{field: [""]}), columns=COLUMNS).errors


def test_order_of_columns_is_of_what_they_hold() -> None:
    form = QuestionForm(sent("ranking", ranking_items=["\n".join(COLUMNS)]), columns=COLUMNS)

    assert form.is_valid()
    assert form.schema(COLUMNS[0], "text")["questions"][0]["as"] == "text"
