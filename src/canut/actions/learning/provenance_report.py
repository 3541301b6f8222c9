"""Report who did the work of projects over time: shares, hours, and labour inside models.

Every figure counts decisions and milliseconds, never people. The rows come from ``provenance``; the
meaning of a share or an hour, with its interval, is in ``core.portrait.decision_shares``.

Reads only.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from django.db.models import Count, F, Max, Min, Q, Sum

from canut.core.clock import from_ms, to_ms
from canut.core.portrait.decision_roles import Actor, DecisionOutcome, Did
from canut.core.portrait.decision_shares import (
    Acceptance,
    Hours,
    Labels,
    Shares,
    TaskTimes,
    acceptance,
    created_and_displaced,
    embodied,
    marginal,
    shares_of,
)
from canut.core.portrait.machine_figures import InAll
from canut.store.learning.loop import trained_in
from canut.store.learning.provenance import FOREVER, OF_HANDS, by_outcome, decided_in
from canut.store.models import Answer, Verdict, Worker
from canut.store.pay import pay_lines
from canut.store.tables.learning import ActorsNoted, Trained

MACHINES = (DecisionOutcome.UNTOUCHED.value, DecisionOutcome.AUDITED.value)
ACTS = (Did.LABEL, Did.CORRECT, Did.VERIFY, Did.ADJUDICATE, Did.IMPERSONATE)
MOST_SEEN = 2_000
CERTAINTIES = 10


class WhoDid(NamedTuple):
    """Counts of decisions by decider, and the time they took by actor.

    ``counts``: decisions by outcome. ``by_act``: milliseconds of hands; ``by_actor``: the same by
    who they are. ``by_version``: decisions that models made, looked at or not.
    """

    counts: Mapping[DecisionOutcome, int]
    by_act: Mapping[Did, int]
    by_actor: Mapping[Actor, int]
    by_version: Mapping[str, int]
    is_simulated: bool


class Charge(NamedTuple):
    """The time of answers and reviews by purpose; sums match the ledger's.

    ``before_ms``: on gold and practice, spread over all decisions; ``open_ms``: on tasks that are
    not decided; ``unread_ms``: came since the acts were last read.
    """

    decided_ms: int
    before_ms: int
    open_ms: int
    ledger_ms: int

    @property
    def unread_ms(self) -> int:
        """Return the ledger's time that is not attributed to anything yet."""
        return self.ledger_ms - self.decided_ms - self.before_ms - self.open_ms


class Inside(NamedTuple):
    """A model: its decisions, and the people's work in each, in seconds.

    ``embodied``: None on a foreign base, whose labour nobody knows. ``upkeep``: what looking at
    its decisions adds. ``hours_ms``: all the labels it learnt from took.
    """

    name: str
    decisions: int
    embodied: Fraction | None
    upkeep: Fraction | None
    hours_ms: int
    is_simulated: bool


def decision_shares(projects: Sequence[int], begin_ms: int = 0, end_ms: int = FOREVER) -> WhoDid:
    """Return who made the decisions of some projects in a period."""
    counts = dict.fromkeys(DecisionOutcome, 0)
    by_act, simulated_ms, is_simulated = dict.fromkeys(ACTS, 0), 0, False
    for row in by_outcome(projects, begin_ms, end_ms):
        counts[DecisionOutcome(row.outcome)] += row.decisions
        for did, ms in zip(ACTS, row.hands, strict=True):
            by_act[did] += ms
        simulated_ms += row.simulated_ms
        is_simulated |= row.is_simulated
    by_machine = decided_in(projects, begin_ms, end_ms).filter(outcome__in=MACHINES)
    by_version: dict[str, int] = defaultdict(int)
    for name, version, n in by_machine.values_list("version__name", "version__version").annotate(
        n=Count("task_id")
    ):
        by_version[f"{name or ''} {version or ''}".strip()] += n
    by_actor = {
        Actor.HUMAN: sum(by_act.values()) - simulated_ms,
        Actor.SIMULATED: simulated_ms,
    }
    return WhoDid(counts, by_act, by_actor, dict(by_version), is_simulated)


def shares(who: WhoDid) -> Shares | None:
    """Return the shares with their intervals; None where nothing is decided."""
    if not sum(who.counts.values()):
        return None
    by_model = who.by_version.values()
    return shares_of(who.counts, is_simulated=who.is_simulated, by_model=by_model)


def charge_of(projects: Sequence[int]) -> Charge:
    """Return what the time of all answers and reviews was spent on, to the millisecond."""
    sums = decided_in(projects).aggregate(
        **{name: Sum(name, default=0) for name in (*OF_HANDS, "machine_ms")}
    )
    noted = ActorsNoted.objects.filter(project__in=projects).aggregate(
        before=Sum("before_ms", default=0), open=Sum("open_ms", default=0)
    )
    paid_ms = pay_lines.elapsed_ms_of_projects(projects)
    looked = Verdict.objects.filter(project__in=projects).aggregate(ms=Sum("elapsed_ms", default=0))
    ledger_ms = paid_ms + looked["ms"]
    return Charge(sum(sums.values()), noted["before"], noted["open"], ledger_ms)


def acceptance_of(
    projects: Sequence[int], begin_ms: int = 0, end_ms: int = FOREVER
) -> Acceptance | None:
    """Compare proposals people saw with hidden ones; None if either group is empty.

    An answer counts where its task was lent after the model spoke. The difference is what showing
    a proposal does to people.
    """
    sums = decided_in(projects, begin_ms, end_ms).aggregate(
        **{f"sum_{name}": Sum(name, default=0) for name in ("kept", "shown", "same", "unseen")}
    )
    if not sums["sum_shown"] or not sums["sum_unseen"]:
        return None
    return acceptance(*sums.values())


def inside_models(projects: Sequence[int]) -> list[Inside]:
    """Return the people's work in each decision of the models, in seconds.

    What a version learnt from, later versions of the project learnt from too: each part is spread
    over the decisions of all of them. Versions that decided nothing yet bear nothing.
    """
    rows: list[Inside] = []
    for project in projects:
        trained = trained_in(project)
        names = [_name(version) for version in trained]
        counts = _decisions(project)
        decisions = {
            _name(version): counts.get(version.author_id, (0, 0))[0] for version in trained
        }
        parts, before_ms = list[Labels](), 0
        for position, version in enumerate(trained):
            new_ms = max(0, version.labels_ms - before_ms)
            parts.append(Labels(names[position], new_ms, frozenset(names[position:])))
            before_ms = max(before_ms, version.labels_ms)
        borne = embodied(parts, decisions).seconds
        for name, version in zip(names, trained, strict=True):
            n_decisions, looked_ms = counts.get(version.author_id, (0, 0))
            is_known = not version.base and n_decisions > 0
            rows.append(
                Inside(
                    name,
                    n_decisions,
                    borne[name] if is_known else None,
                    marginal(looked_ms, n_decisions),
                    version.labels_ms,
                    version.simulated_ms > 0,
                )
            )
    return rows


def inside_in_all(projects: Sequence[int]) -> InAll | None:
    """Add up the time of all answers used for training, each once; None without a model."""
    trained = [trained_in(project) for project in projects]
    if not any(trained):
        return None
    ms = sum(max(version.labels_ms for version in each) for each in trained if each)
    return InAll(ms, any(version.base for each in trained for version in each))


def hours_of(
    projects: Sequence[int], rng: np.random.Generator, begin_ms: int = 0, end_ms: int = FOREVER
) -> Hours | None:
    """Add up hours created, and estimate hours displaced; None without people's work.

    Labels that a model learnt from are ``train``, others ``label``; reviews and audits ``verify``;
    answers to tasks that came back to people, and gold and practice, ``maintain``. Machines take
    the tasks they are certain of: their decisions are matched with people's of tasks about which a
    model was as certain, seen or hidden, and otherwise with those of all.
    """
    took = decided_in(projects).filter(outcome=DecisionOutcome.HUMAN.value)
    whole = sum((F(name) for name in OF_HANDS[1:]), F(OF_HANDS[0]))
    rows = list(
        took.annotate(whole=whole)
        .order_by("-decided_ms")
        .values_list("task__proposal__score", "whole")[:MOST_SEEN]
    )
    if not rows:
        return None
    untouched = decided_in(projects, begin_ms, end_ms).filter(
        outcome=DecisionOutcome.UNTOUCHED.value
    )
    n_untouched: dict[int | None, int] = defaultdict(int)
    for score, count in untouched.values_list("task__proposal__score").annotate(n=Count("task_id")):
        n_untouched[_stratum(score)] += count
    human_ms: dict[int | None, list[int]] = defaultdict(list)
    for score, ms in rows:
        human_ms[_stratum(score)].append(ms)
    strata = [
        TaskTimes(human_ms.get(key, ()), n_untouched.get(key, 0))
        for key in {**human_ms, **n_untouched}
    ]
    return created_and_displaced(_created(projects, begin_ms, end_ms), strata, rng)


def _stratum(score: float | None) -> int | None:
    """Return the tenth of a model's certainty about a task; None where no model spoke of it."""
    return None if score is None else min(CERTAINTIES - 1, int(score * CERTAINTIES))


def _created(projects: Sequence[int], begin_ms: int, end_ms: int) -> dict[str, list[int]]:
    """Sum each worker's time by purpose."""
    by_worker = created_by_worker(projects, begin_ms, end_ms)
    return {kind: list(times.values()) for kind, times in by_worker.items()}


def created_by_worker(
    projects: Sequence[int], begin_ms: int, end_ms: int
) -> dict[str, dict[int, int]]:
    """Sum each worker's time by purpose, in milliseconds; every answer counts once."""
    until = {
        row["project"]: row["last"]
        for row in Trained.objects.filter(project__in=projects)
        .values("project")
        .annotate(last=Max("last_answer"))
    }
    learnt = Q()
    for project, last in until.items():
        learnt |= Q(project=project, id__lte=last)
    learnt = learnt & ~Q(task__proposal__is_hidden=True) if until else Q(id__lt=0)
    of_hands = ~Q(author_kind=Worker.Kind.MODEL)
    rows = Answer.objects.filter(
        of_hands, project__in=projects, answered_ms__gte=begin_ms, answered_ms__lt=end_ms
    )
    upkeep = Q(task__now__state__in=("gold", "practice")) | Q(
        task__proposal__back_ms__isnull=False, answered_ms__gte=F("task__proposal__back_ms")
    )
    audit = Q(auditanswer__isnull=False)
    parts = {
        "maintain": rows.filter(upkeep),
        "verify": rows.exclude(upkeep).filter(audit),
        "train": rows.exclude(upkeep).exclude(audit).filter(learnt),
        "label": rows.exclude(upkeep).exclude(audit).exclude(learnt),
    }
    sums: dict[str, dict[int, int]] = {kind: defaultdict(int) for kind in parts}
    for kind, answers in parts.items():
        for worker, ms in answers.values_list("worker").annotate(ms=Sum("elapsed_ms")):
            sums[kind][worker] += ms
    looked = Verdict.objects.filter(project__in=projects, at_ms__gte=begin_ms, at_ms__lt=end_ms)
    for worker, ms in looked.values_list("worker").annotate(ms=Sum("elapsed_ms")):
        sums["verify"][worker] += ms
    return {kind: dict(by_worker) for kind, by_worker in sums.items()}


def _decisions(project: int) -> dict[int, tuple[int, int]]:
    """Return each model's number of decisions and the time spent reviewing them."""
    decided = decided_in([project]).filter(outcome__in=MACHINES, version__isnull=False)
    rows = decided.values("version").annotate(n=Count("task_id"), ms=Sum("verify_ms"))
    return {row["version"]: (row["n"], row["ms"]) for row in rows}


def _name(trained: Trained) -> str:
    return f"{trained.author.name} {trained.author.version}".strip()


class Month(NamedTuple):
    """The deciders of one month, named ``2026-11``; ``version``: a model that began in it."""

    name: str
    who: WhoDid
    version: str


def months_of(projects: Sequence[int], most: int = 12) -> list[Month]:
    """Return who decided, by UTC month, for the last ``most`` months; empty without any."""
    moments = decided_in(projects).aggregate(first=Min("decided_ms"), last=Max("decided_ms"))
    if moments["first"] is None:
        return []
    begins = _months(moments["first"], moments["last"])[-most - 1 :]
    began = {
        version.made_ms: _name(version)
        for version in Trained.objects.filter(project__in=projects).select_related("author")
    }
    return [
        Month(
            f"{from_ms(begin):%Y-%m}",
            decision_shares(projects, begin, end),
            next((name for at, name in sorted(began.items()) if begin <= at < end), ""),
        )
        for begin, end in pairwise(begins)
    ]


def _months(first_ms: int, last_ms: int) -> list[int]:
    """Return the starts of the months between two moments, and the next one, in ms."""
    day, begins = from_ms(first_ms).replace(day=1, hour=0, minute=0, second=0, microsecond=0), []
    while True:
        begins.append(to_ms(day))
        if begins[-1] > last_ms:
            return begins
        day = (day + timedelta(days=32)).replace(day=1)
