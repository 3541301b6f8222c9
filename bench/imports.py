"""Import: rows a second from a CSV to tasks of the queue, alone and while others write.

Bars (DESIGN §7): at least 100 k tasks/s on SQLite, 60 k on PostgreSQL, peak memory at most 300 MiB
at five million rows. Each measure is a process of its own with its own data folder.
"""

import itertools
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bench.machine.instance import set_up
from canut.core.clock import to_ms

type Measure = Callable[..., dict[str, Any]]
BARS = {"sqlite": 100_000, "postgresql": 60_000}


def run(*, quick: bool, postgres: str | None = None) -> list[dict[str, Any]]:
    """Measure reading and publishing.

    Returns:
        One row alone, one beside a writer: rows a second, CPU seconds, peak memory, the waits of
        the writer in ms.
    """
    rows = 20_000 if quick else 300_000
    alone = rows if quick else 1_000_000 if postgres else 5_000_000
    return [
        in_child(measure_import, postgres, rows=alone, beside=False),
        in_child(measure_import, postgres, rows=rows, beside=True),
    ]


def in_child(measure: Measure, postgres: str | None, **options: object) -> dict[str, Any]:
    """Run one measure in a new process, on a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="canut-bench-") as folder:
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe()
        process = context.Process(target=_child, args=(sender, folder, postgres, measure, options))
        process.start()
        sender.close()
        figures: dict[str, Any] = receiver.recv()
        process.join()
        return figures


def _child(
    pipe: Connection,
    folder: str,
    postgres: str | None,
    measure: Measure,
    options: dict[str, object],
) -> None:
    set_up(Path(folder), postgres=postgres)
    pipe.send(measure(Path(folder), postgres, **options))
    pipe.close()


def write_reviews(path: Path, rows: int) -> None:
    """Write a CSV of about 170 bytes a row; it is on the disk at the end, as an upload is."""
    filler = "un avis assez long pour ressembler à ce que les gens écrivent vraiment, "
    with path.open("w", encoding="utf-8") as out:
        out.write("id;review;stars\n")
        for number in range(rows):
            out.write(f'{number:08d};"{filler}numéro {number}; {filler}";{number % 5}\n')
        out.flush()
        os.fsync(out.fileno())


def measure_import(
    folder: Path, postgres: str | None, *, rows: int, beside: bool
) -> dict[str, Any]:
    """Import one file of so many rows."""
    from django.db import connection
    from django.utils import timezone

    from canut.actions.imports import lifecycle
    from canut.actions.people.accounts import add_operator
    from canut.actions.projects.setup import create_project
    from canut.core.formats import sniff
    from canut.store.models import Organisation

    now = timezone.now()
    person = add_operator(f"bench{time.time_ns()}", None, f"Bench{time.time_ns()}", to_ms(now))
    organisation = Organisation.objects.latest("id")
    project = create_project(organisation, "Bench", by=person, now_ms=to_ms(now))
    path = folder / "reviews.csv"
    write_reviews(path, rows)
    writer = multiprocessing.get_context("spawn").Process(
        target=write_beside, args=(folder, postgres)
    )
    if beside:
        writer.start()
        time.sleep(2)
    marks, cpu = [time.perf_counter()], time.process_time()
    reading = sniff(path)
    marks.append(time.perf_counter())
    source = lifecycle.start_import(
        project.id,
        path,
        path.name,
        reading,
        lifecycle.ImportOptions(),
        by=person,
        now_ms=to_ms(now),
    )
    lifecycle.read_import(source.id, to_ms(now))
    marks.append(time.perf_counter())
    cpu = time.process_time() - cpu
    lifecycle.publish_import(source.id, to_ms(now))
    marks.append(time.perf_counter())
    waits: dict[str, Any] = {}
    if beside:
        (folder / "stop").touch()
        writer.join()
        waits = json.loads((folder / "waits").read_text())
    sniffed, read, published = (after - before for before, after in itertools.pairwise(marks))
    return {
        "database": connection.vendor,
        "rows": rows,
        "beside_a_writer": beside,
        "rows_per_s": round(rows / (sniffed + read)),
        "with_publishing_per_s": round(rows / (sniffed + read + published)),
        "sniff_s": round(sniffed, 2),
        "cpu_us_per_row": round(cpu / rows * 1e6, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "bar": BARS[connection.vendor],
        **waits,
    }


def write_beside(folder: Path, postgres: str | None) -> None:
    """Write small transactions, as answers do, and note how long each took."""
    set_up(folder, postgres=postgres)
    from django.db import transaction

    from canut.store.tables.platform import Fact

    Fact.objects.update_or_create(name="bench", defaults={"value": ""})
    took: list[float] = []
    while not (folder / "stop").exists():
        start = time.perf_counter()
        with transaction.atomic():
            Fact.objects.filter(name="bench").update(value=str(len(took)))
        took.append(time.perf_counter() - start)
        time.sleep(0.004)
    took.sort()
    waits = {
        "writer_p50_ms": took[len(took) // 2],
        "writer_p99_ms": took[len(took) * 99 // 100],
        "writer_worst_ms": took[-1],
    }
    rounded = {name: round(value * 1000, 1) for name, value in waits.items()}
    (folder / "waits").write_text(json.dumps({**rounded, "writer_writes": len(took)}))


if __name__ == "__main__":
    print(json.dumps(run(quick="--quick" in sys.argv), indent=1))
