"""Sounds of every kind that is taken in, made byte by byte: silence of a known length."""

import struct

OPUS_A_SECOND = 48_000
MP3_RATE, MP3_SAMPLES, MP3_BYTES = 44_100, 1152, 417


def wav(
    seconds: float = 1, channels: int = 1, rate: int = 8_000, *, says: int | None = None
) -> bytes:
    """Make a WAV; ``says``: how many bytes of samples its head announces."""
    samples = bytes(int(seconds * rate) * channels * 2)
    head = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    size = len(samples) if says is None else says
    body = b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", size) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3(frames: int = 100, *, tagged: bool = True) -> bytes:
    """Make an MP3: 128 kbit/s, stereo, behind a tag that says who sings."""
    frame = b"\xff\xfb\x90\x00" + bytes(MP3_BYTES - 4)
    tag = b"ID3\x04\0\0" + bytes([0, 0, 1, 72]) + bytes(200)
    return (tag if tagged else b"") + frame * frames


def flac(seconds: int = 3, channels: int = 2, rate: int = 44_100) -> bytes:
    """Make the head of a FLAC."""
    packed = rate << 44 | (channels - 1) << 41 | 15 << 36 | seconds * rate
    return b"fLaC\x80\x00\x00\x22" + bytes(10) + packed.to_bytes(8, "big") + bytes(16)


def page(packet: bytes, granule: int, serial: int = 7) -> bytes:
    """Make a page of an Ogg."""
    head = b"OggS\0\0" + struct.pack("<QIII", granule, serial, 0, 0)
    sizes = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    return head + bytes([len(sizes)]) + sizes + packet


def opus(seconds: int = 2, channels: int = 1) -> bytes:
    """Make an Ogg with Opus in it, which begins 312 samples early."""
    head = b"OpusHead\x01" + bytes([channels]) + struct.pack("<HIHB", 312, 16_000, 0, 0)
    last = seconds * OPUS_A_SECOND + 312
    return page(head, 0) + page(b"OpusTags" + bytes(8), 0) + page(bytes(300), last)


def vorbis(seconds: int = 2) -> bytes:
    """Make an Ogg with Vorbis in it."""
    head = b"\x01vorbis" + bytes(4) + b"\x02" + struct.pack("<I", 44_100) + bytes(14)
    return page(head, 0) + page(bytes(300), seconds * 44_100)


def theora() -> bytes:
    """Make an Ogg that moves."""
    return page(b"\x80theora" + bytes(40), 0)


def box(name: bytes, *parts: bytes) -> bytes:
    """Make a box of an MP4."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + name + body


def m4a(seconds: int = 3, channels: int = 2, rate: int = 44_100, kind: bytes = b"soun") -> bytes:
    """Make an M4A; with ``vide`` it moves."""
    length = struct.pack(">IIIII", 0, 0, 0, rate, seconds * rate) + bytes(4)
    entry = bytes(6) + struct.pack(">H", 1) + bytes(8)
    entry += struct.pack(">HHHHI", channels, 16, 0, 0, rate << 16)
    described = box(b"stsd", struct.pack(">II", 0, 1), box(b"mp4a", entry))
    handler = box(b"hdlr", bytes(8), kind, bytes(13))
    media = box(b"mdia", box(b"mdhd", length), handler, box(b"minf", box(b"stbl", described)))
    film = box(b"moov", box(b"mvhd", length + bytes(76)), box(b"trak", media))
    return box(b"ftyp", b"M4A \0\0\0\0") + film + box(b"mdat", bytes(100))


def element(name: int, body: bytes, *, unknown: bool = False) -> bytes:
    """Make an element of a WebM; ``unknown``: as a recorder writes it, without its length."""
    size = b"\x01" + b"\xff" * 7 if unknown else (1 << 56 | len(body)).to_bytes(8, "big")
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size + body


def webm(seconds: int = 2, *, kind: int = 2, recorded: bool = False) -> bytes:
    """Make a WebM with Opus in it; ``recorded``: as a browser records, without any length."""
    audio = element(0x9F, b"\x02") + element(0xB5, struct.pack(">d", 48_000))
    track = element(0xAE, element(0x83, bytes([kind])) + element(0xE1, audio))
    info = element(0x2AD7B1, (1_000_000).to_bytes(3, "big"))
    if not recorded:
        info += element(0x4489, struct.pack(">f", seconds * 1000))
    block = element(0xA3, b"\x81" + struct.pack(">h", 500) + b"\x80" + bytes(20))
    cluster = element(0xE7, (seconds * 1000 - 500).to_bytes(4, "big")) + block
    body = element(0x1549A966, info) + element(0x1654AE6B, track)
    body += element(0x1F43B675, cluster, unknown=recorded)
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, body, unknown=recorded)
