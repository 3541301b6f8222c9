"""Parse JSON request bodies; all bodies go through this module.

It refuses what would end the process or what no table can store, before or right after decoding:
nesting too deep, U+0000, half a surrogate pair, whole numbers beyond 63 bits. A refusal names the
position of the fault.
"""

import re
from typing import Any, overload

import msgspec

from canut.core.errors import BadInput
from canut.core.json_depth import Json, TooDeepError, check_depth

MOST_BITS = 63
LARGEST = 2**MOST_BITS - 1
PATH_LENGTH = 200
_LONG_NUMBER = b"0" * len(str(LARGEST))
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@overload
def read_json(raw: bytes, *, code: str = ...) -> Json: ...


@overload
def read_json[T](raw: bytes, kind: type[T], *, code: str = ...) -> T: ...


def read_json(raw: bytes, kind: Any = Any, *, code: str = "bad-request") -> Any:
    """Read a body.

    Args:
        raw: the bytes as they came.
        kind: what is expected there; anything where left out.
        code: the case of a body that is no JSON, or not of that kind.

    Raises:
        BadInput: ``json-too-deep``, ``bad-character``, ``json-number``, or the case given.

    Example:
        >>> read_json(b'{"lease": 12}', dict[str, int])
        {'lease': 12}
    """
    try:
        check_depth(raw)
    except TooDeepError as failure:
        raise BadInput(
            f"the body is {failure}", code="json-too-deep", limit=failure.limit, byte=failure.byte
        ) from None
    if rb"\u0000" in raw and (nul := _NUL.search(raw)):
        byte = nul.end() - len(rb"\u0000")
        raise BadInput(
            f"the body holds the character U+0000 at byte {byte}; take it out",
            code="bad-character",
            byte=byte,
        )
    try:
        if _LONG_NUMBER in raw.translate(_DIGITS):
            _check_numbers(msgspec.json.decode(raw), "$")
        return msgspec.json.decode(raw, type=kind)
    except (ValueError, RecursionError) as failure:
        raise BadInput(f"the body cannot be read: {failure}", code=code) from failure


def _check_numbers(value: object, path: str) -> None:
    """Refuse integers that no column can store; the depth is already limited."""
    if isinstance(value, dict):
        for name, each in value.items():
            _check_numbers(each, f"{path}.{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _check_numbers(each, f"{path}[{number}]")
    elif isinstance(value, int) and not -LARGEST - 1 <= value <= LARGEST:
        raise BadInput(
            f"the number at {path[:PATH_LENGTH]} is beyond {MOST_BITS} bits; send it as text",
            code="json-number",
            at=path[:PATH_LENGTH],
        )
