import pytest

from canut.core.errors import BadInput, BadProof, NotProven
from canut.core.ledger.log import committed_entry
from canut.core.ledger.receipt import (
    InclusionEvidence,
    PromiseStatus,
    Receipt,
    read_receipt,
    standing_of,
    write_receipt,
)
from canut.core.proofs.checkpoint import Checkpoint, read_checkpoint
from canut.core.proofs.merkle import inclusion_proof, leaf_hash
from canut.core.proofs.note import COSIGNATURE, sign_note
from tests.core.proofs.vectors import LOG, leaves, naive_root, reader

ENTRY = committed_entry("answer", "7", bytes(32))
RECEIPT = Receipt(LOG.name, ENTRY, 1_700_000_000_000)
HASHES = [*leaves(4), leaf_hash(ENTRY), *leaves(2)]
CHECKPOINT = Checkpoint(LOG.name, len(HASHES), naive_root(HASHES))
PROOF = tuple(inclusion_proof(reader(HASHES), 4, len(HASHES)))


def text_of(receipt: str) -> str:
    return receipt.partition("\n\n")[0] + "\n"


def test_a_receipt_says_what_was_received_when_and_what_is_promised() -> None:
    receipt = write_receipt(RECEIPT, LOG)

    assert text_of(receipt).split("\n")[:5] == [
        "canut/receipt/v1",
        f"log {LOG.name}",
        f"entry {ENTRY.decode()}",
        "time 1700000000000",
        "within 60000",
    ]
    assert read_receipt(receipt.encode(), LOG.key) == RECEIPT


def test_a_receipt_is_kept_when_the_entry_is_shown_in_the_log() -> None:
    late = InclusionEvidence(CHECKPOINT, RECEIPT.due_ms + 1, 4, PROOF)

    assert standing_of(RECEIPT, late) is PromiseStatus.KEPT


def test_a_receipt_waits_until_it_falls_due_and_is_broken_from_then_on() -> None:
    before, due = (
        InclusionEvidence(CHECKPOINT, RECEIPT.due_ms - 1),
        InclusionEvidence(CHECKPOINT, RECEIPT.due_ms),
    )

    assert standing_of(RECEIPT, before) is PromiseStatus.WAITING
    assert standing_of(RECEIPT, due) is PromiseStatus.BROKEN


def test_a_proof_of_another_entry_keeps_no_promise() -> None:
    shown = InclusionEvidence(CHECKPOINT, RECEIPT.due_ms, 4, PROOF)
    other = RECEIPT._replace(entry=committed_entry("answer", "8", bytes(32)))

    with pytest.raises(NotProven, match="leaf 4 is not in the tree of 7"):
        standing_of(other, shown)


def test_a_checkpoint_of_another_log_keeps_no_promise() -> None:
    shown = InclusionEvidence(CHECKPOINT._replace(origin="other"), RECEIPT.due_ms, 4, PROOF)

    with pytest.raises(NotProven, match="the checkpoint is of 'other'"):
        standing_of(RECEIPT, shown)


def test_a_receipt_never_reads_as_a_checkpoint() -> None:
    with pytest.raises(BadProof, match="the size of the checkpoint"):
        read_checkpoint(text_of(write_receipt(RECEIPT, LOG)))


def test_a_receipt_by_another_key_or_for_another_log_is_refused() -> None:
    other = LOG._replace(name="other", secret=bytes(32))
    receipt = write_receipt(RECEIPT, LOG)
    text = text_of(receipt).replace(f"log {LOG.name}", "log other")

    with pytest.raises(NotProven, match="no trusted key"):
        read_receipt(receipt.encode(), other.key)
    with pytest.raises(NotProven, match="for the log 'other'"):
        read_receipt(sign_note(text, LOG).encode(), LOG.key)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("/v1", "/v2", "no receipt"),
        ("within", "more\nwithin", "no receipt"),
        ("time ", "date ", "should say its time"),
        ("time 1", "time 01", "the time"),
        ("within 60000", "within 60001", "promises within 60000 ms"),
        ("within 60000", "within -1", "the delay"),
        (f"log {LOG.name}", "log ", "names its log"),
        ('"t":"answer"', '"t":"Answer"', "no kind of entry"),
        ('"v":1', '"v": 1', "not written canonically"),
    ],
)
def test_a_receipt_with_a_fault_is_refused_even_when_signed(old: str, new: str, said: str) -> None:
    text = text_of(write_receipt(RECEIPT, LOG)).replace(old, new)

    with pytest.raises(BadProof, match=said):
        read_receipt(sign_note(text, LOG).encode(), LOG.key)


def test_what_no_receipt_can_promise_is_not_written() -> None:
    with pytest.raises(BadInput, match="does not sign for the log"):
        write_receipt(RECEIPT._replace(origin="other"), LOG)
    with pytest.raises(BadInput, match="does not sign for the log"):
        write_receipt(RECEIPT, LOG._replace(kind=COSIGNATURE))
    with pytest.raises(BadInput, match="cannot be a receipt"):
        write_receipt(RECEIPT._replace(within_ms=60_001), LOG)
    with pytest.raises(BadInput, match="cannot be a receipt"):
        write_receipt(RECEIPT._replace(entry=b"{}"), LOG)
