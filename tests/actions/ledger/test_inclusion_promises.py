from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canut.actions.ledger import log_keys
from canut.actions.ledger.inclusion_promises import forget_promisers, sign_promise
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.work.leases import lease_tasks
from canut.actions.work.submission import AnswerReceipt, Submission, submit
from canut.core.ledger.receipt import (
    LONGEST_DELAY_MS,
    InclusionEvidence,
    PromiseStatus,
    read_receipt,
    standing_of,
)
from canut.core.proofs.checkpoint import open_checkpoint
from canut.core.proofs.merkle import inclusion_proof
from canut.core.proofs.note import ED25519, Signer, read_key, write_signer
from canut.core.proofs.tiles import Tile, node_reader
from canut.store.ledger.logs import read_tile
from canut.store.models import EntryPending, Log, LogEntry
from tests.support.factories import NOW_MS, Made, answer_next, make_project

pytestmark = pytest.mark.django_db


def sent(made: Made, key: str = "k") -> tuple[Submission, AnswerReceipt]:
    (lent,) = lease_tasks(made.worker.pk, 1, NOW_MS).tasks
    submission = Submission(lent.lease, key, {"q": "oui"})
    return submission, submit(made.worker.pk, submission, NOW_MS + 5)


def shown(log: Log, at_ms: int, place: int) -> InclusionEvidence:
    """Show an entry at the log's last checkpoint, as any reader of its tiles can."""
    checkpoint, _ = open_checkpoint(log.checkpoint.encode(), [read_key(log.key)])

    def read(tile: Tile) -> bytes:
        return read_tile(log, tile)

    hashes = inclusion_proof(node_reader(read, checkpoint.size), place, checkpoint.size)
    return InclusionEvidence(checkpoint, at_ms, place, tuple(hashes))


def test_answer_comes_back_with_the_logs_promise_which_the_log_keeps() -> None:
    made = make_project()

    _, receipt = sent(made)

    assert receipt.promise is not None
    sequence(NOW_MS)
    log = log_of(made.project.pk)
    promise = read_receipt(receipt.promise.encode(), read_key(log.key))
    pending = EntryPending.objects.get(answer=receipt.answer)
    place = LogEntry.objects.get(pending=pending).place
    assert (promise.at_ms, promise.within_ms) == (NOW_MS + 5, LONGEST_DELAY_MS)
    assert bytes(pending.commitment).hex() in promise.entry.decode()
    assert standing_of(promise, shown(log, NOW_MS + 10, place)) is PromiseStatus.KEPT


def test_promise_without_entry_is_broken_once_it_is_due() -> None:
    made = make_project()
    answer_next(made.worker)
    sequence(NOW_MS)
    log = log_of(made.project.pk)
    at_end = shown(log, NOW_MS, 0).checkpoint

    never = sign_promise(made.project.pk, b"x" * 32, NOW_MS)

    assert never is not None
    promise = read_receipt(never.encode(), read_key(log.key))
    late = InclusionEvidence(at_end, NOW_MS + LONGEST_DELAY_MS)
    assert standing_of(promise, InclusionEvidence(at_end, NOW_MS + 1)) is PromiseStatus.WAITING
    assert standing_of(promise, late) is PromiseStatus.BROKEN


def test_answer_sent_again_gets_the_very_same_promise() -> None:
    made = make_project()
    submission, first = sent(made)

    again = submit(made.worker.pk, submission, NOW_MS + 90_000)

    assert again.repeated
    assert again.promise == first.promise is not None


def test_answer_from_before_promises_is_repeated_without_one() -> None:
    made = make_project()
    submission, _ = sent(made)
    EntryPending.objects.update(answer=None)

    assert submit(made.worker.pk, submission, NOW_MS).promise is None


def test_promise_takes_no_statement_once_the_log_is_known() -> None:
    made = make_project()
    answer_next(made.worker)
    sequence(NOW_MS)
    sent(made)

    with CaptureQueriesContext(connection) as said:
        promise = sign_promise(made.project.pk, bytes(32), NOW_MS)

    assert promise is not None
    assert len(said) == 0


@pytest.fixture
def other_key(settings: Settings, tmp_path: Path) -> Callable[[str], None]:
    """Change the key in force."""

    def change(text: str) -> None:
        settings.DATA, settings.LOG_KEY = tmp_path / "gone", text
        log_keys.forget_keys()
        forget_promisers()

    return change


def test_answer_is_kept_without_a_promise_where_the_key_cannot_be_used(
    other_key: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    made = make_project()
    other_key("no key")

    promises = [sent(made, key)[1].promise for key in "ab"]

    assert promises == [None, None]
    assert [one.getMessage()[:28] for one in caplog.records] == ["answers get no receipts: CAN"]
    assert EntryPending.objects.count() == 2


def test_no_promise_is_given_under_another_key_than_the_logs(
    other_key: Callable[[str], None],
) -> None:
    made = make_project()
    answer_next(made.worker)
    sequence(NOW_MS)

    other_key(write_signer(Signer("canut", ED25519, bytes(32))))

    assert sent(made)[1].promise is None
