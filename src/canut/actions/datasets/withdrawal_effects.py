"""What follows when an item is withdrawn: it leaves what comes next, and nobody's pay changes.

The task goes aside for good. Leases end without a reproach: an answer that still comes from an open
page is paid. Pictures and sounds are deleted from storage, texts are emptied, and salted hashes
stay, which show that the item is absent from later trainings. Exports that wait to be downloaded
are deleted, since they may hold the item.
"""

import shutil
from functools import partial

from django.db import connection, transaction

from canut.actions.datasets.releases import path_of
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import Ms
from canut.core.datasets.withdrawn_row import emptied_row, salted_name
from canut.store.datasets.withdrawals import sharing_media, undeleted_files
from canut.store.learning.manifests import cells_of, leaves_of, media_among, salt_of
from canut.store.media.files import forget_picture
from canut.store.models import Lease, Media, ModelAnswer, Project, Proposal, Review, Task, TaskState
from canut.store.sql import dialect
from canut.store.tables.datasets import ExportFile, WithdrawalRequest, WithdrawnTask
from canut.store.tables.work import Begun, PageSeat
from canut.store.tasks.search_index import forget_texts

FILES_AT_ONCE = 500
REASON = "consent withdrawn"


def withdraw_items(request: WithdrawalRequest, tasks: list[int], now_ms: Ms) -> list[int]:
    """Withdraw the items of tasks, in the caller's transaction; return the tasks.

    Args:
        request: whose item it is; a file it names is withdrawn from all tasks that show it.
        tasks: the tasks that were chosen; those withdrawn before are left out.
        now_ms: the moment, in milliseconds since 1970 UTC.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=request.project_id)
    chosen = set(tasks)
    if request.sha256 and media_among(project.pk, [request.sha256]):
        chosen |= set(sharing_media(project.pk, request.sha256))
    rows = Task.objects.filter(project=project, pk__in=chosen, withdrawn=None).order_by("pk")
    items = {task.pk: task for task in rows}
    leaves = leaves_of(project.pk, list(items))
    _stop_lending(project, list(items), now_ms)
    names, unused = _rename_media(project.pk, list(items.values()))
    WithdrawnTask.objects.bulk_create(
        WithdrawnTask(
            task_id=number,
            project=project,
            request=request,
            leaf=leaves[number].hex(),
            files=sorted(unused & set(cells_of(task.data).values())),
            at_ms=now_ms,
        )
        for number, task in items.items()
    )
    _empty(list(items.values()), names)
    _forget_exports(project)
    return list(items)


def delete_files(now_ms: Ms) -> int:
    """Delete the withdrawn media that are still in storage; return how many tasks are done.

    The scheduler repeats it, so that a storage that does not answer delays the deletion alone.
    """
    del now_ms
    waiting = {row.pk: row for row in undeleted_files(FILES_AT_ONCE)}
    return attempt_each("withdrawal", list(waiting), lambda number: _delete_files(waiting[number]))


def _delete_files(row: WithdrawnTask) -> bool:
    for sha256 in row.files:
        forget_picture(row.project_id, sha256)
    with transaction.atomic():
        WithdrawnTask.objects.filter(pk=row.pk).update(files=[])
    return True


def _stop_lending(project: Project, tasks: list[int], now_ms: Ms) -> None:
    """Set tasks aside, end their leases and reviews, and forget what models said of them."""
    list(TaskState.objects.select_for_update().filter(task__in=tasks).order_by("task_id"))
    TaskState.objects.filter(task__in=tasks).update(state=TaskState.State.ASIDE, flagged_ms=None)
    leases = Lease.objects.filter(task__in=tasks, state=Lease.State.LIVE).order_by("pk")
    with connection.cursor() as cursor:
        numbers = list(leases.values_list("pk", flat=True))
        dialect().end_leases(cursor, numbers, Lease.State.RELEASED, now_ms, REASON)
    reviews = Review.objects.filter(task__in=tasks, state=Review.State.WAITING, holder=None)
    reviews.update(state=Review.State.DROPPED)
    Proposal.objects.filter(task__in=tasks).delete()
    ModelAnswer.objects.filter(task__in=tasks).delete()
    Begun.objects.filter(task__in=tasks).delete()
    PageSeat.objects.filter(lease__task__in=tasks).update(received="")
    if project.practice_task_id in tasks:
        Project.objects.filter(pk=project.pk).update(practice_task=None)


def _rename_media(project_id: int, tasks: list[Task]) -> tuple[dict[str, str], set[str]]:
    """Keep the facts of media under salted hashes.

    Returns:
        The salted hash by hash, and the hashes that no other task shows.
    """
    cells = [cell for task in tasks for cell in cells_of(task.data).values()]
    salt, hashes = salt_of(project_id), media_among(project_id, cells)
    names = {sha256: salted_name(salt, sha256) for sha256 in hashes}
    numbers = {task.pk for task in tasks}
    unused = {sha256 for sha256 in hashes if numbers.issuperset(sharing_media(project_id, sha256))}
    existing = media_among(project_id, list(names.values()))
    for media in Media.objects.filter(project=project_id, sha256__in=hashes).order_by("pk"):
        is_last, media.sha256 = media.sha256 in unused, names[media.sha256]
        media.size_bytes, media.smaller = 0, []
        if is_last and media.sha256 in existing:
            media.delete()
        elif is_last:
            media.save(update_fields=["sha256", "size_bytes", "smaller"])
        elif media.sha256 not in existing:
            media.pk = None
            media.save(force_insert=True)
    return names, unused


def _empty(tasks: list[Task], names: dict[str, str]) -> None:
    """Empty the content of tasks, and their words in the search index."""
    forget_texts([task.pk for task in tasks])
    for task in tasks:
        Task.objects.filter(pk=task.pk).update(
            data=emptied_row(task.data, names), known=None, key=f"withdrawn-{task.pk}"
        )


def _forget_exports(project: Project) -> None:
    """Delete the exports that may hold the item, once it is withdrawn for good."""
    exports = ExportFile.objects.filter(project=project, state=ExportFile.State.DONE)
    paths = [path_of(export).parent for export in exports]
    exports.update(state=ExportFile.State.GONE)
    for path in paths:
        transaction.on_commit(partial(shutil.rmtree, path, ignore_errors=True))
