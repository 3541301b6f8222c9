"""Canonical JSON, did:key, and documents signed with eddsa-jcs-2022."""

import json
import re
from hashlib import sha256
from typing import Any, cast

import rfc8785

from canut_verify import RefusedError, UnreadableError
from canut_verify.notes import KEY_BYTES, is_by

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DID = re.compile(rf"did:key:(z[{BASE58}]{{40,60}})#\1")
SUITE = "eddsa-jcs-2022"
SAID = {
    "@context", "challenge", "created", "cryptosuite", "domain", "id", "nonce", "proofPurpose",
    "proofValue", "type", "verificationMethod",
}  # fmt: skip
SAFE = (1 << 53) - 1

type Json = dict[str, Any]


def canonical(value: object) -> bytes:
    """Write RFC 8785 JSON."""
    try:
        return rfc8785.dumps(cast("Json", value))
    except (rfc8785.CanonicalizationError, RecursionError) as why:
        raise UnreadableError(f"not JSON that can be written one way: {why}") from why


def parse(raw: bytes) -> Json:
    """Read an object that is written as RFC 8785 says; names twice and fractions are refused."""

    def once(pairs: list[tuple[str, object]]) -> Json:
        if len({name for name, _value in pairs}) < len(pairs):
            raise UnreadableError("a name stands twice in one object")
        return dict(pairs)

    def never(text: str) -> object:
        raise UnreadableError(f"a fraction: {text[:40]!a}")

    def whole(text: str) -> int:
        if len(text) > len(str(-SAFE)) or abs(int(text)) > SAFE:
            raise UnreadableError(f"too large a number: {text[:40]!a}")
        return int(text)

    try:
        value: object = json.loads(
            raw.decode(),
            object_pairs_hook=once,
            parse_float=never,
            parse_int=whole,
            parse_constant=never,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as why:
        raise UnreadableError(f"not JSON: {why}") from why
    if not isinstance(value, dict) or canonical(value) != raw:
        raise UnreadableError("not a JSON object in its canonical form")
    return value


def check_document(document: Json) -> list[str]:
    """Check a signed document; return the did:keys that signed it."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    given = document.get("proof")
    proofs = [_proof(one) for one in (given if isinstance(given, list) else [given])]
    if not proofs:
        raise UnreadableError("a document without a proof")
    by = [_signer(bare, one) for one in proofs if one["cryptosuite"] == SUITE]
    if not by:
        others = ", ".join(str(one["cryptosuite"]) for one in proofs)
        raise RefusedError(f"the document has no signature of {SUITE}; it has {others!a}")
    return by


def base58(text: str) -> bytes:
    """Decode base 58 behind the letter z."""
    if not text.startswith("z") or set(text[1:]) - set(BASE58) or len(text) > len(BASE58) * 2:
        raise UnreadableError(f"not base 58: {text[:40]!a}")
    number = 0
    for letter in text[1:]:
        number = number * 58 + BASE58.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def _proof(given: object) -> Json:
    if not isinstance(given, dict) or not isinstance(given.get("cryptosuite"), str):
        raise UnreadableError("no proof, or one that names no suite")
    return given


def _signer(bare: Json, proof: Json) -> str:
    method, value = proof.get("verificationMethod"), proof.get("proofValue")
    if not isinstance(method, str) or not isinstance(value, str) or set(proof) - SAID:
        raise UnreadableError("a proof that is not understood")
    if not isinstance(proof.get("created", ""), str):
        raise UnreadableError("a time that is not understood")
    if proof.get("type") != "DataIntegrityProof" or proof.get("proofPurpose") != "assertionMethod":
        raise UnreadableError("a proof of another kind")
    if ("@context" in proof) != ("@context" in bare) or proof.get("@context") != bare.get(
        "@context"
    ):
        raise RefusedError("the proof was made for another @context than the document has")
    seen = DID.fullmatch(method)
    key = base58(seen[1]) if seen else b""
    if not seen or key[:2] != b"\xed\x01" or len(key) != KEY_BYTES + 2:
        raise UnreadableError(f"not a did:key of Ed25519: {method[:60]!a}")
    options = {name: inner for name, inner in proof.items() if name != "proofValue"}
    message = sha256(canonical(options)).digest() + sha256(canonical(bare)).digest()
    if not is_by(key[2:], base58(value), message):
        raise RefusedError(f"the document is not what {method!a} signed")
    return method.partition("#")[0]
