"""Read a credential that somebody brings from elsewhere, and say what is known of its signer.

Everything in it is a stranger's word until its signature holds, and the signer's name is its own
word until the host it names says that the key is its own. Nothing is fetched here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from canut.core.errors import BadFile, BadProof
from canut.core.json_depth import load_json
from canut.core.outside_text import read_whole
from canut.core.passport.status_lists import is_set, read_status_jwt
from canut.core.passport.verdicts import (
    HERE,
    CredentialVerdict,
    Holds,
    check_credential,
    keys_that_signed,
    read_credential,
)
from canut.core.proofs.did_key import did_of

MOST_MEMBERS = 200
DID_WEB = "did:web:"
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class BroughtVerdict(NamedTuple):
    """What was found of a credential from elsewhere.

    Args:
        verdict: of the whole; None where no signature could be read: its bearer's word.
        name: what it calls itself.
        members: verdicts of the credentials inside a learner record.
        hosts: the hosts that asking would call, none where nothing can be asked.
    """

    verdict: CredentialVerdict | None
    name: str
    members: tuple[CredentialVerdict, ...]
    hosts: tuple[str, ...]


def read_brought(content: bytes) -> dict[str, Any]:
    """Return the credential in a file: JSON, SVG, PNG or a learner record.

    Raises:
        BadFile: as for ``read_credential``; or a signature that does not go with its text, or too
            many credentials inside.
    """
    document = read_credential(content)
    if len(members_of(document)) > MOST_MEMBERS:
        raise BadFile(
            f"over {MOST_MEMBERS} credentials in one file", code="brought-many", limit=MOST_MEMBERS
        )
    return document


def judge_brought(document: Mapping[str, Any], own_key: bytes, now_ms: int) -> BroughtVerdict:
    """Check a credential from elsewhere and those inside it.

    Args:
        document: as ``read_brought`` gives it.
        own_key: the public key of this instance.
        now_ms: when, milliseconds since 1970 UTC.

    Raises:
        BadFile: a signature does not go with its text.
    """
    verdicts = [_checked(each, own_key, now_ms) for each in (document, *members_of(document))]
    if any(verdict and verdict.holds is Holds.CHANGED for verdict in verdicts):
        raise BadFile("the credential was changed after it was signed", code="brought-changed")
    whole, *members = verdicts
    name = document.get("name")
    return BroughtVerdict(
        whole,
        whole.name if whole else (name[:400] if isinstance(name, str) else ""),
        tuple(member for member in members if member),
        hosts_of(document) if whole and whole.known != HERE else (),
    )


def members_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the credentials inside a learner record; none of any other credential."""
    subject = document.get("credentialSubject")
    listed: object = cast("Mapping[str, Any]", subject) if isinstance(subject, Mapping) else {}
    inside = cast("Mapping[str, Any]", listed).get("verifiableCredential", [])
    members = cast("list[object]", inside if isinstance(inside, list) else [inside])
    return [cast("dict[str, Any]", each) for each in members if isinstance(each, dict)]


def hosts_of(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the hosts that know of a credential: its issuer's, and that of its status list."""
    urls = (did_address(issuer_of(document)), status_of(document)[0])
    hosts = [host_of(url) for url in urls if url]
    return tuple(dict.fromkeys(hosts))


def issuer_of(document: Mapping[str, Any]) -> str:
    """Return the identifier of a credential's issuer; empty where it names none."""
    issuer = document.get("issuer")
    named = cast("Mapping[str, Any]", issuer).get("id") if isinstance(issuer, Mapping) else issuer
    return named if isinstance(named, str) else ""


def status_of(document: Mapping[str, Any]) -> tuple[str, int]:
    """Return the https address of a credential's status list, and its entry; empty and -1."""
    entry = document.get("credentialStatus")
    stated = cast("Mapping[str, Any]", entry) if isinstance(entry, Mapping) else {}
    address, index = stated.get("statusListCredential"), stated.get("statusListIndex")
    place = read_whole(index) if isinstance(index, str) else None
    is_listed = stated.get("type") == "BitstringStatusListEntry" and is_https(address)
    return (str(address), place) if is_listed and place is not None else ("", -1)


def did_address(did: str) -> str:
    """Return where the document of a did:web is served; empty for another kind of name.

    Source:
        W3C CCG did:web method, section 3.2 (read).

    Example:
        >>> did_address("did:web:canut.example:passport")
        'https://canut.example/passport/did.json'
    """
    if not did.startswith(DID_WEB):
        return ""
    host, *path = did.removeprefix(DID_WEB).split(":")
    where = "/".join(path) if path else ".well-known"
    name = host.replace("%3A", ":").replace("%3a", ":")
    address = f"https://{name}/{where}/did.json"
    return address if is_https(address) else ""


def is_https(address: object) -> bool:
    """Return whether an address is plain https, with a host and nothing that hides another."""
    if not isinstance(address, str) or not address.startswith("https://"):
        return False
    return address.isascii() and _HOST.fullmatch(host_of(address)) is not None


def host_of(address: str) -> str:
    """Return the host of an https address, with its port where it has one.

    Example:
        >>> host_of("https://canut.example:8443/passport/did.json")
        'canut.example:8443'
    """
    return re.split(r"[/?#]", address.removeprefix("https://"), maxsplit=1)[0]


def keys_of_host(text: str, did: str) -> frozenset[str]:
    """Return the Ed25519 keys that a host's document lists for its did:web, as multibase texts.

    Args:
        text: the document as it came.
        did: whose it must be.

    Raises:
        BadProof: it is no such document, or of another name.
    """
    try:
        document: object = load_json(text)
    except (ValueError, RecursionError) as problem:
        raise BadProof(f"the host sent no DID document ({problem})") from problem
    if not isinstance(document, dict) or document.get("id") != did:
        raise BadProof(f"the host sent no document of {did[:80]!a}")
    methods = cast("dict[str, Any]", document).get("verificationMethod")
    listed = cast("list[object]", methods) if isinstance(methods, list) else []
    keys = [
        cast("Mapping[str, Any]", method).get("publicKeyMultibase")
        for method in listed
        if isinstance(method, Mapping)
    ]
    return frozenset(key for key in keys if isinstance(key, str))


def is_key_of_host(document: Mapping[str, Any], text: str) -> bool:
    """Return whether every key that signed a credential is among those its host lists.

    Args:
        document: the credential.
        text: the host's document as it came.
    """
    signed = keys_that_signed(document)
    try:
        listed = keys_of_host(text, issuer_of(document))
    except BadProof:
        return False
    return bool(signed) and all(did_of(key).removeprefix("did:key:") in listed for key in signed)


def is_revoked(list_text: str, document: Mapping[str, Any], now_ms: int) -> bool:
    """Return what a fetched status list says of a credential.

    Raises:
        BadProof: it is no list signed by the credential's own key, out of date, or too short.
    """
    keys = keys_that_signed(document)
    if len(keys) != 1:
        raise BadProof("no one key signed the credential, by which its list could be signed")
    _address, index = status_of(document)
    return is_set(read_status_jwt(list_text, keys[0], now_ms), index)


def write_brought(document: Mapping[str, Any]) -> bytes:
    """Return a credential as the bytes that are kept; equal ones give equal bytes."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _checked(document: Mapping[str, Any], own_key: bytes, now_ms: int) -> CredentialVerdict | None:
    try:
        return check_credential(document, own_key, lambda _address: None, now_ms)
    except BadFile:
        return None
