"""The life of an import: started, read, then published or discarded.

Reading puts rows under the import, where nobody sees them; publishing makes them tasks of the
queue. A reader that was killed leaves the import in ``reading``: reading it again goes on where it
was, unless the file, the columns or what was published before have changed; discarding it leaves
nothing. How rows become tasks is decided in ``import_writer``; an import's own row is written here.

The rows an import set aside, as a file in the reader's language.
"""

import secrets
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from django.db import transaction
from django.db.models import Exists, OuterRef

from canut.actions.imports.duplicates import published_before
from canut.actions.imports.import_writer import (
    ImportOptions,
    ImportPlan,
    ImportProgress,
    write_batches,
)
from canut.actions.imports.thumbnails import draw_smaller
from canut.actions.integrations.outbox import enqueue
from canut.actions.learning.prelabels import check_prelabels, schema_of
from canut.actions.platform.bulk_pacing import BulkPacer
from canut.actions.platform.row_faults import attempt_each
from canut.actions.platform.uploads import forget_old_parts, forget_old_uploads, forget_upload
from canut.actions.protection.risk_preferences import follow_labels
from canut.actions.tasks.known_labels import read_known
from canut.core.clock import Ms, from_ms
from canut.core.errors import BadInput, Conflict, Fact, Missing, Refusal
from canut.core.formats import Problem, ReadOptions
from canut.core.formats.problems.catalogue import write_problem_rows
from canut.store.imports import bulk_rows
from canut.store.integrations.webhooks import IMPORT_FAILED
from canut.store.media.files import forget_picture, withdrawn_media
from canut.store.models import Import, Media, Person, Project, Task, TaskState
from canut.store.tables.tasks import ImportProblem

__all__ = ["ImportOptions", "discard_import", "finish_discarding", "is_small", "picture_columns",
           "publish_import", "read_import", "start_import"]  # fmt: skip


State = Import.State


NAME_LIMIT = 200


PRACTICE_AMONG = 100


SHA_LENGTH = 64


SMALL_BYTES = 5 * 2**20


def is_small(source: Import) -> bool:
    """Return whether a file is small enough to be read within the request."""
    return source.bytes_total < SMALL_BYTES


def start_import(  # noqa: PLR0913 - all that is known of an import when it starts
    project_id: int,
    path: Path,
    name: str,
    reading: ReadOptions,
    options: ImportOptions,
    *,
    by: Person,
    now_ms: Ms,
) -> Import:
    """Create an import of a file into a project; nothing is read yet.

    Raises:
        Missing: ``file-lost``: the file at the path is gone.
        BadInput: ``column-unknown``: a chosen column is not in the file.
    """
    if not path.exists():
        raise Missing(f"there is no file at {path}; choose it again", code="file-lost")
    chosen = [options.id_column, options.known_column, *(options.columns or ()), *options.required]
    chosen += options.prelabel.names() if options.prelabel else ()
    for column in chosen:
        if column is not None and column not in reading.columns:
            raise BadInput(
                f"the file has no column {column!r}; it has {', '.join(reading.columns)}",
                code="column-unknown",
                column=column,
            )
    return Import.objects.create(
        project_id=project_id,
        name=name[-NAME_LIMIT:],
        path=str(path.absolute()),
        format=reading.format,
        reading={**reading.as_json(), "options": asdict(options)},
        warnings=[asdict(warning) for warning in reading.warnings],
        bytes_total=reading.bytes_total,
        created_by=by,
        created_at=from_ms(now_ms),
    )


def read_import(import_id: int, now_ms: Ms, *, pace: bool = True) -> Import:
    """Read the file of an import, resuming an interrupted reading.

    A file that cannot be read leaves the import ``failed``, with the reason and nothing else; the
    caller looks at the state.

    Args:
        import_id: the import, in state ``reading``.
        now_ms: old uploads are forgotten by this clock.
        pace: whether to pause while others write (SQLite).

    Raises:
        Missing: there is no such import.
        Conflict: ``import-not-reading``, or ``import-stopped`` when discarded during the run.
    """
    now = from_ms(now_ms)
    source = _found(import_id)
    if source.state != State.READING:
        raise Conflict(
            f"the import is {source.state}; only one that is being read can be read",
            code="import-not-reading",
            state=source.state,
        )
    try:
        _claim_reading(source)
        _read(source, pace=pace)
    except Conflict:
        raise
    except Refusal as refusal:
        _fail(source, refusal.case, refusal.facts, now_ms)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        _fail(source, "import-broken", {"reason": reason}, now_ms)
        raise
    else:
        _move(source, {State.READING}, State.READY)
    forget_old_uploads(_in_use(), now.timestamp())
    forget_old_parts(now.timestamp())
    return source


def _read(source: Import, *, pace: bool) -> None:
    plan = _load_plan(source)
    progress = ImportProgress(source.rows_good, source.rows_bad, source.bytes_read)
    columns = write_batches(plan, progress, partial(_save_progress, source), pace=pace)
    if len(columns) > len(plan.reading.columns):
        source.refresh_from_db(fields=["reading"])
        source.reading = {**source.reading, "columns": list(columns)}
        source.save(update_fields=["reading"])


def _load_plan(source: Import) -> ImportPlan:
    """Load all that decides which tasks the file of an import gives."""
    options = options_of(source)
    id_column = None if source.format == "images" else options.id_column
    return ImportPlan(
        source.pk,
        source.project_id,
        Path(source.path),
        ReadOptions.of_json(source.reading),
        options,
        published_before(source, id_column),
        None if options.prelabel is None else schema_of(source.project_id),
        withdrawn_media(source.project_id),
    )


def _save_progress(source: Import, before: ImportProgress, after: ImportProgress) -> None:
    """Save the counts of an import in the transaction of a chunk.

    Raises:
        Conflict: ``import-stopped``: they are not as this reader left them, since the import was
            discarded or is read by someone else.
    """
    if not bulk_rows.move_counts(source.pk, before[:2], after):
        raise Conflict(
            "the import was discarded, or is read by someone else; look at it again",
            code="import-stopped",
        )
    source.rows_good, source.rows_bad, source.bytes_read = after


def options_of(source: Import) -> ImportOptions:
    """Return the options of an import."""
    return msgspec.convert(source.reading["options"], ImportOptions)


def publish_import(import_id: int, now_ms: Ms) -> Import:
    """Publish the good rows as tasks, resuming after a crash.

    The project is held while a chunk is written, so that no task keeps an overlap that has just
    been changed.

    Raises:
        Missing: there is no such import.
        Conflict: ``import-not-ready``: not read yet, failed, or already decided.
        BadInput: ``nothing-good``: no row is left to publish; ``prelabel-refused``: a model said
            what the question does not know.
    """
    now = from_ms(now_ms)
    source = _found(import_id)
    if source.state == State.READY and source.rows_good == 0:
        raise BadInput("no row of the file can be used; see the problems", code="nothing-good")
    check_prelabels(source)
    is_resumed = source.state == State.PUBLISHING
    _move(source, {State.READY, State.PUBLISHING}, State.PUBLISHING)
    _make_practice(source)
    last, count = bulk_rows.last_published_row(source.id) if is_resumed else 0, 1
    bulk_rows.count_new_tasks()  # else every chunk looks through all the rows after it
    with bulk_rows.known_tasks(), BulkPacer() as pace:
        while count:
            with pace.chunk(pace.rows):
                project = bulk_rows.hold_project(source.project_id)
                after = last
                count, last = bulk_rows.publish_tasks(source.id, project, last, pace.rows)
                if project.severity_column:
                    bulk_rows.label_tasks(source.id, project.severity_column, after, last)
    bulk_rows.count_states()
    source.published_at = now
    follow_labels(source.project_id)
    with transaction.atomic():
        _move(source, {State.PUBLISHING}, State.PUBLISHED, published_at=now)
        facts = {"import": source.pk, "name": source.name, "rows": source.rows_good}
        enqueue(source.project, "import.published", facts, now_ms)
    forget_upload(Path(source.path))
    if picture_columns(source):
        draw_smaller.enqueue(source.project_id)
    return source


@transaction.atomic
def _make_practice(source: Import) -> None:
    """Copy a row to the practice task for new people, once in a project."""
    project = Project.objects.select_for_update().get(id=source.project_id)
    if project.practice_task_id is not None or project.is_own_staff:
        return
    first = _telling_row(source)
    task = Task.objects.create(
        project=project,
        source=source,
        row=0,
        key=f"practice-{first.key}"[:NAME_LIMIT],
        data=first.data,
        known=first.known,
    )
    TaskState.objects.create(
        task=task, project=project, state=TaskState.State.PRACTICE, overlap=project.overlap
    )
    project.practice_task = task
    project.save(update_fields=["practice_task"])


def _telling_row(source: Import) -> Task:
    """Return a row with a known answer, to explain practice with; else the first row.

    The last such row near the beginning: nobody meets it again at once.
    """
    rows = Task.objects.filter(source=source).order_by("row")
    begins = list(rows[:PRACTICE_AMONG])
    column = source.project.severity_column
    if column:  # practice comes first, so it is calm
        begins = [row for row in begins if _is_calm(row, column)] or begins
    question = source.project.questions.order_by("-number").first()
    if question is not None:
        for row in reversed(begins):
            if read_known(question.schema, row.known) is not None:
                return row
    return begins[0]


def _is_calm(row: Task, column: str) -> bool:
    return msgspec.json.decode(row.data, type=dict[str, str]).get(column) == "0"


def discard_import(import_id: int, now_ms: Ms) -> Import:
    """Discard an import that is not published, whatever its state.

    Raises:
        Missing: there is no such import.
        Conflict: ``import-not-ready``: it is published, or being published.
    """
    source = _found(import_id)
    _move(source, {State.READING, State.READY, State.FAILED, State.DISCARDED}, State.DISCARDED)
    _remove_rows(source)
    forget_upload(Path(source.path))
    forget_old_uploads(_in_use(), from_ms(now_ms).timestamp())
    return source


def finish_discarding() -> int:
    """Delete rows left by a killed reader or discard; return for how many imports."""
    decided = Import.objects.filter(state__in=(State.DISCARDED, State.FAILED))
    left = decided.filter(Exists(Task.objects.filter(source=OuterRef("pk"))))
    return attempt_each("import", list(left.values_list("id", flat=True)), _finish_one)


def _finish_one(import_id: int) -> bool:
    _remove_rows(_found(import_id))
    return True


def _claim_reading(source: Import) -> None:
    """Resume where an earlier reader stopped, or restart when its input has changed.

    Two readers of one import write the same rows in the same order, and each chunk checks the
    counts its reader left: one of the two continues, the chunk of the other is undone. When two
    clear the rows of an earlier reader, the later one continues: the other must not write rows that
    this one deletes.

    Raises:
        Conflict: ``import-stopped``: the import is no longer read, or another reader clears it.
        Missing: ``file-lost``.
    """
    fingerprint = _input_fingerprint(source)
    owner = secrets.token_hex(8)
    with transaction.atomic():
        _lock_and_refresh(source)
        if source.reading.get("begun") == fingerprint:
            return  # same file, options and earlier imports
        must_clear = Task.objects.filter(source=source).exists()
        claim = {"begun": None, "cleared_by": owner} if must_clear else {"begun": fingerprint}
        _reset_progress(source, claim)
    if must_clear:
        _remove_rows(source, owner)
        with transaction.atomic():
            _assert_still_clearing(source, owner)
            source.reading |= {"begun": fingerprint}
            source.save(update_fields=["reading"])


def _lock_and_refresh(source: Import) -> None:
    """Lock the row and copy its progress onto ``source``.

    Raises:
        Conflict: ``import-stopped``: it is no longer read.
    """
    locked = Import.objects.select_for_update().get(id=source.id)
    if locked.state != State.READING:
        raise Conflict(f"the import is {locked.state} meanwhile", code="import-stopped")
    source.reading = locked.reading
    source.rows_good, source.rows_bad = locked.rows_good, locked.rows_bad
    source.bytes_read = locked.bytes_read


def _reset_progress(source: Import, claim: dict[str, Any]) -> None:
    """Set the counts to zero, delete the problems and save who reads what."""
    source.rows_good = source.rows_bad = source.bytes_read = 0
    source.problems.all().delete()
    source.reading |= claim
    source.save(update_fields=["reading", "rows_good", "rows_bad", "bytes_read"])


def _assert_still_clearing(source: Import, owner: str) -> None:
    """Lock the row and refuse when another reader took over the clearing.

    Raises:
        Conflict: ``import-stopped``.
    """
    _lock_and_refresh(source)
    if source.reading.get("begun") or source.reading.get("cleared_by") != owner:
        raise Conflict("the import is read by someone else", code="import-stopped")


def _input_fingerprint(source: Import) -> dict[str, Any]:
    """Describe all that decides which rows a reading gives, and in which order.

    Raises:
        Missing: ``file-lost``.
    """
    path = Path(source.path)
    if not path.exists():
        raise Missing(f"there is no file at {path} any more", code="file-lost")
    stat = path.stat()
    published = (Import.State.PUBLISHING, Import.State.PUBLISHED)
    earlier = Import.objects.filter(project=source.project_id, state__in=published)
    return {
        "bytes": stat.st_size,
        "changed_ns": str(stat.st_mtime_ns),
        "options": source.reading["options"],
        "published": list(earlier.order_by("id").values_list("id", flat=True)),
    }


def _fail(source: Import, code: str, facts: dict[str, Fact], now_ms: Ms) -> None:
    failure: dict[str, Any] = {"code": code, "facts": facts}
    reading = {
        name: value for name, value in source.reading.items() if name not in {"begun", "cleared_by"}
    }
    with transaction.atomic():
        _move(source, {State.READING}, State.FAILED, failure=failure, reading=reading)
        event_facts = {"import": source.pk, "name": source.name, "failure": code}
        enqueue(source.project, IMPORT_FAILED, event_facts, now_ms)
    source.failure, source.reading = failure, reading
    _remove_rows(source)


def _remove_rows(source: Import, owner: str = "") -> None:
    """Delete the tasks of an import, and pictures that no other import uses.

    The files go before the rows that name them, and those in one transaction with their tasks:
    whoever is killed on the way leaves tasks, from which the next removal goes on.

    Args:
        source: the import.
        owner: who clears it before reading it again; checked before each chunk.
    """
    with BulkPacer() as pace:
        while rows := bulk_rows.unpublished_tasks(source.id, pace.rows):
            unused = _unused_pictures(source, [data for _row, data in rows])
            with pace.chunk(len(rows)):
                if owner:
                    _assert_still_clearing(source, owner)
                for sha256 in unused:
                    forget_picture(source.project_id, sha256)
                Media.objects.filter(project_id=source.project_id, sha256__in=unused).delete()
                bulk_rows.delete_tasks(source.id, rows[-1][0])


def picture_columns(source: Import) -> list[str]:
    """Return the columns of an import whose cells are hashes of pictures or sounds."""
    return (
        ["image", "audio"] if source.format == "images" else list(source.reading.get("media", ()))
    )


def _unused_pictures(source: Import, removed: list[str]) -> set[str]:
    """Return the pictures of rows to remove that no other import of the project uses."""
    columns = picture_columns(source)
    shas = _hashes(removed, columns) if columns else set[str]()
    if not shas:
        return shas
    for sibling in Import.objects.filter(project_id=source.project_id).exclude(id=source.id):
        if columns := picture_columns(sibling):
            rows = Task.objects.filter(source=sibling).values_list("data", flat=True)
            for data in rows.iterator(2_000):
                shas -= _hashes([data], columns)
    return shas


def _hashes(rows: list[str], columns: list[str]) -> set[str]:
    cells: set[str] = set()
    for data in rows:
        row = msgspec.json.decode(data, type=dict[str, str])
        cells |= {row.get(column, "") for column in columns}
    return {cell for cell in cells if len(cell) == SHA_LENGTH}


def _found(import_id: int) -> Import:
    source = Import.objects.filter(id=import_id).first()
    if source is None:
        raise Missing(f"there is no import {import_id}", code="import-missing")
    return source


def _move(source: Import, before: set[Import.State], after: Import.State, **also: object) -> None:
    """Change the state, if it is still one of those expected."""
    if not Import.objects.filter(id=source.id, state__in=before).update(state=after, **also):
        source.refresh_from_db(fields=["state"])
        raise Conflict(
            f"the import is {source.state}, expected {' or '.join(sorted(before))}",
            code="import-not-ready",
            state=source.state,
        )
    source.state = after


def _in_use() -> list[str]:
    """Return the paths that imports still need."""
    waiting = Import.objects.filter(state__in=(State.READING, State.READY, State.FAILED))
    return list(waiting.values_list("path", flat=True))


def write_problems(import_id: int, language: str, out: BinaryIO) -> None:
    """Write the problems of an import as a CSV that Excel opens, in the order of the file."""
    problems = ImportProblem.objects.filter(source_id=import_id).order_by("line", "id")
    rows = problems.values_list("line", "column", "code", "facts").iterator(2_000)
    write_problem_rows((Problem(*row) for row in rows), language, out)
