"""Show that a file is the one whose hash was logged, by a proof that lies beside it.

The proof file carries the log's entry as its extra; the entry says the file's hash. A file that is
an entry itself needs no extra. Which logs and witnesses suffice comes from a policy, never from
beside the file.
"""

import hashlib
from typing import NamedTuple

from canut.core.errors import BadProof, NotProven
from canut.core.ledger.log import Entry, open_entry, read_entry
from canut.core.proofs.policy import AcceptedCheckpoint, TrustPolicy
from canut.core.proofs.tlog_proof import read_proof, verify_proof

HASH = "sha256"


class Logged(NamedTuple):
    """A logged file: the entry that says its hash, its place in the log, and who says so."""

    entry: Entry
    place: int
    judged: AcceptedCheckpoint


def file_entry(kind: str, project: str, file: bytes) -> bytes:
    """Write the entry that fixes a file: a card, an export, instructions.

    Raises:
        BadInput: a kind or a project that cannot be written.
    """
    return open_entry(kind, project, {HASH: hashlib.sha256(file).hexdigest()})


def prove_file(file: bytes, proof: bytes, policy: TrustPolicy) -> Logged:
    """Check that a file was logged.

    Args:
        file: its bytes.
        proof: the proof file's bytes.
        policy: what is trusted.

    Raises:
        BadProof: the proof, its entry or its checkpoint cannot be read.
        NotProven: the entry is of another file, is not in the log, or too few say so.
    """
    read = read_proof(proof)
    if read.extra is None:
        entry = read_entry(file)
    else:
        entry = read_entry(read.extra)
        said = entry.facts.get(HASH)
        if not isinstance(said, str):
            raise BadProof(f"the logged entry says no {HASH} of a file")
        if said != hashlib.sha256(file).hexdigest():
            raise NotProven("the file is not the one that was logged: its hash is another")
    judged = verify_proof(read, file if read.extra is None else read.extra, policy)
    return Logged(entry, read.place, judged)
