"""Parse the ``Question`` of a Mechanical Turk HIT: its form, and the page in it.

Four forms: HTMLQuestion (a page), ExternalQuestion (an address), QuestionForm (questions in XML,
shown by ``mturk_question_form``) and a layout (a page with ``${name}``, which no XML wraps). No
document type and no entity is read, nothing is fetched. Errors name line and column of the document
as it was sent.

Source:
    Amazon Mechanical Turk API Reference, Schema Location; and HTMLQuestion, ExternalQuestion.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from canut.core.errors import BadFile
from canut.core.formats.platforms.mturk_question_form import read_question_form
from canut.core.formats.platforms.own_pages import (
    OwnPageFacts,
    fill_columns,
    hosts_in,
    read_own_page,
    refuse_page,
)
from canut.core.formats.platforms.question_xml import XmlNode, read_xml
from canut.core.outside_text import read_whole

TALLEST = 100_000
LONGEST_ADDRESS = 2_000
SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/"
NAMESPACES = {
    "HTMLQuestion": ("2011-11-11/HTMLQuestion.xsd",),
    "ExternalQuestion": ("2006-07-14/ExternalQuestion.xsd",),
    "QuestionForm": ("2017-11-06/QuestionForm.xsd", "2005-10-01/QuestionForm.xsd"),
}
_SITE = re.compile(r"https?://([^/?#]*).*", re.IGNORECASE)
_HTTPS = re.compile(
    r"https://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?)(?:[/?#].*)?", re.IGNORECASE
)


class PageForm(StrEnum):
    """The form of a page: what its body is."""

    HTML = "html"
    EXTERNAL = "external"
    FORM = "form"
    LAYOUT = "layout"


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page as it was sent, read.

    Args:
        form: what the body is.
        body: HTML; the address of an outside page; or the QuestionForm as XML.
        frame_height: pixels; 0 fills the window.
        hosts: origins it loads from, sorted.
    """

    form: PageForm
    body: str
    frame_height: int = 0
    hosts: tuple[str, ...] = ()


def parse_question(document: str, *, insists: bool = False) -> ParsedPage:
    """Parse a Question document of any of its three forms in XML.

    Args:
        document: XML, at most 65,535 bytes.
        insists: whether elements that Canut has no component for are let pass.

    Raises:
        BadFile: ``own-page-…``, with line and column.
    """
    root = read_xml(document)
    allowed = NAMESPACES.get(root.name)
    if allowed is None:
        refuse_page("own-page-root", root.line, root.column, tag=root.name)
    if root.namespace not in {SCHEMAS + each for each in allowed}:
        refuse_page("own-page-namespace", root.line, root.column, seen=root.namespace)
    if root.name == "HTMLQuestion":
        return _html_question(root, insists=insists)
    if root.name == "ExternalQuestion":
        return _external_question(root)
    form = read_question_form(root)
    return ParsedPage(PageForm.FORM, document, 0, tuple(sorted(hosts_in(form.html("")))))


def parse_layout(page: str, *, insists: bool = False) -> tuple[ParsedPage, OwnPageFacts]:
    """Parse a page of HTML; one that shows columns is a layout.

    Raises:
        BadFile: ``own-page-…``, with line and column.
    """
    facts = read_own_page(page, insists=insists)
    form = PageForm.LAYOUT if facts.variables else PageForm.HTML
    return ParsedPage(form, page, 0, facts.hosts), facts


def sites_of(form: PageForm, body: str, hosts: Sequence[str], row: Mapping[str, str]) -> list[str]:
    """Return the sites that a page loads from, by name; of a page elsewhere, the site it is on.

    Args:
        form: what the body is.
        body: as it is stored.
        hosts: origins that the page itself names.
        row: the cells that fill a layout in, which may name more.

    Example:
        >>> sites_of(PageForm.LAYOUT, "<img src='${a}'>", (), {"a": "https://b.org/c.png"})
        ['b.org']
    """
    if form == PageForm.EXTERNAL:
        hosts = [body]
    elif form == PageForm.LAYOUT:
        texts = {name: str(cell) for name, cell in row.items()}
        hosts = sorted(hosts_in(fill_columns(body, texts)))
    return list(dict.fromkeys(_SITE.sub(r"\1", host).lower() for host in hosts))


def _html_question(root: XmlNode, *, insists: bool) -> ParsedPage:
    content = root.need("HTMLContent")
    page = content.text
    try:
        facts = read_own_page(page, insists=insists)
    except BadFile as refusal:
        line, column = int(refusal.facts["line"]), int(refusal.facts["column"])
        column += content.text_column - 1 if line == 1 else 0
        named = {name: fact for name, fact in refusal.facts.items() if name not in PLACE}
        refuse_page(refusal.case, line + content.text_line - 1, column, **named)
    return ParsedPage(PageForm.HTML, page, _frame_height(root), facts.hosts)


PLACE = ("line", "column")


def _external_question(root: XmlNode) -> ParsedPage:
    node = root.need("ExternalURL")
    address = node.text.strip()
    is_plain = address.isascii() and not any(each in address for each in " \"'<>\\;,")
    parts = _HTTPS.fullmatch(address)
    if parts is None or not is_plain or len(address) > LONGEST_ADDRESS:
        refuse_page("own-page-address", node.line, node.column, seen=address[:80])
    origin = f"https://{parts[1].lower()}"
    return ParsedPage(PageForm.EXTERNAL, address, _frame_height(root), (origin,))


def _frame_height(root: XmlNode) -> int:
    node = root.need("FrameHeight")
    text = node.text.strip()
    height = read_whole(text)
    if height is None:
        refuse_page("own-page-height", node.line, node.column, seen=text[:40])
    return min(height, TALLEST)
