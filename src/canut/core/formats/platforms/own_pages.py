"""Read a page that a requester wrote: which hosts and elements it names, and fill in its columns.

The page is parsed, never run. It is refused if it is too large, names an element of crowd-html that
Canut has no component for, or a column that the file lacks: each with line and column. A column is
written ``${name}``; in text and attributes its cell is escaped as HTML, and in a script as the
inside of a JavaScript string. ``${name}`` in a script may be JavaScript's own: it is filled only if
a column has that name.
"""

import html
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import NamedTuple, NoReturn

from canut.core.errors import BadFile, Fact
from canut.core.formats.platforms.crowd_elements import SERVED, SLOTS
from canut.core.formats.problems.catalogue import words

MOST_BYTES = 2**20
MOST_HOSTS = 50
VARIABLE = re.compile(r"\$\{([^{}$<>\n]{1,200})\}")
_ADDRESS = re.compile(
    r"(https?:)?//([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?)", re.IGNORECASE
)
_LOADS = frozenset({"src", "srcset", "poster", "data", "background", "style", "href", "xlink:href"})
_LEADS_AWAY = frozenset({"a", "area", "form", "base"})
_RAW = frozenset({"script", "style"})
_TOKEN = re.compile(r"[^\s\"'<>=()]+")
TURK_SCRIPT = re.compile(r"(?:https?:)?//\S*/externalHIT_v1\.js", re.IGNORECASE)
CROWD_SCRIPT = re.compile(r"(?:https?:)?//\S*/crowd-html-elements(?:-[\w.]+)?\.js", re.IGNORECASE)
TURK_FORM = re.compile(
    r"(?:https?:)?//(?:workersandbox|www)\.mturk\.com/+mturk/+externalSubmit", re.IGNORECASE
)


class PageVariable(NamedTuple):
    """One ``${name}`` of a page, and its line and column from 1."""

    name: str
    line: int
    column: int
    in_script: bool


@dataclass(frozen=True, slots=True)
class OwnPageFacts:
    """What a page names.

    Args:
        hosts: origins it may load from, such as ``https://example.org``, sorted.
        variables: its ``${name}``, in order.
        has_form: whether it sends something by a form of its own.
        field_names: names of its fields, in order, each once.
    """

    hosts: tuple[str, ...]
    variables: tuple[PageVariable, ...]
    has_form: bool
    field_names: tuple[str, ...]


def refuse_page(code: str, line: int, column: int, **facts: Fact) -> NoReturn:
    """Raise the error for a position of a page.

    Raises:
        BadFile: always; its texts are in ``problems``.
    """
    named: dict[str, Fact] = {"line": line, "column": column, **facts}
    raise BadFile(words(code, named, "en"), code=code, **named)


def read_own_page(page: str, *, insists: bool = False) -> OwnPageFacts:
    """Return what a page names.

    Args:
        page: HTML.
        insists: whether elements without a component are let pass.

    Raises:
        BadFile: ``own-page-…``: empty, too large, not HTML, an unknown element, or too many hosts.
    """
    size = len(page.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        refuse_page("own-page-too-large", 1, 1, limit=MOST_BYTES)
    if not page.strip():
        refuse_page("own-page-empty", 1, 1)
    reader = _PageReader(page, insists=insists)
    try:
        reader.feed(page)
        reader.close()
    except (ValueError, AssertionError):  # a reference or declaration that is none
        refuse_page("own-page-broken", *reader.position())
    hosts = tuple(sorted(hosts_in(page)))
    if len(hosts) > MOST_HOSTS:
        refuse_page("own-page-hosts", 1, 1, seen=len(hosts), limit=MOST_HOSTS)
    return OwnPageFacts(
        hosts, tuple(reader.variables), reader.has_form, tuple(dict.fromkeys(reader.field_names))
    )


def check_columns(facts: OwnPageFacts, columns: Collection[str]) -> None:
    """Raise if a page shows a column that a file lacks.

    Raises:
        BadFile: ``own-page-variable``, with line and column.
    """
    for variable in facts.variables:
        if variable.name not in columns and not variable.in_script:
            refuse_page("own-page-variable", variable.line, variable.column, name=variable.name)


def fill_columns(page: str, row: Mapping[str, str]) -> str:
    r"""Return the page with the cells of a row in place of ``${name}``, escaped where they stand.

    Example:
        >>> fill_columns("<p>${a}</p><script>x = '${a}'</script>", {"a": "</script>'"})
        "<p>&lt;/script&gt;&#x27;</p><script>x = '\\u003c/script\\u003e\\u0027'</script>"
    """
    pieces: list[str] = []
    for text, is_raw in _raw_and_other(page):
        escape = _in_script if is_raw else html.escape

        def cell(match: re.Match[str], escape: Callable[[str], str] = escape) -> str:
            name = match[1].strip()
            return escape(row[name]) if name in row else match[0]

        pieces.append(VARIABLE.sub(cell, text))
    return "".join(pieces)


def hosts_in(page: str) -> set[str]:
    """Return the origins that a page may load from; what Canut serves itself is left out.

    Example:
        >>> sorted(hosts_in('<img src="//a.org/x.png"><a href="https://b.org">b</a>'))
        ['https://a.org']
    """
    collector = _HostCollector()
    collector.feed(replace_turk_addresses(page, "", "", ""))
    collector.close()
    return collector.hosts


def replace_turk_addresses(page: str, turk_script: str, crowd_script: str, submit: str) -> str:
    """Return the page with Canut's own addresses in place of those that Mechanical Turk served.

    Args:
        page: HTML.
        turk_script: the address of ``externalHIT_v1.js``.
        crowd_script: the address of ``crowd-html-elements.js``.
        submit: the address that a form posts to.
    """
    addresses = ((TURK_SCRIPT, turk_script), (CROWD_SCRIPT, crowd_script), (TURK_FORM, submit))

    def own(match: re.Match[str]) -> str:
        token = match[0]
        if "//" in token:
            for pattern, address in addresses:
                if pattern.fullmatch(token):
                    return address
        return token

    return _TOKEN.sub(own, page)


def _in_script(cell: str) -> str:
    """Escape a cell as the inside of a JavaScript string in any quotes."""
    escaped = json.dumps(cell)[1:-1]
    for character in "<>&'`$":
        escaped = escaped.replace(character, f"\\u{ord(character):04x}")
    return escaped


_RAW_ELEMENT = re.compile(r"(<(script|style)\b[^<>]*>)(.*?)(?=</\2|\Z)", re.IGNORECASE | re.DOTALL)


def _raw_and_other(page: str) -> Iterator[tuple[str, bool]]:
    """Yield the page in pieces, and whether each is inside a script or a style."""
    end = 0
    for element in _RAW_ELEMENT.finditer(page):
        yield page[end : element.start(3)], False
        yield element[3], True
        end = element.end(3)
    yield page[end:], False


class _HostCollector(HTMLParser):
    """HTML parser that collects origins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.hosts: set[str] = set()
        self._raw = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect from the attributes by which an element loads something, and from its styles."""
        self._raw = tag in _RAW
        for name, text in attrs:
            is_loaded = name in _LOADS and not (name == "href" and tag in _LEADS_AWAY)
            if text and (is_loaded or name.startswith("on") or tag.startswith("crowd-")):
                self._collect(text)

    def handle_endtag(self, tag: str) -> None:
        """End a script or a style."""
        if tag in _RAW:
            self._raw = False

    def handle_data(self, data: str) -> None:
        """Collect from scripts and styles."""
        if self._raw:
            self._collect(data)

    def _collect(self, text: str) -> None:
        for scheme, host in _ADDRESS.findall(text):
            self.hosts.add(f"{scheme or 'https:'}//{host}".lower())


class _PageReader(HTMLParser):
    """HTML parser that collects variables, fields and elements."""

    def __init__(self, page: str, *, insists: bool) -> None:
        super().__init__(convert_charrefs=False)
        self.variables: list[PageVariable] = []
        self.field_names: list[str] = []
        self.has_form = False
        self._insists = insists
        self._raw = False
        self._lines = page.splitlines(keepends=True)

    def position(self) -> tuple[int, int]:
        """Return line and column from 1."""
        line, offset = self.getpos()
        return line, offset + 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element is and names."""
        self._raw = tag in _RAW
        line, column = self.position()
        is_unknown = tag.startswith("crowd-") and tag not in SERVED | SLOTS
        if is_unknown and not self._insists:
            refuse_page("own-page-element", line, column, tag=tag)
        self.has_form |= tag in {"form", "crowd-form"}
        attributes = {name: text or "" for name, text in attrs}
        if attributes.get("name") and tag not in {"form", "crowd-form", "meta", "iframe", "a"}:
            self.field_names.append(attributes["name"])
        start_tag = self.get_starttag_text() or ""
        self._collect(start_tag, line, column)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a self-closing element is and names."""
        self.handle_starttag(tag, attrs)
        self._raw = False

    def handle_endtag(self, tag: str) -> None:
        """End a script or a style."""
        if tag in _RAW:
            self._raw = False

    def handle_data(self, data: str) -> None:
        """Collect variables of text and scripts."""
        self._collect(data, *self.position())

    def _collect(self, text: str, line: int, column: int) -> None:
        for match in VARIABLE.finditer(text):
            before = text[: match.start()]
            below = before.count("\n")
            at = len(before) - before.rfind("\n") if below else column + len(before)
            self.variables.append(PageVariable(match[1].strip(), line + below, at, self._raw))
