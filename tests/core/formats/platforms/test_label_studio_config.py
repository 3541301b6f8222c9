import re

import pytest

from canut.core.errors import BadFile
from canut.core.formats.platforms.label_studio_config import read
from canut.core.formats.platforms.label_studio_xml import MOST_BYTES
from canut.core.formats.training.labelled_items import Notes

SHOWN = (
    '<Text name="t" value="$texte"/><Image name="i" value="$photo"/><Audio name="a" value="$son"/>'
)
TREE = '<Choice value="x"><Choice value="y"/></Choice>'
LABEL = '<Label value="A"/>'
TWO = '<Choice value="oui"/><Choice value="non" alias="n"/>'


def question(control: str, shown: str = SHOWN) -> dict[str, object]:
    config = read(f"<View>{shown}{control}</View>".encode(), "c.xml", Notes())
    return dict(config.questions[-1])


@pytest.mark.parametrize(
    ("control", "said"),
    [
        (
            f'<Choices name="q" toName="t" choice="multiple">{TWO}</Choices>',
            {
                "kind": "choice",
                "multiple": True,
                "choices": [
                    {"value": "oui", "label": "oui"},
                    {"value": "n", "label": "non"},
                ],
            },
        ),
        (
            f'<Taxonomy name="q" toName="t" leafsOnly="true" maxUsages="1">{TREE}</Taxonomy>',
            {
                "kind": "choice",
                "multiple": False,
                "anywhere": False,
                "choices": [
                    {"value": "x", "label": "x", "choices": [{"value": "y", "label": "y"}]}
                ],
            },
        ),
        (
            '<Rating name="q" toName="i" maxRating="10"/>',
            {"kind": "rating", "look": "scale", "least": 1, "most": 10, "step": 1},
        ),
        (
            '<Number name="q" toName="i" min="0" max="2.5" step="0.25"/>',
            {"kind": "number", "least": 0, "most": 2.5, "decimals": 2},
        ),
        ('<TextArea name="q" toName="t" rows="3"/>', {"kind": "text", "mode": "long"}),
        ('<TextArea name="q" toName="a"/>', {"kind": "text", "mode": "transcription"}),
        (
            '<Labels name="q" toName="t"><Label value="A"/></Labels>',
            {
                "kind": "spans",
                "column": "texte",
                "labels": [{"value": "A", "label": "A"}],
                "snap": "character",
                "overlap": True,
                "relations": [],
            },
        ),
        (
            f'<Rectangle name="r" toName="i"/><Labels name="q" toName="i">{LABEL}</Labels>',
            {
                "kind": "boxes",
                "column": "photo",
                "labels": [{"value": "A", "label": "A"}],
                "rotated": True,
            },
        ),
        (
            '<KeyPointLabels name="q" toName="i"><Label value="nez"/></KeyPointLabels>',
            {
                "kind": "keypoints",
                "column": "photo",
                "labels": [{"value": "q", "label": "q"}],
                "points": [{"value": "nez", "label": "nez"}],
                "skeleton": [],
            },
        ),
        (
            '<Pairwise name="q" toName="i,j"/>',
            {"kind": "pair", "a": "photo", "b": "autre", "as": "image", "tie": True, "reasons": []},
        ),
    ],
)
def test_a_control_becomes_a_question(control: str, said: dict[str, object]) -> None:
    shown = SHOWN + '<Image name="j" value="$autre"/>'

    assert question(control, shown) == {"id": "q", "ask": "q", "optional": True, **said}


def test_what_a_page_says_before_a_control_is_what_it_asks() -> None:
    config = read(
        f"""<View><Text name="t" value="$texte"/><Text name="u" value="Lisez bien."/>
        <View style="x"><Header value="Que dit-on ?"/>
        <Choices name="q" toName="t" required="true">{TWO}</Choices></View>
        <View visibleWhen="choice-selected" whenTagName="q" whenChoiceValue="oui,n">
        <TextArea name="r" toName="t" placeholder="Pourquoi ?"/></View></View>""".encode(),
        "c.xml",
        notes := Notes(),
    )

    first, second = config.questions
    assert (first["ask"], first.get("optional")) == ("Que dit-on ?", None)
    assert (second["ask"], second["when"]) == (
        "Pourquoi ?",
        {"question": "q", "any": ["oui", "n"]},
    )
    assert config.show == ({"column": "texte", "as": "text"},)
    assert [note.words() for note in notes] == [
        "1 × <Text> says the same on each task; put it in the instructions. The first: line 1."
    ]


def test_a_text_for_each_segment_is_its_transcript_and_relations_go_to_spans() -> None:
    labels = '<Labels name="q" toName="{}"><Label value="A"/></Labels>'

    heard = question(labels.format("a") + '<TextArea name="w" toName="a" perRegion="true"/>')
    related = question(f'<Relations><Relation value="est"/></Relations>{labels.format("t")}')

    assert heard["transcript"] is True
    assert related["relations"] == [{"value": "est", "label": "est"}]


def test_a_question_of_each_region_may_depend_on_its_label() -> None:
    boxes = '<RectangleLabels name="b" toName="i"><Label value="A"/></RectangleLabels>'
    asked = f'<Choices name="q" toName="i" perRegion="true" whenLabelValue="A">{TWO}</Choices>'

    found = question(boxes + asked)

    assert (found["each"], found["when"]) == ("b", {"question": "b", "is": "A"})


@pytest.mark.parametrize(
    ("control", "place"),
    [
        (
            '\n<BrushLabels name="q" toName="i"/>',
            "line 2: the tag <BrushLabels> has",
        ),
        ('<HyperText name="h" value="$h"/>', "the tag <HyperText> has no counterpart: pages of"),
        ('<Marquee name="q"/>', "the tag <Marquee> has no counterpart: it is not known here"),
        ('<Choices name="q" toName="t" value="$x"/>', "<Choices> has value=“$x”: labels and"),
        ('<Choices name="q" toName="t"><Choice value="$x"/></Choices>', "“value” is '$x'"),
        (f'<Choices name="q" toName="z">{TWO}</Choices>', "“toName” z names nothing"),
        (f'<Choices toName="t">{TWO}</Choices>', "“name” is not there"),
        (f'<Choices name="q" toName="t">{TWO}{TWO}</Choices>', "“value” oui is there twice"),
        ('<Rating name="q" toName="t" maxRating="x"/>', "“maxRating” is 'x'; expected a finite"),
        (f'<Labels name="q" toName="i">{LABEL}</Labels>', "it marks what <Image> shows"),
        (f'<PolygonLabels name="q" toName="t">{LABEL}</PolygonLabels>', "it marks what <Text>"),
        (
            '<Rating name="q" toName="t" perRegion="true"/>',
            "<Rating> has perRegion=“true”. It needs",
        ),
        (f'<Choices name="q" toName="t" perItem="true">{TWO}</Choices>', "has perItem=“true”"),
        ('<View visibleWhen="choice-selected" whenTagName="z"/>', "has visibleWhen="),
        ('<Relations><Relation value="x"/></Relations>', "the page: the tag <Relations>"),
        ('<Text name="t" value="$x"/>', "“name” t is there twice"),
        ('<Text name="u" value="$a.b[0]"/>', "<Text> has value=“$a.b[0]”: fields inside"),
        ('<Text name="u" value="$u" valueType="url"/>', "<Text> has valueType=“url”: texts"),
        ('<Image name="u" valueList="$u"/>', "<Image> has valueList=“$u”: several pictures"),
        ("", "c.xml asks nothing"),
        ("</View>x", "c.xml, line 1: this is not XML: not well-formed"),
        ("<View>", "c.xml, line 1: this is not XML: no element found"),
    ],
)
def test_what_has_no_counterpart_is_refused_with_its_tag_and_line(control: str, place: str) -> None:
    with pytest.raises(BadFile, match=re.escape(place)):
        question(control)


def test_nothing_that_could_grow_or_reach_out_is_read() -> None:
    bomb = '<!DOCTYPE v [<!ENTITY a "b">]><View>&a;</View>'
    deep = "<View>" * 200 + "</View>" * 200

    for content, place in (
        (bomb, "line 1: a document type or an entity is declared"),
        (deep, "over 100 tags are nested"),
        (" " * (MOST_BYTES + 1), "is over 1 MiB"),
    ):
        with pytest.raises(BadFile, match=place):
            read(content.encode(), "c.xml", Notes())
