"""Make the texts of tasks searchable, after they are published and beside everybody's work.

An import is published at full speed; its words follow in a job, in chunks that leave the door open
for answers, and the page says meanwhile that the search is being prepared. Each chunk moves the
import's mark in the same transaction, so that a job that was cut short goes on where it was.
"""

from django.db import transaction
from django.db.models import Q
from django.tasks import task

from canut.actions.platform.bulk_pacing import BulkPacer
from canut.store.tables.imports import Import
from canut.store.tables.tasks import TextIndex
from canut.store.tasks.search_index import index_rows, leave_merging, merge_some


def index_texts_soon() -> int:
    """Ask for the texts of every published import that nobody has asked for; return of how many."""
    asked = 0
    for source in Import.objects.filter(state=Import.State.PUBLISHED, texts=None).only("id"):
        _, is_new = TextIndex.objects.get_or_create(source=source)
        if is_new:
            index_texts_job.enqueue(source.id)
            asked += 1
    return asked


@task
def index_texts_job(import_id: int) -> None:
    """Make the texts of one import searchable."""
    index_texts(import_id)


def index_texts(import_id: int) -> int:
    """Put the texts of an import into the index, from where an earlier job ended; return how many.

    Two at once do no harm: each chunk is written by whoever finds the mark where it left it.
    """
    if not Import.objects.filter(id=import_id, state=Import.State.PUBLISHED).exists():
        return 0
    TextIndex.objects.get_or_create(source_id=import_id)
    total, count = 0, 1
    leave_merging()
    with BulkPacer() as pace:
        while count:
            with pace.chunk(pace.rows):
                count = _index_chunk(import_id, pace.rows)
            total += count
            _merge(pace)
    return total


def _merge(pace: BulkPacer) -> None:
    """Merge what the index has to merge, a few pages at a time: answers are kept in between."""
    is_more = pace.is_sqlite
    while is_more:
        with pace.chunk(None):
            is_more = merge_some()


def _index_chunk(import_id: int, rows: int) -> int:
    with transaction.atomic():
        mark = TextIndex.objects.select_for_update().get(source=import_id)
        if mark.is_whole:
            return 0
        count, last = index_rows(import_id, mark.row, rows)
        mark.row, mark.is_whole = last, not count
        mark.save(update_fields=["row", "is_whole"])
    return count


def is_search_ready(project_id: int) -> bool:
    """Say whether every published text of a project can be searched."""
    published = Import.objects.filter(project_id=project_id, state=Import.State.PUBLISHED)
    return not published.filter(Q(texts=None) | Q(texts__is_whole=False)).exists()
