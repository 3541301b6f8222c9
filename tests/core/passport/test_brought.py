"""Files from elsewhere: what is read, what is refused, and what a host can say of them."""

import json
import zlib
from typing import Any

import pytest

from canut.core.errors import BadFile, BadInput, BadProof
from canut.core.passport.baking import bake_png, bake_svg
from canut.core.passport.brought import (
    did_address,
    hosts_of,
    is_key_of_host,
    is_revoked,
    judge_brought,
    members_of,
    read_brought,
)
from canut.core.passport.credentials import Issuer
from canut.core.passport.learner_records import LARGEST_RECORD, learner_record
from canut.core.passport.status_lists import ENTRIES, set_bit, status_list_jwt
from canut.core.passport.verdicts import Holds
from canut.core.proofs.data_integrity import sign_credential, sign_document, verify_document
from canut.core.proofs.did_key import did_of
from canut.core.proofs.signing import public_of
from tests.core.passport.test_verdicts import (
    DID,
    LIST,
    NOW_MS,
    OTHER,
    SECRET,
    method,
    signed,
    unsigned,
)

HOST = "https://canut.example/passport/did.json"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9ccd\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
)
ISSUER = Issuer(DID, "Canut exemple", "https://canut.example")
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>"""
OUTSIDE = b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>'


def itxt(body: bytes) -> bytes:
    """Return a PNG with one text chunk after its header."""
    head, rest = PNG[:33], PNG[33:]
    name = b"iTXt" + body
    return head + len(body).to_bytes(4, "big") + name + zlib.crc32(name).to_bytes(4, "big") + rest


def host_document(*secrets: bytes, did: str = DID) -> str:
    keys = [did_of(public_of(secret)).removeprefix("did:key:") for secret in secrets]
    methods = [{"id": f"{did}#{key}", "publicKeyMultibase": key} for key in keys]
    return json.dumps({"id": did, "verificationMethod": methods})


def record(count: int = 2) -> dict[str, Any]:
    members = [signed() for _ in range(count)]
    drafted = learner_record(ISSUER, members, "7b1f3c1e-0000-4000-8000-000000000009", "fr", NOW_MS)
    return sign_credential(drafted, SECRET, "2026-11-30T00:00:00Z", method())


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(signed()).encode(),
        bake_svg('<svg xmlns="http://www.w3.org/2000/svg"></svg>', json.dumps(signed())).encode(),
        bake_png(PNG, json.dumps(signed())),
        itxt(b"openbadgecredential\0\1\0\0\0" + zlib.compress(json.dumps(signed()).encode())),
    ],
    ids=["json", "svg", "png", "packed png"],
)
def test_credential_is_read_from_each_kind_of_file(content: bytes) -> None:
    judged = judge_brought(read_brought(content), b"", NOW_MS)

    assert judged.name == "Étiqueter avec soin, niveau 2"
    assert judged.hosts == ("canut.example",)
    assert judged.verdict is not None
    assert judged.verdict.known == "own_word"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        PNG[:40],
        PNG,
        PNG[:33] + b"\xff\xff\xff\xffiTXt" + PNG[33:],
        itxt(b"openbadgecredential\0\1\0\0\0" + b"not packed"),
        itxt(b"openbadgecredential\0\1\0\0\0" + zlib.compress(bytes(50 * 2**20))),
        itxt(b"openbadgecredential\0\0\0\0\0\xff\xfe"),
        itxt(b"openbadgecredential"),
        ENTITIES,
        OUTSIDE,
        b"<svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 50_000,
        b"[" * 200_000,
        b'{"credentialSubject": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
        b'{"credentialSubject": 1e999}x',
        json.dumps({"credentialSubject": {}, "name": "\ud800"}).encode(),
        b"PK\x03\x04" + bytes(100),
        b"%PDF-1.7",
        bytes(2**21 + 1),
    ],
    ids=[
        "nothing", "PNG head", "cut PNG", "PNG without", "endless chunk", "bad packing", "bomb",
        "no text", "no parts", "entities", "outside entity", "cut SVG", "deep SVG", "deep list",
        "deep object", "not JSON", "half a letter", "zip", "PDF", "too large",
    ],
)  # fmt: skip
def test_hostile_file_is_refused(content: bytes) -> None:
    with pytest.raises(BadFile):
        read_brought(content)


def test_too_many_credentials_inside_are_refused() -> None:
    subject: dict[str, Any] = {"verifiableCredential": [{"credentialSubject": {}}] * 201}

    with pytest.raises(BadFile):
        read_brought(json.dumps({"credentialSubject": subject}).encode())


def test_changed_credential_is_refused_alone_and_inside_a_record() -> None:
    with pytest.raises(BadFile):
        judge_brought({**signed(), "name": "Doctorat"}, b"", NOW_MS)
    inside = learner_record(
        ISSUER, [{**signed(), "name": "Doctorat"}], "7b1f3c1e-0000-4000-8000-000000000009", "fr", 1
    )
    with pytest.raises(BadFile):
        judge_brought(sign_credential(inside, OTHER, "x"), b"", NOW_MS)


def test_unsigned_credential_is_its_bearers_word_and_nobody_is_asked() -> None:
    judged = judge_brought(unsigned(), b"", NOW_MS)

    assert (judged.verdict, judged.hosts, judged.members) == (None, (), ())
    assert judged.name == "Étiqueter avec soin, niveau 2"


def test_record_holds_each_credential_whole_and_both_its_signatures_verify() -> None:
    whole = record()
    judged = judge_brought(whole, public_of(SECRET), NOW_MS)

    assert [each["proof"] for each in members_of(whole)] == [
        each["proof"] for each in (signed(),) * 2
    ]
    keys = {method(): public_of(SECRET)}
    assert len(verify_document(whole, keys).signatures) == 2
    assert [member.known for member in judged.members] == ["here", "here"]
    assert judged.verdict is not None
    assert judged.verdict.holds is Holds.YES


def test_record_of_nothing_or_over_its_size_is_refused_and_says_how_many_files_it_takes() -> None:
    many = [signed()] * 200
    with pytest.raises(BadInput):
        learner_record(ISSUER, [], "n", "fr", NOW_MS)
    with pytest.raises(BadInput) as refused:
        learner_record(ISSUER, many, "n", "fr", NOW_MS)

    parts = refused.value.facts["parts"]
    size = len(json.dumps(many, ensure_ascii=False).encode())
    assert isinstance(parts, int)
    assert size / parts < LARGEST_RECORD


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:canut.example:passport", HOST),
        ("did:web:canut.example", "https://canut.example/.well-known/did.json"),
        ("did:web:canut.example%3A8443:a:b", "https://canut.example:8443/a/b/did.json"),
        ("did:key:z6Mk", ""),
        ("did:web:user%40host:x", ""),
        ("did:web:", ""),
        ("did:web:café.example", ""),
    ],
)
def test_address_of_a_host_is_plain_https_or_none(did: str, address: str) -> None:
    assert did_address(did) == address


def test_status_list_by_anything_but_https_is_not_asked() -> None:
    for address in ("http://canut.example/1", "file:///etc/passwd", "https://a@b/1", 1, None):
        draft = unsigned()
        draft["credentialStatus"]["statusListCredential"] = address
        assert hosts_of(draft) == ("canut.example",)


def test_host_knows_the_key_only_where_it_lists_the_one_that_signed() -> None:
    assert is_key_of_host(signed(), host_document(OTHER, SECRET))
    assert not is_key_of_host(signed(), host_document(OTHER))
    assert not is_key_of_host(signed(), host_document(SECRET, did="did:web:other.example"))
    for text in ("", "[]", "{", "[" * 9_000, '{"id": 1}', json.dumps({"id": DID})):
        assert not is_key_of_host(signed(), text)


def test_key_that_is_named_and_did_not_sign_is_not_the_hosts_word() -> None:
    """The first proof names the host's key and is of no suite read here; another key signed."""
    other = sign_document(unsigned(), OTHER, "x")["proof"]
    named = {"type": "DataIntegrityProof", "cryptosuite": "none", "verificationMethod": method()}
    forged = {**unsigned(), "proof": [named, other]}

    assert not is_key_of_host(forged, host_document(SECRET))


def test_list_of_the_issuer_tells_what_was_revoked_and_no_other_list_does() -> None:
    bits = bytes(ENTRIES // 8)
    key = (method(), SECRET)

    assert not is_revoked(status_list_jwt(bits, LIST, key, NOW_MS), signed(), NOW_MS)
    revoked = status_list_jwt(set_bit(bits, 94_567), LIST, key, NOW_MS)
    assert is_revoked(revoked, signed(), NOW_MS)
    for text, now_ms in (
        (status_list_jwt(bits, LIST, (method(OTHER), OTHER), NOW_MS), NOW_MS),
        (revoked, NOW_MS + 8 * 86_400_000),
        ("", NOW_MS),
        ("a.b.c", NOW_MS),
    ):
        with pytest.raises(BadProof):
            is_revoked(text, signed(), now_ms)
