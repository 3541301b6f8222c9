"""Index the texts of published tasks for search, in the background.

An import is published at full speed; its texts are indexed in a job, in chunks that do not block
answers, and the page says that the search is being prepared. Each chunk advances the import's
cursor in the same transaction, so that an interrupted job resumes.
"""

from django.db import transaction
from django.db.models import Q
from django.tasks import task

from canut.actions.platform.bulk_pacing import BulkPacer
from canut.store.tables.tasks import Import, TextIndex
from canut.store.tasks.search_index import index_rows, leave_merging, merge_some


def index_texts_soon() -> int:
    """Enqueue the indexing of published imports not yet enqueued; return how many."""
    enqueued = 0
    for source in Import.objects.filter(state=Import.State.PUBLISHED, texts=None).only("id"):
        _, is_new = TextIndex.objects.get_or_create(source=source)
        if is_new:
            index_texts_job.enqueue(source.id)
            enqueued += 1
    return enqueued


@task
def index_texts_job(import_id: int) -> None:
    """Index the texts of one import."""
    index_texts(import_id)


def index_texts(import_id: int) -> int:
    """Index the texts of an import, resuming an earlier job; return how many.

    Two runs at once do no harm: a chunk is written only if the cursor has not moved.
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
    """Merge index segments a few pages at a time, so that answers are not blocked."""
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
    """Return whether every published text of a project can be searched."""
    published = Import.objects.filter(project_id=project_id, state=Import.State.PUBLISHED)
    return not published.filter(Q(texts=None) | Q(texts__is_whole=False)).exists()
