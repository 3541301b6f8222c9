"""Prove that a file is the one whose hash was logged, with a proof file.

The proof file carries the log's entry as its extra; the entry has the file's hash. A file that is
itself an entry needs no extra. Which logs and witnesses suffice comes from a policy, never from the
same source as the file.
"""

import hashlib
from typing import NamedTuple

from canut.core.errors import BadProof, NotProven
from canut.core.ledger.log import Entry, open_entry, read_entry
from canut.core.proofs.policy import AcceptedCheckpoint, TrustPolicy
from canut.core.proofs.tlog_proof import read_proof, verify_proof

HASH = "sha256"


class Logged(NamedTuple):
    """A logged file: its entry, its index in the log, and the accepted checkpoint."""

    entry: Entry
    place: int
    judged: AcceptedCheckpoint


def file_entry(kind: str, project: str, file: bytes) -> bytes:
    """Write the entry with the hash of a file: a card, an export, instructions.

    Raises:
        BadInput: a kind or a project that cannot be written.
    """
    return open_entry(kind, project, {HASH: hashlib.sha256(file).hexdigest()})


def prove_file(file: bytes, proof: bytes, policy: TrustPolicy) -> Logged:
    """Verify that a file was logged.

    Args:
        file: its bytes.
        proof: the proof file's bytes.
        policy: trusted logs and witnesses.

    Raises:
        BadProof: the proof, its entry or its checkpoint cannot be read.
        NotProven: the entry is of another file, is not in the log, or too few trusted keys signed.
    """
    logged_proof = read_proof(proof)
    if logged_proof.extra is None:
        entry = read_entry(file)
    else:
        entry = read_entry(logged_proof.extra)
        digest = entry.facts.get(HASH)
        if not isinstance(digest, str):
            raise BadProof(f"the logged entry says no {HASH} of a file")
        if digest != hashlib.sha256(file).hexdigest():
            raise NotProven("the file is not the one that was logged: its hash is another")
    judged = verify_proof(
        logged_proof, file if logged_proof.extra is None else logged_proof.extra, policy
    )
    return Logged(entry, logged_proof.place, judged)
