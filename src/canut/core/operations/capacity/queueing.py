"""How long requests wait before a processor takes them: theory where there is some, else simulation.

Decides nothing about machines; ``sizing`` does. Times are in the unit of what is passed in.
"""

import heapq
import math

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


def simulate_waits(arrivals: Floats, services: Floats, servers: int) -> Floats:
    """Return how long each request waits, served in the order they come.

    Args:
        arrivals: shape (n,), times of arrival, ascending.
        services: shape (n,), how long each is served.
        servers: how many serve.

    Returns:
        Waits before service, shape (n,).

    Raises:
        ShapeError: the two do not fit together.
        BadInput: no server.

    Source:
        D. V. Lindley's recursion for one server; for several, each takes the server that is free
        first (J. Kiefer and J. Wolfowitz).
    """
    if arrivals.shape != services.shape or arrivals.ndim != 1:
        raise ShapeError(
            f"arrivals have shape {arrivals.shape} and services {services.shape}; "
            "give one service time for each arrival"
        )
    if servers < 1:
        raise BadInput(f"{servers} servers; at least 1 must serve", code="capacity-queue")
    if servers == 1:
        steps = np.concatenate(([0.0], services[:-1] - np.diff(arrivals)))
        level = np.cumsum(steps)
        return np.asarray(level - np.minimum.accumulate(np.minimum(level, 0.0)), dtype=np.float64)
    free_at = [0.0] * servers
    waits = np.empty(len(arrivals))
    for number, (arrival, service) in enumerate(
        zip(arrivals.tolist(), services.tolist(), strict=True)
    ):
        start = max(arrival, free_at[0])
        waits[number] = start - arrival
        heapq.heapreplace(free_at, start + service)
    return waits


def lognormal(mean: float, spread: float, size: int, rng: np.random.Generator) -> Floats:
    """Draw positive times of a mean and of a relative standard deviation, shape (size,)."""
    variance = math.log1p(spread**2)
    return rng.lognormal(math.log(mean) - variance / 2, math.sqrt(variance), size)
