"""Put a credential inside a picture, and take it out again.

A picture that holds its credential can be shown anywhere and still be verified. The picture itself
proves nothing: only what is inside it does.
"""

import struct
import zlib
from xml.parsers import expat
from xml.sax.saxutils import escape

from canut.core.errors import BadFile

SVG_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
SVG_NAME = "openbadges"
PNG_KEYWORD = b"openbadgecredential"
PNG_BEGIN = b"\x89PNG\r\n\x1a\n"
LARGEST = 2 * 2**20


def bake_svg(picture: str, credential: str) -> str:
    """Return a picture with the credential as its first element.

    Args:
        picture: an SVG without a document type.
        credential: the credential's JSON.

    Source:
        1EdTech Open Badges 3.0, section 5.3.2.
    """
    at = picture.index(">", picture.index("<svg")) + 1
    element = (
        f'<{SVG_NAME}:credential xmlns:{SVG_NAME}="{SVG_NAMESPACE}">'
        f"{escape(credential)}</{SVG_NAME}:credential>"
    )
    return picture[:at] + element + picture[at:]


def bake_png(picture: bytes, credential: str) -> bytes:
    """Return a picture with the credential as a text chunk after its header.

    Source:
        1EdTech Open Badges 3.0, section 5.3.1; PNG 1.2, section 11.3.4.5.

    Raises:
        BadFile: it is no PNG.
    """
    if not picture.startswith(PNG_BEGIN):
        raise BadFile("this is no PNG picture", code="not-a-picture")
    header = len(PNG_BEGIN) + 25  # length, name, thirteen bytes, check sum
    text = PNG_KEYWORD + b"\0\0\0\0\0" + credential.encode()
    return picture[:header] + _chunk(b"iTXt", text) + picture[header:]


def credential_inside(content: bytes) -> str | None:
    """Return the credential in a picture, or None where it is no picture or holds none.

    Raises:
        BadFile: a picture over the limit, damaged, or with a document type or an entity.
    """
    if len(content) > LARGEST:
        raise BadFile(
            f"a file of {len(content)} bytes; a credential has at most {LARGEST}",
            code="too-large",
            limit=LARGEST,
        )
    if content.startswith(PNG_BEGIN):
        return _inside_png(content)
    begin = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    return _inside_svg(content) if begin == b"<" else None


def _inside_svg(content: bytes) -> str | None:
    reader = _DrawingReader()
    is_whole = True
    try:
        reader.parser.Parse(content, is_whole)
    except (expat.ExpatError, LookupError, ValueError) as problem:
        raise BadFile(f"this picture cannot be read ({problem})", code="not-a-picture") from None
    return "".join(reader.parts).strip() if reader.parts else None


class _DrawingReader:
    """Collects the text of the credential's element; refuses entities before any is expanded."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.is_inside = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_declared: object) -> None:
        raise BadFile("this picture declares entities; it is not read", code="not-a-picture")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self.is_inside = not self.parts and name == f"{SVG_NAMESPACE} credential"
        if self.is_inside and "verify" in attributes:
            self.parts.append(attributes["verify"])

    def _end(self, _name: str) -> None:
        self.is_inside = False

    def _text(self, text: str) -> None:
        if self.is_inside:
            self.parts.append(text)


def _inside_png(content: bytes) -> str | None:
    at = len(PNG_BEGIN)
    while at + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, at)
        name, body = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if len(body) < length:
            break
        if name == b"iTXt" and body.startswith(PNG_KEYWORD + b"\0"):
            return _text_of(body[len(PNG_KEYWORD) + 1 :])
        if name == b"IEND":
            return None
        at += 12 + length
    raise BadFile("this picture was cut short", code="not-a-picture")


def _text_of(body: bytes) -> str:
    is_packed, rest = body[:1] == b"\1", body[2:]
    _language, _mark, remainder = rest.partition(b"\0")
    _translated, _mark, text = remainder.partition(b"\0")
    try:
        if is_packed:
            reader = zlib.decompressobj()
            text = reader.decompress(text, LARGEST)
        return text.decode()
    except (zlib.error, UnicodeDecodeError) as problem:
        raise BadFile(f"this picture cannot be read ({problem})", code="not-a-picture") from None


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check)
