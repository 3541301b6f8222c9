"""Answer a log's request to cosign its checkpoint: only if the log has only grown.

One request, one reply: the last signed checkpoint is an argument, and the checkpoint to store is in
the reply. The caller stores it, in one transaction with the check of the previous one.
"""

from collections.abc import Mapping
from typing import NamedTuple

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.proofs.checkpoint import Checkpoint, cosign, read_checkpoint
from canut.core.proofs.merkle import HASH_BYTES, verify_consistency
from canut.core.proofs.note import Signer, Verifier, open_note, read_note
from canut.core.proofs.strict import read_base64, read_decimal, write_base64

MOST_HASHES = 63
OK, BAD, FORBIDDEN, UNKNOWN, CONFLICT, UNPROVEN = 200, 400, 403, 404, 409, 422


class Request(NamedTuple):
    """A log's request: cosign this, which continues your last tree of ``old`` leaves."""

    old: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes


class CosignReply(NamedTuple):
    """The HTTP status, the body, and the checkpoint to store before answering, if any."""

    status: int
    body: str
    remember: Checkpoint | None = None


def write_request(request: Request) -> bytes:
    """Write the request that a log sends.

    Raises:
        BadInput: a value that a request cannot hold.
    """
    lines = [f"old {request.old}", *map(write_base64, request.hashes), ""]
    raw = "".join(f"{line}\n" for line in lines).encode() + request.checkpoint
    try:
        is_same = read_request(raw) == request
    except BadProof as problem:
        raise BadInput(f"this cannot be a request: {problem}") from problem
    if not is_same:
        raise BadInput("this request would read back as another one")
    return raw


def read_request(raw: bytes) -> Request:
    """Read the body of add-checkpoint.

    Raises:
        BadProof: no old size, hashes that cannot be read or are too many, no checkpoint.

    Source:
        C2SP tlog-witness, section "add-checkpoint".
    """
    above, _, checkpoint = raw.partition(b"\n\n")
    lines = above.decode("ascii", errors="replace").split("\n")
    if not lines[0].startswith("old ") or not checkpoint:
        raise BadProof("expected 'old SIZE', hashes, an empty line and a checkpoint")
    old = read_decimal(lines[0].removeprefix("old "), "the old size")
    if len(lines) - 1 > MOST_HASHES:
        raise BadProof(f"{len(lines) - 1} hashes; at most {MOST_HASHES} are read")
    hashes = tuple(read_base64(line, "a hash of the proof") for line in lines[1:])
    if any(len(digest) != HASH_BYTES for digest in hashes):
        raise BadProof(f"a hash of the proof has not {HASH_BYTES} bytes")
    return Request(old, hashes, checkpoint)


def answer(
    raw: bytes,
    logs: Mapping[str, Verifier],
    last: Mapping[str, Checkpoint],
    witness: Signer,
    at_s: int,
) -> CosignReply:
    """Answer an add-checkpoint request.

    Args:
        raw: the body of the request.
        logs: keys of the logs that are watched, by origin.
        last: the last signed checkpoint of each origin.
        witness: the witness's own key.
        at_s: now, in seconds since 1970.

    Source:
        C2SP tlog-witness, section "add-checkpoint".
    """
    received = _received(raw)
    if isinstance(received, CosignReply):
        return received
    request, checkpoint = received
    log = logs.get(checkpoint.origin)
    if log is None:
        return CosignReply(UNKNOWN, f"the log {checkpoint.origin!a} is not watched here\n")
    try:
        open_note(request.checkpoint, (log,))
    except NotProven as problem:
        return CosignReply(FORBIDDEN, f"{problem}\n")
    if request.old > checkpoint.size:
        return CosignReply(BAD, f"the old size {request.old} is above the new, {checkpoint.size}\n")
    return _compared(request, checkpoint, last.get(checkpoint.origin), (witness, at_s))


def _received(raw: bytes) -> tuple[Request, Checkpoint] | CosignReply:
    """Read a request; a note with unreadable signatures counts as unsigned."""
    try:
        request = read_request(raw)
    except BadProof as problem:
        return CosignReply(BAD, f"{problem}\n")
    try:
        text = read_note(request.checkpoint).text
    except BadProof as problem:
        return CosignReply(FORBIDDEN, f"no signature can be read: {problem}\n")
    try:
        return request, read_checkpoint(text)
    except BadProof as problem:
        return CosignReply(BAD, f"{problem}\n")


def _compared(
    request: Request, checkpoint: Checkpoint, last: Checkpoint | None, by: tuple[Signer, int]
) -> CosignReply:
    """Compare a checkpoint with the last one signed, and cosign it."""
    size = last.size if last else 0
    if request.old != size:
        return CosignReply(CONFLICT, f"{size}\n")
    if last and size == checkpoint.size and last.root != checkpoint.root:
        return CosignReply(CONFLICT, f"{size}\n")
    if request.hashes and not size:
        return CosignReply(UNPROVEN, "no consistency proof: a first checkpoint needs no hashes\n")
    if last and size:
        try:
            verify_consistency(size, checkpoint.size, request.hashes, last.root, checkpoint.root)
        except NotProven as problem:
            return CosignReply(UNPROVEN, f"no consistency proof: {problem}\n")
    witness, at_s = by
    return CosignReply(OK, cosign(request.checkpoint, witness, at_s), checkpoint)
