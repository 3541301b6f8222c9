import re
from pathlib import Path

import pytest

from canut.core.errors import BadFile
from canut.core.formats.platforms.crowd_elements import MARKS, SERVED
from canut.core.formats.platforms.own_pages import (
    MOST_BYTES,
    check_columns,
    fill_columns,
    hosts_in,
    read_own_page,
    replace_turk_addresses,
)

PAGE = """<script src="https://assets.crowd.aws/crowd-html-elements.js"></script>
<crowd-form>
  <crowd-classifier name="kind" categories="['a', 'b']" header="${ask}">
    <classification-target>${text}</classification-target>
  </crowd-classifier>
  <input name="note">
</crowd-form>
<script>const all = `${count} of ${text}`;</script>
"""


def test_page_names_its_columns_fields_and_hosts() -> None:
    facts = read_own_page(PAGE)

    assert [(each.name, each.line, each.in_script) for each in facts.variables] == [
        ("ask", 3, False),
        ("text", 4, False),
        ("count", 8, True),
        ("text", 8, True),
    ]
    assert facts.variables[1].column == 28
    assert (facts.has_form, facts.field_names, facts.hosts) == (True, ("kind", "note"), ())
    check_columns(facts, ["ask", "text"])
    with pytest.raises(BadFile, match="Line 4, column 28: the file has no column “text”"):
        check_columns(facts, ["ask"])


def test_cells_are_escaped_where_they_stand() -> None:
    row = {"text": "</script><b>'\"\\`${ask}", "ask": "1 < 2"}

    filled = fill_columns(PAGE, row)

    assert 'header="1 &lt; 2"' in filled
    assert "&lt;/script&gt;&lt;b&gt;&#x27;&quot;\\`${ask}<" in filled
    script = filled[filled.index("const all") :]
    assert script == (
        'const all = `${count} of \\u003c/script\\u003e\\u003cb\\u003e\\u0027\\"\\\\\\u0060'
        "\\u0024{ask}`;</script>\n"
    )


@pytest.mark.parametrize(
    ("page", "hosts"),
    [
        ('<img src="//a.org/x">', {"https://a.org"}),
        ('<img srcset="http://a.org/x 2x, https://b.org:8443/y">', {"http://a.org", "https://b.org:8443"}),
        ('<a href="https://a.org">a</a><form action="https://a.org">', set()),
        ("<style>p { background: url(//A.org/x) }</style>", {"https://a.org"}),
        ("<script>fetch('https://a.org/api')</script>", {"https://a.org"}),
        ("<p style=\"background: url('https://a.org/x')\">https://b.org</p>", {"https://a.org"}),
        ("<crowd-image-classifier src='https://a.org/x'>", {"https://a.org"}),
        ("<script src='https://s3.amazonaws.com/mturk-public/externalHIT_v1.js'></script>", set()),
        ("<img src='https://a.org;script-src *'>", {"https://a.org"}),
    ],
)  # fmt: skip
def test_hosts_are_what_a_page_loads_from(page: str, hosts: set[str]) -> None:
    assert hosts_in(page) == hosts


def test_addresses_of_mechanical_turk_become_our_own() -> None:
    page = (
        "<script src=//s3.amazonaws.com/mturk-public/externalHIT_v1.js></script>"
        '<form action="https://workersandbox.mturk.com/mturk/externalSubmit">'
        "<script src='https://assets.crowd.aws/crowd-html-elements.js'></script>"
    )

    replaced = replace_turk_addresses(page, "/t.js", "/c.js", "/s/1/mturk/externalSubmit")

    assert replaced == (
        '<script src=/t.js></script><form action="/s/1/mturk/externalSubmit">'
        "<script src='/c.js'></script>"
    )


@pytest.mark.parametrize(
    ("page", "case", "position"),
    [
        ("", "own-page-empty", (1, 1)),
        ("x" * (MOST_BYTES + 1), "own-page-too-large", (1, 1)),
        ("<p>a</p>\n  <crowd-polyline name=x>", "own-page-element", (2, 3)),
        ("".join(f"<img src=//h{n}.org/>" for n in range(51)), "own-page-hosts", (1, 1)),
    ],
)
def test_page_that_cannot_be_shown_is_refused(
    page: str, case: str, position: tuple[int, int]
) -> None:
    with pytest.raises(BadFile) as refusal:
        read_own_page(page)

    assert refusal.value.case == case
    assert (refusal.value.facts["line"], refusal.value.facts["column"]) == position


def test_missing_element_is_let_pass_on_request() -> None:
    assert read_own_page("<crowd-polyline name='way'>", insists=True).field_names == ("way",)


@pytest.mark.parametrize("piece", ["<script ", "//", "${", "<", "https://a.", "<!--", "='"])
def test_hostile_pages_are_read_in_time_that_grows_with_their_size(piece: str) -> None:
    page = piece * (100_000 // len(piece))

    hosts_in(page)
    assert fill_columns(page, {"a": "b"}) == page


def test_every_element_that_is_served_has_a_component() -> None:
    script = Path("frontend/src/own_pages/crowd.ts").read_text("utf-8")
    components = script[script.index("const ELEMENTS") :]
    marking = Path("frontend/src/own_pages/marks.ts").read_text("utf-8")
    names = re.compile(r'"(crowd-[a-z-]+)":')

    assert set(names.findall(marking)) == MARKS
    assert set(names.findall(components)) | MARKS == SERVED
