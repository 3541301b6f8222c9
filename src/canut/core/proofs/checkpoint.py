"""Checkpoints: the signed size and root of a log, by the log and its witnesses.

A checkpoint is a signed note of an origin, a size and a root hash. A witness's signature states
that it saw this log only grow. Whose signatures suffice is decided in ``policy``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.merkle import EMPTY_ROOT, HASH_BYTES
from canut.core.proofs.note import (
    COSIGNATURE,
    ED25519,
    Signer,
    VerifiedNote,
    Verifier,
    open_note,
    read_note,
    sign_note,
    signature_line,
)
from canut.core.proofs.strict import LARGEST, read_base64, read_decimal, write_base64

_LEAST_LINES = 3


class Checkpoint(NamedTuple):
    """A log at one size: its name, its number of entries, and their root hash."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def write_checkpoint(checkpoint: Checkpoint) -> str:
    """Write the text of a checkpoint, to be signed.

    Raises:
        BadInput: what no checkpoint can say: no origin, a size out of range, a root of another
            length.

    Source:
        C2SP tlog-checkpoint, section "Note text".
    """
    lines = [checkpoint.origin, str(checkpoint.size), write_base64(checkpoint.root)]
    text = "".join(f"{line}\n" for line in (*lines, *checkpoint.extensions))
    try:
        is_same = read_checkpoint(text) == checkpoint
    except BadProof as problem:
        raise BadInput(f"this cannot be a checkpoint: {problem}") from problem
    if not is_same:
        raise BadInput("an origin or an extension of a checkpoint is one line")
    return text


def read_checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint without verifying signatures.

    Raises:
        BadProof: not an origin, a size and a root hash, each on its line; an empty line; an empty
            tree with entries' hash.
    """
    lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < _LEAST_LINES or not all(lines):
        raise BadProof("a checkpoint is an origin, a size and a root hash, without empty lines")
    size = read_decimal(lines[1], "the size of the checkpoint")
    root = read_base64(lines[2], "the root hash of the checkpoint")
    if len(root) != HASH_BYTES:
        raise BadProof(f"the root hash of the checkpoint has {len(root)} bytes, not {HASH_BYTES}")
    if size == 0 and root != EMPTY_ROOT:
        raise BadProof("the checkpoint is of no entries, yet has a root hash of some")
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer) -> str:
    """Write and sign a checkpoint as its log.

    Raises:
        BadInput: the signer is not the log: its name must be the origin, its kind Ed25519.
    """
    if signer.name != checkpoint.origin or signer.kind != ED25519:
        raise BadInput(f"{signer.name!a} does not sign for the log {checkpoint.origin!a}")
    return sign_note(write_checkpoint(checkpoint), signer)


def cosign(raw: bytes, witness: Signer, at_s: int) -> str:
    """Sign a checkpoint as a witness; return one line to append to it.

    Whether the log only grew since last time is decided in ``witness``, before this.

    Args:
        raw: the signed checkpoint.
        witness: a key of the cosignature kind.
        at_s: now, in seconds since 1970.

    Raises:
        BadProof: no checkpoint.
        BadInput: a key of another kind, or a time out of range.
    """
    if witness.kind != COSIGNATURE or not 0 < at_s <= LARGEST:
        raise BadInput(f"{witness.name!a} cosigns with a key of kind {COSIGNATURE}, at a time")
    text = read_note(raw).text
    read_checkpoint(text)
    return signature_line(text, witness, at_s)


def open_checkpoint(raw: bytes, keys: Sequence[Verifier]) -> tuple[Checkpoint, VerifiedNote]:
    """Read a checkpoint, verify its log's signature, and list the other signers.

    Args:
        raw: the signed checkpoint.
        keys: of logs and witnesses; a log's key has the log's origin as its name.

    Raises:
        BadProof: no checkpoint.
        NotProven: the log it names did not sign it with a trusted key, or a signature in a trusted
            name is not by its key.
    """
    opened = open_note(raw, keys)
    checkpoint = read_checkpoint(opened.text)
    logs = [signature for signature in opened.signed if signature.key.kind == ED25519]
    if not any(signature.key.name == checkpoint.origin for signature in logs):
        raise NotProven(f"the log {checkpoint.origin!a} did not sign this checkpoint with its key")
    return checkpoint, opened
