"""Check a credential that somebody brings: who signed it, whether it still holds, what it says.

A signature shows that a key signed these words. Whose key it is stands apart: this instance's, or a
key known by the credential's own word alone. Nothing is fetched here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum
from typing import Any, cast

from canut.core.clock import day_begin
from canut.core.errors import BadFile, BadInput, BadProof, NotProven
from canut.core.json_depth import load_json
from canut.core.outside_text import read_day, read_whole
from canut.core.passport.baking import LARGEST, credential_inside
from canut.core.passport.status_lists import is_set
from canut.core.proofs.data_integrity import verify_document
from canut.core.proofs.did_key import public_of_method

OWN_WORD, HERE = "own_word", "here"
MOST_SHOWN = 400


class Holds(StrEnum):
    """Whether a credential holds, the worst first."""

    CHANGED = "changed"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    NOT_ASKED = "not_asked"
    YES = "yes"


@dataclass(frozen=True, slots=True)
class CredentialVerdict:
    """What was found about one credential; texts are those of the credential.

    Args:
        holds: whether it holds.
        name: what it is called.
        issuer: the issuer's name, as it says.
        did: the issuer's identifier.
        known: ``here`` for this instance's key, ``own_word`` for any other.
        description, criteria: what it says.
        results: name and value of each result.
        since_ms, until_ms: from when and until when it holds.
        suites: the ways in which it is signed and was verified.
    """

    holds: Holds
    name: str
    issuer: str
    did: str
    known: str
    description: str
    criteria: str
    results: tuple[tuple[str, str], ...]
    since_ms: int | None
    until_ms: int | None
    suites: int


type StatusReader = Callable[[str], bytes | None]
"""Gives the bits of a status list of this instance by address; None for any other list."""


def read_credential(content: bytes) -> dict[str, Any]:
    """Return the credential in a file: JSON, or a picture with one inside.

    Raises:
        BadFile: too large, damaged, or without a credential.
    """
    if len(content) > LARGEST:
        raise BadFile(f"a file of {len(content)} bytes", code="too-large", limit=LARGEST)
    inside = credential_inside(content)
    try:
        document: object = load_json(content if inside is None else inside.encode())
    except (ValueError, RecursionError):
        raise BadFile("there is no credential in this file", code="not-a-credential") from None
    if not isinstance(document, dict) or "credentialSubject" not in document:
        raise BadFile("there is no credential in this file", code="not-a-credential")
    return cast("dict[str, Any]", document)


def check_credential(
    document: Mapping[str, Any], own_key: bytes, status: StatusReader, now_ms: int
) -> CredentialVerdict:
    """Check one credential.

    Args:
        document: as ``read_credential`` gives it.
        own_key: the public key of this instance.
        status: reads status lists of this instance.
        now_ms: when, milliseconds since 1970 UTC.

    Raises:
        BadFile: it has no signature that is read here, or parts are not what they should be.
    """
    keys = _keys_named(document)
    try:
        checked = verify_document(document, keys)
    except NotProven as problem:
        if "no signature of" in str(problem):
            raise BadFile("it has no signature read here", code="credential-unsigned") from problem
        holds, origin, suites = Holds.CHANGED, OWN_WORD, 0
    except (BadProof, BadInput) as problem:
        raise BadFile(
            f"its signature cannot be read ({problem})", code="credential-unsigned"
        ) from problem
    else:
        is_own = all(each.public == own_key for each in checked.signatures)
        origin, suites = HERE if is_own else OWN_WORD, len(checked.signatures)
        holds = _state(document, status if is_own else lambda _address: None, now_ms)
    subject = _mapping(document, "credentialSubject")
    achievement = _mapping(subject, "achievement")
    issuer = document.get("issuer")
    named = cast("Mapping[str, Any]", issuer) if isinstance(issuer, Mapping) else {"id": issuer}
    return CredentialVerdict(
        holds=holds,
        name=_text(document.get("name")) or _text(achievement.get("name")),
        issuer=_text(named.get("name")),
        did=_text(named.get("id")),
        known=origin,
        description=_text(achievement.get("description")),
        criteria=_text(_mapping(achievement, "criteria").get("narrative")),
        results=_results(subject, achievement),
        since_ms=_moment(document.get("validFrom")),
        until_ms=_moment(document.get("validUntil")),
        suites=suites,
    )


def keys_that_signed(document: Mapping[str, Any]) -> tuple[bytes, ...]:
    """Return the public keys whose signatures hold; none where one does not.

    A key that a document merely names is not among them.
    """
    try:
        checked = verify_document(document, _keys_named(document))
    except (BadProof, BadInput, NotProven):
        return ()
    return tuple(dict.fromkeys(each.public for each in checked.signatures))


def _keys_named(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the key of each method that has it in its fragment, as ours have."""
    proof = document.get("proof")
    proofs = proof if isinstance(proof, list) else [proof]
    keys = {}
    for each in proofs:
        method = each.get("verificationMethod") if isinstance(each, Mapping) else None
        if isinstance(method, str) and method.startswith("did:web:"):
            fragment = method.partition("#")[2]
            try:
                keys[method] = public_of_method(f"did:key:{fragment}#{fragment}")
            except BadProof:
                continue
    return keys


def _state(document: Mapping[str, Any], status: StatusReader, now_ms: int) -> Holds:
    since_ms, until_ms = _moment(document.get("validFrom")), _moment(document.get("validUntil"))
    entry = _mapping(document, "credentialStatus")
    bits = status(_text(entry.get("statusListCredential")))
    place = read_whole(_text(entry.get("statusListIndex")))
    try:
        is_revoked = bits is not None and is_set(bits, -1 if place is None else place)
    except BadProof:
        is_revoked = True  # signed here, for a place that our list does not have
    if is_revoked:
        return Holds.REVOKED
    if until_ms is not None and until_ms < now_ms:
        return Holds.EXPIRED
    if since_ms is not None and since_ms > now_ms:
        return Holds.NOT_YET
    return Holds.NOT_ASKED if entry and bits is None else Holds.YES


def _results(
    subject: Mapping[str, Any], achievement: Mapping[str, Any]
) -> tuple[tuple[str, str], ...]:
    described = {
        _text(each.get("id")): _text(each.get("name"))
        for each in _list(achievement.get("resultDescription"))
    }
    return tuple(
        (described.get(_text(each.get("resultDescription")), ""), _text(each.get("value")))
        for each in _list(subject.get("result"))
    )


def _list(value: object) -> list[Mapping[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [cast("Mapping[str, Any]", each) for each in listed if isinstance(each, Mapping)]


def _mapping(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    listed = _list(value.get(name))
    return listed[0] if listed else {}


def _text(value: object) -> str:
    return value[:MOST_SHOWN] if isinstance(value, str) else ""


def _moment(value: object) -> int | None:
    """Return the beginning of a moment's day, milliseconds since 1970 UTC."""
    day = read_day(value.partition("T")[0]) if isinstance(value, str) else None
    return None if day is None else day_begin(day, UTC)
