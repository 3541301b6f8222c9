"""Hold shards of answers on the workers of a Dask cluster, and rebuild lost shards.

Each worker splits parts of the file among all, and holds one shard. If a worker is lost, another
rebuilds its shard from the file and the call is retried. Nothing here starts a scheduler or
listens. ``core.quality`` decides what is computed on a shard.
"""

import gc
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from distributed import Actor, Client, Future, KilledWorker
from distributed.actor import BaseActorFuture
from distributed.client import ClosedClientError
from distributed.comm.core import CommClosedError
from numpy.typing import NDArray

from canut import __version__
from canut.core.arrays import Codes, Counts, Floats
from canut.core.errors import NotReady
from canut.core.quality.estimators.em import Fitted
from canut.core.quality.estimators.sampling import TOO_MANY_NAMES
from canut.core.quality.estimators.shards import Shard, chances_at, join_drawn
from canut.core.quality.tables.answers_by_task import (
    AnswersByTask,
    Duplicates,
    Repeated,
    refuse_repeated,
)
from canut.core.quality.tables.coded_answers import AnswerColumns, Gold
from canut.core.quality.tables.sharding import (
    Dealing,
    Dealt,
    Numbering,
    PartNames,
    ShardPiece,
    deal,
    find_parts,
    number,
)

ANSWERS_SECONDS = 5
WORKERS_SECONDS = 30
LOOKS_SECONDS = 2
TRIES = 5
GONE = CancelledError, ClosedClientError, CommClosedError  # what a lost scheduler looks like


type Coming = BaseActorFuture[object]


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
        self._dealing = Dealing(plan.columns, len(there), plan.duplicates == "error")
        self._parts = find_parts(plan.path, plan.columns, sum(there.values()))
        dealt = self._deal(None)
        heads = [client.submit(_names_of, deal, pure=False) for deal in dealt]
        coding = plan.columns.label, list(plan.order)
        self._numbers = client.submit(_number, heads, *coding, pure=False)
        self.numbering: Numbering = self._result(self._numbers)
        self._keepers: dict[int, Future[Any]] = {}
        self._actors: dict[int, Actor | None] = {}
        self._place(range(len(there)), dealt)
        del dealt, heads
        self.held = self.ask("held")
        refuse_repeated(_first_repeated([summary.repeated for summary in self.held]))
        sizes = np.cumsum([len(summary.order) for summary in self.held])
        placed = np.empty(sizes[-1], dtype=np.int64)
        placed[np.argsort(np.concatenate([summary.order for summary in self.held]))] = np.arange(
            len(placed)
        )
        self.places: list[Counts] = np.split(placed, sizes[:-1])
        self._spots: list[tuple[Counts, Codes]] = []

    @property
    def n_answers(self) -> int:
        """Number of counted answers in all shards."""
        return sum(summary.n_answers for summary in self.held)

    def each[T](self, job: Callable[[AnswersByTask], T]) -> list[T]:
        """Apply a function to each shard; return the results in order."""
        return self.ask("apply", [(job,)] * len(self._actors))

    def know(self, spots: list[tuple[Counts, Codes]]) -> None:
        """Store the position of gold: per shard, its indexes in the gold, and its tasks."""
        self._spots = spots

    def chances_of(self, fitted: Fitted, gold: Gold) -> Floats:
        """Return the class probabilities of the gold tasks, in order."""
        chances_by_task = np.empty((len(gold.task), fitted.rows.n_labels))
        jobs = [(_At(fitted.alone(), task),) for _, task in self._spots]
        for (at, _), chances in zip(self._spots, self.ask("apply", jobs), strict=True):
            chances_by_task[at] = chances
        return chances_by_task

    def sample(self, seed: int) -> tuple[AnswersByTask, NDArray[np.uint64]]:
        """Draw whole tasks, as ``sampling.sample`` does; return rows and keys."""
        many = sum(len(summary.order) for summary in self.held) > TOO_MANY_NAMES
        keys = [positions.astype(np.uint64) if many else None for positions in self.places]
        samples = self.ask("draw", [(seed, self.n_answers, item) for item in keys])
        placed = [places[item.task] for places, item in zip(self.places, samples, strict=True)]
        return join_drawn(samples, placed)

    def ask(self, method: str, arguments: Sequence[tuple[Any, ...]] = ()) -> list[Any]:
        """Call a method of each shard, and rebuild lost shards; return the results.

        Raises:
            NotReady: workers are lost faster than shards are made.
        """
        answers: dict[int, Any] = {}
        waiting = list(range(len(self._actors)))
        for _ in range(TRIES):
            pending = {
                at: self._call(at, method, arguments[at] if arguments else ()) for at in waiting
            }
            lost = []
            for at, future in pending.items():
                try:
                    answers[at] = self._answer(at, future)
                except WorkerLostError:
                    lost.append(at)
            if not lost:
                return [answers[at] for at in range(len(self._actors))]
            self._place(lost, self._deal(lost[0] if len(lost) == 1 else None))
            waiting = lost
        raise _losing()

    def _deal(self, only: int | None) -> list[Future[Dealt]]:
        """Let the workers split all parts into shards."""
        give = self._client.submit
        return [give(deal, file_part, self._dealing, only, pure=False) for file_part in self._parts]

    def _place(self, shards: Sequence[int], dealt: Sequence[Future[Dealt]]) -> None:
        """Create these shards on workers."""
        give = self._client.submit
        _wait_for_workers(self._client, WORKERS_SECONDS)
        for at in shards:
            pieces = [give(_piece_of, deal, at, pure=False) for deal in dealt]
            shard = give(Shard, pieces, self._numbers, self._asked.duplicates, actor=True)
            self._keepers[at] = shard
        for at in shards:
            self._actors[at] = self._actor_of(at)

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


class _At(NamedTuple):
    """A picklable job: the probabilities of some tasks."""

    fitted: Fitted
    task: Any

    def __call__(self, rows: AnswersByTask) -> Floats:
        return chances_at(self.fitted, self.task, rows)


def _names_of(dealt: Dealt) -> tuple[PartNames, PartNames]:
    return dealt.workers, dealt.labels


def _number(
    names: Sequence[tuple[PartNames, PartNames]], column: str, order: Sequence[object]
) -> Numbering:
    return number([item for item, _ in names], [item for _, item in names], column, order)


def _piece_of(dealt: Dealt, shard: int) -> ShardPiece | None:
    return dealt.pieces[shard]


def _first_repeated(reports: Sequence[Repeated | None]) -> Repeated | None:
    """Return the first duplicate that shards report, with the total count."""
    there = [repeated for repeated in reports if repeated]
    return min(there)._replace(times=sum(repeated.times for repeated in there)) if there else None
