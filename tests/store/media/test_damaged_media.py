"""Pictures and sounds on disk that are gone, cut, replaced or no file: what remains goes on."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytest_django import Settings

from canut.actions.imports.thumbnails import draw_smaller
from canut.core.errors import Missing, Refusal
from canut.store.media import files
from canut.store.media.blobs import storage
from canut.store.models import Media
from tests.support.factories import make_project
from tests.support.mutations import damage_bytes

type Damage = Callable[[Path], object]
pytestmark = pytest.mark.django_db


def picture(
    side: int = 120, kind: str = "PNG", width: int = 0, exif: Image.Exif | None = None
) -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (side, width or side, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, kind, **({"exif": exif} if exif else {}))
    return out.getvalue()


def turned_jpeg(artist: bytes = b"somebody", size: tuple[int, int] = (160, 160)) -> bytes:
    exif = Image.Exif()
    exif[files.ORIENTATION] = 6
    exif[0x013B] = artist.decode()
    return picture(size[1], "JPEG", size[0], exif)


def replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Damage] = {
    "gone": Path.unlink,
    "folder": replaced_by_a_folder,
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_bytes(b"<svg onload=alert(1)>"),
}


@pytest.fixture
def media_folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("side", [8, 120])
def test_damaged_picture_is_missing_in_words(damage: Damage, side: int, media_folder: Path) -> None:
    stored = files.keep_picture(7, picture(side))
    damage(media_folder / files.key_of(7, stored.sha256))

    with pytest.raises(Missing) as refused:
        files.media_bytes(7, stored.sha256, smooth=True)

    assert refused.value.case == "picture-missing"


@pytest.mark.parametrize("damage", [DAMAGES["gone"], DAMAGES["folder"]])
def test_damaged_sound_is_missing_in_words(damage: Damage, media_folder: Path) -> None:
    key = files.key_of(7, "0" * 64)
    storage().write(key, b"RIFF", "audio/wav")
    damage(media_folder / key)

    with pytest.raises(Missing):
        files.sound_part(7, "0" * 64, 0, 4)


def test_tiny_picture_that_was_cut_is_served_as_it_is(media_folder: Path) -> None:
    content = picture(8)
    stored = files.keep_picture(7, content)
    path = media_folder / files.key_of(7, stored.sha256)
    path.write_bytes(content[:50])

    assert files.media_bytes(7, stored.sha256, smooth=True) == (content[:50], "image/png")


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_job_draws_what_it_can_and_passes_over_the_others(
    damage: Damage, media_folder: Path
) -> None:
    project = make_project(tasks=1).project
    for number, content in enumerate((picture(150), picture(160))):
        stored = files.keep_picture(project.pk, content)
        Media.objects.create(project=project, **_columns(stored))
        if not number:
            damage(media_folder / files.key_of(project.pk, stored.sha256))

    draw_smaller.func(project.pk)

    copies = Media.objects.order_by("id").values_list("smaller", flat=True)
    assert list(copies) == [[], [160]]


def _columns(stored: files.MediaFacts) -> dict[str, object]:
    names = ("sha256", "content_type", "width", "height", "size_bytes")
    return {name: getattr(stored, name) for name in names}


def test_picture_with_odd_camera_data_is_drawn_turned() -> None:
    artist, chromaticities = b"\x01\x3b\x00\x02", b"\x01\x3f\x00\x02"
    content = turned_jpeg(b"A" * 40, (300, 160)).replace(artist, chromaticities)  # text, no number

    copies = files.smaller_copies(content)

    with Image.open(io.BytesIO(copies[160])) as copy:
        assert copy.width < copy.height


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "MPO"])
def test_damaged_picture_is_checked_or_refused(kind: str) -> None:
    content = turned_jpeg() if kind == "JPEG" else picture(60, kind)
    for number in range(80):
        damaged = damage_bytes(content, np.random.default_rng([len(kind), number]))
        try:
            files.check_media(damaged)
            files.smaller_copies(damaged)
        except (Refusal, *files.PICTURE_ERRORS):
            continue


@pytest.mark.parametrize(
    ("size", "code"),
    [((40_000, 40_000), "picture-too-many-pixels"), ((2**31 - 1, 1), "picture-too-many-pixels")],
)
def test_picture_of_too_many_points_is_refused_before_it_is_decoded(
    size: tuple[int, int], code: str
) -> None:
    content = bytearray(picture(9))
    content[16:24] = size[0].to_bytes(4) + size[1].to_bytes(4)
    content[29:33] = zlib.crc32(bytes(content[12:29])).to_bytes(4)

    with pytest.raises(Refusal) as refused:
        files.check_picture(bytes(content))

    assert refused.value.case == code


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4",
        b"GIF89a=1;alert(1)//",
        b"RIFF1234WEBP",
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        files.check_media(content)


def test_picture_that_is_also_a_page_is_served_as_a_picture() -> None:
    content = picture(100) + b"<html><script>alert(1)</script>"
    assert files.check_picture(content).content_type == "image/png"
