"""The load: so many annotators who each take a task and answer it, without a pause.

They run as threads of a process of their own, so that the servers' CPU can be read apart from
theirs. What is counted lies between two moments: after a lead, when the server has as much work
under way as it will have at the end, and before the time is over or the first annotator is told
that nothing is left. What was acknowledged outside is kept too, for the export must hold it.
"""

import multiprocessing
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Protocol

from bench.machine.http import quantile
from bench.peers.wire import RefusedError, Wire

MOST_FAULTS = 20


class Annotator(Protocol):
    """One person at work on one platform."""

    wire: Wire

    def take(self) -> Any:
        """Ask for a task, which has a ``number``; None when nothing is left."""

    def answer(self, task: Any) -> str:
        """Answer it and return the number under which the platform says it keeps the answer."""


@dataclass
class Seen:
    """What one annotator saw: times in seconds on the machine's clock, latencies in ms."""

    done: list[float] = field(default_factory=list)
    take_ms: list[float] = field(default_factory=list)
    answer_ms: list[float] = field(default_factory=list)
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    emptied: float | None = None


@dataclass(frozen=True)
class Worked:
    """What a crowd did: counted pairs and seconds, all latencies, all that was acknowledged."""

    pairs: int
    seconds: float
    pairs_in_all: int
    pair_ms: list[float]
    acknowledged: list[tuple[str, str]]
    faults: list[str]
    ran_out: bool

    def told(self) -> dict[str, float | int | bool]:
        """Return the figures of the load."""
        return {
            "pairs": self.pairs,
            "seconds": round(self.seconds, 1),
            "pairs_per_s": round(self.pairs / self.seconds, 2) if self.seconds else 0.0,
            "pair_p50_ms": round(quantile(self.pair_ms, 0.5), 1),
            "pair_p95_ms": round(quantile(self.pair_ms, 0.95), 1),
            "errors": len(self.faults),
            "ran_out": self.ran_out,
        }


def work(annotators: Sequence[Annotator], *, lead: float, seconds: float) -> Worked:
    """Let a crowd work, from a process of its own.

    Args:
        annotators: one a thread; they can be pickled.
        lead: seconds before anything is counted.
        seconds: for how long it is counted.

    Raises:
        SystemExit: the process of the crowd failed; what it said is above.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe()
    process = context.Process(target=_crowd, args=(annotators, lead + seconds, sender))
    process.start()
    sender.close()
    try:
        began, results = receiver.recv()
    except EOFError:
        raise SystemExit("the crowd failed; what it said is above") from None
    finally:
        process.join()
    return gather(began, results, lead=lead, seconds=seconds)


def gather(began: float, results: list[Seen], *, lead: float, seconds: float) -> Worked:
    """Count what lies between the two moments; a crowd that ran out early is counted whole."""
    emptied = [result.emptied for result in results if result.emptied is not None]
    first, last = began + lead, min([began + lead + seconds, *emptied])
    if last <= first:
        first = began
    return Worked(
        pairs=sum(first < moment <= last for result in results for moment in result.done),
        seconds=last - first,
        pairs_in_all=sum(len(result.done) for result in results),
        pair_ms=[
            a + b
            for result in results
            for a, b in zip(result.take_ms, result.answer_ms, strict=True)
        ],
        acknowledged=[pair for result in results for pair in result.acknowledged],
        faults=[fault for result in results for fault in result.faults],
        ran_out=bool(emptied),
    )


def repeat(annotator: Annotator, result: Seen, end: float) -> None:
    """Take and answer until the time is over, nothing is left, or too much went wrong."""
    while time.perf_counter() < end and len(result.faults) < MOST_FAULTS:
        start = time.perf_counter()
        try:
            task = annotator.take()
            taken_at = time.perf_counter()
            if task is None:
                result.emptied = taken_at
                return
            answer = annotator.answer(task)
        except (OSError, RefusedError, ValueError) as fault:
            result.faults.append(f"{type(fault).__name__}: {fault}"[:300])
            continue
        moment = time.perf_counter()
        result.done.append(moment)
        result.take_ms.append(1000 * (taken_at - start))
        result.answer_ms.append(1000 * (moment - taken_at))
        result.acknowledged.append((task.number, answer))


def _crowd(annotators: Sequence[Annotator], seconds: float, pipe: Connection) -> None:
    results = [Seen() for _ in annotators]
    began = time.perf_counter()
    threads = [
        threading.Thread(target=repeat, args=(annotator, own, began + seconds))
        for annotator, own in zip(annotators, results, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send((began, results))
    pipe.close()
