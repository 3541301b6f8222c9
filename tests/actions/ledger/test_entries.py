import pytest
from django.db import transaction

from canut.actions.ledger.entries import record_entry
from canut.core.errors import BadInput
from canut.store.models import EntryPending
from tests.support.factories import NOW_MS, make_project

pytestmark = pytest.mark.dialect

NONCE = b"n" * 32


@pytest.mark.django_db
def test_entry_is_undone_with_what_it_records() -> None:
    made = make_project()

    with transaction.atomic():
        record_entry(made.project.pk, "price.set", {"micro": 1}, NOW_MS, NONCE)
        transaction.set_rollback(True)

    assert not EntryPending.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_entry_outside_a_transaction_is_a_fault() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        record_entry(1, "price.set", {"micro": 1}, NOW_MS, NONCE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("payload", "nonce"),
    [({"micro": 0.5}, NONCE), ({"micro": 2**53}, NONCE), ({"micro": 1}, b"short")],
)
def test_entry_that_others_could_not_check_is_refused(
    payload: dict[str, object], nonce: bytes
) -> None:
    made = make_project()

    with pytest.raises(BadInput):
        record_entry(made.project.pk, "price.set", payload, NOW_MS, nonce)
