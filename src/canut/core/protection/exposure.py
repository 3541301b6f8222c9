"""Keep what disturbing material does to each person within limits; decide before it is lent.

A dose is minutes of looking, weighed by how severe the material is and how it reaches the senses,
in integer thousandths. It is reserved in full when a task is lent, on every device and in every
project, so nothing that happens later can go over. No source gives a safe dose: the limits are a
policy with a version, to be set with those who do the work and a clinician. Nothing is inferred
about how anybody feels. What a refusal says is in ``actions.care``; hours are in ``hours``.

Source:
    Weights and limits: a policy. No discount for passive blur: Lewitzka et al. (2026),
    https://doi.org/10.1007/s00426-026-02241-5. Interactive reveal: Das et al. (2020).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from canut.core.clock import WEEK_MS
from canut.core.errors import BadInput

THOUSAND = 1000
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
MOST_SEVERE = 4


@dataclass(frozen=True, slots=True)
class ExposurePolicy:
    """One version of the limits; doses and weights in thousandths.

    Args:
        version: raised with every change, and named by every decision.
        severity: weight of each severity, 0 to 4.
        modality: weight of each sense.
        least_ms: no look counts as shorter.
        day: most in any 24 hours.
        week: most in any 7 days.
        streak: most between two breaks.
        break_ms: how long a break is; it is paid.
        worst_a_day: most tasks of severity 4 in any 24 hours.
        exposed_from: severity from which a task is not calm.
        in_a_row: most tasks that are not calm, one after the other.
        session_gap_ms: a pause after which a session begins anew, with a calm task.
        ramp: percent of the limits in each week of somebody new to it.
        new_again_weeks: away for so long, somebody is new again.
        weeks_on: exposed for so many weeks,
        weeks_off: somebody has as many without.
        warn_carry: what is carried from past weeks at which other work is proposed.
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
        """Whether a task counts as a rest between others."""
        return severity < self.exposed_from


POLICY = ExposurePolicy()


class Veil(StrEnum):
    """How a task was shown; only what the person uncovered themselves lowers a dose."""

    NONE = "none"
    BLUR = "blur"
    GREY = "grey"
    REVEAL = "reveal"


class ExposureBlock(StrEnum):
    """What is used up, or not agreed to."""

    MINOR = "minor"
    DECLINED = "declined"
    OFF_WEEKS = "off-weeks"
    DAY = "day"
    WEEK = "week"
    WORST = "worst"
    BREAK = "break"
    CALM = "calm"


class Bearer(NamedTuple):
    """Who is asked: what limits them, and since when they are exposed, in milliseconds.

    ``lower_day``: the person's own lower limit of a day. ``first_ms``: begin of the ramp,
    ``began_ms``: of the weeks in a row, ``last_ms``: of the last exposure.
    """

    is_minor: bool = False
    has_agreed: bool = True
    lower_day: int | None = None
    first_ms: int | None = None
    began_ms: int | None = None
    last_ms: int | None = None


class ExposureLimits(NamedTuple):
    """What one person may bear now; ``why`` says what lowers it to nothing."""

    day: int
    week: int
    why: ExposureBlock | None = None


class Borne(NamedTuple):
    """What a person has borne or holds: doses, tasks of severity 4, and the session's last tasks.

    ``run``: severities of the last tasks lent in this session, oldest first; empty at its begin.
    """

    day: int = 0
    week: int = 0
    streak: int = 0
    worst: int = 0
    run: tuple[int, ...] = ()

    def with_item(self, severity: int, dose: int) -> "Borne":
        """Add a task that is lent now."""
        is_worst = severity == MOST_SEVERE
        return Borne(
            self.day + dose,
            self.week + dose,
            self.streak + dose,
            self.worst + is_worst,
            (*self.run, severity)[-8:],
        )


class ExposureCandidate(NamedTuple):
    """A task that could be lent, with the dose it would reserve."""

    task: int
    severity: int
    dose: int


class ExposureSelection(NamedTuple):
    """The tasks to lend, in order, and what keeps others back after them; ``CALM`` comes last."""

    items: list[ExposureCandidate]
    why: ExposureBlock | None


class Past(NamedTuple):
    """A dose that counts until some time after it ended; a task still held has not ended."""

    dose: int
    ended_ms: int | None


def dose(
    policy: ExposurePolicy, severity: int, modality: str, ms: int, *, muted: bool = False
) -> int:
    """Return the dose of looking at something for a while, in thousandths, rounded up.

    Muting takes away the part that is heard: a video then weighs as a picture, a sound nothing.

    Raises:
        BadInput: no such severity or modality, or a negative time.
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
    """Return the share of a dose that was borne, in thousandths.

    Args:
        veil: how it was shown. Blur and grey take nothing off: they have shown no benefit.
        revealed: part of surface and time that the person uncovered, in thousandths.

    Source:
        Lewitzka et al. (2026) for blur and grey, Das et al. (2020) for interactive reveal.
    """
    return min(max(revealed, 0), THOUSAND) if veil is Veil.REVEAL else THOUSAND


def retained_dose(reserved: int, dose_seen: int, share: int = THOUSAND) -> int:
    """Return what stays of a reserved dose once a task is answered; never more than reserved."""
    return min(reserved, -(-dose_seen * share // THOUSAND))


def limits_for(policy: ExposurePolicy, bearer: Bearer, now_ms: int) -> ExposureLimits:
    """Return what a person may bear now: none for minors, less for who is new, rest after weeks."""
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
    """Return the part of the limits that holds, by how many weeks somebody has been exposed."""
    first, last = bearer.first_ms, bearer.last_ms
    if first is None or last is None or now_ms - last >= policy.new_again_weeks * WEEK_MS:
        return policy.ramp[0]
    return policy.ramp[min(max(0, now_ms - first) // WEEK_MS, len(policy.ramp) - 1)]


def is_off(policy: ExposurePolicy, bearer: Bearer, now_ms: int) -> bool:
    """Whether somebody has been exposed for as many weeks as are allowed, and not yet rested."""
    began, last = bearer.began_ms, bearer.last_ms
    if began is None or last is None or now_ms - last >= policy.weeks_off * WEEK_MS:
        return False
    return now_ms - began >= policy.weeks_on * WEEK_MS


def exposed_now(policy: ExposurePolicy, bearer: Bearer, now_ms: int) -> Bearer:
    """Return the same person once something is lent to them now."""
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
    """Say what keeps a task from being lent to this person next; None when nothing does.

    A task without dose is never kept back, whatever is used up.
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
    return next((why for why, is_over in over.items() if is_over), None)


def choose(
    policy: ExposurePolicy,
    limits: ExposureLimits,
    borne: Borne,
    items: Sequence[ExposureCandidate],
    count: int,
) -> ExposureSelection:
    """Choose up to ``count`` tasks, in the order of the queue, that keep every limit.

    A task that does not fit now is passed by for the next that does; it may come later in the same
    hand, after a calm one.
    """
    waiting, chosen = list(items), list[ExposureCandidate]()
    while len(chosen) < count:
        fits = (item for item in waiting if block_reason(policy, limits, borne, item) is None)
        found = next(fits, None)
        if found is None:
            break
        waiting.remove(found)
        chosen.append(found)
        borne = borne.with_item(found.severity, found.dose)
    passed_by = {block_reason(policy, limits, borne, item) for item in waiting}
    return ExposureSelection(chosen, next((why for why in ExposureBlock if why in passed_by), None))


def back_at(pasts: Sequence[Past], limit: int, window_ms: int, wanted: int) -> int | None:
    """Return when a rolling limit again has room for a dose; None while too much is held.

    Args:
        pasts: the doses that count now, in any order.
        limit: the most in the window.
        window_ms: how long a dose counts after it ended.
        wanted: the dose that should fit.
    """
    total = sum(past.dose for past in pasts)
    ended = sorted((past.ended_ms, past.dose) for past in pasts if past.ended_ms is not None)
    for ended_ms, amount in ended:
        total -= amount
        if total + wanted <= limit:
            return ended_ms + window_ms
    return None


def carry(policy_days: int, pasts: Sequence[Past], now_ms: int) -> int:
    """Return what past doses still weigh, halved every ``policy_days`` days, rounded up.

    Only shown, never a limit: people see what adds up over weeks and may turn to other work.
    """
    halvings = [
        (past.dose, max(0, now_ms - (past.ended_ms or now_ms)) / (policy_days * DAY_MS))
        for past in pasts
    ]
    return -int(-sum(amount * 0.5**age for amount, age in halvings) // 1)
