"""Parse the XML of a Mechanical Turk question safely into elements with line and column.

Document types and entities are refused before they are expanded, and so is a document over 65,535
bytes or deeper than fifty elements. ``mturk_question`` interprets the elements.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from canut.core.formats.platforms.own_pages import refuse_page

MOST_BYTES = 65_535
DEEPEST = 50
XML_SPACE = " \t\r\n"


@dataclass(slots=True)
class XmlNode:
    """One element: its text without that of its children, its line and column from 1."""

    name: str
    namespace: str
    attributes: dict[str, str]
    line: int
    column: int
    inside: list["XmlNode"] = field(default_factory=list["XmlNode"])
    text: str = ""
    text_line: int = 0
    text_column: int = 0

    def child(self, name: str) -> "XmlNode | None":
        """Return the first child of this name."""
        return next((each for each in self.inside if each.name == name), None)

    def need(self, name: str) -> "XmlNode":
        """Return the first child of this name.

        Raises:
            BadFile: ``own-page-missing``: there is none.
        """
        node = self.child(name)
        if node is None:
            refuse_page("own-page-missing", self.line, self.column, tag=self.name, name=name)
        return node

    def text_of(self, name: str, otherwise: str = "") -> str:
        """Return the stripped text of a child."""
        node = self.child(name)
        return otherwise if node is None else node.text.strip()


def read_xml(document: str) -> XmlNode:
    """Return the outermost element of a document.

    Raises:
        BadFile: ``own-page-…``: too large, too deep, not XML, or with a document type.
    """
    content = document.removeprefix("\ufeff").lstrip(XML_SPACE)
    skipped = document[: len(document) - len(content)].count("\n")
    encoded = content.encode("utf-8", "replace")
    if len(encoded) > MOST_BYTES:
        refuse_page("own-page-too-large", 1, 1, limit=MOST_BYTES)
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    outermost = XmlNode("", "", {}, 1, 1)
    open_nodes = [outermost]

    def position() -> tuple[int, int]:
        return parser.CurrentLineNumber + skipped, parser.CurrentColumnNumber + 1

    def start(name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        line, column = position()
        node = XmlNode(local, namespace, attributes, line, column)
        if len(open_nodes) > DEEPEST:
            refuse_page("own-page-deep", line, column, limit=DEEPEST)
        open_nodes[-1].inside.append(node)
        open_nodes.append(node)

    def end(_name: str) -> None:
        open_nodes.pop()

    def text(characters: str) -> None:
        node = open_nodes[-1]
        if not node.text:
            node.text_line, node.text_column = position()
        node.text += characters

    def unsafe(*_arguments: object) -> None:
        refuse_page("own-page-unsafe", *position())

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = unsafe
    parser.EntityDeclHandler = unsafe
    is_final = True
    try:
        parser.Parse(encoded, is_final)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        refuse_page("own-page-xml", error.lineno + skipped, error.offset + 1, reason=reason)
    return outermost.inside[0]
