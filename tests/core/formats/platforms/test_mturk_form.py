"""Forms of a batch become one choice question, or are refused with their tag and line."""

import pytest

from canut.core.errors import BadFile
from canut.core.formats.platforms.mturk_form import MturkForm, read_form
from canut.core.formats.problems.catalogue import words
from canut.core.kinds import check_schema

RADIOS = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form answer-format="flatten-objects">
  <h3>Tweets</h3>
  <p>Read: <b onclick="alert(1)">${tweet}</b></p>
  <p>Is it kind?</p>
  <label><input type="radio" name="kind" value="yes"> Yes, kind</label>
  <label><input type="radio" name="kind" value="no" onfocus="alert(2)"> No</label>
  <input type="hidden" name="csrf" value="x"><input type="submit">
</crowd-form>"""
CLASSIFIER = """<crowd-form>
<crowd-classifier name="sentiment" categories="['Positive', 'Négatif', 'N/A']"
   header="What feeling does it express?">
  <classification-target>${text}</classification-target>
  <full-instructions header="Feelings"><p>Choose <b>one</b>.</p>
  <p>In doubt: N/A</p></full-instructions>
  <short-instructions>Be kind.</short-instructions>
</crowd-classifier></crowd-form>"""
IMAGE = """<crowd-image-classifier src="${ image_url }" categories='["cat", "dog"]'
  header="Cat or dog?" name="animal"></crowd-image-classifier>"""
SELECT = """<form><p>Which one: ${word}</p>
<select name="which"><option value="">choose</option><option value="a">An A</option>
<option>B</option></select></form>"""
BOXES = """<p>${text}</p><p>Which of these?</p>
<input type="checkbox" name="topics" value="sport" id="s"><label for="s">Sport</label>
<input type="checkbox" name="topics" value="art" id="a"><label for="a">Art &amp; craft</label>"""
CROWD_BOXES = """<p>${text}</p>
<crowd-checkbox name="topics.sport">Sport</crowd-checkbox>
<crowd-checkbox name="topics.art">Art</crowd-checkbox>"""
CROWD_RADIOS = """<p>${text}</p><p>Choose.</p><crowd-radio-group>
<crowd-radio-button name="up" value="up">Up</crowd-radio-button>
<crowd-radio-button name="down" value="down">Down</crowd-radio-button></crowd-radio-group>"""


def read(html: str, columns: str = "tweet text image_url word") -> MturkForm:
    form = read_form(html, columns.split())
    check_schema(form.schema())
    return form


@pytest.mark.parametrize(
    ("html", "name", "ask", "choices", "multiple"),
    [
        (RADIOS, "kind", "Is it kind?", [("yes", "Yes, kind"), ("no", "No")], False),
        (
            CLASSIFIER,
            "sentiment.label",
            "What feeling does it express?",
            [("Positive", "Positive"), ("Négatif", "Négatif"), ("N/A", "N/A")],
            False,
        ),
        (IMAGE, "animal.label", "Cat or dog?", [("cat", "cat"), ("dog", "dog")], False),
        (SELECT, "which", "Which one:", [("a", "An A"), ("B", "B")], False),
        (BOXES, "topics", "Which of these?", [("sport", "Sport"), ("art", "Art & craft")], True),
        (CROWD_BOXES, "topics", "topics", [("sport", "Sport"), ("art", "Art")], True),
        (CROWD_RADIOS, "group at line 1", "Choose.", [("up", "Up"), ("down", "Down")], False),
    ],
)
def test_a_form_becomes_a_question(
    html: str, name: str, ask: str, choices: list[tuple[str, str]], multiple: bool
) -> None:
    form = read(html)

    assert (form.name, form.ask, list(form.choices), form.multiple) == (
        name,
        ask,
        choices,
        multiple,
    )


def test_variables_are_shown_as_what_they_stand_in() -> None:
    shown = [read(html).shows[0][:3] for html in (RADIOS, CLASSIFIER, IMAGE)]

    assert shown == [("tweet", "text", 4), ("text", "text", 4), ("image_url", "image", 1)]


def test_instructions_are_taken_from_their_own_part() -> None:
    told = read(CLASSIFIER).instructions

    assert told.splitlines() == ["Choose one.", "In doubt: N/A", "Be kind."]


def test_nothing_that_runs_is_taken() -> None:
    hostile = RADIOS + "<style>p{}</style><iframe src='//evil'>x</iframe><svg onload=evil()>y</svg>"

    form = read(hostile)

    assert [tag for _, tag in form.passed_over] == ["script", "style", "iframe", "svg"]
    assert not any(word in repr(form) for word in ("alert", "evil", "crowd.aws", "p{}"))


@pytest.mark.parametrize(
    ("html", "code", "line", "tag"),
    [
        ("<p>${text}</p>\n<textarea name='why'></textarea>", "free-text", 2, "textarea"),
        ("<p>${text}</p>\n\n<input name='age' type=number>", "free-text", 3, "input"),
        ("<p>${text}</p>\n<crowd-bounding-box name='b'>", "element", 2, "crowd-bounding-box"),
        ("<p>${text}</p>\n<crowd-slider name='s'>", "element", 2, "crowd-slider"),
        (RADIOS + SELECT, "several", 10, "select"),
        ("<p>${text}</p>", "no-field", 1, "form"),
        ("<p>\n${lost}</p>" + BOXES, "variable", 2, "text"),
        (BOXES.replace("${text}", ""), "shows-nothing", 1, "form"),
        ("<audio src='${text}'></audio>" + BOXES, "media", 1, "audio"),
        ("<input type=radio value=1>", "no-name", 1, "input"),
        ("<crowd-classifier name=c categories='open(1)'>", "categories", 1, "crowd-classifier"),
        ("<crowd-classifier name=c categories='" + "[" * 9_999, "no-field", 1, "form"),
        ("x" * 1_100_000, "too-large", None, None),
    ],
)
def test_what_cannot_be_asked_is_refused_with_tag_and_line(
    html: str, code: str, line: int | None, tag: str | None
) -> None:
    with pytest.raises(BadFile) as refusal:
        read(html)

    assert refusal.value.case == f"template-{code}"
    assert (refusal.value.facts.get("line"), refusal.value.facts.get("tag")) == (line, tag)
    assert all(
        "{" not in words(refusal.value.case, refusal.value.facts, to).replace("${", "")
        for to in ("fr", "en")
    )


def test_a_field_can_be_left_out() -> None:
    html = RADIOS + "<textarea name='why'></textarea>"

    form = read_form(html, ["tweet"], ["why"])

    assert form.name == "kind"
