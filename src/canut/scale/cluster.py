"""Hold shards of answers on the workers of a Dask cluster, and rebuild lost shards.

Each worker splits parts of the file among all, and holds one shard. Both are in files of its own
folder: in memory are a few chunks. If a worker is lost, another rebuilds its shard from the file
and the call is retried. Nothing here starts a scheduler or listens. ``core.quality`` decides what
is computed on a shard.
"""

import gc
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from distributed import Actor, Client, Future, KilledWorker, wait
from distributed.actor import BaseActorFuture
from distributed.client import ClosedClientError
from distributed.comm.core import CommClosedError
from numpy.typing import NDArray

from canut import __version__
from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import NotReady
from canut.core.quality.estimators.em import Fitted
from canut.core.quality.estimators.sampling import TOO_MANY_NAMES
from canut.core.quality.estimators.shards import (
    Chunk,
    Shard,
    ShardContents,
    first_repeated,
    join_drawn,
    write_chunk,
)
from canut.core.quality.tables.answers_by_task import (
    AnswersByTask,
    Duplicates,
    refuse_repeated,
)
from canut.core.quality.tables.coded_answers import AnswerColumns, Gold
from canut.core.quality.tables.sharding import (
    Dealing,
    Dealt,
    Numbering,
    PartNames,
    RowGroups,
    ShardPiece,
    count_chunks,
    deal,
    find_parts,
    number,
    read_piece,
)
from canut.scale.local_files import LocalFile, no_room

ANSWERS_SECONDS = 5
WORKERS_SECONDS = 30
LOOKS_SECONDS = 2
TRIES = 5
GONE = CancelledError, ClosedClientError, CommClosedError  # what a lost scheduler looks like


type Coming = BaseActorFuture[object]
type DealtFile = tuple[LocalFile, Dealt]
type ChunkFile = tuple[Chunk, LocalFile]


class WorkerLostError(Exception):
    """A worker of the cluster is gone, with its shard."""


class ShardPlan(NamedTuple):
    """What to shard, and which of duplicate answers counts."""

    path: Path
    columns: AnswerColumns
    duplicates: Duplicates
    order: Sequence[object]


@contextmanager
def connect(address: str) -> Generator[Client]:
    """Connect to a cluster by its scheduler's address; disconnect at the end.

    Raises:
        NotReady: none answers there, it has no workers, or they run another Canut.
    """
    client = _reach(address)
    if client is None:
        gc.collect()
        raise NotReady(
            f"no Dask scheduler answers at {address}; start one with `dask scheduler`, and give "
            "the address it prints",
            code="cluster-silent",
        )
    with client:
        _refuse_workers(client, address)
        try:
            yield client
        except GONE as failure:
            raise _gone() from failure
        except KilledWorker as failure:
            raise _losing() from failure


def _reach(address: str) -> Client | None:
    """Connect to a scheduler; None if none answers.

    What is left of the client then closes as it is collected, and must be at once: collected while
    another begins, the two wait for each other. So nothing keeps it, not even why it failed.
    """
    try:
        return Client(address, timeout=ANSWERS_SECONDS, direct_to_workers=True)
    except (OSError, ValueError):
        return None


def _refuse_workers(client: Client, address: str) -> None:
    _wait_for_workers(client, ANSWERS_SECONDS)
    report: Any = client.get_versions(packages=["canut"])
    for worker, versions in report["workers"].items():
        there = versions["packages"].get("canut")
        if there != __version__:
            raise NotReady(
                f"the worker {worker} of {address} has Canut {there or 'not installed'}, here is "
                f"{__version__}; install the same on every machine: pip install 'canut[scale]'",
                code="cluster-version",
            )


def _gone() -> NotReady:
    return NotReady(
        "the cluster stopped answering; start it again, and run this again", code="cluster-gone"
    )


def _losing() -> NotReady:
    return NotReady(
        "workers of the cluster were lost again and again; see their logs: a machine may have too "
        "little memory",
        code="cluster-losing",
    )


def _wait_for_workers(client: Client, seconds: float) -> None:
    try:
        client.wait_for_workers(1, timeout=seconds)
    except TimeoutError as failure:
        raise NotReady(
            "the cluster has no workers; start some on its machines: dask worker ADDRESS",
            code="cluster-empty",
        ) from failure
    except OSError as failure:
        raise _gone() from failure


class Cluster:
    """Shards on the workers of a cluster, one per initial worker.

    Args:
        client: connected to the cluster.
        plan: what to shard.

    Raises:
        BadInput: the file cannot be used; the message says why.
        NotReady: the cluster is gone.
    """

    def __init__(self, client: Client, plan: ShardPlan) -> None:
        self._client, self._asked = client, plan
        there = client.nthreads()
        self.threads = min(there.values())
        self._parts = find_parts(plan.path, plan.columns, sum(there.values()))
        n_chunks = count_chunks(self._parts, len(there))
        self._dealing = Dealing(plan.columns, len(there), n_chunks, plan.duplicates == "error")
        dealt = self._deal(None)
        self.numbering: Numbering = self._retry(partial(self._number, dealt))
        self._keepers: dict[int, Future[Any]] = {}
        self._homes: dict[int, str] = {}
        self._actors: dict[int, Actor | None] = {}
        self._place(range(len(there)), dealt)
        del dealt
        self.held: list[ShardContents] = self.ask("held")
        refuse_repeated(first_repeated([summary.repeated for summary in self.held]))
        self.places = self._find_places()
        self._spots: list[tuple[Counts, Codes]] = []

    def _find_places(self) -> list[Counts]:
        """Return the position of each task among all, by shard, from where it is first seen."""
        sizes = np.cumsum([summary.n_tasks.sum() for summary in self.held])
        order = np.empty(sizes[-1], dtype=np.int64)
        by_shard = np.split(order, sizes[:-1])
        for shard, tasks, numbers in self.by_block("order"):
            by_shard[shard][tasks] = numbers
        order = np.argsort(order)
        placed = np.empty_like(order)
        placed[order] = np.arange(len(order))
        return np.split(placed, sizes[:-1])

    @property
    def n_answers(self) -> int:
        """Number of counted answers in all shards."""
        return sum(summary.n_answers for summary in self.held)

    def each[T](self, job: Callable[[AnswersByTask], T]) -> list[T]:
        """Apply a function to each shard, block by block; return the sums in order."""
        return self.ask("sum", [(job,)] * len(self._actors))

    def know(self, spots: list[tuple[Counts, Codes]]) -> None:
        """Store the position of gold: per shard, its indexes in the gold, and its tasks."""
        self._spots = spots

    def chances_of(self, fitted: Fitted, gold: Gold) -> Floats:
        """Return the class probabilities of the gold tasks, in order."""
        chances_by_task = np.empty((len(gold.task), fitted.rows.n_labels))
        arguments = [(fitted.alone(), task) for _, task in self._spots]
        for (at, _), chances in zip(self._spots, self.ask("chances", arguments), strict=True):
            chances_by_task[at] = chances
        return chances_by_task

    def sample(self, seed: int) -> tuple[AnswersByTask, NDArray[np.uint64]]:
        """Draw whole tasks, as ``sampling.sample`` does; return rows and keys."""
        many = sum(map(len, self.places)) > TOO_MANY_NAMES

        def draw(shard: int, tasks: slice) -> tuple[Any, ...]:
            keys = self.places[shard][tasks].astype(np.uint64) if many else None
            return seed, self.n_answers, keys

        drawn = [*self.by_block("draw", draw)]
        placed = [self.places[shard][tasks][sample.task] for shard, tasks, sample in drawn]
        return join_drawn([sample for _, _, sample in drawn], placed)

    def by_task(self, job: Callable[[AnswersByTask], Any]) -> Iterator[tuple[Counts, Any]]:
        """Apply a function to each block; yield the positions of its tasks, and the result."""
        for shard, tasks, result in self.by_block("apply", lambda *_: (job,)):
            yield self.places[shard][tasks], result

    def by_block(
        self,
        method: str,
        arguments: Callable[[int, slice], tuple[Any, ...]] = lambda _shard, _tasks: (),
    ) -> Iterator[tuple[int, slice, Any]]:
        """Call a method for each block, one of each shard at a time, as little fits in memory.

        Args:
            method: name of a method of shards, whose first argument is the number of a block.
            arguments: returns the others, by the shard and which of its tasks are in the block.

        Yields:
            The shard, which of its tasks are in the block, and the result.
        """
        edges = [np.append(0, np.cumsum(summary.n_tasks)).tolist() for summary in self.held]
        for block in range(max(map(len, edges)) - 1):
            tasks = {
                shard: slice(*starts[block : block + 2])
                for shard, starts in enumerate(edges)
                if block + 1 < len(starts)
            }
            arguments_at = {at: (block, *arguments(at, here)) for at, here in tasks.items()}
            for at, result in self._ask(method, arguments_at).items():
                yield at, tasks[at], result

    def ask(self, method: str, arguments: Sequence[tuple[Any, ...]] = ()) -> list[Any]:
        """Call a method of each shard, and rebuild lost shards; return the results.

        Raises:
            NotReady: workers are lost faster than shards are made.
        """
        arguments_at = {at: arguments[at] if arguments else () for at in range(len(self._actors))}
        return [*self._ask(method, arguments_at).values()]

    def _ask(self, method: str, arguments: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        """Call a method of some shards, as ``ask`` does; return the results in their order."""
        answers: dict[int, Any] = {}
        waiting = list(arguments)
        for _ in range(TRIES):
            pending = {at: self._call(at, method, arguments[at]) for at in waiting}
            lost = []
            for at, future in pending.items():
                try:
                    answers[at] = self._answer(at, future)
                except WorkerLostError:
                    lost.append(at)
            if not lost:
                return {at: answers[at] for at in arguments}
            self._place(lost, self._deal(lost[0] if len(lost) == 1 else None))
            waiting = lost
        raise _losing()

    def _deal(self, only: int | None) -> list[Future[DealtFile]]:
        """Let the workers split all parts into shards."""
        give = self._client.submit
        return [give(deal_part, part, self._dealing, only, pure=False) for part in self._parts]

    def _retry[T](self, job: Callable[[], T]) -> T:
        """Do something again where a worker is lost meanwhile; return the result.

        Raises:
            NotReady: workers are lost again and again.
        """
        for _ in range(TRIES):
            try:
                return job()
            except WorkerLostError:
                _wait_for_workers(self._client, WORKERS_SECONDS)
        raise _losing()

    def _number(self, dealt: Sequence[Future[DealtFile]]) -> Numbering:
        """Number the workers and labels of all parts.

        Raises:
            WorkerLostError: a worker is gone.
        """
        give = self._client.submit
        homes = self._holders(dealt)
        heads = [
            give(_names_of, part, pure=False, workers=[home])
            for part, home in zip(dealt, homes, strict=True)
        ]
        coding = self._asked.columns.label, list(self._asked.order)
        numbers = give(_number, heads, *coding, pure=False)
        self._await(numbers, homes)
        numbering: Numbering = self._result(numbers)
        return numbering

    def _place(self, shards: Sequence[int], dealt: Sequence[Future[DealtFile]]) -> None:
        """Create these shards on workers."""
        _wait_for_workers(self._client, WORKERS_SECONDS)
        self._retry(partial(self._build, shards, dealt))

    def _build(self, shards: Sequence[int], dealt: Sequence[Future[DealtFile]]) -> None:
        """Create these shards, one chunk of each after the other.

        Files stay where they are: what reads one runs there, and nowhere else.

        Raises:
            WorkerLostError: a worker is gone.
        """
        give = self._client.submit
        holders = self._holders(dealt)
        self._house(shards)
        homes = {*holders, *(self._homes[at] for at in shards)}
        numbers = self._client.scatter(self.numbering, broadcast=True, hash=False)
        chunks: dict[int, list[Future[ChunkFile]]] = {at: [] for at in shards}
        for position in range(self._dealing.n_chunks):
            for at in shards:
                chunk = at * self._dealing.n_chunks + position
                pieces = [
                    give(_piece_of, part, chunk, pure=False, workers=[holder])
                    for part, holder in zip(dealt, holders, strict=True)
                ]
                arguments = pieces, numbers, self._asked.duplicates
                home = [self._homes[at]]
                chunks[at].append(give(arrange_chunk, *arguments, pure=False, workers=home))
            for at in shards:  # while the next are made
                self._await(chunks[at][max(position - 1, 0)], homes)
        for at in shards:
            self._await(chunks[at][-1], homes)
        sizes = len(self.numbering.workers), len(self.numbering.labels)
        for at in shards:
            options = {"workers": [self._homes[at]], "allow_other_workers": True}
            self._keepers[at] = give(
                Shard, chunks[at], *sizes, self.threads, actor=True, pure=False, **options
            )
        for at in shards:
            self._actors[at] = self._actor_of(at)

    def _holders(self, dealt: Sequence[Future[DealtFile]]) -> list[str]:
        """Return the address of the worker that has each of these files.

        Raises:
            WorkerLostError: one is gone.
        """
        for part in dealt:
            self._await(part)
        there = self._client.who_has(dealt)
        holders = [there.get(part.key, ()) for part in dealt]
        if not all(holders):
            raise WorkerLostError
        return [addresses[0] for addresses in holders]

    def _house(self, shards: Sequence[int]) -> None:
        """Choose a worker for each of these shards: the one with fewest."""
        load = Counter(home for at, home in self._homes.items() if at not in shards)
        workers = list(self._client.nthreads())
        for at in shards:
            self._homes[at] = min(workers, key=load.__getitem__)
            load[self._homes[at]] += 1

    def _await(self, future: Future[Any], homes: Iterable[str] = ()) -> None:
        """Wait until something is done, while the cluster has workers.

        Args:
            future: what is waited for.
            homes: the workers that alone can do it, or what it needs.

        Raises:
            WorkerLostError: one of these workers is gone.
        """
        while True:
            try:
                wait([future], timeout=LOOKS_SECONDS)
            except TimeoutError:
                _wait_for_workers(self._client, WORKERS_SECONDS)
                if not set(homes) <= set(self._client.nthreads()):
                    raise WorkerLostError from None
            else:
                break
        if future.status == "error":
            future.result()

    def _actor_of(self, at: int) -> Actor | None:
        try:
            actor: Actor = self._result(self._keepers[at])
        except RuntimeError:  # gone before it was asked anything
            return None
        return actor

    def _result[T](self, future: Future[T]) -> T:
        """Wait for a result while the cluster has workers."""
        while True:
            try:
                return future.result(timeout=LOOKS_SECONDS)
            except TimeoutError:
                _wait_for_workers(self._client, WORKERS_SECONDS)

    def _call(self, at: int, method: str, arguments: tuple[Any, ...]) -> Coming | None:
        """Call one shard; None if its worker is known to be lost."""
        actor = self._actors[at]
        if actor is None:
            return None
        try:
            coming: Coming = getattr(actor, method)(*arguments)
        except RuntimeError:
            return None
        return coming

    def _answer(self, at: int, future: Coming | None) -> object:
        """Wait for a shard's answer while its worker is alive."""
        while future is not None:
            try:
                return future.result(timeout=LOOKS_SECONDS)
            except TimeoutError:
                if self._keepers[at].status != "finished":
                    break
            except OSError:
                break
        raise WorkerLostError


def deal_part(part: RowGroups, dealing: Dealing, only: int | None) -> DealtFile:
    """Read a part and write its rows, by chunk, to a file of this worker.

    Raises:
        NoRoom: this worker cannot write.
    """
    try:
        file = LocalFile()
        return file, deal(part, dealing, file, only)
    except OSError as failure:
        raise no_room(failure) from failure


def _names_of(dealt: DealtFile) -> tuple[PartNames, PartNames]:
    return dealt[1].workers, dealt[1].labels


def _number(
    names: Sequence[tuple[PartNames, PartNames]], column: str, order: Sequence[object]
) -> Numbering:
    return number([item for item, _ in names], [item for _, item in names], column, order)


def _piece_of(dealt: DealtFile, chunk: int) -> ShardPiece:
    return read_piece(*dealt, chunk)


def arrange_chunk(
    pieces: Sequence[ShardPiece], numbering: Numbering, duplicates: Duplicates
) -> ChunkFile:
    """Write the rows of a chunk, arranged by task, to a file of this worker.

    Raises:
        NoRoom: this worker cannot write.
    """
    try:
        file = LocalFile()
        return write_chunk(pieces, numbering, duplicates, file), file
    except OSError as failure:
        raise no_room(failure) from failure
