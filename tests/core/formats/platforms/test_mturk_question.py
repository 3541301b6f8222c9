import pytest

from canut.core.errors import BadFile
from canut.core.formats.platforms.mturk_question import (
    NAMESPACES,
    SCHEMAS,
    PageForm,
    parse_layout,
    parse_question,
)
from canut.core.formats.platforms.mturk_question_form import read_question_form
from canut.core.formats.platforms.question_xml import read_xml

HTML = '<HTMLQuestion xmlns="%s">%s<FrameHeight>%s</FrameHeight></HTMLQuestion>'
EXTERNAL = (
    '<ExternalQuestion xmlns="%s"><ExternalURL>%s</ExternalURL><FrameHeight>600</FrameHeight>'
    "</ExternalQuestion>"
)
FORM = """<?xml version="1.0" encoding="UTF-8"?>
<QuestionForm xmlns="%s">
 <Overview><Title>Birds</Title><FormattedContent><![CDATA[<p onclick="x()">See <b>this</b></p>
  <script>bad()</script>]]></FormattedContent></Overview>
 <Question><QuestionIdentifier>kind</QuestionIdentifier><IsRequired>true</IsRequired>
  <QuestionContent><Text>Which & what</Text></QuestionContent>
  <AnswerSpecification><SelectionAnswer><Selections>
   <Selection><SelectionIdentifier>owl</SelectionIdentifier><Text>An owl</Text></Selection>
   <OtherSelection/></Selections></SelectionAnswer></AnswerSpecification></Question>
 <Question><QuestionIdentifier>count</QuestionIdentifier>
  <QuestionContent><Text>How many?</Text></QuestionContent>
  <AnswerSpecification><FreeTextAnswer><Constraints><IsNumeric minValue="0" maxValue="9"/>
   <AnswerFormatRegex regex="(a+)+$"/></Constraints></FreeTextAnswer></AnswerSpecification>
 </Question>
</QuestionForm>""".replace("Which & what", "Which &amp; what")


def schema(form: str, version: int = 0) -> str:
    return SCHEMAS + NAMESPACES[form][version]


def html(page: str, height: str = "0") -> str:
    content = f"\n<HTMLContent><![CDATA[{page}]]></HTMLContent>\n"
    return HTML % (schema("HTMLQuestion"), content, height)


def test_html_question_is_its_page() -> None:
    page = "<!DOCTYPE html><p>a</p><img src='//a.org/x'>"

    parsed = parse_question("\ufeff\n  " + html(page, "450"))

    assert (parsed.form, parsed.body, parsed.frame_height) == (PageForm.HTML, page, 450)
    assert parsed.hosts == ("https://a.org",)


def test_external_question_is_its_address() -> None:
    address = "https://Study.example:8443/start?a=1&amp;b=2"

    parsed = parse_question(EXTERNAL % (schema("ExternalQuestion"), address))

    assert (parsed.form, parsed.body) == (PageForm.EXTERNAL, address.replace("&amp;", "&"))
    assert (parsed.frame_height, parsed.hosts) == (600, ("https://study.example:8443",))


@pytest.mark.parametrize("version", [0, 1])
def test_question_form_is_shown_without_scripts(version: int) -> None:
    document = FORM % schema("QuestionForm", version)

    assert parse_question(document).form == PageForm.FORM
    form = read_question_form(read_xml(document))
    page = form.html("/s/1", "Envoyer", "fr")

    assert [each.name for each in form.questions] == ["kind", "count"]
    assert "<p>See <b>this</b></p>" in page
    assert "bad()" not in page
    assert "onclick" not in page
    assert "Which &amp; what" in page
    assert '<input type="radio" name="kind" value="owl" required> An owl' in page
    assert '<input type="number" name="count"' in page
    assert 'min="0" max="9" step="any"' in page
    assert '<button type="submit">Envoyer</button>' in page


def test_page_with_columns_is_a_layout() -> None:
    parsed, facts = parse_layout("<p>${text}</p>")

    assert (parsed.form, [each.name for each in facts.variables]) == (PageForm.LAYOUT, ["text"])
    assert parse_layout("<p>text</p>")[0].form == PageForm.HTML


@pytest.mark.parametrize(
    ("document", "case", "line", "column"),
    [
        ("", "own-page-xml", 1, 1),
        ("\n\n<HTMLQuestion>", "own-page-xml", 3, 15),
        (html("<p>]]>"), "own-page-xml", 2, 31),
        ("<Question/>", "own-page-root", 1, 1),
        ("<HTMLQuestion/>", "own-page-namespace", 1, 1),
        (html("<p>\n\n <crowd-line name=a>"), "own-page-element", 4, 2),
        (html("  "), "own-page-empty", 2, 23),
        (html("<p>", "tall"), "own-page-height", 3, 1),
        (html("<p>").replace("<FrameHeight>0</FrameHeight>", ""), "own-page-missing", 1, 1),
        (html("x" * 65_535), "own-page-too-large", 1, 1),
        ('<!DOCTYPE a [<!ENTITY b "c">]><HTMLQuestion/>', "own-page-unsafe", 1, 13),
        ("<a>" * 60, "own-page-deep", 1, 151),
        (EXTERNAL % (schema("ExternalQuestion"), "http://a.org"), "own-page-address", 1, 124),
        (EXTERNAL % (schema("ExternalQuestion"), "https://a.org; x"), "own-page-address", 1, 124),
        (EXTERNAL % (schema("ExternalQuestion"), "https://u@a.org"), "own-page-address", 1, 124),
        (EXTERNAL % (schema("ExternalQuestion"), "https://a.org/?a=1&b"), "own-page-xml", 1, 157),
        (FORM.replace("count", "kind") % schema("QuestionForm"), "own-page-twice", 10, 2),
        (FORM.replace("Title", "Application") % schema("QuestionForm"), "own-page-tag", 3, 12),
        (FORM.replace("FreeText", "FileUpload") % schema("QuestionForm"), "own-page-tag", 12, 24),
    ],
)  # fmt: skip
def test_question_that_cannot_be_read_is_refused_with_line_and_column(
    document: str, case: str, line: int, column: int
) -> None:
    with pytest.raises(BadFile) as refusal:
        parse_question(document)

    facts = refusal.value.facts
    assert (refusal.value.case, facts["line"]) == (case, line)
    assert facts["column"] == column
