import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from canut.core.errors import BadInput, Missing, Refusal, TooLarge
from canut.store.media.files import (
    NewPictures,
    check_picture,
    forget_picture,
    keep_picture,
    media_bytes,
)


@pytest.fixture(autouse=True)
def _folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def drawn(kind: str, mode: str = "RGB", size: tuple[int, int] = (8, 8), **more: object) -> bytes:
    out = io.BytesIO()
    image = Image.new(mode, size, 0)
    image.putpixel((1, 1), 200 if mode == "L" else (200, 10, 10, 255)[: len(mode)])
    image.save(out, kind, **more)
    return out.getvalue()


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def huge_png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 100)
    parts = png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def huge_webp(kind: bytes) -> bytes:
    bodies = {
        b"VP8X": b"\0" * 4 + b"\xff\xff\xfe" + b"\xff\xff\xfe",
        b"VP8L": b"\x2f" + (16_383 | 16_383 << 14).to_bytes(4, "little") + b"\0" * 5,
        b"VP8 ": b"\0" * 6 + struct.pack("<HH", 16_383, 16_383),
    }
    body = bodies[kind]
    return b"RIFF" + struct.pack("<I", 100) + b"WEBP" + kind + struct.pack("<I", 10) + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_pictures_are_known_by_their_content(kind: str) -> None:
    picture = keep_picture(1, drawn(kind))

    content, content_type = media_bytes(1, picture.sha256, smooth=False)

    assert content == drawn(kind)
    assert content_type == picture.content_type == f"image/{kind.lower()}"
    assert (picture.width, picture.height) == (8, 8)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "not-a-picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not-a-picture"),
        (b"", "not-a-picture"),
        (drawn("PNG")[:-20], "picture-damaged"),
        (drawn("JPEG", size=(300, 300))[:-200], "picture-damaged"),
        (drawn("GIF")[:-8], "picture-damaged"),
        (b"RIFF\0\0\0\0WEBP", "picture-damaged"),
    ],
)
def test_what_cannot_be_shown_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        check_picture(content)

    assert refusal.value.case == code


@pytest.mark.parametrize(
    "content",
    [huge_png(20_000, 20_000), huge_webp(b"VP8X"), huge_webp(b"VP8L"), huge_webp(b"VP8 ")],
)
def test_a_picture_of_too_many_pixels_is_refused_before_it_takes_memory(content: bytes) -> None:
    with pytest.raises(TooLarge) as refusal:
        check_picture(content)

    assert refusal.value.case == "picture-too-many-pixels"
    assert refusal.value.facts["limit"] == 100_000_000


def test_a_photograph_taken_sideways_is_measured_as_it_is_shown() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    picture = check_picture(drawn("JPEG", size=(30, 10), exif=exif))

    assert (picture.width, picture.height) == (10, 30)


def test_a_tiny_grey_picture_is_served_large_smooth_and_grey() -> None:
    picture = keep_picture(1, drawn("PNG", "L"))

    content, content_type = media_bytes(1, picture.sha256, smooth=True)

    image = Image.open(io.BytesIO(content))
    assert (image.size, image.mode, content_type) == ((368, 368), "L", "image/png")
    assert len(set(image.tobytes())) > 10


@pytest.mark.parametrize(
    ("mode", "size", "shown"),
    [("RGBA", (8, 4), (368, 184)), ("RGB", (95, 10), (380, 40)), ("RGB", (96, 10), (96, 10))],
)
def test_enlarging_keeps_proportions_and_stops_at_96(
    mode: str, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    picture = keep_picture(1, drawn("PNG", mode, size))

    content, _ = media_bytes(1, picture.sha256, smooth=True)

    image = Image.open(io.BytesIO(content))
    assert (image.size, image.mode) == (shown, mode)


@pytest.mark.parametrize("sha256", ["0" * 64, "../../etc/passwd", ""])
def test_no_other_file_can_be_had(sha256: str) -> None:
    with pytest.raises(Missing):
        media_bytes(1, sha256, smooth=True)


def test_pictures_of_another_project_are_elsewhere(tmp_path: Path) -> None:
    picture = keep_picture(1, drawn("PNG"))

    with pytest.raises(Missing):
        media_bytes(2, picture.sha256, smooth=False)
    forget_picture(1, picture.sha256)
    forget_picture(1, picture.sha256)

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_that_is_no_picture_is_never_served(tmp_path: Path) -> None:
    path = tmp_path / "1/aa" / ("aa" + "0" * 62)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"<script>")

    with pytest.raises(Refusal):
        media_bytes(1, path.name, smooth=False)


def test_pictures_kept_together_are_all_on_disk_once_settled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    on_disk: set[int] = set()
    monkeypatch.setattr("os.fsync", lambda file: on_disk.add(os.fstat(file).st_ino))
    pictures = NewPictures(1)
    for size in range(1, 30):
        pictures.keep(drawn("PNG", size=(8, 8 + size)))
    before = len(on_disk)

    pictures.settle()

    kept = [path for path in tmp_path.rglob("*") if len(path.name) in {2, 64}]
    assert before == 0
    assert len([path for path in kept if path.is_file()]) == 29
    assert on_disk == {path.stat().st_ino for path in kept}


def test_what_a_power_cut_left_empty_is_written_again(tmp_path: Path) -> None:
    picture = keep_picture(1, drawn("PNG"))
    (path,) = tmp_path.rglob(picture.sha256)
    path.write_bytes(b"")

    keep_picture(1, drawn("PNG"))

    assert path.read_bytes() == drawn("PNG")
