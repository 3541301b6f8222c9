"""Read the results of a Toloka pool: a TSV with ``INPUT:``, ``OUTPUT:``, ``ASSIGNMENT:`` columns.

One row is one task; the tasks of one page share an assignment, which is timed, accepted and paid as
a whole. Rewards are in US dollars if the file gives them. Dates without a zone are UTC.
"""

from collections.abc import Iterator
from pathlib import Path

from canut.core.formats.platforms.platform_work import (
    Cells,
    Fate,
    Pieces,
    WorkPiece,
    elapsed,
    rows_of,
)
from canut.core.formats.tables.rows import ReadOptions
from canut.core.formats.tables.sniffing import sniff

CURRENCY = "USD"
OUTPUT, GOLDEN, INPUT, ABOUT = "OUTPUT:", "GOLDEN:", "INPUT:", "ASSIGNMENT:"


def recognises(columns: tuple[str, ...]) -> bool:
    """Return whether these are the columns of a pool's results."""
    starts = {name.partition(":")[0] for name in columns}
    return "OUTPUT" in starts and f"{ABOUT}worker_id" in columns


def reading_of(path: Path) -> ReadOptions:
    """Return the reading of the file; its separator is always a tab.

    Raises:
        Missing: there is nothing at that path.
        BadFile: it is no text, or its first line cannot name columns.
    """
    return sniff(path, "\t")


def read(path: Path, reading: ReadOptions) -> Iterator[Pieces]:
    """Yield the tasks of a pool's assignments, in constant memory."""
    outputs = [name for name in reading.columns if name.startswith(OUTPUT)]
    inputs = [name for name in reading.columns if name.startswith(INPUT)]
    names_tasks = f"{ABOUT}task_id" in reading.columns
    for rows, problems in rows_of(path, reading):
        batch = Pieces([], problems)
        for line, row in rows:
            if not any(text.strip() for text in row.values()):
                continue
            cells = Cells(row, line, problems)
            task = (
                cells.needed(f"{ABOUT}task_id", "no-task")
                if names_tasks
                else "\t".join(row.get(name, "") for name in inputs)
            )
            worker = cells.needed(f"{ABOUT}worker_id", "no-worker")
            if task and worker:
                batch.pieces.append(_piece(cells, task, worker, outputs))
        yield batch


def _piece(cells: Cells, task: str, worker: str, outputs: list[str]) -> WorkPiece:
    started_ms = cells.moment_ms(f"{ABOUT}started")
    ended_ms = cells.moment_ms(f"{ABOUT}submitted")
    answers = {name.removeprefix(OUTPUT): cells.text(name) for name in outputs}
    golden = {name: cells.text(f"{GOLDEN}{name}") for name in answers}
    status = f"{ABOUT}status"
    return WorkPiece(
        line=cells.line,
        assignment=cells.text(f"{ABOUT}assignment_id") or f"line {cells.line}",
        task=task,
        worker=worker,
        answers={name: text for name, text in answers.items() if text},
        fate=cells.fate(status) if status in cells.row else Fate.WAITING,
        seconds=elapsed(started_ms, ended_ms),
        pay_micro=cells.pay(f"{ABOUT}reward"),
        started_ms=started_ms,
        ended_ms=ended_ms,
        known={name: text for name, text in golden.items() if text},
    )
