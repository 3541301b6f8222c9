"""Count this process's requests, and format metrics for Prometheus.

Each machine serves with one process. Its figures begin anew with it, as counters of Prometheus may,
and carry no number of it, which would leave a series behind at each start. Those of the whole
instance are read from the database, so all machines report the same. No metric is about a person.
"""

import re
import resource
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
LABEL = re.compile(r'[\\"\n]')
PAGE_BYTES = resource.getpagesize()
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_lock = threading.Lock()
_begun = time.time()


class Metric(NamedTuple):
    """One metric: name, help, ``counter`` or ``gauge``, and values by label."""

    name: str
    meaning: str
    kind: str
    values: Mapping[tuple[tuple[str, str], ...], float]


class _Counts:
    """The counters of this process."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0
        self.in_flight = 0


_counts = _Counts()


def begin() -> None:
    """Count the start of a request."""
    with _lock:
        _counts.in_flight += 1


def end(method: str, status: int | None, seconds: float) -> None:
    """Count the end of a request; without a status, it was not answered here."""
    with _lock:
        _counts.in_flight -= 1
        if status is None:
            return
        _counts.requests[method if method in METHODS else "other", status] += 1
        _counts.buckets[bisect_left(BUCKETS, seconds)] += 1
        _counts.seconds += seconds


def of_process() -> list[str]:
    """Format the metrics of this process."""
    with _lock:
        requests, buckets = dict(_counts.requests), list(_counts.buckets)
        total_seconds, in_flight = _counts.seconds, _counts.in_flight
    used = resource.getrusage(resource.RUSAGE_SELF)
    by_kind: dict[tuple[tuple[str, str], ...], float] = {
        (("method", method), ("status", str(status))): float(count)
        for (method, status), count in sorted(requests.items())
    }
    lines = written(
        [
            Metric("canut_requests_total", "Requests answered.", "counter", by_kind),
            Metric("canut_requests_now", "Requests being answered.", "gauge", {(): in_flight}),
            Metric(
                "canut_process_cpu_seconds_total",
                "Processor time used.",
                "counter",
                {(): used.ru_utime + used.ru_stime},
            ),
            Metric("canut_process_bytes", "Memory in use.", "gauge", {(): _resident()}),
            Metric("canut_process_start_seconds", "Begun at, since 1970.", "gauge", {(): _begun}),
        ]
    )
    name = "canut_request_seconds"
    lines += [f"# HELP {name} Time to answer.", f"# TYPE {name} histogram"]
    so_far = 0
    for limit, count in zip((*map(str, BUCKETS), "+Inf"), buckets, strict=True):
        so_far += count
        lines.append(f"{name}_bucket{_labels([('le', limit)])} {so_far}")
    lines.append(f"{name}_sum {total_seconds:.6f}")
    lines.append(f"{name}_count {so_far}")
    return lines


def written(figures: Iterable[Metric]) -> list[str]:
    """Format metrics as lines.

    Example:
        >>> written([Metric("canut_tasks", "Tasks.", "gauge", {(("state", "open"),): 3})])[-1]
        'canut_tasks{state="open"} 3'
    """
    lines = []
    for metric in figures:
        lines += [f"# HELP {metric.name} {metric.meaning}", f"# TYPE {metric.name} {metric.kind}"]
        lines += [
            f"{metric.name}{_labels(key)} {value:.15g}" for key, value in metric.values.items()
        ]
    return lines


def _labels(pairs: Iterable[tuple[str, str]]) -> str:
    text = ",".join(f'{name}="{LABEL.sub("_", value)}"' for name, value in pairs)
    return f"{{{text}}}" if text else ""


def _resident() -> int:
    """Return the memory in use, if the system reports it."""
    path = Path("/proc/self/statm")
    return int(path.read_text("utf-8").split()[1]) * PAGE_BYTES if path.is_file() else 0
