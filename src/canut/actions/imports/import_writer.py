"""Bring the rows of a file, or pictures, into the database under an import, chunk by chunk.

Nobody sees them: a task is shown only once it has a state, which publishing gives. Each chunk also
moves the import's counts from what this reader last wrote; where they are not as expected, the
import was discarded or is read by someone else, and the chunk is undone.
"""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

import msgspec

from canut.actions.imports.duplicates import PublishedRowIndex, published_before
from canut.actions.imports.row_media import PicturesOfRows
from canut.actions.learning.prelabels import Authors, ParsedPrelabel, PrelabelColumns, Prelabels
from canut.actions.platform.bulk_pacing import BulkPacer, spared
from canut.actions.platform.prefetch import prefetch
from canut.core.errors import BadFile, BadInput, Conflict, Fact, TooLarge
from canut.core.formats import read
from canut.core.formats.tables import images
from canut.core.formats.tables.row_hashes import Seen, hashes_of
from canut.core.formats.tables.rows import COLUMN_LIMIT, Problem, Reading, Row, RowBatch
from canut.store.imports import bulk_rows
from canut.store.learning.prelabels import insert_of_rows
from canut.store.media.files import NewPictures
from canut.store.tables.imports import Import

KEY_LIMIT = 200
PICTURES_A_BATCH = 200
encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person chose for an import.

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


@dataclass(slots=True)
class Landed:
    """One batch ready to be written."""

    tasks: list[bulk_rows.NewTask]
    problems: list[Problem]
    bytes_read: int
    media: list[bulk_rows.NewMedia] = field(default_factory=list[bulk_rows.NewMedia])
    prelabels: dict[int, ParsedPrelabel] = field(default_factory=dict[int, ParsedPrelabel])

    @property
    def size(self) -> int:
        """How many rows it writes."""
        return len(self.tasks) + len(self.problems)


def write_batches(source: Import, batches: Iterator[Landed], *, pace: bool) -> None:
    """Write batches under an import, at a pace that lets others write.

    What the import's counts say is there already is passed over: whoever begins anew has set them
    to zero.

    Raises:
        Conflict: ``import-stopped``: discarded, or read by someone else meanwhile.
        BadFile: what the file is refused for.
    """
    given = source.reading["options"].get("prelabel")
    columns = msgspec.convert(given, PrelabelColumns) if given else None
    authors = None if columns is None else Authors(source.project_id, columns)
    batches = _without_landed(batches, source.rows_good, source.rows_bad)
    with spared(), BulkPacer(polite=pace) as pacing, closing(_in_time(batches, pacing)) as prepared:
        for batch in prepared:
            if batch.media:
                with pacing.chunk(len(batch.media)):
                    bulk_rows.insert_media(batch.media)
            _land_batch(source, batch, pacing, authors)


def _in_time(batches: Iterator[Landed], pacing: BulkPacer) -> Generator[Landed]:
    """Prepare batches ahead where a server does the writing.

    SQLite writes in this process: a second thread would make the writer wait for the interpreter
    while it holds the lock.
    """
    return (batch for batch in batches) if pacing.is_sqlite else prefetch(fuller(batches, pacing))


def fuller(batches: Iterator[Landed], pacing: BulkPacer) -> Iterator[Landed]:
    """Join batches while a chunk has room: each costs a server some trips, however many rows."""
    held: Landed | None = None
    for batch in batches:
        if held is None:
            held = batch
        elif batch.media or held.size + batch.size > pacing.rows:
            yield held
            held = batch
        else:
            held.tasks += batch.tasks
            held.problems += batch.problems
            held.prelabels |= batch.prelabels
            held.bytes_read = batch.bytes_read
    if held is not None:
        yield held


def _land_batch(source: Import, batch: Landed, pacing: BulkPacer, authors: Authors | None) -> None:
    tasks, problems = batch.tasks, batch.problems
    while tasks or problems:
        some, tasks = tasks[: pacing.rows], tasks[pacing.rows :]
        bad, problems = problems[: pacing.rows], problems[pacing.rows :]
        read_so_far = source.bytes_read if tasks or problems else batch.bytes_read
        new_problems = [_new_problem(source.id, problem) for problem in bad]
        with pacing.chunk(len(some) + len(bad)):
            _move_counts(source, len(some), len(bad), read_so_far)
            bulk_rows.insert_tasks(some)
            bulk_rows.insert_problems(new_problems)
            if authors is not None:
                rows = [task.row for task in some]
                insert_of_rows(authors.sign(source.id, batch.prelabels, rows))


def _without_landed(batches: Iterator[Landed], good: int, bad: int) -> Iterator[Landed]:
    """Leave out what an earlier reader of the file wrote: its first rows, in the same order."""
    for batch in batches:
        again, wrong = min(good, len(batch.tasks)), min(bad, len(batch.problems))
        good, bad = good - again, bad - wrong
        batch.tasks, batch.problems = batch.tasks[again:], batch.problems[wrong:]
        yield batch


def _move_counts(source: Import, good: int, bad: int, bytes_read: int) -> None:
    before = (source.rows_good, source.rows_bad)
    after = (before[0] + good, before[1] + bad, bytes_read)
    if not bulk_rows.move_counts(source.id, before, after):
        raise Conflict(
            "the import was discarded, or is read by someone else; look at it again",
            code="import-stopped",
        )
    source.rows_good, source.rows_bad, source.bytes_read = after


def _new_problem(source_id: int, problem: Problem) -> bulk_rows.NewProblem:
    facts = encode(problem.facts).decode()
    return bulk_rows.NewProblem(source_id, problem.line, problem.column, problem.code, facts)


class RowsToTasks:
    """Turns the rows of a file into tasks, each once in the project.

    What was published before is read here, by the thread that owns the database; ``batches`` may
    run in another.
    """

    def __init__(self, source: Import, reading: Reading, options: ImportOptions) -> None:
        self._before = published_before(source, options.id_column)
        self.source = source
        self.reading = reading
        self.options = options
        self.columns = dict.fromkeys(reading.columns)
        self._seen = Seen()
        given = options.prelabel
        self._prelabels = None if given is None else Prelabels(source, given)

    def batches(self, path: Path) -> Iterator[Landed]:
        """Yield the file's tasks and problems, batch by batch."""
        with closing(PicturesOfRows(self.source.project_id, path, self.reading)) as pictures:
            for rows in read(path, self.reading):
                if self.reading.format == "jsonl":
                    self._note_columns(rows.rows)
                for some, media in pictures.of(self._complete(rows)):
                    landed = self._landed(some)
                    landed.media = media
                    yield landed

    def _note_columns(self, rows: list[Row]) -> None:
        """Note keys that appear late in the file."""
        for row in rows:
            if not row.keys() <= self.columns.keys():
                self.columns.update(dict.fromkeys(row))
        if len(self.columns) > COLUMN_LIMIT:
            raise BadFile(
                f"the objects have more than {COLUMN_LIMIT} different keys; remove some",
                code="columns-too-many",
                seen=len(self.columns),
                limit=COLUMN_LIMIT,
            )

    def _complete(self, rows: RowBatch) -> RowBatch:
        """Set aside rows without id or without what is shown."""
        options = self.options
        if options.id_column is None and not options.required and options.prelabel is None:
            return rows
        kept = RowBatch([], [], list(rows.problems), rows.bytes_read)
        for line, row in zip(rows.lines, rows.rows, strict=True):
            problem = self._lacks(line, row)
            if problem:
                kept.problems.append(problem)
            else:
                kept.lines.append(line)
                kept.rows.append(row)
        return kept

    def _lacks(self, line: int, row: Row) -> Problem | None:
        name = self.options.id_column
        if name is not None:
            if not row.get(name):
                return Problem(line, name, "id-empty")
            if len(row[name]) > KEY_LIMIT:
                return Problem(line, name, "id-too-long", {"limit": KEY_LIMIT})
        for column in self.options.required:
            if not row.get(column):
                return Problem(line, column, "cell-missing")
        return None if self._prelabels is None else self._prelabels.fault_of(line, row)

    def _landed(self, rows: RowBatch) -> Landed:
        """Encode the rows and set aside those seen before."""
        options, lines = self.options, rows.lines
        ids = options.id_column
        keys = list(map(str, lines)) if ids is None else [row[ids] for row in rows.rows]
        known: list[str | None] = [None] * len(lines)
        contents = list(map(encode, rows.rows))
        if options.known_column is not None:
            known = [row.pop(options.known_column, None) or None for row in rows.rows]
        said = {}
        if self._prelabels is not None:
            said = self._prelabels.taken(lines, rows.rows)
        if options.columns is not None:
            wanted = [name for name in options.columns if name != options.known_column]
            for number, row in enumerate(rows.rows):
                rows.rows[number] = {name: row[name] for name in wanted if name in row}
        is_changed = any((options.known_column, options.columns is not None, options.prelabel))
        data = list(map(encode, rows.rows)) if is_changed else contents
        project, source = repeat(self.source.project_id), repeat(self.source.id)
        texts = map(bytes.decode, data)
        tasks = list(map(bulk_rows.NewTask, project, source, lines, keys, texts, known))
        again = self._again(lines, keys, contents)
        if self._before is not None:
            again |= self._before.problems(lines, rows.rows, keys)
        if again:
            tasks = [task for task in tasks if task.row not in again]
        problems = sorted([*rows.problems, *again.values()], key=lambda problem: problem.line)
        return Landed(tasks, problems, rows.bytes_read, prelabels=said)

    def _again(
        self, lines: list[int], keys: list[str], contents: list[bytes]
    ) -> dict[int, Problem]:
        """Return the rows that came before, by line."""
        if not lines:
            return {}
        hashes = hashes_of(contents)
        name = self.options.id_column
        if name is None:
            first, same = self._seen.first_lines(hashes, lines)
        else:
            by_id = hashes_of([key.encode() for key in keys])
            first, same = self._seen.first_lines(by_id, lines, hashes)
        return {
            lines[at]: Problem(
                lines[at],
                name or "",
                "same-as" if same[at] else "same-id",
                {"line": int(first[at])},
            )
            for at in first.nonzero()[0].tolist()
        }


def pictures_to_tasks(
    source: Import, path: Path, options: ImportOptions, before: PublishedRowIndex | None
) -> Iterator[Landed]:
    """Keep the pictures and sounds of a folder, a zip or one file, and yield their tasks."""
    names = images.names_of(path)
    has_folders = any("/" in name for name in names)
    kept = NewPictures(source.project_id)
    first_of: dict[bytes, int] = {}
    batch, bytes_read = Landed([], [], 0), 0
    for item in images.pictures(path, names):
        if isinstance(item, images.ImageFile):
            bytes_read += len(item.content)
        if isinstance(item, Problem):
            problem: Problem | None = item
        else:
            problem = _keep(kept, item, first_of, names, batch)
            if problem is None and before is not None:
                problem = before.picture(item.line, item.name, batch.media[-1].sha256)
        if problem:
            batch.problems.append(problem)
        elif isinstance(item, images.ImageFile):
            kept_now = batch.media[-1]
            what = "image" if kept_now.duration_ms is None else "audio"
            row = {what: kept_now.sha256, "file": item.name}
            if has_folders:
                row["folder"] = item.folder
            batch.tasks.append(_task_of(source, item.line, row, options))
        if len(batch.tasks) + len(batch.problems) >= PICTURES_A_BATCH:
            kept.settle()
            batch.bytes_read = min(bytes_read, source.bytes_total)
            yield batch
            batch = Landed([], [], 0)
    kept.settle()
    batch.bytes_read = min(bytes_read, source.bytes_total)
    yield batch


def _keep(
    pictures: NewPictures,
    item: images.ImageFile,
    first_of: dict[bytes, int],
    names: list[str],
    batch: Landed,
) -> Problem | None:
    """Keep one picture, or say why not."""
    try:
        kept = pictures.keep(item.content)
    except (BadInput, TooLarge) as refusal:
        return Problem(item.line, "file", refusal.case, {**refusal.facts, "file": item.name})
    first = first_of.setdefault(bytes.fromhex(kept.sha256), item.line)
    if first != item.line:
        named: dict[str, Fact] = {"line": first, "file": item.name, "first": names[first - 1]}
        return Problem(item.line, "file", "same-picture", named)
    batch.media.append(bulk_rows.NewMedia(pictures.project_id, *kept))
    return None


def _task_of(source: Import, line: int, row: Row, options: ImportOptions) -> bulk_rows.NewTask:
    key = row[options.id_column or "file"]
    known = row.pop(options.known_column, None) if options.known_column else None
    data = encode(row).decode()
    return bulk_rows.NewTask(
        source.project_id, source.id, line, key[-KEY_LIMIT:], data, known or None
    )
