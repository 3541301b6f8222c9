"""How long requests wait for a processor: by theory where there is some, else by simulation.

Decides nothing about machines; ``sizing`` does. Times are in the unit of what is passed in.
"""

import heapq
import math
from bisect import bisect_right

import numpy as np

from canut.core.arrays import Floats
from canut.core.errors import BadInput, ShapeError


def erlang_c(servers: int, load: float) -> float:
    """Return the chance that a request must wait, of Poisson arrivals and exponential service.

    Args:
        servers: how many serve, at least 1.
        load: arrivals per unit of time times the mean service time, in servers.

    Returns:
        A probability; 1 where the load is not below the number of servers.

    Raises:
        BadInput: no server, or a negative load.

    Source:
        A. K. Erlang's second formula, by the recursion of its first (loss) formula.

    Example:
        >>> round(erlang_c(1, 0.5), 3), round(erlang_c(2, 1.0), 4)
        (0.5, 0.3333)
    """
    if servers < 1 or load < 0:
        raise BadInput(
            f"{servers} servers and a load of {load}; give at least 1 server and a load from 0 up",
            code="capacity-queue",
        )
    if load >= servers:
        return 1.0
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait_exponential(servers: int, rate: float, service: float) -> float:
    """Return the mean wait of M/M/c: Poisson arrivals, exponential service; infinite when full.

    Args:
        servers: how many serve.
        rate: arrivals per unit of time.
        service: mean service time.
    """
    load = rate * service
    if load >= servers:
        return math.inf
    return erlang_c(servers, load) * service / (servers - load)


def mean_wait_general(rate: float, service: float, spread: float) -> float:
    """Return the mean wait of M/G/1: Poisson arrivals, one server; infinite when full.

    Args:
        rate: arrivals per unit of time.
        service: mean service time.
        spread: standard deviation of the service time over its mean; 0 is M/D/1, 1 is M/M/1.

    Source:
        The formula of Pollaczek and Khinchine.

    Example:
        >>> mean_wait_general(0.5, 1.0, 0.0), mean_wait_general(0.5, 1.0, 1.0)
        (0.5, 1.0)
    """
    load = rate * service
    return math.inf if load >= 1 else load * service * (1 + spread**2) / (2 * (1 - load))


def simulate_in_turn(arrivals: Floats, services: Floats) -> Floats:
    """Return how long each request takes where one server serves them in the order they come.

    Args:
        arrivals: shape (n,), times of arrival, ascending.
        services: shape (n,), how long each is served.

    Returns:
        Time from arrival to the end of service, shape (n,).

    Raises:
        ShapeError: the two do not fit together.

    Source:
        D. V. Lindley, The theory of queues with a single server (1952).
    """
    _check_shapes(arrivals, services)
    steps = np.concatenate(([0.0], services[:-1] - np.diff(arrivals)))
    level = np.cumsum(steps)
    waits = level - np.minimum.accumulate(np.minimum(level, 0.0))
    return np.asarray(waits + services, dtype=np.float64)


def simulate_held_up(
    arrivals: Floats, services: Floats, begins: Floats, lengths: Floats, delay: float
) -> Floats:
    """Return how long requests take in turn, where other work holds up the one that is served.

    A request is held up by each piece of work that is under way as its service begins, and no
    longer than until the last of them ends. Those behind it wait for that as well.

    Args:
        arrivals: shape (n,), times of arrival, ascending.
        services: shape (n,), how long each is served.
        begins: shape (m,), when the other work begins, ascending.
        lengths: shape (m,), how long each piece of it takes.
        delay: by how much one piece of work holds up a request.

    Returns:
        Time from arrival to the end of service, shape (n,).

    Raises:
        ShapeError: the arrays do not fit together.
    """
    _check_shapes(arrivals, services)
    _check_shapes(begins, lengths)
    ends = begins + lengths
    ascending, latest = np.sort(ends).tolist(), np.maximum.accumulate(ends).tolist()
    starts = begins.tolist()
    took = np.empty(len(arrivals))
    free = 0.0
    requests = zip(arrivals.tolist(), services.tolist(), strict=True)
    for number, (arrival, service) in enumerate(requests):
        start = max(arrival, free)
        n_begun = bisect_right(starts, start)
        under_way = n_begun - bisect_right(ascending, start)
        held_up = min(under_way * delay, latest[n_begun - 1] - start) if under_way else 0.0
        free = start + service + held_up
        took[number] = free - arrival
    return took


def simulate_shared(arrivals: Floats, services: Floats, servers: int) -> Floats:
    """Return how long each request takes where all that are there share the servers alike.

    A request has at most one server to itself. Each takes as long as the same work takes while
    those beside it come and go, as threads and processes do on processors.

    Args:
        arrivals: shape (n,), times of arrival, ascending.
        services: shape (n,), how long each would take alone.
        servers: how many serve.

    Returns:
        Time from arrival to the end of service, shape (n,).

    Raises:
        ShapeError: the two do not fit together.
        BadInput: no server.

    Source:
        Egalitarian processor sharing, by the service that each request present has attained
        (L. Kleinrock, Time-shared systems, 1967).
    """
    _check_shapes(arrivals, services)
    if servers < 1:
        raise BadInput(f"{servers} servers; at least 1 must serve", code="capacity-queue")
    queue = _Shared(servers)
    took = np.zeros(len(arrivals))
    began = arrivals.tolist()
    for number, (arrival, service) in enumerate(zip(began, services.tolist(), strict=True)):
        for done, end in queue.serve_until(arrival):
            took[done] = end - began[done]
        queue.add(number, service)
    for done, end in queue.serve_until(math.inf):
        took[done] = end - began[done]
    return took


class _Shared:
    """Servers that all requests present share alike, each having at most one."""

    def __init__(self, servers: int) -> None:
        self._servers = servers
        self._present: list[tuple[float, int]] = []
        self._now = self._attained = 0.0

    def add(self, number: int, service: float) -> None:
        """Let a request in that takes so long alone."""
        heapq.heappush(self._present, (self._attained + service, number))

    def serve_until(self, moment: float) -> list[tuple[int, float]]:
        """Serve those present until a moment; return which ended, and when."""
        ended = list[tuple[int, float]]()
        while self._present:
            pace = max(1.0, len(self._present) / self._servers)
            end = self._now + (self._present[0][0] - self._attained) * pace
            if end > moment:
                self._attained += (moment - self._now) / pace
                break
            self._attained, number = heapq.heappop(self._present)
            self._now = end
            ended.append((number, end))
        self._now = moment
        return ended


def _check_shapes(arrivals: Floats, services: Floats) -> None:
    if arrivals.shape != services.shape or arrivals.ndim != 1:
        raise ShapeError(
            f"arrivals have shape {arrivals.shape} and services {services.shape}; "
            "give one service time for each arrival"
        )


def lognormal(mean: float, spread: float, size: int, rng: np.random.Generator) -> Floats:
    """Draw positive times of a mean and of a relative standard deviation, shape (size,)."""
    variance = math.log1p(spread**2)
    return rng.lognormal(math.log(mean) - variance / 2, math.sqrt(variance), size)
