"""Pictures and sounds, stored by content hash in their project's folder.

The type of a picture is detected by decoding it, never from its name: PNG, JPEG, WebP and GIF (its
first frame); never SVG, which can run scripts. Tiny pictures (8x8 digits) are served enlarged and
smoothed, unless the raw bytes are requested. A sound's type comes from its headers; its bytes are
served unchanged.
"""

import errno
import hashlib
import io
import re
import struct
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from canut.core.datasets.withdrawn_row import salted_name
from canut.core.errors import BadInput, Missing, TooLarge
from canut.core.formats.tables import sound
from canut.store.media.blobs import storage
from canut.store.tables.learning import ItemSalt
from canut.store.tables.tasks import Media

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


SIZES = (160, 480, 1280)  # a thumbnail, a telephone, a screen


QUALITY = 82


ORIENTATION, SIDEWAYS = 0x0112, {5, 6, 7, 8}


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


# what a decoder raises for a damaged picture
PICTURE_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
)


UNREADABLE = frozenset({errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EACCES, errno.EIO})


Image.MAX_IMAGE_PIXELS = None  # the limit is ours, checked before anything is decoded


class MediaFacts(NamedTuple):
    """Type and size of a picture or sound.

    Width and height as it is shown, 0 for a sound; the others none for a picture.
    """

    sha256: str
    content_type: str
    width: int
    height: int
    size_bytes: int
    duration_ms: int | None = None
    channels: int | None = None
    rate: int | None = None

    @property
    def is_sound(self) -> bool:
        """Return whether it is a sound."""
        return self.duration_ms is not None


def check_media(content: bytes) -> MediaFacts:
    """Return the facts of a picture or sound; see ``check_picture`` and ``check_sound``."""
    return check_sound(content) if sound.kind_of(content[:16]) else check_picture(content)


def check_sound(content: bytes) -> MediaFacts:
    """Parse the headers of a sound and return its facts.

    Raises:
        BadInput: ``sound-damaged``, or ``video-refused``.
        TooLarge: ``sound-too-long``.
    """
    heard = sound.read_sound(content)
    limit = settings.AUDIO_LIMIT_SECONDS
    if heard.duration_ms > 1000 * limit:
        raise TooLarge(
            f"the sound lasts {heard.duration_ms // 1000} s, at most {limit} can be imported;"
            " cut it into parts",
            code="sound-too-long",
            seconds=heard.duration_ms // 1000,
            limit=limit,
        )
    return MediaFacts(
        hashlib.sha256(content).hexdigest(),
        heard.content_type,
        0,
        0,
        len(content),
        heard.duration_ms,
        heard.channels,
        heard.rate,
    )


def check_picture(content: bytes) -> MediaFacts:
    """Decode a picture and return its facts.

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
    except PICTURE_ERRORS as error:
        raise BadInput(
            f"the picture is damaged ({error}); export it again", code="picture-damaged"
        ) from error
    if turned:
        width, height = height, width
    return MediaFacts(hashlib.sha256(content).hexdigest(), kind, width, height, len(content))


class WithdrawnMedia(NamedTuple):
    """Pictures and sounds that people withdrew from a project, by their salted hashes."""

    salt: bytes
    names: frozenset[str]


def withdrawn_media(project_id: int) -> WithdrawnMedia | None:
    """Return what does not come into a project again; None where nothing was withdrawn."""
    salt = ItemSalt.objects.filter(project=project_id).values_list("salt", flat=True).first()
    media = Media.objects.filter(project=project_id)
    names = set(media.filter(size_bytes=0).values_list("sha256", flat=True))
    if salt is None or not names:
        return None
    for sha256 in media.filter(size_bytes__gt=0).values_list("sha256", flat=True).iterator():
        names.discard(salted_name(bytes(salt), sha256))  # it was withdrawn from one task alone
    return WithdrawnMedia(bytes(salt), frozenset(names))


class NewPictures:
    """Media of a project being written; they are durable after ``settle``.

    Waiting for the disk picture by picture would take most of an import's time: all are written
    first, then waited for together, before a row that names one is committed.

    Args:
        project_id: whose pictures they are.
        withdrawn: what people withdrew from the project, which is refused.
    """

    def __init__(self, project_id: int, withdrawn: WithdrawnMedia | None = None) -> None:
        self.project_id = project_id
        self._storage, self._withdrawn = storage(), withdrawn

    def keep(self, content: bytes) -> MediaFacts:
        """Check a picture or sound and write its bytes once; see ``check_media``.

        Raises:
            BadInput: ``picture-withdrawn``: somebody withdrew it from this project.
        """
        picture = check_media(content)
        if self._withdrawn is not None:
            name = salted_name(self._withdrawn.salt, picture.sha256)
            if name in self._withdrawn.names:
                raise BadInput(
                    "somebody withdrew this picture or sound; leave it out",
                    code="picture-withdrawn",
                )
        key = key_of(self.project_id, picture.sha256)
        self._storage.write(key, content, picture.content_type)
        return picture

    def settle(self) -> None:
        """Wait until all writes are durable."""
        self._storage.settle()


def keep_picture(project_id: int, content: bytes) -> MediaFacts:
    """Check and store one picture durably; see ``check_picture`` for refusals."""
    pictures = NewPictures(project_id)
    picture = pictures.keep(content)
    pictures.settle()
    return picture


def forget_picture(project_id: int, sha256: str) -> None:
    """Delete a picture and its smaller copies."""
    blobs, key = storage(), key_of(project_id, sha256)
    for each in (key, *(smaller_key(key, size) for size in SIZES)):
        blobs.remove(each)


def media_bytes(
    project_id: int, sha256: str, *, smooth: bool, smaller: int = 0
) -> tuple[bytes, str]:
    """Return the bytes of a picture and their content type.

    Args:
        project_id: whose picture it is; who may see it is checked by the caller.
        sha256: the hash of its bytes, as in the task's data.
        smooth: enlarge a tiny picture.
        smaller: which of its smaller copies is wanted; 0 for the picture itself.

    Raises:
        Missing: the project has no such picture.
    """
    key = key_of(project_id, sha256)
    try:
        content = storage().read(smaller_key(key, smaller) if smaller else key)
    except OSError as error:
        raise _lost(error, "picture") from error
    if smooth and not smaller and (enlarged := _enlarged(content)):
        return enlarged, "image/png"
    for start, content_type in STARTS:
        if content.startswith(start):
            return content, content_type
    raise Missing("what is kept here is no picture", code="picture-missing")


def sound_part(project_id: int, sha256: str, begin: int, count: int) -> bytes:
    """Return a byte range of a sound; raises ``Missing`` if there is none."""
    try:
        return storage().part(key_of(project_id, sha256), begin, count)
    except OSError as error:
        raise _lost(error, "sound") from error


def _lost(error: OSError, what: str) -> Exception:
    """Return the refusal of a file that is gone or damaged; another failure as it is."""
    if not isinstance(error, FileNotFoundError) and error.errno not in UNREADABLE:
        return error
    return Missing(f"there is no such {what} that can be read", code="picture-missing")


def smaller_copies(content: bytes) -> dict[int, bytes]:
    """Encode smaller copies of a picture as WebP, by longest side.

    A copy is turned as the camera was held, and holds nothing of what the camera wrote beside the
    points: neither place nor time nor name. The last copy is as large as the picture where that is
    smaller than the size.
    """
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        longest = max(image.size)
        sizes = [size for size in SIZES if size < longest]
        sizes += [size for size in SIZES if size >= longest][:1]
        image.draft("RGB", (max(sizes), max(sizes)))
        turn = TURNS.get(image.getexif().get(ORIENTATION, 1))  # what else is in it may be damaged
        turned = image.transpose(turn) if turn is not None else image
        clear = "A" in turned.getbands() or "transparency" in turned.info
        plain = turned.convert("RGBA" if clear else "RGB")
    copies: dict[int, bytes] = {}
    for size in sorted(sizes, reverse=True):
        plain.thumbnail((size, size), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        Image.frombytes(plain.mode, plain.size, plain.tobytes()).save(out, "WEBP", quality=QUALITY)
        copies[size] = out.getvalue()
    return copies


@lru_cache(maxsize=256)
def _enlarged(content: bytes) -> bytes | None:
    """Return a tiny picture enlarged as PNG, keeping grey; None for others, or a damaged one."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            longest = max(image.size)
            if longest >= TINY_PIXELS:
                return None
            grey = image.mode in {"1", "L", "I", "I;16", "F"}
            clear = "A" in image.getbands() or "transparency" in image.info
            plain = image.convert("L" if grey and not clear else "RGBA" if clear else "RGB")
    except PICTURE_ERRORS:
        return None
    times = -(-ENLARGED_PIXELS // longest)
    large = plain.resize((plain.width * times, plain.height * times), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    large.save(out, "PNG")
    return out.getvalue()


def key_of(project_id: int, sha256: str) -> str:
    """Return the storage key of a picture; raises ``Missing`` if the hash is malformed."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Missing("there is no such picture", code="picture-missing")
    return f"{project_id}/{sha256[:2]}/{sha256}"


def smaller_key(key: str, size: int) -> str:
    """Return the storage key of a smaller copy."""
    return f"{key}.{size}.webp"


def fitting(sizes: Sequence[int], least: int) -> int:
    """Return the copy for a display size; 0 for the original.

    >>> fitting([160, 480], 300), fitting([160, 480], 900), fitting([], 300)
    (480, 0, 0)
    """
    return min((size for size in sizes if size >= least), default=0) if least else 0


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
    """Parse a WebP's size from its header, before the decoder allocates memory."""
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


def sound_of(project_id: int, sha256: str) -> Media | None:
    """Return a sound of a project; None for a picture or an unknown hash."""
    sounds = Media.objects.filter(project_id=project_id, sha256=sha256, duration_ms__isnull=False)
    return sounds.first()
