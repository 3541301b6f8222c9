"""A month of arrivals: how many people are at work in each minute, and how many begin.

Sessions begin as a Poisson process whose rate follows the hour and the day of the week of each time
zone. Their lengths and the hours of a person have heavy tails. All randomness comes from the
generator that is passed in.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from canut.core.arrays import Floats
from canut.core.errors import BadInput

DAYS, MINUTES_A_DAY = 30, 1_440
MINUTES = DAYS * MINUTES_A_DAY
MOST_WORKERS = 1_000_000_000
MOST_HOURS = 200.0
"""Hours a month nobody goes beyond here: about 48 a week."""
MOST_SESSION_MINUTES = 720.0
CLASSES = 64
BUSIEST_HOUR = 15.0
"""Local time of the busiest moment of a day."""
FIRST_WEEKEND_DAY = 5
NOTICE_DAY, NOTICE_HOUR, NOTICE_MINUTES = 14, 10, 30.0
DRAWN_WORKERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who works how much, and when. Every figure is an assumption that a reader can change.

    Args:
        workers: people who work at least once in the month.
        hours: mean hours of work of a person in the month.
        hours_sigma: how unequal they are: sigma of the lognormal distribution of hours.
        session_minutes: mean length of a session.
        session_sigma: sigma of the lognormal distribution of its length.
        task_seconds: seconds of work on one task.
        peak: busiest moment of a day over the mean of the day, at least 1.
        weekend: activity of a Saturday or Sunday over that of another day.
        zones: share of the people by hours from UTC; the shares add up to 1.
        notice: share of the people who begin after one message to all, in the middle of the month.
        pages: pages opened in a session.
        sign_ins: share of the sessions that begin with a password.
    """

    workers: int
    hours: float = 14.6
    hours_sigma: float = 1.5
    session_minutes: float = 40.0
    session_sigma: float = 1.0
    task_seconds: float = 30.0
    peak: float = 2.0
    weekend: float = 0.7
    zones: Mapping[float, float] = field(default_factory=lambda: {0.0: 1.0})
    notice: float = 0.0
    pages: float = 6.0
    sign_ins: float = 0.5

    def __post_init__(self) -> None:
        """Refuse figures that no crowd has.

        Raises:
            BadInput: the first figure that is out of bounds, with the bounds.
        """
        bounds = {
            "workers": (self.workers, 1, MOST_WORKERS),
            "hours": (self.hours, 0.01, MOST_HOURS / 2),
            "hours_sigma": (self.hours_sigma, 0.01, 3),
            "session_minutes": (self.session_minutes, 1, MOST_SESSION_MINUTES / 2),
            "session_sigma": (self.session_sigma, 0.01, 3),
            "task_seconds": (self.task_seconds, 0.5, 3_600),
            "peak": (self.peak, 1, 10),
            "weekend": (self.weekend, 0, 5),
            "notice": (self.notice, 0, 1),
            "pages": (self.pages, 0, 1_000),
            "sign_ins": (self.sign_ins, 0, 1),
        }
        for name, (number, least, most) in bounds.items():
            if not least <= number <= most:
                raise BadInput(
                    f"{name} is {number:g}; it must be between {least:g} and {most:g}",
                    code="capacity-bounds",
                    field=name,
                )
        total = sum(self.zones.values())
        if not math.isclose(total, 1, abs_tol=1e-6) or min(self.zones.values()) < 0:
            raise BadInput(
                f"the shares of the time zones add up to {total:g}; they must add up to 1",
                code="capacity-bounds",
                field="zones",
            )


@dataclass(frozen=True, slots=True)
class Month:
    """What happens in each minute of a simulated month of 30 days that begins on a Monday.

    Args:
        people: shape (43200,), how many are at work.
        begun: shape (43200,), how many sessions begin.
    """

    people: Floats
    begun: Floats

    @property
    def hours(self) -> float:
        """Hours of work in the month, of everybody together."""
        return float(self.people.sum()) / 60


def daily_rhythm(peak: float) -> float:
    """Return the concentration of a von Mises day whose busiest moment is ``peak`` times its mean.

    Example:
        >>> daily_rhythm(1.0) < 1e-6, round(float(np.exp(daily_rhythm(2.0))), 2)
        (True, 2.4)
    """
    low, high = 0.0, 100.0
    for _ in range(60):
        middle = (low + high) / 2
        # exp(k) / I0(k), computed apart from the overflow of both
        too_flat = math.exp(middle) / float(np.i0(middle)) < peak
        low, high = (middle, high) if too_flat else (low, middle)
    return low


def rhythm(crowd: Crowd, offset: float) -> Floats:
    """Return the share of a zone's sessions that begins in each minute, shape (43200,)."""
    local = (np.arange(MINUTES) + offset * 60) / MINUTES_A_DAY
    angle = 2 * np.pi * (local - BUSIEST_HOUR / 24)
    day = np.exp(daily_rhythm(crowd.peak) * (np.cos(angle) - 1))
    is_weekend = np.floor(local) % 7 >= FIRST_WEEKEND_DAY
    weights = day * np.where(is_weekend, crowd.weekend, 1.0)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def session_lengths(crowd: Crowd) -> Floats:
    """Return lengths in whole minutes, each as likely as the others, shape (64,)."""
    middles = (np.arange(CLASSES) + 0.5) / CLASSES
    normal = np.array([NormalDist().inv_cdf(share) for share in middles])
    shape = np.exp(crowd.session_sigma * normal)
    low, high = 0.0, MOST_SESSION_MINUTES
    for _ in range(60):  # the scale at which the mean is as asked for, the longest being cut
        scale = (low + high) / 2
        mean = float(np.minimum(scale * shape, MOST_SESSION_MINUTES).mean())
        low, high = (scale, high) if mean < crowd.session_minutes else (low, scale)
    return np.maximum(1.0, np.rint(np.minimum(low * shape, MOST_SESSION_MINUTES)))


def hours_of(crowd: Crowd, count: int, rng: np.random.Generator) -> Floats:
    """Draw the month's hours of so many people: nobody above 200, the mean that of the crowd."""
    shape = np.exp(crowd.hours_sigma * rng.standard_normal(count))
    return np.minimum(_hours_scale(crowd.hours, crowd.hours_sigma) * shape, MOST_HOURS)


def _hours_scale(mean: float, sigma: float) -> float:
    """Return the median hours at which the mean, cut at the most, is as asked for."""
    normal = NormalDist()
    low, high = 0.0, MOST_HOURS
    for _ in range(60):
        scale = (low + high) / 2
        edge = math.log(MOST_HOURS / scale) / sigma
        limited = scale * math.exp(sigma**2 / 2) * normal.cdf(edge - sigma)
        limited += MOST_HOURS * (1 - normal.cdf(edge))
        low, high = (scale, high) if limited < mean else (low, scale)
    return low


def simulate_month(crowd: Crowd, rng: np.random.Generator) -> Month:
    """Simulate the sessions of a month.

    A session's first minute follows a Poisson process; its length is one of 64 equally likely
    classes. The month begins with those at work from the day before.

    Args:
        crowd: who works how much, and when.
        rng: the only source of randomness.

    Source:
        P. A. W. Lewis and G. S. Shedler, on non-homogeneous Poisson processes (1979): counts of
        disjoint minutes and classes are independent and Poisson.
    """
    lengths = session_lengths(crowd)
    rates = _rates(crowd, float(lengths.mean()), rng)
    people, begun = np.zeros(MINUTES), np.zeros(MINUTES)
    warm = int(lengths.max())
    extended = np.concatenate((rates[-warm:], rates))
    for length in lengths.astype(int).tolist():
        started = rng.poisson(extended / CLASSES).astype(np.float64)
        summed = np.concatenate((np.zeros(length), np.cumsum(started)))
        people += (summed[length:] - summed[:-length])[warm:]
        begun += started[warm:]
    return Month(people, begun)


def _rates(crowd: Crowd, mean_length: float, rng: np.random.Generator) -> Floats:
    """Return the expected sessions that begin in each minute, shape (43200,)."""
    offsets = sorted(crowd.zones)
    shares = np.array([crowd.zones[offset] for offset in offsets])
    members = rng.multinomial(crowd.workers, shares / shares.sum())
    rates = np.zeros(MINUTES)
    for offset, count in zip(offsets, members.tolist(), strict=True):
        rates += _hours_together(crowd, count, rng) * 60 / mean_length * rhythm(crowd, offset)
    if crowd.notice:
        since = np.arange(MINUTES) - NOTICE_DAY * MINUTES_A_DAY - NOTICE_HOUR * 60
        after = np.where(since >= 0, np.exp(-np.maximum(since, 0) / NOTICE_MINUTES), 0.0)
        rates += crowd.workers * crowd.notice * after / after.sum()
    return rates


def _hours_together(crowd: Crowd, count: int, rng: np.random.Generator) -> float:
    """Draw the hours of so many people together; of more than a million, by the limit theorem."""
    drawn = hours_of(crowd, min(count, DRAWN_WORKERS), rng)
    if count <= DRAWN_WORKERS:
        return float(drawn.sum())
    return float(rng.normal(crowd.hours * count, float(drawn.std()) * math.sqrt(count)))
