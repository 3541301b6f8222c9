"""A database brought back to an older state is noticed, and the log itself says so."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from canut.actions.ledger.entries import record_fact
from canut.actions.ledger.rollback_detection import FILE, forget_ends, note_brought_back
from canut.actions.ledger.sequencer import log_of, sequence
from canut.core.ledger.log import read_entry
from canut.store.models import LogEntry
from tests.support.factories import NOW_MS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.DATA = tmp_path
    forget_ends()
    yield tmp_path
    forget_ends()


def grow(value: int = 1) -> int:
    with transaction.atomic():
        record_fact(None, "policy.set", {"new": value}, NOW_MS)
    sequence(NOW_MS)
    return log_of(None).size


def entries() -> list[dict[str, object]]:
    rows = LogEntry.objects.filter(log=log_of(None)).order_by("place")
    return [dict(read_entry(bytes(one.body)).facts) for one in rows]


def test_log_that_only_grew_says_nothing() -> None:
    for _ in range(3):
        grow()
        forget_ends()

    assert entries() == [{"new": 1}] * 3


@pytest.mark.parametrize("after", [0, 1, 4], ids=["shorter", "as-long", "longer"])
def test_older_copy_brought_back_is_told_in_the_log(after: int, client: Client) -> None:
    grow()
    with transaction.atomic():  # what was lost with the newer state
        lost = [grow(2), grow(3)][-1]
        transaction.set_rollback(True)
    assert lost == 3
    with transaction.atomic():
        for _ in range(after):  # what was written since, before the sequencer came
            record_fact(None, "policy.set", {"new": 9}, NOW_MS)
    forget_ends()

    sequence(NOW_MS)

    (told,) = [one for one in entries() if "shown" in one]
    assert (told["shown"], told["here"]) == (3, 1)
    page = client.get("/ledger/0", headers={"accept-language": "en"}).content.decode()
    assert "brought back to an older state" in page
    forget_ends()
    grow()
    assert len([one for one in entries() if "shown" in one]) == 1


def test_folder_without_memory_goes_on(folder: Path) -> None:
    grow()
    (folder / FILE).unlink()
    forget_ends()
    grow()
    (folder / FILE).write_text("noise")
    forget_ends()

    assert grow() == 3
    shutil.rmtree(folder)
    assert grow() == 4


def test_copy_brought_back_into_an_empty_folder_is_told_in_the_log_once(
    folder: Path, client: Client
) -> None:
    grow()
    note_brought_back(folder, "2026-01-31T12:00:00+00:00")
    forget_ends()

    grow(2)
    grow(3)

    told = [one for one in entries() if "copy" in one]
    assert told == [{"copy": "2026-01-31T12:00:00+00:00", "here": 1}]
    page = client.get("/ledger/0", headers={"accept-language": "en"}).content.decode()
    assert "brought back to an older state" in page
