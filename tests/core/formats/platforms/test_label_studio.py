import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.errors import BadFile
from canut.core.formats.platforms import label_studio, label_studio_config
from canut.core.formats.platforms.label_studio import Answer, Prediction, Task
from canut.core.formats.platforms.label_studio_results import from_utf16, to_utf16
from canut.core.formats.platforms.label_studio_tasks import write_tasks
from canut.core.formats.platforms.label_studio_writing import write_config
from canut.core.formats.training.labelled_items import Notes
from tests.core.formats.labelled_examples import (
    ANSWERS,
    HEIGHT,
    LABELS,
    SCHEMAS,
    WIDTH,
    choices,
    passages,
    rounded,
)

type Value = Any  # of whatever shape
KINDS = sorted(set(SCHEMAS) - {"ranking"})


def moved(schema: Value, tasks: list[Task], notes: Notes | None = None) -> list[Task]:
    """Write a configuration and tasks, and read both back."""
    kept = notes or Notes()
    config = label_studio_config.read(write_config(schema, kept), "config.xml", kept)
    content = b"".join(write_tasks(tasks, schema, config, kept))
    return list(label_studio.read([content[:9], content[9:]], "tasks.json", config, kept))


def task(values: Value, data: Value = None) -> Task:
    shown = {"text": "du pain 😀 doré", "image": "a.jpg", "sound": "a.wav", "other": "b.jpg"}
    return Task("7", data or shown, (Answer({"q": values}),), (), {"image": (WIDTH, HEIGHT)})


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_answers_of_every_kind_come_back_as_they_were(kind: str, data: st.DataObject) -> None:
    values = data.draw(ANSWERS[kind])

    (found,) = moved(SCHEMAS[kind], [task(values)])

    assert rounded(found.answers[0].values["q"]) == rounded(values)


@settings(max_examples=20)
@given(made=passages(overlap=True, relations=True))
def test_spans_and_relations_come_back_in_code_points(made: Value) -> None:
    spans = sorted(made.value["spans"], key=lambda s: (s["start"], s["end"], s["label"]))
    numbers = {span["id"]: str(number) for number, span in enumerate(spans, 1)}
    relations = [
        {**each, "from": numbers[each["from"]], "to": numbers[each["to"]]}
        for each in made.value["relations"]
    ]
    value = {"spans": [{**s, "id": numbers[s["id"]]} for s in spans], "relations": relations}

    (found,) = moved(SCHEMAS["spans"], [task(value, {"text": made.text, "image": ""})])

    assert found.answers[0].values["q"] == value


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=9), data=st.data())
def test_places_in_a_text_are_the_same_in_both_units(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))

    assert from_utf16(text, to_utf16(text, place)) == place


def test_the_schema_comes_back_from_the_configuration() -> None:
    asked = [
        {**SCHEMAS[kind]["questions"][0], "id": f"q{kind}", "ask": f"Que dire de {kind} ?"}
        for kind in ("choice", "boxes", "spans", "audio", "pair", "text")
    ]
    each = {"id": "why", "kind": "text", "ask": "why", "mode": "short", "each": "qboxes"}
    when = {"question": "qchoice", "any": ["chat", "chien"]}
    schema = {
        "questions": [*asked, {**each, "optional": True, "when": when}],
        "show": SCHEMAS["boxes"]["show"],
    }

    found = label_studio_config.read(write_config(schema, Notes()), "c.xml", Notes())

    assert found.schema() == schema


def test_who_answered_how_long_it_took_and_what_was_predicted_are_kept() -> None:
    values = {"q": "chat"}
    answers = (
        Answer(values, "lea@exemple.org", 12.5, "31", is_gold=True, created="2026-01-05T10:00:00Z"),
        Answer(values, "w-17"),
        Answer({}, "lea@exemple.org", is_skipped=True),
    )
    made = Task("7", {"text": "a"}, answers, (Prediction(values, 0.25, "m1"),))
    schema, notes = SCHEMAS["choice"], Notes()
    config = label_studio_config.read(write_config(schema, notes), "c.xml", notes)
    known = {"lea@exemple.org": "lea@exemple.org"}

    content = b"".join(write_tasks([made], schema, config, notes, known))
    (found,) = label_studio.read([content], "t.json", config, notes)

    assert found == made
    assert [each.get("completed_by") for each in json.loads(content)[0]["annotations"]] == [
        {"email": "lea@exemple.org"},
        None,
        {"email": "lea@exemple.org"},
    ]
    assert [note.code for note in notes] == ["note-skipped"]


CONFIG = """<View>
 <Image name="img" value="$image"/><Text name="txt" value="$text"/>
 <RectangleLabels name="box" toName="img"><Label value="chat"/></RectangleLabels>
 <Labels name="ner" toName="txt"><Label value="chat"/></Labels>
 <Choices name="how" toName="img" perRegion="true">
  <Choice value="net"/><Choice value="flou"/></Choices>
</View>"""


def result(**changes: Value) -> Value:
    place = {"original_width": 200, "original_height": 100, "image_rotation": 0}
    value = {"x": 10, "y": 20, "width": 30, "height": 40, "rectanglelabels": ["chat"]}
    said = {"id": "r1", "from_name": "box", "to_name": "img", "type": "rectanglelabels"}
    return {**said, **place, "value": value, **changes}


def read(results: list[Value], notes: Notes | None = None, **data: str) -> Task:
    config = label_studio_config.read(CONFIG.encode(), "c.xml", Notes())
    said = [{"data": {"text": "a😀bc", **data}, "annotations": [{"result": results}]}]
    (found,) = label_studio.read([json.dumps(said).encode()], "t.json", config, notes or Notes())
    return found


def test_percent_become_pixels_and_turns_go_about_the_middle() -> None:
    value = {**result()["value"], "rotation": 90}

    found = read([result(value=value)])

    # the corner stays at 20, 20 while the box of 60 × 40 swings to its left
    assert rounded(found.answers[0].values["box"]) == [
        {"label": "chat", "x": -30, "y": 30, "w": 60, "h": 40, "angle": 90}
    ]
    assert found.sizes == {"image": (200, 100)}


def test_what_is_said_of_a_region_follows_it_in_the_order_of_regions() -> None:
    low = {**result()["value"], "y": 60}
    results = [
        result(id="low", value=low),
        result(id="high"),
        result(id="low", from_name="how", type="choices", value={"choices": ["flou"]}),
    ]

    values = read(results).answers[0].values

    assert [round(each["y"]) for each in values["box"]] == [20, 60]
    assert values["how"] == [None, "flou"]


def test_spans_in_units_of_utf_16_or_in_code_points_are_told_by_their_text() -> None:
    def span(start: int, end: int, text: str) -> Value:
        value = {"start": start, "end": end, "text": text, "labels": ["chat"]}
        return {"id": "s", "from_name": "ner", "type": "labels", "value": value}

    for said in (span(3, 4, "b"), span(2, 3, "b")):
        assert read([said]).answers[0].values["ner"]["spans"] == [
            {"id": "1", "label": "chat", "start": 2, "end": 3}
        ]
    with pytest.raises(BadFile, match=r"result\[0\]: the span from 3 to 4 reads “b” where"):
        read([span(3, 4, "z")])


def test_what_no_question_asks_for_is_noted_and_unanswered_regions_are_empty() -> None:
    notes = Notes()

    values = read([result(from_name="brush", type="brushlabels")] * 2, notes).answers[0].values

    assert values == {"box": [], "ner": {"spans": [], "relations": []}}
    assert [(note.code, note.count) for note in notes] == [("note-result", 2)]


@pytest.mark.parametrize(
    ("results", "place"),
    [
        ([3], "result[0]: “result” is 3; expected an object"),
        ([result(original_width=None)], "result[0]: “original_width” is not there"),
        ([result(image_rotation=90)], "result[0]: “image_rotation” is 90; expected one of: 0"),
        (
            [result(value={**result()["value"], "rectanglelabels": ["loup"]})],
            "result[0]: “labels” is 'loup'; expected one of: chat",
        ),
        ([result(value={"rectanglelabels": ["chat"]})], "result[0]: “x” is not there"),
        ([result(), result(id="")], "result[1]: “id” is ''; expected a text"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place_and_field(results: Value, place: str) -> None:
    with pytest.raises(BadFile) as refused:
        read(results)

    assert f"t.json, [0].annotations[0].{place}" in str(refused.value)


def test_what_label_studio_cannot_hold_is_noted_or_refused() -> None:
    notes = Notes()
    tie = {"choice": "tie", "reasons": ["net"]}

    (found,) = moved(SCHEMAS["pair"], [task(tie)], notes)

    assert found.answers[0].values == {}
    assert [note.facts.get("field") for note in notes] == ["reasons", "tie"]
    with pytest.raises(BadFile, match="cannot hold answers of the kind “ranking”"):
        write_config(SCHEMAS["ranking"], notes)
    two = {**SCHEMAS["keypoints"]["questions"][0], "labels": choices(LABELS)}
    with pytest.raises(BadFile, match="3 labels cannot be told apart"):
        write_config({**SCHEMAS["keypoints"], "questions": [two]}, notes)
    nested = {**SCHEMAS["choice"], "show": [{"column": "a.b", "as": "text"}]}
    with pytest.raises(BadFile, match=r"“a\.b” as a field inside"):
        write_config(nested, notes)
    silent = {**SCHEMAS["audio"], "show": [{"column": "text", "as": "text"}]}
    silent["questions"] = [{**silent["questions"][0], "column": None}]
    with pytest.raises(BadFile, match="No column is shown as audio, which the question “q”"):
        write_config(silent, notes)
