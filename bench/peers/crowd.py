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
    ours, theirs = context.Pipe()
    process = context.Process(target=_crowd, args=(annotators, lead + seconds, theirs))
    process.start()
    theirs.close()
    try:
        began, seen = ours.recv()
    except EOFError:
        raise SystemExit("the crowd failed; what it said is above") from None
    finally:
        process.join()
    return gather(began, seen, lead=lead, seconds=seconds)


def gather(began: float, seen: list[Seen], *, lead: float, seconds: float) -> Worked:
    """Count what lies between the two moments; a crowd that ran out early is counted whole."""
    emptied = [one.emptied for one in seen if one.emptied is not None]
    first, last = began + lead, min([began + lead + seconds, *emptied])
    if last <= first:
        first = began
    return Worked(
        pairs=sum(first < moment <= last for one in seen for moment in one.done),
        seconds=last - first,
        pairs_in_all=sum(len(one.done) for one in seen),
        pair_ms=[a + b for one in seen for a, b in zip(one.take_ms, one.answer_ms, strict=True)],
        acknowledged=[pair for one in seen for pair in one.acknowledged],
        faults=[fault for one in seen for fault in one.faults],
        ran_out=bool(emptied),
    )


def repeat(annotator: Annotator, seen: Seen, end: float) -> None:
    """Take and answer until the time is over, nothing is left, or too much went wrong."""
    while time.perf_counter() < end and len(seen.faults) < MOST_FAULTS:
        begun = time.perf_counter()
        try:
            task = annotator.take()
            taken = time.perf_counter()
            if task is None:
                seen.emptied = taken
                return
            kept = annotator.answer(task)
        except (OSError, RefusedError, ValueError) as fault:
            seen.faults.append(f"{type(fault).__name__}: {fault}"[:300])
            continue
        moment = time.perf_counter()
        seen.done.append(moment)
        seen.take_ms.append(1000 * (taken - begun))
        seen.answer_ms.append(1000 * (moment - taken))
        seen.acknowledged.append((task.number, kept))


def _crowd(annotators: Sequence[Annotator], seconds: float, pipe: Connection) -> None:
    seen = [Seen() for _ in annotators]
    began = time.perf_counter()
    threads = [
        threading.Thread(target=repeat, args=(annotator, own, began + seconds))
        for annotator, own in zip(annotators, seen, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send((began, seen))
    pipe.close()
