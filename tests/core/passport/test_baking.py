import zlib

import pytest

from canut.core.errors import BadFile
from canut.core.passport.baking import LARGEST, PNG_BEGIN, bake_png, bake_svg, credential_inside

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>é</title></svg>'
JSON = '{"name": "Étiqueter < & > \\" 🙂"}'


def chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body).to_bytes(4)
    return len(body).to_bytes(4) + name + body + check


PNG = (
    PNG_BEGIN
    + chunk(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)


def test_credential_comes_out_of_a_drawing_as_it_went_in() -> None:
    baked = bake_svg(SVG, JSON)

    assert credential_inside(baked.encode()) == JSON
    assert "<title>é</title>" in baked


def test_credential_comes_out_of_a_picture_as_it_went_in() -> None:
    baked = bake_png(PNG, JSON)

    assert credential_inside(baked) == JSON
    assert baked.startswith(PNG[:33])
    assert baked.endswith(PNG[33:])


def test_packed_text_of_other_programs_is_read() -> None:
    body = b"openbadgecredential\0\1\0\0\0" + zlib.compress(JSON.encode())

    assert credential_inside(PNG[:33] + chunk(b"iTXt", body) + PNG[33:]) == JSON


@pytest.mark.parametrize("content", [SVG.encode(), PNG, b'{"a": 1}', b""])
def test_picture_without_a_credential_gives_none(content: bytes) -> None:
    assert credential_inside(content) is None


@pytest.mark.parametrize(
    "content",
    [
        b'<!DOCTYPE a [<!ENTITY e "x">]><svg>&e;</svg>',
        b"<svg>",
        b"<svg>&e;</svg>",
        PNG[:50],
        PNG_BEGIN + b"\xff\xff\xff\xffiTXt",
        PNG[:33] + chunk(b"iTXt", b"openbadgecredential\0\1\0\0\0no") + PNG[33:],
        PNG[:33] + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0\xff") + PNG[33:],
        bytes(LARGEST + 1),
    ],
)
def test_damaged_or_odd_pictures_are_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        credential_inside(content)


def test_bomb_in_a_picture_unpacks_to_the_limit_at_most() -> None:
    body = b"openbadgecredential\0\1\0\0\0" + zlib.compress(b" " * (64 * 2**20))

    inside = credential_inside(PNG[:33] + chunk(b"iTXt", body) + PNG[33:])

    assert inside is not None
    assert len(inside) <= LARGEST
