"""Thrift structures of Parquet: what is named is kept, all else skipped, damage is an error."""

import pytest

from canut.core.column_files.thrift import BINARY, I32, I64, LIST, STRUCT, CompactReader
from tests.core.column_files.making import structure, varint

SPEC = {
    1: (I32, None),
    4: (BINARY, None),
    6: (STRUCT, {2: (I64, None)}),
    7: (LIST, {1: (I32, None)}),
}


def test_named_fields_are_kept_and_others_skipped() -> None:
    raw = structure(
        (1, I32, -5),
        (2, I64, 2**40),
        (3, STRUCT, structure((1, LIST, [structure((1, I32, 9))]), (9, BINARY, b"skipped"))),
        (4, BINARY, b"name"),
        (6, STRUCT, structure((1, I32, 1), (2, I64, -(2**50)))),
        (7, LIST, [structure((1, I32, n)) for n in range(20)]),
    )

    fields = CompactReader(raw).read(SPEC)

    assert fields == {1: -5, 4: b"name", 6: {2: -(2**50)}, 7: [{1: n} for n in range(20)]}


def test_maps_doubles_and_truths_are_skipped() -> None:
    doubled = bytes([0x17]) + bytes(8)  # field 1: a double
    truth = bytes([0x11, 0x12])  # fields 2 and 3: true, false
    mapped = bytes([0x1B, 2, 0x88, 1]) + b"a" + b"\x01b" + b"\x01c" + b"\x00"  # field 4
    empty_map = bytes([0x1B, 0])
    listed = bytes([0x19, 0x31, 1, 2, 1])  # field 6: three truths
    uuid = bytes([0x1D]) + bytes(16)
    raw = doubled + truth + mapped + empty_map + listed + uuid + bytes([0x15, 14, 0])

    assert CompactReader(raw).read({8: (I32, None)}) == {8: 7}


def test_field_of_another_type_is_skipped_and_the_last_of_two_counts() -> None:
    raw = structure((1, BINARY, b"text"))[:-1] + bytes([0x05, 2, 14]) + bytes([0x05, 2, 6, 0])

    assert CompactReader(raw).read({1: (I32, None)}) == {1: 3}


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x15", b"\x15\x80", b"\x18\x05abc", b"\x19\xfc", b"\x1c"],
    ids=["nothing", "no value", "half a number", "short text", "no length", "open structure"],
)
def test_what_ends_too_early_is_told_apart_from_damage(raw: bytes) -> None:
    with pytest.raises(IndexError):
        CompactReader(raw).read(SPEC)


@pytest.mark.parametrize(
    "raw",
    [
        b"\x1e",
        b"\x15" + b"\xff" * 12,
        b"\x19\xfc" + varint(10**6),
        b"\x1c" * 50,
        bytes([0x79, 0x15, 2, 0]),
    ],
    ids=["unknown type", "long number", "long list", "too deep", "list of another type"],
)
def test_damage_is_an_error(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"type|bits|items|deep"):
        CompactReader(raw).read({7: (LIST, {}), **SPEC})
