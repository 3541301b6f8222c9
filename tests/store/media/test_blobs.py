"""Both storages keep what they are given: a folder, and an S3 server on this machine."""

import io
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from pytest_django import Settings

from canut.core.errors import Missing, NotReady
from canut.settings import _media_origins
from canut.store.media.blobs import storage
from canut.store.media.files import (
    NewPictures,
    fitting,
    forget_picture,
    keep_picture,
    media_bytes,
    smaller_copies,
)
from canut.store.media.signed_urls import address_of, opened_by
from tests.support.s3 import s3_server

NOW = 1_764_072_000


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Run an S3 server; return where it answers."""
    with s3_server() as address:
        yield address


@pytest.fixture(params=["disk", "s3"])
def where(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> str:
    settings.MEDIA_ROOT = tmp_path
    kind = str(request.param)
    if kind == "s3":
        address = request.getfixturevalue("s3")
        folder = tmp_path.name
        settings.MEDIA_STORAGE = f"s3://canut/{folder}?endpoint={address}&region=us-east-1"
    return kind


def photo(size: tuple[int, int], kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    image.save(out, kind, **more)
    return out.getvalue()


def test_what_is_kept_is_given_back_and_can_be_forgotten(where: str) -> None:
    content = photo((300, 200))

    picture = keep_picture(7, content)

    assert media_bytes(7, picture.sha256, smooth=False) == (content, "image/jpeg"), where
    with pytest.raises(Missing):
        media_bytes(8, picture.sha256, smooth=False)
    forget_picture(7, picture.sha256)
    forget_picture(7, picture.sha256)
    with pytest.raises(Missing):
        media_bytes(7, picture.sha256, smooth=False)


@pytest.mark.usefixtures("where")
def test_many_are_there_once_settled() -> None:
    pictures = NewPictures(7)
    kept = [pictures.keep(photo((20 + n, 20))) for n in range(60)]

    pictures.settle()

    assert all(media_bytes(7, one.sha256, smooth=False)[0] for one in kept)


def test_storage_that_fails_fails_the_settling(settings: Settings, s3: str) -> None:
    settings.MEDIA_STORAGE = f"s3://no-such-bucket?endpoint={s3}&region=us-east-1"
    pictures = NewPictures(7)
    pictures.keep(photo((20, 20)))

    with pytest.raises(Exception, match="NoSuchBucket"):
        pictures.settle()


def test_an_address_of_s3_opens_the_picture_as_what_it_is(settings: Settings, s3: str) -> None:
    settings.MEDIA_STORAGE = f"s3://canut/signed?endpoint={s3}&region=us-east-1"
    picture = keep_picture(7, photo((30, 20)))

    address = address_of(7, picture.sha256, NOW)

    with urllib.request.urlopen(address) as answer:
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.read() == photo((30, 20))
    assert address.startswith(_media_origins(str(settings.MEDIA_STORAGE))[0])
    assert "X-Amz-Expires=300" in address


def test_an_address_of_ours_ends_and_opens_nothing_else(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    sha256 = "ab" * 32

    token = address_of(7, sha256, NOW, size=480).rpartition("/")[2]

    assert opened_by(token, NOW + 300)[:3] == (7, sha256, 480)
    changed: list[Callable[[str], str]] = [
        lambda t: t.replace("7.", "8.", 1),
        lambda t: t.replace("ab", "cd", 1),
        lambda t: t.replace(".480.", ".0."),
        lambda t: t.replace(str(NOW + 300), str(NOW + 9_300)),
        lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"),
        lambda _: "",
    ]
    for change in changed:
        with pytest.raises(Missing):
            opened_by(change(token), NOW)
    with pytest.raises(Missing) as refusal:
        opened_by(token, NOW + 301)
    assert refusal.value.case == "address-ended"


@pytest.mark.parametrize("given", ["gs://bucket", "s3://", "/folder"])
def test_storage_that_cannot_be_read_is_refused_in_words(settings: Settings, given: str) -> None:
    settings.MEDIA_STORAGE = given

    with pytest.raises(NotReady, match="expected s3://"):
        storage()


def test_smaller_copies_are_turned_and_say_nothing_of_the_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[1] = "N"
    content = photo((2_000, 1_000), exif=exif)

    copies = smaller_copies(content)

    assert sorted(copies) == [160, 480, 1280]
    for size, copy in copies.items():
        image = Image.open(io.BytesIO(copy))
        assert (image.format, image.size) == ("WEBP", (size // 2, size))
        assert not image.getexif()
    assert b"somebody" not in b"".join(copies.values())


def test_a_small_picture_has_one_copy_as_large_as_itself() -> None:
    copies = smaller_copies(photo((300, 200), "PNG"))

    sizes = {size: Image.open(io.BytesIO(copy)).size for size, copy in copies.items()}
    assert sizes == {160: (160, 107), 480: (300, 200)}
    assert [fitting(sorted(copies), wanted) for wanted in (100, 200, 300, 2_000, 0)] == [
        160,
        480,
        480,
        0,
        0,
    ]


def test_a_clear_picture_stays_clear() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (200, 200), (10, 20, 30, 0)).save(out, "PNG")

    copies = smaller_copies(out.getvalue())

    assert Image.open(io.BytesIO(copies[160])).mode == "RGBA"
