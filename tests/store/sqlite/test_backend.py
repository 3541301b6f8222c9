import threading

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from canut.store.models import Fact

pytestmark = [pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]


def test_file_is_in_wal_and_every_commit_reaches_the_disk() -> None:
    with connection.cursor() as cursor:
        modes = [
            cursor.execute(f"PRAGMA {name}").fetchone()
            for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store")
        ]

    assert modes == [("wal",), (2,), (1,), (2,)]


def test_orm_passes_the_lock_in_every_way_it_writes() -> None:
    made = Fact.objects.create(name="a", value="1")
    made.value = "2"
    made.save()
    Fact.objects.filter(name="a").update(value="3")
    Fact.objects.bulk_create([Fact(name="b", value="1"), Fact(name="c", value="1")])
    Fact.objects.get_or_create(name="d", defaults={"value": "1"})
    Fact.objects.update_or_create(name="d", defaults={"value": "2"})
    with transaction.atomic():
        Fact.objects.create(name="e", value="1")
        with transaction.atomic():
            Fact.objects.create(name="f", value="1")
    Fact.objects.filter(name="b").delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE store_fact SET value = %s WHERE name = %s", ("9", "c"))

    seen = dict(Fact.objects.values_list("name", "value"))

    assert seen == {"a": "3", "c": "9", "d": "2", "e": "1", "f": "1"}


def test_undone_transaction_frees_the_lock_for_other_threads() -> None:
    def undo() -> None:
        with transaction.atomic():
            Fact.objects.create(name="a", value="1")
            raise KeyError("a")

    with pytest.raises(KeyError):
        undo()
    failed: list[Exception] = []

    def write() -> None:
        try:
            Fact.objects.create(name="b", value="1")
        except OperationalError as problem:
            failed.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    thread.join(timeout=10)

    assert not thread.is_alive()
    assert failed == []
    assert list(Fact.objects.values_list("name", flat=True)) == ["b"]
