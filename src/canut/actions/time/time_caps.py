"""Cap time far above the usual.

Usual times are learnt in ``usual_times`` from everybody's tasks. Each past fortnight is checked
once: time above its limits waits for a person, with a decision the worker can read. The limits are
in ``core.time.time_caps``; a changed limit applies to work begun since, so that a later check gives
the same result. They widen for somebody who was granted more time, or asked for twice the silence
on their own account; never by the time somebody took, unless a named person accepted it before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from django.db import transaction

from canut.actions.decisions.record import Ruling, decide
from canut.actions.platform.row_faults import attempt
from canut.actions.time.measure import TimeInterval, stretches
from canut.core.clock import DAY_MS, MINUTE_MS, Ms
from canut.core.participation.policies_in_force import PolicyInForce, Values, caps_of, values_at
from canut.core.participation.policy_changes import PolicyName
from canut.core.time.claims import fortnight
from canut.core.time.spans import Span
from canut.core.time.time_caps import (
    SLOWEST_PACE,
    USUAL_PACE,
    Capped,
    PersonPace,
    TypeTimes,
    capped,
    pace_of,
)
from canut.store.decisions.automated_systems import is_on
from canut.store.participation.policies import settled_changes
from canut.store.people.work_terms import terms_of
from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.time import Claim, OpenPage, UsualTime

DECIDE_MS = 7 * DAY_MS
ASSISTIVE_PACE = 2 * USUAL_PACE
LEAST_HELD_MS = MINUTE_MS
ABOVE_USUAL = "time-above-usual"


@dataclass(frozen=True, slots=True)
class TimedTask:
    """One task a person worked on: its stretches of time, in order."""

    surface: str
    stretches: tuple[TimeInterval, ...]

    @property
    def ms(self) -> int:
        """Return the time of all its stretches."""
        return sum(stretch.ms for stretch in self.stretches)


def hold_excess(
    person_ids: Sequence[int], project_id: int, begin_ms: int, end_ms: int, now_ms: Ms
) -> list[Claim]:
    """Hold time far above the usual in a past stretch for a decision; once each.

    A person whose time in it was held before, whatever became of it, is left alone.

    Args:
        person_ids: whose time.
        project_id: of which project.
        begin_ms: milliseconds since 1970 UTC.
        end_ms: the first millisecond after it.
        now_ms: the moment.
    """
    if not is_on("caps"):
        return []
    held_claims = Claim.objects.filter(
        kind=Claim.Kind.HELD, project=project_id, begin_ms__lt=end_ms, end_ms__gt=begin_ms
    )
    held_before = held_claims.exclude(why=Claim.Why.UNSEEN).values_list("person", flat=True)
    remaining = sorted(set(person_ids) - set(held_before))
    claims: list[Claim] = []
    changes = settled_changes(end_ms)
    for person, items in _items(remaining, project_id, begin_ms, end_ms).items():
        limit = _capped(person, project_id, items, now_ms, changes)
        if limit is None or int(limit.pending.sum()) < LEAST_HELD_MS:
            continue
        spans = [
            span for item, ms in zip(items, limit.pending, strict=True) for span in _tail(item, ms)
        ]
        claim = Claim(
            person_id=person, project_id=project_id, begin_ms=begin_ms, end_ms=end_ms,
            pending=[[begin, end] for begin, end in spans],
        )  # fmt: skip
        claims.append(_hold(claim, limit, now_ms, values_at(changes, end_ms - 1)))
    return claims


def hold_last_fortnight(now_ms: Ms) -> int:
    """Check the last fortnight of every project; return for how many people time is held."""
    begin, _ = fortnight(now_ms)
    begin, end = fortnight(begin - 1)
    worked = OpenPage.objects.filter(
        opened_ms__gte=begin - DAY_MS, opened_ms__lt=end, project__isnull=False
    )
    people: dict[int, set[int]] = {}
    for project, person in worked.values_list("project", "person").distinct():
        people.setdefault(project, set()).add(person)
    held = 0
    for project, own in people.items():
        for person in sorted(own):
            check = partial(hold_excess, [person], project, begin, end, now_ms)
            held += len(attempt("time", person, check) or [])
    return held


@transaction.atomic
def _hold(claim: Claim, limit: Capped, now_ms: Ms, values: Values) -> Claim:
    """Store the held time, with the decision behind it."""
    minutes = claim.pending_ms // MINUTE_MS
    claim.decision = decide(
        Ruling(
            person=claim.person_id,
            kind=Decision.Kind.TIME_HELD,
            code=ABOVE_USUAL,
            system="caps",
            project=claim.project_id,
            text_en=f"{minutes} min are far above what these tasks usually take. A person looks"
            " at them; without an answer within 7 days they are paid.",
            text_fr=f"{minutes} min sont bien au-dessus de ce que ces tâches prennent d’habitude."
            " Une personne les regarde\u202f; sans réponse sous 7 jours, elles sont payées.",
            inputs={
                "begin_ms": claim.begin_ms,
                "end_ms": claim.end_ms,
                "held_ms": claim.pending_ms,
                "item_cap": values[PolicyName.ITEM_CAP],
                "period_cap": values[PolicyName.PERIOD_CAP],
            },
            factors=[
                {"name": "window_ms", "value": limit.window or 0},
                {"name": "accepted_ms", "value": int(limit.accepted.sum())},
            ],
        ),
        now_ms,
    )
    claim.kind, claim.why = Claim.Kind.HELD, Claim.Why.TOO_LONG
    claim.state = Claim.State.PENDING
    claim.made_ms, claim.due_ms = now_ms, now_ms + DECIDE_MS
    claim.save()
    return claim


def _items(
    person_ids: Sequence[int], project_id: int, begin_ms: int, end_ms: int
) -> dict[int, list[TimedTask]]:
    """Group each person's time by task."""
    by_person: dict[int, dict[str, list[TimeInterval]]] = {}
    for interval in stretches(person_ids, begin_ms, end_ms):
        if interval.project == project_id and interval.surface.startswith("item:"):
            by_person.setdefault(interval.person, {}).setdefault(interval.surface, []).append(
                interval
            )
    return {
        person: [TimedTask(name, tuple(own)) for name, own in items.items()]
        for person, items in by_person.items()
    }


def _usual(project: int) -> TypeTimes | None:
    stored = UsualTime.objects.filter(project=project).first()
    if stored is None:
        return None
    numbers = (stored.n_items, stored.median_ms, stored.mean_ms)
    return TypeTimes(*(np.array([number], np.int64) for number in numbers))


def _capped(
    person: int,
    project: int,
    items: Sequence[TimedTask],
    now_ms: int,
    changes: Sequence[PolicyInForce],
) -> Capped | None:
    """Split a person's time by the usual time and their pace; None without a usual time."""
    usual = _usual(project)
    if usual is None:
        return None
    types = np.zeros(len(items), np.int32)
    ms = np.array([item.ms for item in items], dtype=np.int64)
    limits = caps_of(changes, [item.stretches[0].begin_ms for item in items])
    n_items = pace_of(types, ms, usual).n_items
    pace = _allowed_pace(person, project, now_ms)
    limit = capped(types, ms, usual, PersonPace(n_items, pace), limits)
    return None if limit.window is None else limit


def _allowed_pace(person: int, project: int, at_ms: int) -> int:
    """Return how much slower than usual a person may be, in thousandths.

    What they were granted, what they asked for on their account, and what a named person accepted
    in this project before; the time they took decides nothing by itself.
    """
    is_assistive = Person.objects.filter(id=person, assistive_ms__isnull=False).exists()
    pace = max(_granted_pace(person, at_ms), ASSISTIVE_PACE if is_assistive else USUAL_PACE)
    accepted = Claim.objects.filter(
        person=person, project=project, kind=Claim.Kind.HELD, why=Claim.Why.TOO_LONG,
        state=Claim.State.GRANTED, decision__made_by__isnull=False,
    ).order_by("-end_ms")  # fmt: skip
    claim = accepted.first()
    return pace if claim is None else max(pace, _accepted_pace(claim, pace))


def _accepted_pace(claim: Claim, pace: int) -> int:
    """Return the pace of a fortnight whose held time a named person granted."""
    held = Decision.objects.filter(
        person=claim.person_id, project=claim.project_id, kind=Decision.Kind.TIME_HELD,
        code=ABOVE_USUAL, at_ms=claim.made_ms,
    ).first()  # fmt: skip
    factors = {factor["name"]: int(factor["value"]) for factor in held.factors} if held else {}
    window_ms = factors.get("window_ms", 0)
    if not window_ms:
        return pace
    total_ms = factors["accepted_ms"] + claim.pending_ms
    return min(SLOWEST_PACE, -(-pace * total_ms // window_ms))


def _granted_pace(person: int, at_ms: int) -> int:
    """Return the pace that whoever sets the work terms granted, in thousandths."""
    terms = terms_of(person, at_ms)
    return terms.pace_granted if terms else USUAL_PACE


def paces(
    person_ids: Sequence[int], project_id: int, windows: Sequence[Span]
) -> dict[int, list[int]]:
    """Return each person's own pace in several stretches of a project, in order.

    Args:
        person_ids: whose; those who did nothing in a stretch are left out of it.
        project_id: of which project; {} before anything is usual there.
        windows: begin and end of each stretch.
    """
    usual = _usual(project_id)
    if usual is None:
        return {}
    by_person: dict[int, list[int]] = {}
    for begin, end in windows:
        for person, items in _items(person_ids, project_id, begin, end).items():
            ms = np.array([item.ms for item in items], dtype=np.int64)
            types, granted = np.zeros(len(ms), np.int32), _granted_pace(person, end)
            by_person.setdefault(person, []).append(pace_of(types, ms, usual, granted).pace)
    return by_person


def _tail(item: TimedTask, ms: int) -> list[Span]:
    """Return the last given milliseconds of a task's time."""
    spans: list[Span] = []
    remaining = int(ms)
    for stretch in reversed(item.stretches):
        if remaining <= 0:
            break
        begin = max(stretch.begin_ms, stretch.end_ms - remaining)
        spans.append((begin, stretch.end_ms))
        remaining -= stretch.end_ms - begin
    return spans
