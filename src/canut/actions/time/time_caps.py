"""Cap time far above the usual.

Usual times are measured on everybody's tasks, whatever their outcome, and stored by project. Each
past fortnight is checked once: time above its limits waits for a person, with a decision the worker
can read. The limits are in ``core.time.time_caps``; a changed limit applies to work begun since, so
that a later check gives the same result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from django.db import transaction
from django.db.models import Max

from canut.actions.decisions.record import Ruling, decide
from canut.actions.platform.row_faults import attempt, attempt_many
from canut.actions.time.measure import TimeInterval, stretches
from canut.core.arrays import Counts
from canut.core.clock import DAY_MS, MINUTE_MS, Ms
from canut.core.participation.policies_in_force import PolicyInForce, Values, caps_of, values_at
from canut.core.participation.policy_changes import PolicyName
from canut.core.time.claims import fortnight
from canut.core.time.spans import Span
from canut.core.time.time_caps import (
    Capped,
    PersonPace,
    TypeTimes,
    capped,
    pace_of,
    type_times,
)
from canut.store.decisions.automated_systems import is_on
from canut.store.participation.policies import settled_changes
from canut.store.people.work_terms import terms_of
from canut.store.tables.decisions import Decision
from canut.store.tables.time import Claim, OpenPage, UsualTime

DECIDE_MS = 7 * DAY_MS
USUAL_DAYS = 7
USUAL_PEOPLE = 50
USUAL_PACE = 1000
LEAST_HELD_MS = MINUTE_MS


@dataclass(frozen=True, slots=True)
class TimedTask:
    """One task a person worked on: its stretches of time, in order."""

    surface: str
    stretches: tuple[TimeInterval, ...]

    @property
    def ms(self) -> int:
        """Return the time of all its stretches."""
        return sum(stretch.ms for stretch in self.stretches)


def learn_usual_times(project_id: int, now_ms: Ms) -> UsualTime | None:
    """Measure the usual time of a project's tasks: its last fifty people, one week.

    Returns:
        The stored usual time; None if nobody worked.
    """
    since = now_ms - USUAL_DAYS * DAY_MS
    pages = OpenPage.objects.filter(project=project_id, opened_ms__gte=since)
    latest = pages.values("person").annotate(last=Max("opened_ms")).order_by("-last")
    people = list(latest.values_list("person", flat=True)[:USUAL_PEOPLE])
    items = attempt_many(
        "time",
        people,
        lambda some: [
            item for own in _items(some, project_id, since, now_ms).values() for item in own
        ],
    )
    if not items:
        return None
    ms = np.array([item.ms for item in items], dtype=np.int64)
    usual = type_times(np.zeros(len(ms), np.int32), ms, 1)
    stored, _ = UsualTime.objects.update_or_create(
        project_id=project_id,
        defaults={
            "n_items": len(items),
            "median_ms": int(usual.median[0]),
            "mean_ms": int(usual.mean[0]),
            "at_ms": now_ms,
        },
    )
    return stored


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
            code="time-above-usual",
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
    limit = capped(types, ms, usual, _pace(person, ms, usual, now_ms), limits)
    return None if limit.window is None else limit


def _pace(person: int, ms: Counts, usual: TypeTimes, at_ms: int) -> PersonPace:
    """Estimate a person's pace from their tasks; at least what a person once granted."""
    terms = terms_of(person, at_ms)
    granted = terms.pace_granted if terms else USUAL_PACE
    return pace_of(np.zeros(len(ms), np.int32), ms, usual, granted)


def paces(
    person_ids: Sequence[int], project_id: int, windows: Sequence[Span]
) -> dict[int, list[int]]:
    """Return each person's allowed pace in several stretches of a project, in order.

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
            by_person.setdefault(person, []).append(_pace(person, ms, usual, end).pace)
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
