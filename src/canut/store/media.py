"""Pictures on disk, by the hash of their bytes, under a folder of their project.

What a picture is, is found by decoding it, never by its name: PNG, JPEG, WebP and GIF (its first
frame); never SVG, which can run script. Tiny pictures (8x8 digits) are served enlarged and smooth,
unless the raw bytes are asked for.
"""

import hashlib
import io
import os
import re
import struct
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import NamedTuple

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from canut.core.errors import BadInput, Missing, TooLarge

CONTENT_TYPES = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
STARTS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
    (b"GIF8", "image/gif"),
)
FULLY_DECODED_PIXELS = 25_000_000
TINY_PIXELS = 96
ENLARGED_PIXELS = 368
WAITING_TOGETHER = 16  # disks write for many at the price of one
ORIENTATION, SIDEWAYS = 0x0112, {5, 6, 7, 8}

Image.MAX_IMAGE_PIXELS = None  # the limit is ours, checked before anything is decoded


class Picture(NamedTuple):
    """What is known of a picture; width and height as it is shown."""

    sha256: str
    content_type: str
    width: int
    height: int
    size_bytes: int


def check_picture(content: bytes) -> Picture:
    """Decode a picture and say what it is.

    Raises:
        BadInput: ``not-a-picture``, or ``picture-damaged``.
        TooLarge: ``picture-too-many-pixels``.
    """
    try:
        _refuse_too_large(*(_webp_size(content) or (0, 0)))
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            _refuse_too_large(width, height)
            kind = CONTENT_TYPES[str(image.format)]
            image.verify()
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            turned = kind != "image/png" and image.getexif().get(ORIENTATION) in SIDEWAYS
            if width * height <= FULLY_DECODED_PIXELS:
                image.load()
    except UnidentifiedImageError as error:
        raise BadInput(
            "this is not a picture that can be shown; give PNG, JPEG, WebP or GIF",
            code="not-a-picture",
        ) from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        LookupError,
        TypeError,
        struct.error,
    ) as error:
        raise BadInput(
            f"the picture is damaged ({error}); export it again", code="picture-damaged"
        ) from error
    if turned:
        width, height = height, width
    return Picture(hashlib.sha256(content).hexdigest(), kind, width, height, len(content))


class NewPictures:
    """Pictures of a project being kept; they are there for good after ``settle``.

    Waiting for the disk picture by picture would take most of an import's time: all are written
    first, then waited for together, before a row that names one is committed.

    Args:
        project_id: whose pictures they are.
    """

    def __init__(self, project_id: int) -> None:
        self.project_id = project_id
        self._written: set[Path] = set()

    def keep(self, content: bytes) -> Picture:
        """Check a picture and write its bytes, once; see ``check_picture`` for refusals."""
        picture = check_picture(content)
        path = _path(self.project_id, picture.sha256)
        if path not in self._written and not _holds(path, content):
            path.parent.mkdir(parents=True, exist_ok=True)
            half = path.with_name(f"{path.name}.{os.getpid()}.{get_ident()}.part")
            half.write_bytes(content)
            half.replace(path)
        self._written.add(path)
        return picture

    def settle(self) -> None:
        """Wait until the disk has all that was written, and the folders that name it."""
        written, self._written = self._written, set()
        folders = {path.parent for path in written}
        with ThreadPoolExecutor(WAITING_TOGETHER) as waiting:
            for _ in waiting.map(_sync, [*written, *folders]):
                pass


def keep_picture(project_id: int, content: bytes) -> Picture:
    """Check one picture and keep it for good; see ``check_picture`` for refusals."""
    pictures = NewPictures(project_id)
    picture = pictures.keep(content)
    pictures.settle()
    return picture


def forget_picture(project_id: int, sha256: str) -> None:
    """Remove the bytes of a picture; nothing happens when they are not there."""
    _path(project_id, sha256).unlink(missing_ok=True)


def media_bytes(project_id: int, sha256: str, *, smooth: bool) -> tuple[bytes, str]:
    """Return the bytes of a picture and their content type.

    Args:
        project_id: whose picture it is; who may see it is checked by the caller.
        sha256: the hash of its bytes, as in the task's data.
        smooth: enlarge a tiny picture.

    Raises:
        Missing: the project has no such picture.
    """
    path = _path(project_id, sha256)
    try:
        if smooth and (enlarged := _enlarged(path)):
            return enlarged, "image/png"
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise Missing("there is no such picture", code="picture-missing") from error
    for start, content_type in STARTS:
        if content.startswith(start):
            return content, content_type
    raise Missing("what is kept here is no picture", code="picture-missing")


@lru_cache(maxsize=256)
def _enlarged(path: Path) -> bytes | None:
    """Return a tiny picture enlarged as PNG, grey staying grey; nothing for others."""
    with Image.open(path, formats=FORMATS) as image:
        longest = max(image.size)
        if longest >= TINY_PIXELS:
            return None
        grey = image.mode in {"1", "L", "I", "I;16", "F"}
        clear = "A" in image.getbands() or "transparency" in image.info
        plain = image.convert("L" if grey and not clear else "RGBA" if clear else "RGB")
    times = -(-ENLARGED_PIXELS // longest)
    large = plain.resize((plain.width * times, plain.height * times), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    large.save(out, "PNG")
    return out.getvalue()


def _path(project_id: int, sha256: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Missing("there is no such picture", code="picture-missing")
    return Path(settings.MEDIA_ROOT) / str(project_id) / sha256[:2] / sha256


def _holds(path: Path, content: bytes) -> bool:
    """Say whether these bytes are there already; a power cut may have left an empty file."""
    try:
        return path.read_bytes() == content
    except FileNotFoundError:
        return False


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_too_large(width: int, height: int) -> None:
    if width * height > settings.IMAGE_LIMIT_PIXELS:
        raise TooLarge(
            f"the picture has {width * height} pixels, at most {settings.IMAGE_LIMIT_PIXELS} can "
            "be shown; make it smaller",
            code="picture-too-many-pixels",
            pixels=width * height,
            limit=settings.IMAGE_LIMIT_PIXELS,
        )


def _webp_size(content: bytes) -> tuple[int, int] | None:
    """Read the size a WebP announces: its library takes the memory as soon as it is opened."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    kind, body = content[12:16], content[20:30]
    if kind == b"VP8X":
        return (
            1 + int.from_bytes(body[4:7], "little"),
            1 + int.from_bytes(body[7:10], "little"),
        )
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", body[6:10])
    return width & 0x3FFF, height & 0x3FFF
