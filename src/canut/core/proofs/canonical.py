"""Write a payload as canonical JSON, and commit to it without revealing it.

Payloads hold texts, whole numbers, booleans, nulls, lists and objects of these. Fractions are
refused: two programs may write the same one differently. The caller decides what to commit to, and
when.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, cast

import rfc8785

from canut.core.errors import BadInput

SAFE_INTEGER = 2**53 - 1
NONCE_BYTES = 32
COMMITMENT_PREFIX = b"canut/commit/v1\0"
_plain = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical(payload: object) -> bytes:
    """Write a payload as canonical JSON.

    Raises:
        BadInput: it holds a fraction, a whole number beyond 2⁵³ - 1, a key that is not a text, or
            something JSON has no word for; or it is nested too deep.

    Source:
        RFC 8785, JSON Canonicalization Scheme.

    Example:
        >>> canonical({"b": 1, "a": "é"}).decode()
        '{"a":"é","b":1}'
    """
    try:
        if _is_plain(payload):
            return _plain.encode(payload).encode()
        _refuse_unsafe(payload, "payload")
        return rfc8785.dumps(cast("dict[str, Any]", payload))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as problem:
        raise BadInput(
            f"payload cannot be written as canonical JSON ({problem}); use valid Unicode texts"
        ) from problem
    except RecursionError as problem:
        raise BadInput("payload is nested too deep; expected a few levels") from problem


def _is_plain(value: object) -> bool:
    """Return whether the standard library writes it the same way, ten times faster.

    It does where no key goes beyond ASCII: their order is then the same by any encoding.
    """
    kind = type(value)
    if kind is dict:
        inner = cast("dict[object, object]", value)
        return all(type(key) is str and key.isascii() for key in inner) and all(
            map(_is_plain, inner.values())
        )
    if kind is list:
        return all(map(_is_plain, cast("list[object]", value)))
    if kind is int:
        return -SAFE_INTEGER <= cast("int", value) <= SAFE_INTEGER
    return value is None or kind is str or kind is bool


def _refuse_unsafe(value: object, where: str) -> None:
    """Raise for values two programs might write differently; ``where`` is the path."""
    if value is None or isinstance(value, (str, bool)):
        return
    if isinstance(value, int):
        if abs(value) > SAFE_INTEGER:
            raise BadInput(f"{where} is {value}; whole numbers go to 2^53 - 1: write it as a text")
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise BadInput(f"{where} has the key {key!r}; keys must be texts")
            _refuse_unsafe(inner, f"{where}.{key}")
        return
    if isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            _refuse_unsafe(inner, f"{where}[{index}]")
        return
    raise BadInput(
        f"{where} is {value!r}; expected texts, whole numbers, booleans, nulls, lists, objects"
    )


def commitment(payload: bytes, nonce: bytes) -> bytes:
    """Commit to a payload: SHA-256 of a prefix, a secret nonce and the payload.

    Args:
        payload: canonical JSON, from ``canonical``.
        nonce: 32 random bytes, stored with the payload and deleted with it.

    Raises:
        BadInput: the nonce is not 32 bytes; a shorter one could be guessed.
    """
    if len(nonce) != NONCE_BYTES:
        raise BadInput(f"nonce has {len(nonce)} bytes; expected {NONCE_BYTES} random ones")
    return hashlib.sha256(COMMITMENT_PREFIX + nonce + payload).digest()
