"""What a sound is, is read from its headers, whatever it is called and however it is broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canut.core.errors import BadInput, Refusal
from canut.core.formats.tables.sound import Sound, kind_of, read_sound
from tests.support import sounds

GOOD = {
    "wav": (sounds.wav(1.5, 2), Sound("audio/wav", 1_500, 2, 8_000)),
    "wav of a stream": (sounds.wav(says=0xFFFF_FFFF), Sound("audio/wav", 1_000, 1, 8_000)),
    "mp3": (sounds.mp3(), Sound("audio/mpeg", 2_612, 2, 44_100)),
    "mp3 without a tag": (sounds.mp3(tagged=False), Sound("audio/mpeg", 2_612, 2, 44_100)),
    "flac": (sounds.flac(), Sound("audio/flac", 3_000, 2, 44_100)),
    "opus": (sounds.opus(), Sound("audio/ogg", 2_000, 1, 48_000)),
    "vorbis": (sounds.vorbis(), Sound("audio/ogg", 2_000, 2, 44_100)),
    "m4a": (sounds.m4a(), Sound("audio/mp4", 3_000, 2, 44_100)),
    "webm": (sounds.webm(), Sound("audio/webm", 2_000, 2, 48_000)),
    "webm as recorded": (sounds.webm(recorded=True), Sound("audio/webm", 2_000, 2, 48_000)),
}
VIDEOS = {
    "avi": b"RIFF" + bytes(4) + b"AVI " + bytes(100),
    "theora": sounds.theora(),
    "mp4": sounds.m4a(kind=b"vide"),
    "webm": sounds.webm(kind=1),
}
NO_SOUNDS = {
    "png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    "webp": b"RIFF" + bytes(4) + b"WEBP" + bytes(20),
    "heic": b"\0\0\0\x18ftypheic" + bytes(20),
    "text": "id;texte\n1;très bon\n".encode(),
    "text of an old Windows": "id;texte\n1;très bon\n".encode("utf-16"),
    "nothing": b"",
    "ogg of something else": sounds.page(b"Speex   " + bytes(60), 0),
}
BROKEN = {
    "wav without samples": sounds.wav(0),
    "wav cut": sounds.wav()[:30],
    "mp3 of one frame": sounds.mp3(1),
    "mp3 of a tag alone": sounds.mp3(0),
    "ogg cut": sounds.opus()[:-10],
    "flac cut": sounds.flac()[:20],
    "flac without a length": sounds.flac(0),
    "m4a cut": sounds.m4a()[:-10],
    "m4a without a track": sounds.box(b"ftyp", b"M4A \0\0\0\0") + sounds.box(b"moov"),
    "webm cut": sounds.webm()[:-10],
}


@pytest.mark.parametrize("name", GOOD)
def test_sound_says_what_it_is(name: str) -> None:
    content, wanted = GOOD[name]

    assert read_sound(content) == wanted


@pytest.mark.parametrize("name", VIDEOS)
def test_what_moves_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_sound(VIDEOS[name])

    assert refused.value.case == "video-refused"


@pytest.mark.parametrize("name", NO_SOUNDS)
def test_what_is_no_sound_is_not_taken_for_one(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_sound(NO_SOUNDS[name])

    assert refused.value.case == "not-a-sound"


@pytest.mark.parametrize("name", BROKEN)
def test_broken_sound_is_refused_as_such(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_sound(BROKEN[name])

    assert refused.value.case == "sound-damaged"


@given(
    st.sampled_from(sorted(GOOD)),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
)
def test_hostile_bytes_are_refused_or_read_and_nothing_else_happens(
    name: str, length: float, changes: list[tuple[float, int]]
) -> None:
    mixed = bytearray(GOOD[name][0])
    mixed = mixed[: 1 + int(length * (len(mixed) - 1))]
    for where, byte in changes:
        mixed[int(where * (len(mixed) - 1))] = byte

    said = case_of(bytes(mixed))

    assert said in {"", "not-a-sound", "sound-damaged", "video-refused"}


def case_of(content: bytes) -> str:
    try:
        read_sound(content)
    except Refusal as refusal:
        return refusal.case
    return ""


def test_kind_is_known_by_the_first_bytes() -> None:
    found = {name: kind_of(content[:16]) for name, (content, _) in GOOD.items()}

    assert found == {name: wanted.content_type for name, (_, wanted) in GOOD.items()}
