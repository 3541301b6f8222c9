"""Parse a Label Studio configuration safely into a tree of tags with their lines.

Document types and entities are refused before they are expanded, and so is a file over 1 MiB or
deeper than a hundred tags. ``label_studio_config`` interprets the tags.
"""

from dataclasses import dataclass, field
from xml.parsers import expat

from canut.core.formats.training.labelled_items import DocumentPath, refusal

MOST_BYTES = 2**20
DEEPEST = 100
LONGEST_REASON = 200


@dataclass(slots=True)
class Tag:
    """One tag: its attributes, its child tags, and its line from 1."""

    name: str
    attributes: dict[str, str]
    line: int
    file: str
    inside: list["Tag"] = field(default_factory=list["Tag"])
    text: str = ""

    @property
    def at(self) -> DocumentPath:
        """Return the path of the tag, for errors."""
        return DocumentPath(self.file, f"line {self.line}")

    def get(self, name: str) -> str:
        """Return a stripped attribute; empty if absent."""
        return self.attributes.get(name, "").strip()

    def is_said(self, name: str) -> bool:
        """Return whether an attribute is ``true``."""
        return self.get(name).lower() == "true"


def read_tags(content: bytes, file: str) -> Tag:
    """Return the outermost tag of a configuration.

    Raises:
        BadFile: too large or too deep, not XML, or with a document type or an entity.
    """
    if len(content) > MOST_BYTES:
        raise refusal("xml-too-large", file=file, limit=MOST_BYTES)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    outermost = Tag("", {}, 0, file)
    open_tags = [outermost]

    def start(name: str, attributes: dict[str, str]) -> None:
        tag = Tag(name, attributes, parser.CurrentLineNumber, file)
        if len(open_tags) > DEEPEST:
            tag.at.refuse("xml-broken", reason=f"over {DEEPEST} tags are nested")
        open_tags[-1].inside.append(tag)
        open_tags.append(tag)

    def end(_name: str) -> None:
        open_tags.pop()

    def text(characters: str) -> None:
        open_tags[-1].text += characters

    def unsafe(*_said: object) -> None:
        DocumentPath(file, f"line {parser.CurrentLineNumber}").refuse("xml-unsafe")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = unsafe
    parser.EntityDeclHandler = unsafe
    is_final = True
    try:
        parser.Parse(content, is_final)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        DocumentPath(file, f"line {error.lineno}").refuse("xml-broken", reason=reason)
    except (LookupError, ValueError) as error:  # an encoding that expat cannot decode
        DocumentPath(file, "line 1").refuse("xml-broken", reason=str(error)[:LONGEST_REASON])
    return outermost.inside[0]
