"""Two weeks of work, and any order of leases, releases and expiries: never over a limit."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canut.core.clock import DAY_MS, MINUTE_MS, WEEK_MS
from canut.core.protection.exposure import (
    POLICY,
    Bearer,
    Borne,
    ExposureBlock,
    ExposureCandidate,
    choose,
    dose,
    exposed_now,
    limits_for,
    retained_dose,
)

BEGIN = 1_764_000_000_000
MIX = (0.50, 0.20, 0.15, 0.10, 0.05)
FAR = 2**60


@dataclass
class Lent:
    """A task in somebody's hands, or done with."""

    severity: int
    dose: int
    lent_ms: int
    seen_ms: int | None = None
    ended_ms: int | None = None


@dataclass
class Life:
    """One person, their tasks in every project and on every device, as the server knows them."""

    bearer: Bearer = field(default_factory=Bearer)
    past: list[Lent] = field(default_factory=list[Lent])
    tasks: list[Lent] = field(default_factory=list[Lent])
    pause_ms: int = 0
    why: ExposureBlock | None = None

    def borne(self, now: int) -> Borne:
        """Add up what is held, and what ended lately."""
        while self.tasks and FAR > (self.tasks[0].ended_ms or FAR) <= now - WEEK_MS:
            self.past.append(self.tasks.pop(0))
        ends = [(one, one.ended_ms or FAR) for one in self.tasks]
        recent = [one for one, end in ends if end > now - POLICY.session_gap_ms]
        return Borne(
            sum(one.dose for one, end in ends if end > now - DAY_MS),
            sum(one.dose for one, end in ends if end > now - WEEK_MS),
            sum(one.dose for one, end in ends if end > self.pause_ms),
            sum(one.severity == 4 and one.dose > 0 for one, end in ends if end > now - DAY_MS),
            tuple(one.severity for one in recent),
        )

    def lend(self, items: Sequence[ExposureCandidate], count: int, now: int) -> list[Lent]:
        """Lend what the rules allow."""
        held = any(one.ended_ms is None for one in self.tasks)
        last = max((one.ended_ms or 0 for one in self.tasks), default=0)
        if not held and now - last >= POLICY.break_ms:
            self.pause_ms = now
        limits = limits_for(POLICY, self.bearer, now)
        chosen = choose(POLICY, limits, self.borne(now), items, count)
        self.why = chosen.why
        new = [Lent(item.severity, item.dose, now) for item in chosen.items]
        self.tasks += new
        if any(not POLICY.is_calm(one.severity) for one in new):
            self.bearer = exposed_now(POLICY, self.bearer, now)
        return new


def most_in(life: Life, window_ms: int) -> int:
    """Return the most that was seen in any stretch of time."""
    every = [*life.past, *life.tasks]
    seen = sorted((one.seen_ms, one.dose) for one in every if one.seen_ms is not None)
    most = total = first = 0
    for at, each in seen:
        total += each
        while seen[first][0] <= at - window_ms:
            total -= seen[first][1]
            first += 1
        most = max(most, total)
    return most


@pytest.mark.slow
def test_fourteen_days_of_a_hard_mix_break_no_limit() -> None:
    rng = np.random.default_rng(39)
    began = BEGIN - 5 * WEEK_MS
    life = Life(Bearer(first_ms=began, began_ms=began, last_ms=BEGIN - DAY_MS))
    breaks = 0

    for day in range(14):
        now = BEGIN + day * DAY_MS + 9 * 60 * MINUTE_MS
        stop = now + 5 * 60 * MINUTE_MS
        while now < stop:
            kinds = rng.choice(5, 40, p=MIX)
            items = [ExposureCandidate(n, int(k), dose(POLICY, int(k), "image", 60_000)) for n, k in
                     enumerate(kinds)]  # fmt: skip
            hand = life.lend(items, 3, now)
            for one in hand:
                one.seen_ms = now
                ms = int(rng.integers(15_000, 90_000))
                now += ms
                one.ended_ms = now
                one.dose = retained_dose(one.dose, dose(POLICY, one.severity, "image", ms))
            if life.why is ExposureBlock.BREAK:
                breaks += 1
                now += POLICY.break_ms
            now += MINUTE_MS // 12

    every = [*life.past, *life.tasks]
    runs = [one.severity >= 2 for one in every]
    worst = [one.seen_ms or 0 for one in every if one.severity == 4]
    assert most_in(life, DAY_MS) <= POLICY.day
    assert most_in(life, WEEK_MS) <= POLICY.week
    assert most_in(life, DAY_MS) > POLICY.day * 9 // 10, "the limit was never reached"
    assert max(sum(at <= each < at + DAY_MS for each in worst) for at in worst) <= 20
    assert not any(all(runs[at : at + 3]) for at in range(len(runs) - 2))
    assert breaks >= 14


steps = st.lists(
    st.tuples(
        st.sampled_from(["lend", "answer", "release", "expire", "wait", "late"]),
        st.integers(1, 20),
        st.lists(st.integers(0, 4), min_size=1, max_size=12),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(steps)
def test_no_order_of_leases_and_their_ends_ever_goes_over(
    steps: list[tuple[str, int, list[int]]],
) -> None:
    began = BEGIN - 4 * WEEK_MS
    life = Life(Bearer(first_ms=began, began_ms=began, last_ms=BEGIN - DAY_MS))
    now = BEGIN

    for what, count, kinds in steps:
        now += count * 1000
        held = [one for one in life.tasks if one.ended_ms is None][:count]
        if what == "lend":  # from any of several devices: they share one account
            items = [ExposureCandidate(n, kind, dose(POLICY, kind, "video", 120_000)) for n, kind in
                     enumerate(kinds)]  # fmt: skip
            life.lend(items, count, now)
        elif what == "wait":
            now += count * 40 * MINUTE_MS
        for one in held:
            if what == "answer":
                one.seen_ms = one.ended_ms = now
            elif what == "late":  # seen long ago, on a device that was away
                one.seen_ms, one.ended_ms = one.lent_ms + (now - one.lent_ms) // 2, now
            elif what == "release":
                one.dose, one.ended_ms = 0, now
            elif what == "expire":
                one.ended_ms = now
        borne = life.borne(now)
        assert borne.day <= POLICY.day
        assert borne.week <= POLICY.week
        assert borne.worst <= POLICY.worst_a_day

    assert most_in(life, DAY_MS) <= POLICY.day
    assert most_in(life, WEEK_MS) <= POLICY.week
