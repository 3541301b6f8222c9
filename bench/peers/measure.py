"""Both platforms on one database, one after the other in each row, each from its own export.

Both servers are up and warm; only one has work at a time. Every load is on a project where one
answer is asked for each task, so that a task handed to two people shows as an answer too many.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from bench.machine.instance import Folder
from bench.peers import person
from bench.peers.canut import Canut
from bench.peers.counted import Kept, count
from bench.peers.crowd import Annotator, work
from bench.peers.label_studio import START, UWSGI, LabelStudio
from bench.peers.processes import cpu_seconds, end_tidily, memory_mib

type Found = dict[str, Any]

TEXT = "A text of some hundred and fifty characters, as reviews are, neither long nor short. "
LIST_TURNS = 11
QUICK_LEAD = 0.5


class Platform(Protocol):
    """What is asked of either platform."""

    name: str
    server: str
    lead_seconds: float

    def pids(self) -> list[int]:
        """Return the roots of its processes, the database server's apart."""

    def seats(self, project: int, number: int) -> Sequence[Annotator]:
        """Return so many people of a project, signed in."""

    def make_project(self, texts: list[str]) -> int:
        """Make a project of so many texts, one answer asked for each."""

    def empty_project(self) -> int:
        """Make a project without tasks."""

    def bring(self, project: int, texts: list[str], *, answered: bool = False) -> None:
        """Import texts, each with one answer when ``answered``."""

    def export(self, project: int) -> bytes:
        """Export the answers of a project."""

    def kept(self, project: int) -> list[Kept]:
        """Return the answers that its export holds."""

    def list_page(self, project: int) -> None:
        """Read the first page of its list of tasks."""

    def work_page(self, project: int) -> str:
        """Return the address where its people answer."""


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Args:
        sizes: tasks of the projects, small to large.
        crowds: annotators at once.
        seconds: of a load, or until nothing is left.
        bar_seconds: of the load of the bars, the largest crowd on the largest project.
        exported: tasks with an answer each, of the export.
        answers: of the scripted person.
        is_whole: also import, export, list and memory; and on SQLite a person in a browser, and
            Label Studio's other server.
    """

    sizes: tuple[int, ...] = (1_000, 100_000)
    crowds: tuple[int, ...] = (1, 8, 32)
    seconds: float = 10
    bar_seconds: float = 30
    exported: int = 10_000
    answers: int = 200
    is_whole: bool = True


PLANS = {
    "full": Plan(),
    "bars": Plan(sizes=(100_000,), crowds=(32,), bar_seconds=20, is_whole=False),
    "quick": Plan(
        sizes=(200, 1_000),
        crowds=(1, 4),
        seconds=2,
        bar_seconds=4,
        exported=200,
        answers=20,
    ),
}


class Postgres(NamedTuple):
    """The server that both use, a database each."""

    pid: int
    folder: str
    canut: str
    label_studio: str


def run(*, plan: str, postgres: Postgres | None = None) -> list[Found]:
    """Measure one database.

    Args:
        plan: a name of ``PLANS``.
        postgres: where; SQLite without.

    Returns:
        One row a figure or load, the platforms in turn.
    """
    end_tidily()
    rows: list[Found] = []
    with ExitStack() as left:
        canut_folder, rival_folder = Folder(), Folder()
        left.callback(canut_folder.remove)
        left.callback(rival_folder.remove)
        server = UWSGI if postgres else START
        place = (postgres.folder, postgres.label_studio) if postgres else None
        rival = LabelStudio(rival_folder.path, postgres=place, server=server)
        left.callback(rival.stop)
        canut = Canut(canut_folder.path, postgres=postgres.canut if postgres else None)
        left.callback(canut.stop)
        at = _Run(PLANS[plan], [postgres.pid] if postgres else [])
        rows += at.rows((rival, canut))
        if PLANS[plan].is_whole and not postgres:
            rival.stop()
            other = LabelStudio(rival_folder.path, postgres=None, server=UWSGI)
            left.callback(other.stop)
            other.know(rival)
            rows += at.other_server(other)
    return rows


def texts(number: int) -> list[str]:
    """Return so many texts, as the rows of a project hold them."""
    return [f"{n} {TEXT}{TEXT}" for n in range(number)]


@dataclass(frozen=True)
class _Run:
    """One run: how much, and the database server's process where there is one."""

    plan: Plan
    database: list[int]

    def rows(self, platforms: Sequence[Platform]) -> list[Found]:
        """Measure every row of the plan."""
        return [_shown(row) for row in self._rows(platforms)]

    def other_server(self, platform: Platform) -> list[Found]:
        """Measure the load of the bars on a server of another kind."""
        project = platform.make_project(texts(max(self.plan.sizes)))
        self._warm([platform])
        return [_shown(self._load(platform, project, max(self.plan.sizes), max(self.plan.crowds)))]

    def _rows(self, platforms: Sequence[Platform]) -> Iterator[Found]:
        plan, largest = self.plan, max(self.plan.sizes)
        self._warm(platforms)
        if plan.is_whole:
            yield from (self._import(platform, largest) for platform in platforms)
        for size in plan.sizes[:-1]:
            for crowd in plan.crowds:
                for platform in platforms:
                    yield self._load(platform, platform.make_project(texts(size)), size, crowd)
        projects = [platform.make_project(texts(largest)) for platform in platforms]
        for crowd in plan.crowds:
            for platform, project in zip(platforms, projects, strict=True):
                yield self._load(platform, project, largest, crowd)
        if plan.is_whole:
            for platform, project in zip(platforms, projects, strict=True):
                yield self._list(platform, project, largest)
            yield from self._after(platforms)

    def _after(self, platforms: Sequence[Platform]) -> Iterator[Found]:
        """Measure what needs no large project."""
        for platform in platforms:
            row = {
                "row": "memory",
                "tasks": max(self.plan.sizes),
                "mib": memory_mib(*platform.pids()),
            }
            yield _of(platform) | row
        yield from (self._export(platform, self.plan.exported) for platform in platforms)
        if not self.database:
            for platform in platforms:
                yield from self._person(platform)

    def _warm(self, platforms: Sequence[Platform]) -> None:
        for platform in platforms:
            seats = platform.seats(platform.make_project(texts(100)), max(self.plan.crowds))
            work(seats[:8], lead=0, seconds=2)

    def _cpu(self, platform: Platform) -> float:
        return cpu_seconds(*platform.pids(), *self.database)

    def _load(self, platform: Platform, project: int, size: int, crowd: int) -> Found:
        plan = self.plan
        is_bar = (size, crowd) == (max(plan.sizes), max(plan.crowds))
        seconds = plan.bar_seconds if is_bar else plan.seconds
        lead = min(platform.lead_seconds, seconds / 2) if is_bar else QUICK_LEAD
        seats = platform.seats(project, crowd)
        before = self._cpu(platform)
        done = work(seats, lead=lead, seconds=seconds)
        cpu = self._cpu(platform) - before
        counted = count(done.acknowledged, platform.kept(project), overlap=1)
        return (
            _of(platform)
            | {"row": "load", "tasks": size, "annotators": crowd}
            | done.told()
            | {"cpu_ms_per_pair": round(1000 * cpu / max(1, done.pairs_in_all), 2)}
            | counted._asdict()
            | {"first_error": done.faults[0] if done.faults else None}
        )

    def _import(self, platform: Platform, size: int) -> Found:
        rows = texts(size)
        project = platform.empty_project()
        return self._timed(platform, "import", size, lambda: platform.bring(project, rows))

    def _export(self, platform: Platform, size: int) -> Found:
        project = platform.empty_project()
        platform.bring(project, texts(size), answered=True)
        exports: list[bytes] = []
        row = self._timed(
            platform, "export", size, lambda: exports.append(platform.export(project))
        )
        exported = len(platform.kept(project))
        if exported != size:
            raise SystemExit(f"the export of {platform.name} holds {exported} of {size} answers")
        return row | {"mib": round(len(exports[0]) / 2**20, 1)}

    def _list(self, platform: Platform, project: int, size: int) -> Found:
        took = []
        for _ in range(LIST_TURNS):
            start = time.perf_counter()
            platform.list_page(project)
            took.append(1000 * (time.perf_counter() - start))
        return _of(platform) | {
            "row": "list",
            "tasks": size,
            "p50_ms": round(statistics.median(took), 1),
        }

    def _person(self, platform: Platform) -> Iterator[Found]:
        project = platform.make_project(texts(self.plan.answers + 10))
        (seat,) = platform.seats(project, 1)
        figures = person.answer(
            platform.name, platform.work_page(project), seat.wire.cookies, self.plan.answers
        )
        if figures is None:
            print("Chromium is not on this machine: no person is measured")
            return
        missing = figures["answers"] - len(platform.kept(project))
        yield (
            _of(platform)
            | {"row": "person", "tasks": self.plan.answers}
            | figures
            | {"missing": missing}
        )

    def _timed(self, platform: Platform, name: str, size: int, does: Callable[[], None]) -> Found:
        before, start = self._cpu(platform), time.perf_counter()
        does()
        seconds = time.perf_counter() - start
        cpu = self._cpu(platform) - before
        return _of(platform) | {
            "row": name,
            "tasks": size,
            "seconds": round(seconds, 2),
            "per_s": round(size / seconds),
            "cpu_s": round(cpu, 2),
        }


def _of(platform: Platform) -> Found:
    return {"platform": platform.name, "server": platform.server}


def _shown(row: Found) -> Found:
    print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    return row
