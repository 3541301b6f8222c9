"""Write the rows of a file, or pictures, into the database under an import, in chunks.

Workers do not see these tasks yet: publishing gives each its state. What decides the tasks is an
``ImportPlan``; they are prepared as a stream of ``ImportBatch``. The import's own row is written by
``lifecycle`` alone: it gets the progress in the transaction of each chunk.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

import msgspec

from canut.actions.imports.duplicates import PublishedRowIndex
from canut.actions.imports.row_media import NAME_OF, PicturesOfRows
from canut.actions.learning.prelabels import Authors, ParsedPrelabel, PrelabelColumns, Prelabels
from canut.actions.platform.bulk_pacing import BulkPacer, spared
from canut.actions.platform.prefetch import prefetch
from canut.core.errors import BadFile, BadInput, Fact, TooLarge
from canut.core.formats import read
from canut.core.formats.tables import images
from canut.core.formats.tables.row_hashes import RowHashes, hashes_of
from canut.core.formats.tables.rows import COLUMN_LIMIT, Problem, ReadOptions, Row, RowBatch
from canut.core.kinds import Schema
from canut.store.imports import bulk_rows
from canut.store.learning.prelabels import insert_of_rows
from canut.store.media.files import NewPictures, WithdrawnMedia

KEY_LIMIT = 200
PICTURES_A_BATCH = 200
IMAGES = "images"
encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of an import, as chosen by a person.

    Args:
        id_column: names each row; without it the line does.
        known_column: holds known answers; kept apart from what workers see.
        columns: the columns to keep; all of them when left out.
        required: columns without which a row cannot be shown, so that it is set aside.
        prelabel: the columns of what a model said; kept apart from what workers see.
    """

    id_column: str | None = None
    known_column: str | None = None
    columns: tuple[str, ...] | None = None
    required: tuple[str, ...] = ()
    prelabel: PrelabelColumns | None = None


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """All that decides which tasks and problems a file gives; loaded once, before it is read.

    Args:
        source_id: the import.
        project_id: whose tasks they become.
        path: the file or folder.
        reading: how the file is read.
        options: what a person chose.
        published: the rows the project has already; None when there are none.
        schema: what the project asks; None while it asks nothing, or without pre-labels.
        withdrawn: pictures and sounds that do not come in again; None when there are none.
    """

    source_id: int
    project_id: int
    path: Path
    reading: ReadOptions
    options: ImportOptions
    published: PublishedRowIndex | None = None
    schema: Schema | None = None
    withdrawn: WithdrawnMedia | None = None


class ImportProgress(NamedTuple):
    """How many tasks and problems an import has in the database, and the bytes read for them."""

    rows_good: int
    rows_bad: int
    bytes_read: int


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """Tasks and problems of some rows of a file, ready to be written.

    ``bytes_read`` is how far into the file the batch ends; ``columns`` are the columns met so far;
    ``prelabels`` are by row.
    """

    tasks: list[bulk_rows.NewTask]
    problems: list[Problem]
    bytes_read: int
    columns: tuple[str, ...] = ()
    media: Sequence[bulk_rows.NewMedia] = ()
    prelabels: Mapping[int, ParsedPrelabel] = field(default_factory=dict[int, ParsedPrelabel])

    @property
    def size(self) -> int:
        """Count the rows it writes."""
        return len(self.tasks) + len(self.problems)


type SaveProgress = Callable[[ImportProgress, ImportProgress], None]


def write_batches(
    plan: ImportPlan, progress: ImportProgress, save_progress: SaveProgress, *, pace: bool
) -> tuple[str, ...]:
    """Write batches under an import, paced so that other writers do not stall.

    Args:
        plan: what to read, and how.
        progress: the rows an earlier reader wrote; they are not written again.
        save_progress: called in the transaction of each chunk with the progress before and after
            it; what it raises undoes the chunk.
        pace: whether to pause while others write (SQLite).

    Returns:
        the columns of the file, with those that appear late in it.

    Raises:
        BadFile: the file cannot be read.
    """
    prelabel, columns = plan.options.prelabel, plan.reading.columns
    authors = None if prelabel is None else Authors(plan.project_id, prelabel)
    batches = _skip_written(read_batches(plan), progress)
    with (
        spared(),
        BulkPacer(polite=pace) as pacing,
        closing(_prefetch(batches, pacing)) as prepared,
    ):
        writer = _ChunkWriter(plan.source_id, save_progress, pacing, authors)
        for batch in prepared:
            columns = batch.columns or columns
            if batch.media:
                with pacing.chunk(len(batch.media)):
                    bulk_rows.insert_media(batch.media)
            progress = writer.write(batch, progress)
    return columns


def _prefetch(batches: Iterator[ImportBatch], pacing: BulkPacer) -> Generator[ImportBatch]:
    """Prepare batches in a second thread on PostgreSQL.

    SQLite writes in this process: a second thread would make the writer wait for the interpreter
    while it holds the lock.
    """
    if pacing.is_sqlite:
        return (batch for batch in batches)
    return prefetch(join_batches(batches, pacing))


def join_batches(batches: Iterator[ImportBatch], pacing: BulkPacer) -> Iterator[ImportBatch]:
    """Join batches as long as a chunk has space: each costs some round trips to the server.

    A batch with media begins a new one.
    """
    pending, rows = list[ImportBatch](), 0
    for batch in batches:
        if pending and (batch.media or rows + batch.size > pacing.rows):
            yield _join(pending)
            pending, rows = [], 0
        pending.append(batch)
        rows += batch.size
    if pending:
        yield _join(pending)


def _join(batches: Sequence[ImportBatch]) -> ImportBatch:
    if len(batches) == 1:
        return batches[0]
    return ImportBatch(
        tasks=[task for batch in batches for task in batch.tasks],
        problems=[problem for batch in batches for problem in batch.problems],
        bytes_read=batches[-1].bytes_read,
        columns=batches[-1].columns,
        media=[medium for batch in batches for medium in batch.media],
        prelabels={row: label for batch in batches for row, label in batch.prelabels.items()},
    )


class _ChunkWriter(NamedTuple):
    """Writes the batches of one import in chunks of the size that the pace allows."""

    source_id: int
    save_progress: SaveProgress
    pacing: BulkPacer
    authors: Authors | None

    def write(self, batch: ImportBatch, progress: ImportProgress) -> ImportProgress:
        """Write one batch; return the progress after it."""
        pacing, tasks, problems = self.pacing, batch.tasks, batch.problems
        while tasks or problems:
            chunk_tasks, tasks = tasks[: pacing.rows], tasks[pacing.rows :]
            chunk_problems, problems = problems[: pacing.rows], problems[pacing.rows :]
            new_problems = [_new_problem(self.source_id, problem) for problem in chunk_problems]
            after = ImportProgress(
                progress.rows_good + len(chunk_tasks),
                progress.rows_bad + len(chunk_problems),
                progress.bytes_read if tasks or problems else batch.bytes_read,
            )
            with pacing.chunk(len(chunk_tasks) + len(chunk_problems)):
                self.save_progress(progress, after)
                bulk_rows.insert_tasks(chunk_tasks)
                bulk_rows.insert_problems(new_problems)
                if self.authors is not None:
                    rows = [task.row for task in chunk_tasks]
                    insert_of_rows(self.authors.sign(self.source_id, batch.prelabels, rows))
            progress = after
        return progress


def _skip_written(
    batches: Iterator[ImportBatch], progress: ImportProgress
) -> Iterator[ImportBatch]:
    """Skip the tasks and problems an earlier reader wrote: the first ones, in the same order."""
    good, bad = progress.rows_good, progress.rows_bad
    for batch in batches:
        yield replace(batch, tasks=batch.tasks[good:], problems=batch.problems[bad:])
        good, bad = max(0, good - len(batch.tasks)), max(0, bad - len(batch.problems))


def _new_problem(source_id: int, problem: Problem) -> bulk_rows.NewProblem:
    facts = encode(problem.facts).decode()
    return bulk_rows.NewProblem(source_id, problem.line, problem.column, problem.code, facts)


def read_batches(plan: ImportPlan) -> Iterator[ImportBatch]:
    """Yield the tasks and problems of a file, without the database: any thread may run it.

    Raises:
        BadFile: the file cannot be read.
    """
    if plan.reading.format == IMAGES:
        return _batches_of_pictures(plan)
    return _RowEncoder(plan).batches()


class _RowEncoder:
    """Turns the rows of a file into tasks, each once in the project."""

    def __init__(self, plan: ImportPlan) -> None:
        self._plan = plan
        self._columns = plan.reading.columns
        self._seen = RowHashes()
        columns = plan.options.prelabel
        self._prelabels = None if columns is None else Prelabels(plan.schema, columns)

    def batches(self) -> Iterator[ImportBatch]:
        """Yield the file's tasks and problems, batch by batch."""
        plan = self._plan
        with closing(
            PicturesOfRows(plan.project_id, plan.path, plan.reading, plan.withdrawn)
        ) as pictures:
            for rows in read(plan.path, plan.reading):
                if plan.reading.format == "jsonl":
                    self._add_columns(rows.rows)
                for some_rows, media in pictures.of(self._set_aside(rows)):
                    yield self._encode(some_rows, media)

    def _add_columns(self, rows: list[Row]) -> None:
        """Add the keys that appear late in the file to its columns."""
        columns = dict.fromkeys(self._columns)
        for row in rows:
            if not row.keys() <= columns.keys():
                columns.update(dict.fromkeys(row))
        if len(columns) > COLUMN_LIMIT:
            raise BadFile(
                f"the objects have more than {COLUMN_LIMIT} different keys; remove some",
                code="columns-too-many",
                seen=len(columns),
                limit=COLUMN_LIMIT,
            )
        self._columns = tuple(columns)

    def _set_aside(self, rows: RowBatch) -> RowBatch:
        """Set aside the rows without an id or without what is shown."""
        options = self._plan.options
        if options.id_column is None and not options.required and options.prelabel is None:
            return rows
        complete = RowBatch([], [], list(rows.problems), rows.bytes_read)
        for line, row in zip(rows.lines, rows.rows, strict=True):
            problem = self._find_problem(line, row)
            if problem:
                complete.problems.append(problem)
            else:
                complete.lines.append(line)
                complete.rows.append(row)
        return complete

    def _find_problem(self, line: int, row: Row) -> Problem | None:
        options = self._plan.options
        name = options.id_column
        if name is not None:
            if not row.get(name):
                return Problem(line, name, "id-empty")
            if len(row[name]) > KEY_LIMIT:
                return Problem(line, name, "id-too-long", {"limit": KEY_LIMIT})
        for column in options.required:
            if not row.get(column):
                return Problem(line, column, "cell-missing")
        return None if self._prelabels is None else self._prelabels.fault_of(line, row)

    def _encode(self, rows: RowBatch, media: Sequence[bulk_rows.NewMedia]) -> ImportBatch:
        """Encode the rows as tasks, without those that the file or the project has already."""
        plan, lines, valid_rows = self._plan, rows.lines, rows.rows
        options = plan.options
        ids = options.id_column
        keys = list(map(str, lines)) if ids is None else _names_in(valid_rows, ids)
        known_labels: list[str | None] = [None] * len(lines)
        contents = list(map(encode, valid_rows))
        if options.known_column is not None:
            known_labels = [row.pop(options.known_column, None) or None for row in valid_rows]
        prelabels = dict[int, ParsedPrelabel]()
        if self._prelabels is not None:
            prelabels = self._prelabels.taken(lines, valid_rows)
        if options.columns is not None:
            columns = [name for name in options.columns if name != options.known_column]
            valid_rows = [
                {name: row[name] for name in columns if name in row} for row in valid_rows
            ]
        is_changed = any((options.known_column, options.columns is not None, options.prelabel))
        data = list(map(encode, valid_rows)) if is_changed else contents
        projects, sources = repeat(plan.project_id), repeat(plan.source_id)
        texts = map(bytes.decode, data)
        tasks = list(map(bulk_rows.NewTask, projects, sources, lines, keys, texts, known_labels))
        repeated_rows = self._find_repeated(lines, keys, contents)
        published_rows = dict[int, Problem]()
        if plan.published is not None:
            published_rows = plan.published.problems(lines, valid_rows, keys)
        duplicates = repeated_rows | published_rows
        if duplicates:
            tasks = [task for task in tasks if task.row not in duplicates]
        problems = sorted([*rows.problems, *duplicates.values()], key=lambda problem: problem.line)
        return ImportBatch(tasks, problems, rows.bytes_read, self._columns, media, prelabels)

    def _find_repeated(
        self, lines: list[int], keys: list[str], contents: list[bytes]
    ) -> dict[int, Problem]:
        """Return the problems of rows that repeat an earlier row of the file, by line."""
        if not lines:
            return {}
        hashes = hashes_of(contents)
        name = self._plan.options.id_column
        if name is None:
            first, same = self._seen.first_lines(hashes, lines)
        else:
            by_id = hashes_of([key.encode() for key in keys])
            first, same = self._seen.first_lines(by_id, lines, hashes)
        return {
            lines[index]: Problem(
                lines[index],
                name or "",
                "same-as" if same[index] else "same-id",
                {"line": int(first[index])},
            )
            for index in first.nonzero()[0].tolist()
        }


def _names_in(rows: list[Row], column: str) -> list[str]:
    """Return the cells that name their rows: of pictures and sounds the file, never the hash."""
    file_column = NAME_OF.format(column=column)
    return [row.get(file_column) or row[column] for row in rows]


def _batches_of_pictures(plan: ImportPlan) -> Iterator[ImportBatch]:
    """Store the pictures and sounds of a folder, a zip or one file, and yield their tasks."""
    names = images.names_of(plan.path)
    has_folders = any("/" in name for name in names)
    pictures, first_lines = NewPictures(plan.project_id, plan.withdrawn), dict[bytes, int]()
    tasks, media = list[bulk_rows.NewTask](), list[bulk_rows.NewMedia]()
    problems, bytes_read = list[Problem](), 0
    for item in images.pictures(plan.path, names):
        problem: Problem | None
        if isinstance(item, Problem):
            problem = item
        else:
            bytes_read += len(item.content)
            medium, problem = _store_medium(pictures, item, first_lines, names)
            if medium is not None:
                media.append(medium)
                if plan.published is not None:
                    problem = plan.published.picture(item.line, item.name, medium.sha256)
                if problem is None:
                    tasks.append(_task_of_medium(plan, item, medium, has_folders=has_folders))
        if problem is not None:
            problems.append(problem)
        if len(tasks) + len(problems) >= PICTURES_A_BATCH:
            pictures.settle()
            bytes_done = min(bytes_read, plan.reading.bytes_total)
            yield ImportBatch(tasks, problems, bytes_done, media=media)
            tasks, problems, media = [], [], []
    pictures.settle()
    yield ImportBatch(tasks, problems, min(bytes_read, plan.reading.bytes_total), media=media)


def _store_medium(
    pictures: NewPictures, item: images.ImageFile, first_lines: dict[bytes, int], names: list[str]
) -> tuple[bulk_rows.NewMedia | None, Problem | None]:
    """Store one picture or sound; return it, or the problem it is set aside for."""
    try:
        medium = pictures.keep(item.content)
    except (BadInput, TooLarge) as refusal:
        facts = {**refusal.facts, "file": item.name}
        return None, Problem(item.line, "file", refusal.case, facts)
    first = first_lines.setdefault(bytes.fromhex(medium.sha256), item.line)
    if first != item.line:
        same: dict[str, Fact] = {"line": first, "file": item.name, "first": names[first - 1]}
        return None, Problem(item.line, "file", "same-picture", same)
    return bulk_rows.NewMedia(pictures.project_id, *medium), None


def _task_of_medium(
    plan: ImportPlan, item: images.ImageFile, medium: bulk_rows.NewMedia, *, has_folders: bool
) -> bulk_rows.NewTask:
    options = plan.options
    column = "image" if medium.duration_ms is None else "audio"
    row = {column: medium.sha256, "file": item.name}
    if has_folders:
        row["folder"] = item.folder
    key = row[options.id_column or "file"]
    known = row.pop(options.known_column, None) if options.known_column else None
    data = encode(row).decode()
    return bulk_rows.NewTask(
        plan.project_id, plan.source_id, item.line, key[-KEY_LIMIT:], data, known or None
    )
