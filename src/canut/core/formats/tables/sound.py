"""Identify a sound from its bytes: media type, duration, channels, sampling rate.

Only headers are read, and nothing is decoded. WAV, MP3, Ogg (Opus, Vorbis), FLAC, M4A and WebM are
accepted, since browsers play them directly; videos are refused. M4A and WebM are parsed in
``sound_boxes``.
"""

import math
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from canut.core.errors import BadInput
from canut.core.formats.tables import sound_boxes
from canut.core.formats.tables.sound_boxes import Heard, damaged, video_refused

OPUS_RATE = 48_000
MOST_CHANNELS, MOST_RATE = 64, 768_000
MP3_BITRATES = {  # kilobits a second, by whether the version is 1, then by layer
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
MP3_RATES = (44_100, 48_000, 32_000)
FEWEST_FRAMES = 2
BAD_BITRATE, BAD_RATE = 15, 3
MPEG_1, NO_VERSION = 3, 1
MONO = 3
PICTURES_IN_BOXES = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis"})
SYNC = 0x7FF
LAYERS = frozenset({2, 3})  # nobody writes the first, and UTF-16 text begins like it


class Sound(NamedTuple):
    """Properties of a sound."""

    content_type: str
    duration_ms: int
    channels: int
    rate: int


class Frame(NamedTuple):
    """One frame of an MP3: its bytes, samples, rate and channels."""

    size: int
    samples: int
    channels: int
    rate: int


def kind_of(start: bytes) -> str:
    """Return the media type from the first bytes; empty if it is not a sound.

    >>> kind_of(b"fLaC" + bytes(8)), kind_of(b"RIFF" + bytes(4) + b"WEBP")
    ('audio/flac', '')
    """
    if start[:4] == b"RIFF" and start[8:12] in {b"WAVE", b"AVI "}:
        return "audio/wav"
    if start[:4] == b"OggS":
        return "audio/ogg"
    if start[:4] == b"fLaC":
        return "audio/flac"
    if start[4:8] == b"ftyp" and start[8:12] not in PICTURES_IN_BOXES:
        return "audio/mp4"
    if start[:4] == b"\x1a\x45\xdf\xa3":
        return "audio/webm"
    is_mp3 = start[:3] == b"ID3" or _frame(start, 0) is not None
    return "audio/mpeg" if is_mp3 else ""


def read_sound(content: bytes) -> Sound:
    """Parse the headers of a sound.

    Raises:
        BadInput: ``not-a-sound``; ``sound-damaged``; ``video-refused``: it holds moving pictures.
    """
    kind = kind_of(content[:16])
    if not kind:
        raise BadInput(
            "this is no sound that can be played; give WAV, MP3, Ogg, FLAC, M4A or WebM",
            code="not-a-sound",
        )
    try:
        heard = READERS[kind](content)
    except (struct.error, IndexError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise damaged(str(error)) from error
    is_sane = 0 < heard.channels <= MOST_CHANNELS and 0 < heard.rate <= MOST_RATE
    if not is_sane or not 0 < heard.seconds < math.inf:
        raise damaged(
            f"{heard.channels} channels, {heard.rate} samples a second, {heard.seconds:.3f} s"
        )
    return Sound(kind, max(1, round(1000 * heard.seconds)), heard.channels, heard.rate)


def _wav(content: bytes) -> Heard:
    if content[8:12] != b"WAVE":
        raise video_refused()
    channels = rate = bytes_a_second = 0
    at = 12
    while at + 8 <= len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if name == b"fmt ":
            channels, rate, bytes_a_second = struct.unpack_from("<HII", content, at + 10)
        elif name == b"data":
            there = min(size, len(content) - at - 8)  # recorders that stream say nothing exact
            return Heard(there / bytes_a_second, channels, rate)
        at += 8 + size + size % 2
    raise damaged("there are no samples")


def _flac(content: bytes) -> Heard:
    if content[4] & 0x7F:
        raise damaged("it does not begin with what describes it")
    packed = int.from_bytes(content[18:26], "big")
    rate, channels, samples = packed >> 44, (packed >> 41 & 7) + 1, packed & (1 << 36) - 1
    if not samples:
        raise damaged("its length is not written in it; save it again")
    return Heard(samples / rate, channels, rate)


def _ogg(content: bytes) -> Heard:
    pages = _ogg_pages(content)
    granule, begin, stream = next(pages)
    first = content[begin : begin + 64]
    if first[:7] in {b"\x80theora", b"\x01video\0"}:
        raise video_refused()
    if first[:8] == b"OpusHead":
        channels, before = first[9], int.from_bytes(first[10:12], "little")
        rate = OPUS_RATE
    elif first[:7] == b"\x01vorbis":
        channels, rate, before = first[11], int.from_bytes(first[12:16], "little"), 0
    else:
        raise BadInput("an Ogg file is played with Opus or Vorbis in it alone", code="not-a-sound")
    ends = (each for each, _at, serial in pages if serial == stream and each < 2**63)
    last = max(ends, default=0 if granule >= 2**63 else granule)
    return Heard((last - before) / rate, channels, rate)


def _ogg_pages(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield for each page its last sample, the start of its packets, and its stream."""
    at = 0
    while content[at : at + 4] == b"OggS":
        granule, serial = struct.unpack_from("<QI", content, at + 6)
        segments = content[at + 26]
        begin = at + 27 + segments
        yield granule, begin, serial
        at = begin + sum(content[at + 27 : begin])
        if at > len(content):
            raise damaged("its end is missing")


def _mp3(content: bytes) -> Heard:
    at = 0
    while content[at : at + 3] == b"ID3":
        size = 0
        for seven in content[at + 6 : at + 10]:
            size = size << 7 | seven & 0x7F
        at += 10 + size
    first = _frame(content, at)
    if first is None:
        raise damaged("no sound follows what describes it")
    frames = samples = 0
    while (frame := _frame(content, at)) is not None and at + frame.size <= len(content):
        frames, samples, at = frames + 1, samples + frame.samples, at + frame.size
    if frames < FEWEST_FRAMES:
        raise damaged("there is one frame at most")
    return Heard(samples / first.rate, first.channels, first.rate)


def _frame(content: bytes, at: int) -> Frame | None:
    """Parse the header of an MP3 frame; None if there is no frame."""
    head = int.from_bytes(content[at : at + 4].ljust(4, b"\0"), "big")
    version, layer = head >> 19 & 3, 4 - (head >> 17 & 3)
    bitrate, rate = head >> 12 & 15, head >> 10 & 3
    is_head = head >> 21 == SYNC and version != NO_VERSION and layer in LAYERS
    if not is_head or bitrate in {0, BAD_BITRATE} or rate == BAD_RATE:
        return None
    is_first = version == MPEG_1
    a_second = 1000 * MP3_BITRATES[is_first, layer][bitrate]
    hertz = MP3_RATES[rate] >> (0 if is_first else 1 if version else 2)
    padding = head >> 9 & 1
    channels = 1 if head >> 6 & 3 == MONO else 2
    samples = 576 if layer == max(LAYERS) and not is_first else 1152
    return Frame(samples // 8 * a_second // hertz + padding, samples, channels, hertz)


READERS: dict[str, Callable[[bytes], Heard]] = {
    "audio/wav": _wav,
    "audio/ogg": _ogg,
    "audio/flac": _flac,
    "audio/mpeg": _mp3,
    "audio/mp4": sound_boxes.mp4,
    "audio/webm": sound_boxes.webm,
}
