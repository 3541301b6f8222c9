"""Read some fields of Thrift structures in the compact protocol, as Parquet's headers are written.

Only the fields that a caller names are kept; all others are skipped where they stand. As in the
generated readers, a field of another type than expected is skipped, and of two with one number the
last counts. What is damaged raises ``ValueError``, what ends too early ``IndexError``: no damage
reaches further than this module.

Source:
    https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from collections.abc import Mapping
from typing import Any

I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
_TRUE, _FALSE, _I8, _I16, _DOUBLE, _SET, _MAP, _UUID = 1, 2, 3, 4, 7, 10, 11, 13
MOST_ITEMS = 100_000
MOST_STRUCTURES = 300_000
DEEPEST = 32
_FOUR_BITS = 15
_ANOTHER_BYTE = 0x80  # the bit that says another byte of the number follows
_LONGEST_VARINT = 63
_FIXED = {_TRUE: 0, _FALSE: 0, _I8: 1, _DOUBLE: 8, _UUID: 16}

type Spec = Mapping[int, tuple[int, Spec | None]]
"""By number of a field: its type, and for a structure or a list of them their fields."""
type Fields = dict[int, Any]


class CompactReader:
    """Reads structures one after the other from bytes.

    Args:
        raw: the bytes.
        at: where the first structure begins.
    """

    def __init__(self, raw: bytes, at: int = 0) -> None:
        self.raw = raw
        self.at = at
        self._structures = 0

    def read(self, spec: Spec, depth: int = 0) -> Fields:
        """Read a structure; return the named fields that it has, by number.

        Raises:
            ValueError: it is damaged, too deep or too large.
            IndexError: the bytes end within it.
        """
        self._structures += 1
        if depth > DEEPEST or self._structures > MOST_STRUCTURES:
            raise ValueError("a structure is too deep or has too many parts")
        fields: Fields = {}
        number = 0
        while True:
            kind, number = self._field(number)
            if not kind:
                return fields
            expected = spec.get(number)
            if expected is None or expected[0] != kind:
                self._skip(kind, depth)
            else:
                fields[number] = self._value(kind, expected[1], depth)

    def _field(self, last: int) -> tuple[int, int]:
        """Read the head of a field: its type and number; type 0 ends the structure."""
        head = self._byte()
        kind, delta = head & _FOUR_BITS, head >> 4
        if not kind:
            return 0, 0
        return kind, last + delta if delta else _signed(self._varint(), 16)

    def _value(self, kind: int, spec: Spec | None, depth: int) -> object:
        if kind == I32:
            return _signed(self._varint(), 32)
        if kind == I64:
            return _signed(self._varint(), 64)
        if kind == BINARY:
            return self._binary()
        if kind == STRUCT:
            return self.read(spec or {}, depth + 1)
        size, inner = self._list_head()
        if inner != STRUCT or spec is None:
            raise ValueError(f"a list of type {inner} where one of structures was expected")
        return [self.read(spec, depth + 1) for _ in range(size)]

    def _skip(self, kind: int, depth: int) -> None:
        if depth > DEEPEST:
            raise ValueError("a structure is too deep")
        if kind in {_I16, I32, I64}:
            self._varint()
        elif kind in _FIXED:
            self._move(_FIXED[kind])
        elif kind == BINARY:
            self._move(self._varint())
        elif kind in {LIST, _SET}:
            size, inner = self._list_head()
            self._skip_items(inner, size, depth)
        elif kind == _MAP:
            self._skip_map(depth)
        elif kind == STRUCT:
            self._skip_structure(depth)
        else:
            raise ValueError(f"a field has the unknown type {kind}")

    def _skip_structure(self, depth: int) -> None:
        kind, number = self._field(0)
        while kind:
            self._skip(kind, depth + 1)
            kind, number = self._field(number)

    def _skip_items(self, kind: int, size: int, depth: int) -> None:
        if kind in {_TRUE, _FALSE}:  # one byte each within a list
            self._move(size)
            return
        for _ in range(size):
            self._skip(kind, depth + 1)

    def _skip_map(self, depth: int) -> None:
        size = self._size(self._varint())
        if not size:
            return
        types = self._byte()
        for _ in range(size):
            for kind in (types >> 4, types & _FOUR_BITS):
                self._skip_items(kind, 1, depth)

    def _list_head(self) -> tuple[int, int]:
        head = self._byte()
        size = head >> 4
        return self._size(self._varint() if size == _FOUR_BITS else size), head & _FOUR_BITS

    def _size(self, size: int) -> int:
        if size > MOST_ITEMS:
            raise ValueError(f"a list has {size} items; at most {MOST_ITEMS} are read")
        return size

    def _binary(self) -> bytes:
        length = self._varint()
        begin = self.at
        self._move(length)
        return self.raw[begin : self.at]

    def _move(self, count: int) -> None:
        self.at += count
        if self.at > len(self.raw):
            raise IndexError("the bytes end within a structure")

    def _byte(self) -> int:
        byte = self.raw[self.at]
        self.at += 1
        return byte

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.raw[self.at]
            self.at += 1
            value |= (byte & ~_ANOTHER_BYTE) << shift
            if not byte & _ANOTHER_BYTE:
                return value
            shift += 7
            if shift > _LONGEST_VARINT:
                raise ValueError("a number has more than 64 bits")


def _signed(value: int, bits: int) -> int:
    """Undo the zigzag of a number of so many bits."""
    value &= (1 << bits) - 1
    return (value >> 1) ^ -(value & 1)
