"""Receipts: signed promises that a person's entry will be in the log.

A receipt is a note signed by the log: this entry, at this time, within this delay. It has no index
yet. The person stores it; compared with a later checkpoint, it is either kept or broken, and a
broken one can be shown to anybody.
"""

from enum import StrEnum
from typing import NamedTuple

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.ledger.log import committed_entry, read_entry
from canut.core.proofs.checkpoint import Checkpoint
from canut.core.proofs.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from canut.core.proofs.note import ED25519, Signer, Verifier, open_note, sign_note
from canut.core.proofs.strict import LARGEST, read_decimal

HEAD = "canut/receipt/v1"
LONGEST_DELAY_MS = 60_000
_FIELDS = ("log ", "entry ", "time ", "within ")


class Receipt(NamedTuple):
    """A promise that the entry will be in this log within a delay; times in milliseconds."""

    origin: str
    entry: bytes
    at_ms: int
    within_ms: int = LONGEST_DELAY_MS

    @property
    def due_ms(self) -> int:
        """Return the deadline of the promise, in milliseconds since 1970."""
        return self.at_ms + self.within_ms


class PromiseStatus(StrEnum):
    """The status of a promise."""

    KEPT = "kept"
    WAITING = "waiting"
    BROKEN = "broken"


class InclusionEvidence(NamedTuple):
    """Evidence from the log: a checkpoint, when it was seen, and the entry's index in it."""

    checkpoint: Checkpoint
    seen_ms: int
    place: int | None = None
    hashes: tuple[bytes, ...] = ()


def write_receipt(receipt: Receipt, log: Signer) -> str:
    """Sign a receipt as the log it names.

    Raises:
        BadInput: the signer is not that log, or a value cannot stand in a receipt.
    """
    if log.name != receipt.origin or log.kind != ED25519:
        raise BadInput(f"{log.name!a} does not sign for the log {receipt.origin!a}")
    try:
        is_same = _read_text(_text_of(receipt)) == receipt
    except BadProof as problem:
        raise BadInput(f"this cannot be a receipt: {problem}") from problem
    if not is_same:
        raise BadInput("this receipt would read back as another one")
    return sign_note(_text_of(receipt), log)


class Promiser:
    """A signer of many receipts of one log, equal to those of ``write_receipt``.

    What all receipts of a log share is checked once; their entries are ``committed_entry``'s, which
    cannot be read as anything else.
    """

    def __init__(self, log: Signer, kind: str, project: str) -> None:
        """Store a log, and the kind of entries and the project it signs for.

        Raises:
            BadInput: no log, or names that cannot be written.
        """
        self._log, self._kind, self._project = log, kind, project
        write_receipt(Receipt(log.name, committed_entry(kind, project, bytes(HASH_BYTES)), 0), log)

    def sign(self, commitment: bytes, at_ms: int) -> str:
        """Sign a promise that this commitment, made at this instant, will be in the log.

        Raises:
            BadInput: no commitment.
        """
        entry = committed_entry(self._kind, self._project, commitment)
        return sign_note(_text_of(Receipt(self._log.name, entry, at_ms)), self._log)


def read_receipt(raw: bytes, log: Verifier) -> Receipt:
    """Read a receipt and verify that its log signed it.

    Args:
        raw: the signed receipt.
        log: the log's key, from another source than the receipt.

    Raises:
        BadProof: no receipt.
        NotProven: it is not by this log.
    """
    receipt = _read_text(open_note(raw, (log,)).text)
    if receipt.origin != log.name:
        raise NotProven(f"the receipt is for the log {receipt.origin!a}, not {log.name!a}")
    return receipt


def standing_of(receipt: Receipt, evidence: InclusionEvidence) -> PromiseStatus:
    """Return the status of a promise, given evidence from the log.

    Args:
        receipt: from ``read_receipt``.
        evidence: a checkpoint whose signatures were checked, and the entry's place and proof in it,
            or no place where the log showed none. ``seen_ms`` is the reader's own clock, or a
            witness's time.

    Returns:
        KEPT with a valid proof; else WAITING until the deadline, and BROKEN from then on.

    Raises:
        NotProven: the checkpoint is another log's, or the proof does not lead to it.
    """
    checkpoint = evidence.checkpoint
    if checkpoint.origin != receipt.origin:
        raise NotProven(f"the checkpoint is of {checkpoint.origin!a}, not {receipt.origin!a}")
    if evidence.place is not None:
        leaf = leaf_hash(receipt.entry)
        verify_inclusion(leaf, evidence.place, checkpoint.size, evidence.hashes, checkpoint.root)
        return PromiseStatus.KEPT
    return PromiseStatus.WAITING if evidence.seen_ms < receipt.due_ms else PromiseStatus.BROKEN


def _text_of(receipt: Receipt) -> str:
    return (
        f"{HEAD}\nlog {receipt.origin}\nentry {receipt.entry.decode()}\n"
        f"time {receipt.at_ms}\nwithin {receipt.within_ms}\n"
    )


def _read_text(text: str) -> Receipt:
    """Read the text of a receipt; its second line distinguishes it from a checkpoint."""
    head, *lines = text.removesuffix("\n").split("\n")
    if head != HEAD or len(lines) != len(_FIELDS):
        raise BadProof(f"this is no receipt; expected {HEAD} and four lines")
    values: list[str] = []
    for field, line in zip(_FIELDS, lines, strict=True):
        if not line.startswith(field):
            raise BadProof(f"the receipt says {line[:60]!a} where it should say its {field}")
        values.append(line.removeprefix(field))
    origin, entry, time, within = values
    read_entry(entry.encode())
    at_ms, within_ms = read_decimal(time, "the time"), read_decimal(within, "the delay")
    if not origin or within_ms > LONGEST_DELAY_MS or at_ms > LARGEST - LONGEST_DELAY_MS:
        raise BadProof(f"a receipt names its log and promises within {LONGEST_DELAY_MS} ms")
    return Receipt(origin, entry.encode(), at_ms, within_ms)
