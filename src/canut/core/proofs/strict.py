"""Read base64, numbers and JSON strictly, in one spelling only.

Signatures and hashes require that no other bytes mean the same; so what most readers tolerate
(missing padding, spare bits, a name twice, leading zeros) is refused here. The caller decides what
the bytes mean.
"""

import base64
import binascii
import json
import re

from canut.core.errors import BadInput, BadProof
from canut.core.json_depth import check_depth
from canut.core.proofs.canonical import SAFE_INTEGER, canonical

LARGEST = 2**63 - 1
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def write_base64(raw: bytes) -> str:
    """Write bytes in standard base64, with padding."""
    return base64.b64encode(raw).decode()


def read_base64(text: str, name: str) -> bytes:
    """Read standard base64 in the only spelling its bytes have.

    Args:
        text: base64 with padding, without spaces.
        name: the name of the value, for the error message.

    Raises:
        BadProof: another alphabet, padding left out, or spare bits that are not zero.

    Source:
        RFC 4648, sections 3.5 and 4.

    Example:
        >>> read_base64("b2s=", "word")
        b'ok'
    """
    if not _BASE64.fullmatch(text):
        raise BadProof(f"{name} is not standard base64 with its padding: {_shown(text)}")
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise BadProof(f"{name} is not base64 ({problem}): {_shown(text)}") from problem
    if write_base64(raw) != text:
        raise BadProof(f"{name} is a second spelling of the same bytes: {_shown(text)}")
    return raw


def read_decimal(text: str, name: str) -> int:
    """Read a whole number from 0 to 2⁶³ - 1, without leading zeros or sign.

    Raises:
        BadProof: anything else.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > LARGEST:
        raise BadProof(
            f"{name} is {_shown(text)}; expected digits without leading zeros, at most 2^63 - 1"
        )
    return int(text)


def read_json(raw: bytes) -> object:
    """Read JSON, refusing what two readers might understand differently.

    Raises:
        BadProof: not UTF-8 or not JSON; a name twice in one object; a fraction; a whole number
            beyond 2⁵³ - 1 or written -0; half a surrogate pair; nested too deep.

    Source:
        RFC 7493, The I-JSON Message Format; fractions are refused by this house.

    Example:
        >>> read_json(b'{"a": [1]}')
        {'a': [1]}
    """
    try:
        check_depth(raw)
        text = raw.decode()
        value: object = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=_no_fraction,
            parse_int=_whole,
            parse_constant=_no_fraction,
        )
    except UnicodeDecodeError as problem:
        raise BadProof(f"the JSON is not UTF-8 ({problem})") from problem
    except json.JSONDecodeError as problem:
        raise BadProof(f"this is not JSON: {problem}") from problem
    except RecursionError as problem:
        raise BadProof("the JSON is nested too deep to be read safely") from problem
    if _SURROGATE.search(text):
        _canonical(value)
    return value


def read_canonical(raw: bytes) -> object:
    """Read JSON that is canonical under RFC 8785; refuse any other spelling.

    Raises:
        BadProof: raised by ``read_json``, or JSON that is not canonical: spaces, another order.
    """
    value = read_json(raw)
    if _canonical(value) != raw:
        raise BadProof("the JSON is not written canonically (RFC 8785): spaces, order or escapes")
    return value


def _canonical(value: object) -> bytes:
    try:
        return canonical(value)
    except BadInput as problem:
        raise BadProof(f"the JSON cannot be written canonically: {problem}") from problem


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadProof(f"the JSON names {_shown(twice)} twice in one object")
    return members


def _no_fraction(text: str) -> object:
    raise BadProof(f"the JSON holds {_shown(text)}; fractions are written as texts here")


def _whole(text: str) -> int:
    if len(text) > len(str(-SAFE_INTEGER)) or abs(int(text)) > SAFE_INTEGER:
        raise BadProof(f"the JSON holds {_shown(text)}; whole numbers go to 2^53 - 1")
    if text == "-0":
        raise BadProof("the JSON holds -0; write 0")
    return int(text)


def _shown(text: str) -> str:
    """Quote the beginning of a text, without terminal control characters."""
    longest = 60
    return ascii(text if len(text) <= longest else text[:longest] + "...")
