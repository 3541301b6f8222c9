"""What whoever answers gets back: what became of the answer, and what the log promises of it.

The promise is signed once the answer is written, outside its transaction.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

from canut.actions.ledger.inclusion_promises import promised


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an answer; ``repeated``: it had been kept before.

    ``promise``: the log's signed receipt for its entry; none where its key cannot be used.
    """

    answer: int
    key: str
    counted: bool
    surplus: bool
    replaced: str | None
    repeated: bool
    piece_micro: int
    currency: str
    elapsed_ms: int
    promise: str | None = None


class Taken(NamedTuple):
    """What became of an answer, and what the log promises once that is written.

    ``entry``: project, commitment and moment of its entry; none where it cannot be found again.
    """

    receipt: Receipt
    entry: tuple[int, bytes, int] | None


def sign_receipt(taken: Taken) -> Receipt:
    """Give the receipt with the log's promise: after the transaction, for nobody waits for it."""
    if taken.entry is None:
        return taken.receipt
    return replace(taken.receipt, promise=promised(*taken.entry))
