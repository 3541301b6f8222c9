"""Read the duration of M4A and WebM sounds from their containers."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from canut.core.errors import BadInput

WIDE = 1
DEEPEST = 8
MOST_BOXES = 200_000
MOST_ELEMENTS = 1_000_000  # four hours of a WebM have 720,000 blocks at most
MP4_HOLDERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
SOUND_ENTRIES = frozenset({b"mp4a", b"alac", b"fLaC", b"Opus", b"ac-3", b"ec-3"})
SEGMENT, CLUSTER, INFO, TRACKS, TRACK, AUDIO = (
    0x18538067,
    0x1F43B675,
    0x1549A966,
    0x1654AE6B,
    0xAE,
    0xE1,
)
WEBM_HOLDERS = frozenset({SEGMENT, CLUSTER, INFO, TRACKS, TRACK, AUDIO, 0xA0})
SCALE, DURATION, TRACK_KIND, CHANNELS, RATE = 0x2AD7B1, 0x4489, 0x83, 0x9F, 0xB5
TIME, BLOCK, SIMPLE_BLOCK = 0xE7, 0xA1, 0xA3
VIDEO = 1
REALS, WHOLES = frozenset({DURATION, RATE}), frozenset({SCALE, TRACK_KIND, CHANNELS, TIME})
USUAL_SCALE, USUAL_RATE = 1_000_000, 8_000.0


class Heard(NamedTuple):
    """Duration, channels and sampling rate of a sound."""

    seconds: float
    channels: int
    rate: int


def damaged(why: str) -> BadInput:
    """Build the error for a sound that cannot be read."""
    return BadInput(f"the sound is damaged ({why[:120]}); save it again", code="sound-damaged")


def video_refused() -> BadInput:
    """Build the error for a video."""
    return BadInput(
        "this is a video, which cannot be imported; give its sound alone, or single pictures",
        code="video-refused",
    )


def mp4(content: bytes) -> Heard:
    """Parse an M4A: the duration of its sound track, or of the movie if fragmented."""
    seconds = whole = 0.0
    channels = rate = 0
    is_sound = False
    for name, body in _boxes(content, 0, len(content), DEEPEST):
        if name == b"hdlr":
            if body[8:12] == b"vide":
                raise video_refused()
            is_sound = body[8:12] == b"soun"
        elif name in {b"mdhd", b"mvhd"}:
            lasts = _lasts(body)
            whole = lasts if name == b"mvhd" else whole
            seconds = max(seconds, lasts) if name == b"mdhd" else seconds
        elif name == b"stsd" and is_sound and body[12:16] in SOUND_ENTRIES:
            channels, _bits, _id, _size, fixed = struct.unpack_from(">HHHHI", body, 32)
            rate = fixed >> 16
    if not channels:
        raise damaged("no track of it sounds")
    return Heard(seconds or whole, channels, rate)


def _lasts(body: bytes) -> float:
    """Return the duration in seconds from the header of a movie or track."""
    if body[0] == WIDE:
        scale, length = struct.unpack_from(">IQ", body, 20)
    else:
        scale, length = struct.unpack_from(">II", body, 12)
    return float(length) / float(scale)


def _boxes(content: bytes, at: int, end: int, depth: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield the relevant boxes of an MP4 with their content."""
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        size, head = int.from_bytes(content[at : at + 4], "big"), 8
        name = content[at + 4 : at + 8]
        if size == WIDE:
            size, head = int.from_bytes(content[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            if name == b"mdat":  # its end is missing, and its head was whole
                raise damaged("its end is missing")
            raise damaged(f"the box {name!r} does not fit")
        if name in MP4_HOLDERS and depth:
            yield from _boxes(content, at + head, at + size, depth - 1)
        elif name in {b"hdlr", b"mdhd", b"mvhd", b"stsd"}:
            yield name, content[at + head : at + size]
        at += size


def webm(content: bytes) -> Heard:
    """Parse a WebM: its stated duration, or the time of its last block."""
    values: dict[int, float] = {SCALE: USUAL_SCALE, DURATION: 0, CHANNELS: 1, RATE: USUAL_RATE}
    last = 0.0
    for name, body in _elements(content):
        if name in REALS:
            values[name] = _real(body)
        elif name in WHOLES:
            values[name] = int.from_bytes(body, "big")
            if (name, values[name]) == (TRACK_KIND, VIDEO):
                raise video_refused()
        elif name in {BLOCK, SIMPLE_BLOCK}:
            after = struct.unpack_from(">h", body, 1 + _zeros(body[0]))[0]
            last = max(last, values.get(TIME, 0) + after)
        elif name == AUDIO:
            values[AUDIO] = 1
    if AUDIO not in values:
        raise damaged("no track of it sounds")
    seconds = (values[DURATION] or last) * values[SCALE] / 1e9
    return Heard(seconds, int(values[CHANNELS]), round(values[RATE]))


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the elements of a WebM in order, entering containers."""
    at = 0
    for _ in range(MOST_ELEMENTS):
        if at >= len(content):
            return
        length = 1 + _zeros(content[at])
        name = int.from_bytes(content[at : at + length], "big")
        at += length
        length = 1 + _zeros(content[at])
        size = int.from_bytes(content[at : at + length], "big") & (1 << 7 * length) - 1
        is_unknown = size == (1 << 7 * length) - 1
        at += length
        if name in WEBM_HOLDERS:
            yield name, b""
            continue
        if is_unknown or at + size > len(content):
            raise damaged("its end is missing")
        yield name, content[at : at + size]
        at += size
    raise damaged("it has too many parts")


def _zeros(byte: int) -> int:
    if not byte:
        raise damaged("a length is not one")
    return 8 - byte.bit_length()


def _real(body: bytes) -> float:
    short = struct.calcsize(">f")
    return float(struct.unpack(">f" if len(body) == short else ">d", body)[0])
