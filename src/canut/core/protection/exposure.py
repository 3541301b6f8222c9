"""Keep each person's exposure to disturbing content within limits, before a task is leased.

A dose is minutes of looking, weighted by the severity of the content and by the sense it reaches,
in integer thousandths. It is reserved in full when a task is leased, across devices and projects,
so that nothing later can exceed the limit. No source gives a safe dose: the limits are a versioned
policy, to be set with the people who do the work and a clinician. Nothing is inferred about
anybody's feelings. ``actions.protection`` words the refusals; ``working_hours`` limits hours.

Source:
    Weights and limits: a policy. No discount for passive blur: Lewitzka et al. (2026),
    https://doi.org/10.1007/s00426-026-02241-5. Interactive reveal: Das et al. (2020).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from canut.core.clock import DAY_MS, MINUTE_MS, WEEK_MS
from canut.core.errors import BadInput

THOUSAND = 1000

MOST_SEVERE = 4


@dataclass(frozen=True, slots=True)
class ExposurePolicy:
    """One version of the limits; doses and weights in thousandths.

    Args:
        version: version, raised with every change and named by every decision.
        severity: weight of each severity, 0 to 4, in thousandths.
        modality: weight of each sense, in thousandths.
        least_ms: minimum duration of a look, in milliseconds.
        day: maximum dose in any 24 hours.
        week: maximum dose in any 7 days.
        streak: maximum dose between two breaks.
        break_ms: duration of a break, which is paid.
        worst_a_day: maximum number of tasks of severity 4 in any 24 hours.
        exposed_from: lowest severity that is not calm.
        in_a_row: maximum number of consecutive tasks that are not calm.
        session_gap_ms: pause after which a new session begins, with a calm task.
        ramp: percent of the limits in each week of a new person.
        new_again_weeks: weeks of absence after which somebody is new again.
        weeks_on: maximum of consecutive weeks with exposure,
        weeks_off: followed by as many weeks without.
        warn_carry: carried dose from which other work is proposed.
    """

    version: int = 1
    severity: tuple[int, int, int, int, int] = (0, 250, 1000, 3000, 6000)
    modality: Mapping[str, int] = field(
        default_factory=lambda: MappingProxyType(
            {"text": 500, "audio": 1000, "image": 1000, "video": 1250}
        )
    )
    least_ms: int = 2000
    day: int = 60_000
    week: int = 240_000
    streak: int = 10_000
    break_ms: int = 5 * MINUTE_MS
    worst_a_day: int = 20
    exposed_from: int = 2
    in_a_row: int = 2
    session_gap_ms: int = 30 * MINUTE_MS
    ramp: tuple[int, ...] = (25, 50, 75, 100)
    new_again_weeks: int = 8
    weeks_on: int = 8
    weeks_off: int = 2
    warn_carry: int = 240_000

    def is_calm(self, severity: int) -> bool:
        """Return whether a task counts as a rest between others."""
        return severity < self.exposed_from


POLICY = ExposurePolicy()


class Veil(StrEnum):
    """How a task was covered; only what the person uncovered themselves lowers a dose."""

    NONE = "none"
    BLUR = "blur"
    GREY = "grey"
    REVEAL = "reveal"


class ExposureBlock(StrEnum):
    """The limit that is reached, or the missing consent."""

    MINOR = "minor"
    DECLINED = "declined"
    OFF_WEEKS = "off-weeks"
    DAY = "day"
    WEEK = "week"
    WORST = "worst"
    BREAK = "break"
    CALM = "calm"


class Bearer(NamedTuple):
    """The person's limits, and since when they have been exposed, in milliseconds.

    ``lower_day`` is the person's own lower daily limit, ``first_ms`` the begin of the ramp,
    ``began_ms`` that of the consecutive weeks, ``last_ms`` the last exposure.
    """

    is_minor: bool = False
    has_agreed: bool = True
    lower_day: int | None = None
    first_ms: int | None = None
    began_ms: int | None = None
    last_ms: int | None = None


class ExposureLimits(NamedTuple):
    """The limits of one person now; ``why`` gives the reason if they are zero."""

    day: int
    week: int
    why: ExposureBlock | None = None


class Borne(NamedTuple):
    """A person's doses, tasks of severity 4, and last tasks of the session, leases included.

    ``run`` is the severities of the tasks leased in this session, oldest first; empty at its begin.
    """

    day: int = 0
    week: int = 0
    streak: int = 0
    worst: int = 0
    run: tuple[int, ...] = ()

    def with_item(self, severity: int, dose: int) -> "Borne":
        """Add a newly leased task."""
        is_worst = severity == MOST_SEVERE
        return Borne(
            self.day + dose,
            self.week + dose,
            self.streak + dose,
            self.worst + is_worst,
            (*self.run, severity)[-8:],
        )


class ExposureCandidate(NamedTuple):
    """A task that could be leased, with the dose to reserve."""

    task: int
    severity: int
    dose: int


class ExposureSelection(NamedTuple):
    """The tasks to lease, in order, and the block of the others; ``CALM`` comes last."""

    items: list[ExposureCandidate]
    why: ExposureBlock | None


class Past(NamedTuple):
    """A dose that counts until some time after it ended; an open lease has not ended."""

    dose: int
    ended_ms: int | None


def dose(
    policy: ExposurePolicy, severity: int, modality: str, ms: int, *, muted: bool = False
) -> int:
    """Return the dose of looking at content for some time, in thousandths of a unit, rounded up.

    Muting removes the audible part: a video then weighs as much as an image, a sound nothing.

    Raises:
        BadInput: the severity or modality is unknown, or the time is negative.
    """
    if not 0 <= severity <= MOST_SEVERE or modality not in policy.modality or ms < 0:
        raise BadInput(
            f"severity {severity}, modality {modality!r}, {ms} ms; expected a severity of 0 to"
            f" {MOST_SEVERE}, one of {', '.join(policy.modality)}, and a time of 0 or more",
            code="exposure-item",
        )
    weight = policy.modality[modality]
    if muted and modality in {"audio", "video"}:
        weight = policy.modality["image"] if modality == "video" else 0
    whole = policy.severity[severity] * weight * max(ms, policy.least_ms)
    return -(-whole // (THOUSAND * MINUTE_MS))


def share_seen(veil: Veil, revealed: int) -> int:
    """Return the share of a reserved dose that was seen, in thousandths.

    Args:
        veil: how the task was covered. Blur and grey reduce nothing: they have shown no benefit.
        revealed: share of surface and time the person uncovered, in thousandths.

    Source:
        Lewitzka et al. (2026) for blur and grey, Das et al. (2020) for interactive reveal.
    """
    return min(max(revealed, 0), THOUSAND) if veil is Veil.REVEAL else THOUSAND


def retained_dose(reserved: int, dose_seen: int, share: int = THOUSAND) -> int:
    """Return the thousandths of a reserved dose that remain after the answer, at most all."""
    return min(reserved, -(-dose_seen * share // THOUSAND))


def limits_for(policy: ExposurePolicy, bearer: Bearer, now_ms: int) -> ExposureLimits:
    """Return a person's limits: zero for minors, lower for new people, rest after weeks."""
    if bearer.is_minor:
        return ExposureLimits(0, 0, ExposureBlock.MINOR)
    if not bearer.has_agreed:
        return ExposureLimits(0, 0, ExposureBlock.DECLINED)
    if is_off(policy, bearer, now_ms):
        return ExposureLimits(0, 0, ExposureBlock.OFF_WEEKS)
    percent = ramp_percent(policy, bearer, now_ms)
    day, week = policy.day * percent // 100, policy.week * percent // 100
    if bearer.lower_day is not None:
        day = min(day, max(0, bearer.lower_day))
    return ExposureLimits(day, week)


def ramp_percent(policy: ExposurePolicy, bearer: Bearer, now_ms: int) -> int:
    """Return the percentage of the limits in force, from the weeks of exposure."""
    first, last = bearer.first_ms, bearer.last_ms
    if first is None or last is None or now_ms - last >= policy.new_again_weeks * WEEK_MS:
        return policy.ramp[0]
    return policy.ramp[min(max(0, now_ms - first) // WEEK_MS, len(policy.ramp) - 1)]


def is_off(policy: ExposurePolicy, bearer: Bearer, now_ms: int) -> bool:
    """Return whether somebody was exposed for the maximum of weeks and has not rested yet."""
    began, last = bearer.began_ms, bearer.last_ms
    if began is None or last is None or now_ms - last >= policy.weeks_off * WEEK_MS:
        return False
    return now_ms - began >= policy.weeks_on * WEEK_MS


def exposed_now(policy: ExposurePolicy, bearer: Bearer, now_ms: int) -> Bearer:
    """Return the same person with a task leased now."""
    away = None if bearer.last_ms is None else now_ms - bearer.last_ms
    is_new = away is None or away >= policy.new_again_weeks * WEEK_MS
    is_rested = away is None or away >= policy.weeks_off * WEEK_MS
    return bearer._replace(
        first_ms=now_ms if is_new or bearer.first_ms is None else bearer.first_ms,
        began_ms=now_ms if is_rested or bearer.began_ms is None else bearer.began_ms,
        last_ms=max(now_ms, bearer.last_ms or 0),
    )


def block_reason(
    policy: ExposurePolicy, limits: ExposureLimits, borne: Borne, item: ExposureCandidate
) -> ExposureBlock | None:
    """Return what blocks a task for this person; None if nothing does.

    A task without a dose is never blocked, whatever limits are reached.
    """
    if item.dose == 0 and policy.is_calm(item.severity):
        return None
    if limits.why is not None:
        return limits.why
    last = borne.run[-policy.in_a_row :]
    is_third = len(last) == policy.in_a_row and not any(map(policy.is_calm, last))
    over = {
        ExposureBlock.DAY: borne.day + item.dose > limits.day,
        ExposureBlock.WEEK: borne.week + item.dose > limits.week,
        ExposureBlock.WORST: item.severity == MOST_SEVERE and borne.worst >= policy.worst_a_day,
        ExposureBlock.BREAK: borne.streak > 0 and borne.streak + item.dose > policy.streak,
        ExposureBlock.CALM: (is_third or not last) and not policy.is_calm(item.severity),
    }
    return next((block for block, is_over in over.items() if is_over), None)


def choose(
    policy: ExposurePolicy,
    limits: ExposureLimits,
    borne: Borne,
    items: Sequence[ExposureCandidate],
    count: int,
) -> ExposureSelection:
    """Choose up to ``count`` tasks within all limits, in queue order.

    A task over a limit is skipped for the next one within it; it may follow later in the same
    allocation, after a calm one.
    """
    waiting, chosen = list(items), list[ExposureCandidate]()
    while len(chosen) < count:
        fits = (item for item in waiting if block_reason(policy, limits, borne, item) is None)
        candidate = next(fits, None)
        if candidate is None:
            break
        waiting.remove(candidate)
        chosen.append(candidate)
        borne = borne.with_item(candidate.severity, candidate.dose)
    passed_by = {block_reason(policy, limits, borne, item) for item in waiting}
    return ExposureSelection(
        chosen, next((block for block in ExposureBlock if block in passed_by), None)
    )


def back_at(pasts: Sequence[Past], limit: int, window_ms: int, dose_needed: int) -> int | None:
    """Return when a rolling limit has capacity for a dose; None while leases use it up.

    Args:
        pasts: doses that count now, in any order.
        limit: maximum dose in the window.
        window_ms: how long a dose counts after it ended, in milliseconds.
        dose_needed: dose to fit in.
    """
    total = sum(past.dose for past in pasts)
    ended = sorted((past.ended_ms, past.dose) for past in pasts if past.ended_ms is not None)
    for ended_ms, amount in ended:
        total -= amount
        if total + dose_needed <= limit:
            return ended_ms + window_ms
    return None


def carry(policy_days: int, pasts: Sequence[Past], now_ms: int) -> int:
    """Return the remaining thousandths of past doses, halved every ``policy_days`` days.

    It is shown, never a limit: people see what adds up over weeks and may choose other work.
    """
    halvings = [
        (past.dose, max(0, now_ms - (past.ended_ms or now_ms)) / (policy_days * DAY_MS))
        for past in pasts
    ]
    return -int(-sum(amount * 0.5**age for amount, age in halvings) // 1)
