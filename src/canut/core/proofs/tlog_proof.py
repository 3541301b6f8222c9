"""Proof files: a text that proves offline that an entry was logged (C2SP tlog-proof).

The file holds an index in the log, the hashes up to the root, and the checkpoint with its
signatures. Whether those suffice is decided by a ``policy`` from another source.
"""

from typing import NamedTuple

from canut.core.errors import BadInput, BadProof
from canut.core.proofs.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from canut.core.proofs.policy import AcceptedCheckpoint, TrustPolicy, judge
from canut.core.proofs.strict import read_base64, read_decimal, write_base64

HEAD = "c2sp.org/tlog-proof@v1"
LONGEST = 2_000_000
MOST_HASHES = 63


class LoggedProof(NamedTuple):
    """An entry's index, the hashes up to the root, the signed checkpoint, and extra bytes."""

    place: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def write_proof(proof: LoggedProof) -> bytes:
    """Write a proof file.

    Raises:
        BadInput: a value that a proof file cannot hold.

    Source:
        C2SP tlog-proof, section "Format".
    """
    extra = [] if proof.extra is None else [f"extra {write_base64(proof.extra)}"]
    lines = [HEAD, *extra, f"index {proof.place}", *map(write_base64, proof.hashes), ""]
    raw = "".join(f"{line}\n" for line in lines).encode() + proof.checkpoint
    try:
        is_same = read_proof(raw) == proof
    except BadProof as problem:
        raise BadInput(f"this cannot be a proof file: {problem}") from problem
    if not is_same:
        raise BadInput("this proof would read back as another one")
    return raw


def read_proof(raw: bytes) -> LoggedProof:
    """Read a proof file; nothing in it is verified yet, and ``extra`` never is.

    Raises:
        BadProof: another head, a place or a hash that cannot be read, no checkpoint.

    Source:
        C2SP tlog-proof, section "Format".
    """
    if len(raw) > LONGEST:
        raise BadProof(f"the proof has {len(raw)} bytes; at most {LONGEST} are read")
    above, _, checkpoint = raw.partition(b"\n\n")
    try:
        lines = above.decode("ascii").split("\n")
    except UnicodeDecodeError as problem:
        raise BadProof(f"the head of the proof is not ASCII ({problem})") from problem
    if lines.pop(0) != HEAD:
        raise BadProof(f"this is no proof file; expected {HEAD} on its first line")
    if not checkpoint:
        raise BadProof("the proof holds no checkpoint below an empty line")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = read_base64(lines.pop(0).removeprefix("extra "), "the extra of the proof")
    if not lines or not lines[0].startswith("index "):
        raise BadProof("the proof does not say the index of its entry")
    index = read_decimal(lines.pop(0).removeprefix("index "), "the index of the proof")
    if len(lines) > MOST_HASHES:
        raise BadProof(f"the proof has {len(lines)} hashes; at most {MOST_HASHES} are read")
    hashes = tuple(read_base64(line, "a hash of the proof") for line in lines)
    if any(len(digest) != HASH_BYTES for digest in hashes):
        raise BadProof(f"a hash of the proof has not {HASH_BYTES} bytes")
    return LoggedProof(index, hashes, checkpoint, extra)


def verify_proof(proof: LoggedProof, entry: bytes, policy: TrustPolicy) -> AcceptedCheckpoint:
    """Verify that an entry was logged, under a trust policy.

    Args:
        proof: as read from its file.
        entry: the bytes that were logged.
        policy: trusted logs and witnesses, never from the same source as the proof.

    Raises:
        BadProof: the checkpoint cannot be read.
        NotProven: the entry is not in the log, or too few trusted keys signed.
    """
    judged = judge(proof.checkpoint, policy)
    checkpoint = judged.checkpoint
    verify_inclusion(leaf_hash(entry), proof.place, checkpoint.size, proof.hashes, checkpoint.root)
    return judged
