"""Import: rows a second from a CSV to tasks of the queue, alone and while others write.

Bars (DESIGN §7): at least 100 k tasks/s on SQLite, 60 k on PostgreSQL, peak memory at most 300 MiB
at five million rows. Each measure is its own process with its own data folder.
"""

import itertools
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

BARS = {"sqlite": 100_000, "postgresql": 60_000}
MIB = 2**20


def run(*, quick: bool) -> dict[str, Any]:
    """Measure both ways of reading, on the database of ``DATABASE_URL`` or on SQLite."""
    rows = 50_000 if quick else 1_000_000
    return {
        "alone": in_child(_import, rows, busy=False),
        "beside": in_child(_import, rows, busy=True),
    }


def in_child(measure: Any, *args: Any, **more: Any) -> dict[str, Any]:
    """Run one measure in a new process, in a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="canut-bench-") as folder:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_run_child, args=(theirs, folder, measure, args, more))
        process.start()
        theirs.close()
        found: dict[str, Any] = ours.recv()
        process.join()
        return found


def _run_child(pipe: Any, folder: str, measure: Any, args: Any, more: Any) -> None:
    set_up(folder)
    pipe.send(measure(Path(folder), *args, **more))
    pipe.close()


def set_up(folder: str) -> None:
    """Start Django on an empty database."""
    os.environ["CANUT_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "canut.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def write_reviews(path: Path, rows: int) -> None:
    """Write a CSV of about 170 bytes a row."""
    filler = "un avis assez long pour ressembler à ce que les gens écrivent vraiment, "
    with path.open("w", encoding="utf-8") as out:
        out.write("id;review;stars\n")
        for number in range(rows):
            out.write(f'{number:08d};"{filler}numéro {number}; {filler}";{number % 5}\n')


def _import(folder: Path, rows: int, *, busy: bool) -> dict[str, Any]:
    from django.db import connection
    from django.utils import timezone

    from canut.actions import imports
    from canut.core.formats import sniff
    from canut.store.models import Organisation, Person, Project

    now = timezone.now()
    person = Person.objects.create(username="bench")
    organisation = Organisation.objects.create(name="B", kind="requester", created_at=now)
    project = Project.objects.create(
        slug="bench", title="B", organisation=organisation, created_by=person, created_at=now
    )
    path = folder / "reviews.csv"
    write_reviews(path, rows)
    writer = multiprocessing.get_context("spawn").Process(target=_others, args=(folder,))
    if busy:
        writer.start()
        time.sleep(2)
    marks = [time.perf_counter()]
    reading = sniff(path)
    marks.append(time.perf_counter())
    source = imports.start_import(
        project.id, path, path.name, reading, imports.ImportOptions(), by=person, now=now
    )
    imports.read_import(source.id, now)
    marks.append(time.perf_counter())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    imports.publish_import(source.id, now)
    marks.append(time.perf_counter())
    others = {}
    if busy:
        (folder / "stop").touch()
        writer.join()
        others = json.loads((folder / "waits").read_text())
    sniffed, read, published = (b - a for a, b in itertools.pairwise(marks))
    return {
        "database": connection.vendor,
        "rows": rows,
        "sniff_s": round(sniffed, 2),
        "rows_a_second": round(rows / (sniffed + read)),
        "with_publishing": round(rows / (sniffed + read + published)),
        "peak_mib": round(peak),
        "bar": BARS[connection.vendor],
        **others,
    }


def _others(folder: Path) -> None:
    """Write small transactions, as answers do, and note how long each took."""
    set_up(str(folder))
    from django.db import transaction

    from canut.store.models import Person

    took = []
    while not (folder / "stop").exists():
        start = time.perf_counter()
        with transaction.atomic():
            Person.objects.filter(username="bench").update(shown_name=str(len(took)))
        took.append(time.perf_counter() - start)
        time.sleep(0.004)
    took.sort()
    waits = {"others_p50_ms": took[len(took) // 2], "others_p99_ms": took[len(took) * 99 // 100]}
    shown = {name: round(value * 1000, 1) for name, value in waits.items()}
    (folder / "waits").write_text(json.dumps({**shown, "others_writes": len(took)}))


if __name__ == "__main__":
    print(json.dumps(run(quick="--quick" in sys.argv), indent=1))
