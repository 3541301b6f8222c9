import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.errors import BadFile
from canut.core.formats.training import conll
from canut.core.formats.training.conll_writing import SCHEMES, write
from canut.core.formats.training.labelled_items import DocumentPath, LabelledText, Notes
from canut.core.formats.training.tokens import Token, spans_of, tags_of
from tests.core.formats.labelled_examples import labels, passages


def one_word(passage: LabelledText) -> LabelledText:
    """Return the passage with labels of one word and spans that end in no white space."""
    spans = [
        {**span, "label": span["label"].replace(" ", "_")}
        for span in passage.value["spans"]
        if passage.text[span["start"]].strip() and passage.text[span["end"] - 1].strip()
    ]
    named = [{**span, "id": str(number)} for number, span in enumerate(spans, 1)]
    return LabelledText(passage.text, {"spans": named, "relations": []})


apart = (
    passages(overlap=False, relations=False).map(one_word).filter(lambda made: made.text.strip())
)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("form", ["2003", "u"])
@settings(max_examples=20)
@given(made=st.lists(apart, min_size=1, max_size=3))
def test_spans_come_back_as_they_were(form: str, scheme: str, made: list[LabelledText]) -> None:
    content = b"".join(write(made, Notes(), form=form, scheme=scheme))

    texts = [each.text for each in made] if form == "2003" else None
    found = conll.read([content[:7], content[7:]], "a.conll", Notes(), texts)

    assert [(each.text, each.value) for each in found] == [(each.text, each.value) for each in made]


OVERLAP = [
    {"id": "1", "label": "A", "start": 0, "end": 5},
    {"id": "2", "label": "B", "start": 4, "end": 8},
]


def passage(text: str, spans: list[dict[str, object]], relations: int = 0) -> LabelledText:
    joined = [{"from": "1", "to": "1", "label": "est"}] * relations
    return LabelledText(text, {"spans": spans, "relations": joined}, "t7")


@pytest.mark.parametrize(
    ("made", "place"),
    [
        (passage("Ada Lovelace", OVERLAP), "text t7: the spans 0–5 and 4–8 overlap"),
        (passage("Ada", [{"label": "A", "start": 0, "end": 9}]), "from 0 to 9 is empty or outside"),
        (passage("Ada", [{"label": "A", "start": 2, "end": 2}]), "from 2 to 2 is empty or outside"),
        (passage("A  b", [{"label": "A", "start": 1, "end": 3}]), "from 1 to 3 is empty"),
        (passage("Ada", [{"label": "A b", "start": 0, "end": 1}]), "the label “A b” holds a space"),
        (passage("Ada", [{"label": "A", "start": 0.5, "end": 1}]), "“start” is 0.5; expected"),
    ],
)
def test_what_a_column_cannot_say_is_refused_with_its_text(made: LabelledText, place: str) -> None:
    with pytest.raises(BadFile) as refused:
        list(write([made], Notes()))

    assert place in str(refused.value)


def test_relations_and_white_space_at_the_ends_of_spans_are_noted() -> None:
    notes = Notes()

    content = b"".join(
        write([passage("Ada dort", [{"label": "A", "start": 0, "end": 4}], 2)], notes)
    )

    assert content.decode() == "-DOCSTART- -X- -X- O\n\nAda -X- -X- B-A\ndort -X- -X- O\n\n"
    assert [(note.code, note.count) for note in notes] == [
        ("note-trimmed", 1),
        ("note-unwritten", 2),
    ]


def test_a_file_without_documents_gives_a_text_a_sentence() -> None:
    notes = Notes()

    found = list(conll.read([b"Ada NNP I-PER\ndort V O\n\n\nBob NNP I-PER\n"], "a.txt", notes))

    assert [each.text for each in found] == ["Ada dort", "Bob"]
    assert [note.code for note in notes] == ["note-spacing"]


def test_the_first_scheme_begins_a_span_without_b_and_ends_it_with_the_sentence() -> None:
    lines = b"-DOCSTART- O\n\nNew I-LOC\nYork I-LOC\n\nLyon I-LOC\nParis B-LOC\n"

    (found,) = conll.read([lines], "a.txt", Notes())

    assert found.text == "New York\nLyon Paris"
    assert [found.text[e["start"] : e["end"]] for e in found.value["spans"]] == [
        "New York",
        "Lyon",
        "Paris",
    ]


def test_plain_conll_u_gives_its_spaces_and_the_text_of_ranges() -> None:
    row = "{}\t{}\t_\t_\t_\t_\t_\t_\t_\t{}\n"
    lines = "# newdoc id = d1\n# text = du pain.\n" + "".join(
        row.format(*each)
        for each in [
            ("1-2", "du", "_"),
            ("1", "de", "NER=O"),
            ("2", "le", "_"),
            ("3", "pain", "NER=B-MET|SpaceAfter=No"),
            ("3.1", "x", "_"),
            ("4", ".", "SpacesAfter=\\n"),
        ]
    )

    (found,) = conll.read([lines.encode()], "a.conllu", Notes())

    assert (found.id, found.text) == ("d1", "du pain.\n")
    assert found.value["spans"] == [{"id": "1", "label": "MET", "start": 3, "end": 7}]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"a O\nb\n", "line 2: “the line” is '1 columns'; expected 2 columns"),
        (b"a\n", "line 1: “the line” is '1 columns'; expected 2 columns"),
        (b"a Q-X\n", "line 1: the tag “Q-X” is none of"),
        (b"a O\n\xff O\n", "line 1: there are bytes that are no UTF-8"),
        (b"# global.columns = ID NER\n1\tO\n", "line 1: “FORM” is not there"),
        (
            b"# global.columns = ID FORM NER\n1\ta\n",
            "line 2: “the line” is '2 columns'; expected ",
        ),
        (b"# global.columns = ID FORM NER\nx\ta\tO\n", "line 2: “ID” is 'x'; expected a whole"),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(content: bytes, place: str) -> None:
    with pytest.raises(BadFile) as refused:
        list(conll.read([content], "a.conll", Notes()))

    assert f"a.conll, {place}" in str(refused.value)


def test_a_text_that_is_not_that_of_the_tokens_is_refused() -> None:
    with pytest.raises(BadFile, match="line 2: the token “dort” does not come next"):
        list(conll.read([b"Ada O\ndort O\n"], "a.conll", Notes(), ["Ada mange"]))
    with pytest.raises(BadFile, match="line 1: “text” is not there"):
        list(conll.read([b"Ada O\n"], "a.conll", Notes(), []))


@settings(max_examples=20)
@given(data=st.data(), scheme=st.sampled_from(SCHEMES))
def test_tags_say_spans_of_tokens_in_every_scheme(data: st.DataObject, scheme: str) -> None:
    tokens = [Token(n, n + 1) for n in range(data.draw(st.integers(1, 8)))]
    borders = sorted(data.draw(st.sets(st.integers(0, len(tokens)), max_size=6)))
    spans = [
        {"id": str(number), "label": data.draw(labels), "start": start, "end": end}
        for number, (start, end) in enumerate(zip(borders[::2], borders[1::2], strict=False), 1)
    ]

    tags = tags_of(tokens, spans, scheme)

    assert spans_of(tokens, tags, [DocumentPath("a", "b")] * len(tokens)) == spans
