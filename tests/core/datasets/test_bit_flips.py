"""Every byte of what is signed or proved, changed: refused, with a line that says what."""

from collections.abc import Callable

import pytest

from canut.core.errors import NotProven, Refusal
from canut.core.ledger.log import committed_entry
from canut.core.ledger.receipt import Receipt, read_receipt, write_receipt
from canut.core.proofs.canonical import canonical
from canut.core.proofs.checkpoint import open_checkpoint
from canut.core.proofs.data_integrity import sign_document, verify_document
from canut.core.proofs.did_key import method_of
from canut.core.proofs.merkle import inclusion_proof
from canut.core.proofs.note import open_note, sign_note
from canut.core.proofs.policy import judge, read_policy
from canut.core.proofs.signing import public_of
from canut.core.proofs.strict import read_canonical
from canut.core.proofs.tlog_proof import LoggedProof, read_proof, verify_proof, write_proof
from tests.core.proofs.vectors import LOG, POLICY, leaves, reader, witnessed

RECEIPT = Receipt(LOG.name, committed_entry("answer", "7", bytes(32)), 1_700_000_000_000)
PROOF = LoggedProof(3, tuple(inclusion_proof(reader(leaves(9)), 3, 9)), witnessed(leaves(9)))
DOCUMENT = {"@context": ["https://a.example"], "id": "urn:a", "n": [1, "é"], "ok": True}
ISSUER = bytes(range(32))


def open_document(raw: bytes) -> None:
    document = read_canonical(raw)
    assert isinstance(document, dict)
    for one in verify_document(document).signatures:
        if one.method != method_of(public_of(ISSUER)):
            raise NotProven("signed by another")


MATERIAL: dict[str, tuple[bytes, Callable[[bytes], object]]] = {
    "note": (sign_note("Two\n\nlines — é.\n", LOG).encode(), lambda raw: open_note(raw, [LOG.key])),
    "checkpoint": (witnessed(leaves(9), 0), lambda raw: open_checkpoint(raw, [LOG.key])),
    "cosigned": (witnessed(leaves(9)), lambda raw: judge(raw, read_policy(POLICY))),
    "proof": (
        write_proof(PROOF),
        lambda raw: verify_proof(read_proof(raw), b"entry 3", read_policy(POLICY)),
    ),
    "receipt": (write_receipt(RECEIPT, LOG).encode(), lambda raw: read_receipt(raw, LOG.key)),
    "document": (canonical(sign_document(DOCUMENT, ISSUER, "2026-01-31T12:00:00Z")), open_document),
}
CHANGES = [1, 2, 32, 128, 255]


@pytest.mark.parametrize("name", MATERIAL)
def test_every_changed_byte_is_refused_with_what_is_wrong(name: str) -> None:
    raw, verify = MATERIAL[name]
    assert len(raw) <= 4096
    verify(raw)

    believed = []
    for place in range(len(raw)):
        for change in CHANGES:
            changed = bytearray(raw)
            changed[place] ^= change
            if not _refusal(verify, bytes(changed)):
                believed.append((place, change))

    assert not believed


@pytest.mark.parametrize("name", MATERIAL)
def test_every_byte_left_out_or_added_is_refused(name: str) -> None:
    raw, verify = MATERIAL[name]

    believed = [
        place
        for place in range(len(raw))
        for changed in (
            raw[:place] + raw[place + 1 :],
            raw[:place] + b"\n" + raw[place:],
            raw[:place],
        )
        if not _refusal(verify, changed) and changed != raw
    ]

    assert not believed


def test_a_changed_redundant_witness_is_told_and_the_verdict_stands_or_is_refused() -> None:
    policy = read_policy(POLICY.replace(b"group g 2", b"group g 1"))
    raw = witnessed(leaves(9))
    begin = raw.rindex("\N{EM DASH}".encode())

    refused = counted = 0
    for place in range(begin, len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        if _refusal(lambda raw: judge(raw, policy), bytes(changed)):
            refused += 1
        else:
            judged = judge(bytes(changed), policy)
            counted += len(judged.seen) == 1 and judged.uncounted != ()

    assert refused + counted == len(raw) - begin
    assert min(refused, counted) > 10


def _refusal(verify: Callable[[bytes], object], raw: bytes) -> str:
    try:
        verify(raw)
    except Refusal as refusal:
        said = str(refusal)
        assert len(said) > 20
        assert "\n" not in said
        return said
    return ""
