"""Making texts searchable holds nobody up, however large the index has become."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models import F

from canut.actions.platform.bulk_pacing import BulkPacer
from canut.actions.tasks import search_index
from canut.actions.tasks.search_index import index_texts
from canut.store.models import Task
from canut.store.tasks.search_index import MERGED_PAGES, match_of
from tests.support.factories import make_project, make_tasks

pytestmark = pytest.mark.dialect

MANY, AT_ONCE = 12_000, 40
ADD = """
INSERT INTO store_task (project_id, source_id, "row", "key", data)
WITH RECURSIVE c(n) AS (SELECT 10 UNION ALL SELECT n + 1 FROM c WHERE n < %s)
SELECT %s, %s, n, 'k' || n, '{"text":"avis ' || n || ' du jour ' || (n * 7) || '"}' FROM c
"""
EMPTY = "INSERT INTO store_tasktext (store_tasktext) VALUES ('delete-all')"


class Watched(BulkPacer):
    """A pace of small chunks, which notes how many rows each of them wrote."""

    written: list[int]

    def __init__(self) -> None:
        super().__init__(polite=False)
        self.rows = AT_ONCE
        Watched.written = []

    @contextmanager
    def chunk(self, rows: int | None) -> Iterator[None]:
        """Write a chunk, and note."""
        before = changes()
        with super().chunk(rows):
            yield
        self.rows = AT_ONCE
        self.written.append(changes() - before)


def changes() -> int:
    return count("SELECT total_changes()")


@pytest.fixture
def source() -> Iterator[int]:
    """Many published texts in an index of their own: no other test empties it after itself."""
    made = make_project(tasks=0)
    (first,) = make_tasks(made.project, 1)
    Task.objects.filter(pk=first.pk).update(row=F("row") + 1)
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)
        cursor.execute(ADD, (MANY, made.project.pk, first.source_id))
        yield first.source_id
        cursor.execute(EMPTY)


def count(sql: str, *given: int | str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        (found,) = cursor.fetchone()
        return int(found)


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_index_is_merged_in_steps_that_write_a_few_pages_each(
    source: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left to itself, SQLite merges a hundred pages and more within whatever adds the next text."""
    monkeypatch.setattr(search_index, "BulkPacer", Watched)

    index_texts(source)

    found = "SELECT count(*) FROM store_tasktext WHERE store_tasktext MATCH %s"
    assert len(Watched.written) > MANY / AT_ONCE
    assert max(Watched.written) <= 2 * AT_ONCE + MERGED_PAGES
    assert count("SELECT count(DISTINCT segid) FROM store_tasktext_idx") < 16
    assert count(found, match_of("avis")) == MANY - 8  # the first one is numbered 0
    assert count(found, match_of(str(MANY))) == 1
