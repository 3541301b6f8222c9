import pytest

from canut.core.errors import BadProof, NotProven
from canut.core.ledger.log import committed_entry, open_entry
from canut.core.ledger.logged_file import file_entry, prove_file
from canut.core.proofs.merkle import inclusion_proof, leaf_hash
from canut.core.proofs.policy import read_policy
from canut.core.proofs.tlog_proof import LoggedProof, write_proof
from tests.core.proofs.vectors import POLICY, leaves, reader, witnessed

CARD = b'{"people":12}'


def proof_of(entry: bytes, extra: bytes | None) -> bytes:
    """Log an entry as the sixth of seven, and write its proof."""
    hashes = [*leaves(5), leaf_hash(entry), *leaves(1)]
    shown = inclusion_proof(reader(hashes), 5, 7)
    return write_proof(LoggedProof(5, tuple(shown), witnessed(hashes), extra))


def test_a_file_is_proved_by_the_entry_that_says_its_hash() -> None:
    entry = file_entry("card", "7", CARD)

    logged = prove_file(CARD, proof_of(entry, entry), read_policy(POLICY))

    assert (logged.entry.kind, logged.place, len(logged.judged.seen)) == ("card", 5, 2)


def test_a_file_that_is_an_entry_itself_needs_no_other() -> None:
    entry = committed_entry("answer", "7", bytes(32))

    assert prove_file(entry, proof_of(entry, None), read_policy(POLICY)).entry.kind == "answer"


def test_another_file_is_not_proved() -> None:
    entry = file_entry("card", "7", CARD)

    with pytest.raises(NotProven, match="its hash is another"):
        prove_file(CARD + b" ", proof_of(entry, entry), read_policy(POLICY))


def test_an_entry_that_was_never_logged_proves_nothing() -> None:
    logged, forged = file_entry("card", "7", CARD), file_entry("card", "7", b'{"people":99}')

    with pytest.raises(NotProven, match="leaf 5 is not in the tree of 7"):
        prove_file(b'{"people":99}', proof_of(logged, forged), read_policy(POLICY))


@pytest.mark.parametrize("extra", [b"{}", open_entry("card", "7", {"sha256": 1}), b""])
def test_an_extra_that_is_no_entry_of_a_file_is_refused(extra: bytes) -> None:
    entry = file_entry("card", "7", CARD)

    with pytest.raises(BadProof, match=r"no entry|says no sha256|not JSON"):
        prove_file(CARD, proof_of(entry, extra), read_policy(POLICY))
