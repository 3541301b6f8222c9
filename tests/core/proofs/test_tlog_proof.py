import base64
import hashlib

import pytest

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.merkle import inclusion_proof
from canut.core.proofs.note import ED25519, Verifier
from canut.core.proofs.policy import TrustPolicy, read_policy
from canut.core.proofs.tlog_proof import LoggedProof, read_proof, verify_proof, write_proof
from tests.core.proofs.vectors import POLICY, leaves, reader, vectors, witnessed


def proof_of(place: int, size: int, witnesses: int = 2) -> LoggedProof:
    hashes = inclusion_proof(reader(leaves(size)), place, size)
    return LoggedProof(place, tuple(hashes), witnessed(leaves(size), witnesses), b"more")


def test_published_proof_files_are_written_and_read_as_published() -> None:
    for case in vectors("c2sp", "tlog_proof.json")["marshal"]:
        hashes = [hashlib.sha256(one.split(":")[1].encode()).digest() for one in case["hashes"]]
        words = {f"h{n}": base64.b64encode(one).decode() for n, one in enumerate(hashes, 1)}
        extra = case["extra"].encode() if "extra" in case else None
        words["extra"] = base64.b64encode(extra or b"").decode()
        proof = LoggedProof(case["index"], tuple(hashes), case["checkpoint"].encode(), extra)
        written = case["want"].format(**words).encode()

        assert write_proof(proof) == written
        assert read_proof(written) == proof


def test_published_files_that_are_no_proofs_are_refused() -> None:
    cases = vectors("c2sp", "tlog_proof.json")["reject"]
    assert len(cases) == 7

    for text in cases:
        with pytest.raises(BadProof):
            read_proof(text.encode())


@pytest.mark.parametrize(
    "name", ["happy-path", "checkpoint-cosigned", "checkpoint-multiple-cosigs"]
)
def test_entries_of_a_foreign_log_are_proved_by_its_own_key(name: str) -> None:
    published = vectors("rekor2", f"rekor2-{name}.json")
    entry, key = published["tlogEntry"], base64.b64decode(published["log_key_spki_b64"])[-32:]
    inclusion = entry["inclusionProof"]
    checkpoint = inclusion["checkpoint"]["envelope"].encode()
    hashes = tuple(base64.b64decode(one) for one in inclusion["hashes"])
    log = Verifier(checkpoint.decode().split("\n")[0], ED25519, key)
    file = write_proof(LoggedProof(int(entry["logIndex"]), hashes, checkpoint))
    body = base64.b64decode(entry["canonicalizedBody"])

    judged = verify_proof(read_proof(file), body, TrustPolicy((log,), {}, {}, "none"))

    assert judged.checkpoint.size == int(inclusion["treeSize"])
    assert len(judged.uncounted) == checkpoint.count("\N{EM DASH} witness".encode())
    with pytest.raises(NotProven, match="leaf 735 is not in the tree of 736"):
        verify_proof(read_proof(file), body + b" ", TrustPolicy((log,), {}, {}, "none"))


def test_an_entry_is_proved_by_a_log_and_its_witnesses() -> None:
    file = write_proof(proof_of(3, 9))

    judged = verify_proof(read_proof(file), b"entry 3", read_policy(POLICY))

    assert [one.name for one in judged.seen] == ["w1", "w2"]


def test_another_entry_is_not_proved() -> None:
    with pytest.raises(NotProven, match="leaf 3 is not in the tree of 9"):
        verify_proof(proof_of(3, 9), b"entry 4", read_policy(POLICY))


def test_too_few_witnesses_prove_nothing() -> None:
    with pytest.raises(NotProven, match="too few witnesses"):
        verify_proof(proof_of(3, 9, witnesses=1), b"entry 3", read_policy(POLICY))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"@v1", b"@v2", "no proof file"),
        (b"extra bW9y", b"extra bW9", "the extra of the proof"),
        (b"extra ", b"Extra ", "does not say the index"),
        (b"index 3", b"index 03", "the index of the proof"),
        (b"index 3", b"index 3\r", "the index of the proof"),
        (b"index 3\n", b"index 3\nAAAA\n", "has not 32 bytes"),
        (b"index 3\n", b"index 3\n" + b"A" * 43 + b"=\n" * 1, "leaf 3 of 9 is shown by 4 hashes"),
        (b"index 3\n", b"index 3\n" + (b"A" * 43 + b"=\n") * 60, "64 hashes"),
        (b"index 3\n", b"index 3\n\xc3\xa9\n", "not ASCII"),
        (b"\n\nlog", b"\nlog", "a hash of the proof"),
    ],
)
def test_a_proof_file_with_a_fault_is_refused_with_what_is_wrong(
    old: bytes, new: bytes, said: str
) -> None:
    raw = write_proof(proof_of(3, 9)).replace(old, new, 1)

    with pytest.raises((BadProof, NotProven), match=said):
        verify_proof(read_proof(raw), b"entry 3", read_policy(POLICY))


def test_what_no_proof_file_can_hold_is_not_written() -> None:
    for proof in (
        LoggedProof(-1, (), b"checkpoint\n"),
        LoggedProof(0, (bytes(31),), b"checkpoint\n"),
        LoggedProof(0, (), b""),
    ):
        with pytest.raises(BadInput, match="cannot be a proof file"):
            write_proof(proof)
    with pytest.raises(BadProof, match="2000001 bytes"):
        read_proof(bytes(2_000_001))
