"""Keep shards of answers on the workers of a Dask cluster, and make again those that are lost.

Each worker deals parts of the file out to all, and keeps one shard. A worker that goes takes its
shard along; another makes it again from the file, and what was asked of it is asked again. Nothing
here starts a scheduler or listens. What is asked of a shard is decided in ``core.quality``.
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
from canut.core.quality.estimators.held_out import TOO_MANY_NAMES
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
    Names,
    Numbering,
    Piece,
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
    """A worker is gone, and with it a shard."""


class ShardPlan(NamedTuple):
    """What is dealt, how, and which of repeated answers counts."""

    path: Path
    columns: AnswerColumns
    duplicates: Duplicates
    order: Sequence[object]


@contextmanager
def connect(address: str) -> Generator[Client]:
    """Reach a cluster by the address of its scheduler, and leave it in the end.

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
    """Begin to talk with a scheduler; None where none answers.

    What is left of the client then closes as it is collected, and must be at once: collected while
    another begins, the two wait for each other. So nothing keeps it, not even why it failed.
    """
    try:
        return Client(address, timeout=ANSWERS_SECONDS, direct_to_workers=True)
    except (OSError, ValueError):
        return None


def _refuse_workers(client: Client, address: str) -> None:
    _wait_for_workers(client, ANSWERS_SECONDS)
    told: Any = client.get_versions(packages=["canut"])
    for worker, versions in told["workers"].items():
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
    """Shards on the workers of a cluster, one for each worker there is at the beginning.

    Args:
        client: leads to them.
        asked: what is dealt.

    Raises:
        BadInput: the file cannot be used; the message says why.
        NotReady: the cluster is gone.
    """

    def __init__(self, client: Client, asked: ShardPlan) -> None:
        self._client, self._asked = client, asked
        there = client.nthreads()
        self.threads = min(there.values())
        self._dealing = Dealing(asked.columns, len(there), asked.duplicates == "error")
        self._parts = find_parts(asked.path, asked.columns, sum(there.values()))
        dealt = self._deal(None)
        heads = [client.submit(_names_of, one, pure=False) for one in dealt]
        said = asked.columns.label, list(asked.order)
        self._numbers = client.submit(_number, heads, *said, pure=False)
        self.numbering: Numbering = self._result(self._numbers)
        self._keepers: dict[int, Future[Any]] = {}
        self._actors: dict[int, Actor | None] = {}
        self._place(range(len(there)), dealt)
        del dealt, heads
        self.held = self.ask("held")
        refuse_repeated(_first_repeated([held.repeated for held in self.held]))
        sizes = np.cumsum([len(held.order) for held in self.held])
        placed = np.empty(sizes[-1], dtype=np.int64)
        placed[np.argsort(np.concatenate([held.order for held in self.held]))] = np.arange(
            len(placed)
        )
        self.places: list[Counts] = np.split(placed, sizes[:-1])
        self._spots: list[tuple[Counts, Codes]] = []

    @property
    def n_answers(self) -> int:
        """Number of answers that count, in all shards."""
        return sum(held.n_answers for held in self.held)

    def each[T](self, job: Callable[[AnswersByTask], T]) -> list[T]:
        """Return what the job finds in each shard, in their order."""
        return self.ask("apply", [(job,)] * len(self._actors))

    def know(self, spots: list[tuple[Counts, Codes]]) -> None:
        """Remember where gold is: by shard, its places in the gold, and its tasks."""
        self._spots = spots

    def chances_of(self, fitted: Fitted, gold: Gold) -> Floats:
        """Return the chance of each class of the gold tasks, in their order."""
        found = np.empty((len(gold.task), fitted.rows.n_labels))
        jobs = [(_At(fitted.alone(), task),) for _, task in self._spots]
        for (at, _), chances in zip(self._spots, self.ask("apply", jobs), strict=True):
            found[at] = chances
        return found

    def sample(self, seed: int) -> tuple[AnswersByTask, NDArray[np.uint64]]:
        """Draw whole tasks, as ``held_out.sample`` does from one table; return rows and keys."""
        many = sum(len(held.order) for held in self.held) > TOO_MANY_NAMES
        keys = [place.astype(np.uint64) if many else None for place in self.places]
        drawn = self.ask("draw", [(seed, self.n_answers, one) for one in keys])
        placed = [places[one.task] for places, one in zip(self.places, drawn, strict=True)]
        return join_drawn(drawn, placed)

    def ask(self, method: str, arguments: Sequence[tuple[Any, ...]] = ()) -> list[Any]:
        """Return what a method of each shard gives; shards that are lost are made again.

        Raises:
            NotReady: workers are lost faster than shards are made.
        """
        found: dict[int, Any] = {}
        waiting = list(range(len(self._actors)))
        for _ in range(TRIES):
            pending = {
                at: self._call(at, method, arguments[at] if arguments else ()) for at in waiting
            }
            lost = []
            for at, future in pending.items():
                try:
                    found[at] = self._answer(at, future)
                except WorkerLostError:
                    lost.append(at)
            if not lost:
                return [found[at] for at in range(len(self._actors))]
            self._place(lost, self._deal(lost[0] if len(lost) == 1 else None))
            waiting = lost
        raise _losing()

    def _deal(self, only: int | None) -> list[Future[Dealt]]:
        """Let the workers deal all parts out."""
        give = self._client.submit
        return [give(deal, part, self._dealing, only, pure=False) for part in self._parts]

    def _place(self, shards: Sequence[int], dealt: Sequence[Future[Dealt]]) -> None:
        """Let workers keep these shards, made of what was dealt."""
        give = self._client.submit
        _wait_for_workers(self._client, WORKERS_SECONDS)
        for at in shards:
            pieces = [give(_piece_of, one, at, pure=False) for one in dealt]
            kept = give(Shard, pieces, self._numbers, self._asked.duplicates, actor=True)
            self._keepers[at] = kept
        for at in shards:
            self._actors[at] = self._actor_of(at)

    def _actor_of(self, at: int) -> Actor | None:
        try:
            actor: Actor = self._result(self._keepers[at])
        except RuntimeError:  # gone before it was asked anything
            return None
        return actor

    def _result[T](self, future: Future[T]) -> T:
        """Wait for a result as long as there are workers."""
        while True:
            try:
                return future.result(timeout=LOOKS_SECONDS)
            except TimeoutError:
                _wait_for_workers(self._client, WORKERS_SECONDS)

    def _call(self, at: int, method: str, arguments: tuple[Any, ...]) -> Coming | None:
        """Ask one shard; None where its worker is known to be lost."""
        actor = self._actors[at]
        if actor is None:
            return None
        try:
            coming: Coming = getattr(actor, method)(*arguments)
        except RuntimeError:
            return None
        return coming

    def _answer(self, at: int, future: Coming | None) -> object:
        """Wait for a shard's answer as long as its worker is there."""
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
    """A job: the chances of some tasks."""

    fitted: Fitted
    task: Any

    def __call__(self, rows: AnswersByTask) -> Floats:
        return chances_at(self.fitted, self.task, rows)


def _names_of(dealt: Dealt) -> tuple[Names, Names]:
    return dealt.workers, dealt.labels


def _number(
    names: Sequence[tuple[Names, Names]], column: str, order: Sequence[object]
) -> Numbering:
    return number([one for one, _ in names], [one for _, one in names], column, order)


def _piece_of(dealt: Dealt, shard: int) -> Piece | None:
    return dealt.pieces[shard]


def _first_repeated(found: Sequence[Repeated | None]) -> Repeated | None:
    """Return the first of what shards found repeated, with the number of all."""
    there = [one for one in found if one]
    return min(there)._replace(times=sum(one.times for one in there)) if there else None
