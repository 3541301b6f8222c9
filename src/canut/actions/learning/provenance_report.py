"""Report who did the work: shares, hours, what models owe to people. Reads only.

Every figure counts decisions and milliseconds, never people. The rows behind it are derived in
``acts``; what a share or an hour means, with its interval, is decided in
``core.portrait.decision_shares``.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from django.db.models import Count, F, Max, Min, Q, Sum

from canut.core.portrait.counts import IntervalEstimate
from canut.core.portrait.decision_roles import Actor, DecisionOutcome, Did
from canut.core.portrait.decision_shares import (
    Acceptance,
    Hours,
    Labels,
    Shares,
    acceptance,
    created_and_displaced,
    embodied,
    imitation,
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


class WhoDid(NamedTuple):
    """Who decided, and whose time it took.

    ``counts``: decisions by outcome. ``by_act``: milliseconds of hands; ``by_actor``: the same by
    who they are. ``by_version``: decisions that models made, looked at or not.
    """

    counts: Mapping[DecisionOutcome, int]
    by_act: Mapping[Did, int]
    by_actor: Mapping[Actor, int]
    by_version: Mapping[str, int]
    is_simulated: bool


class Charge(NamedTuple):
    """Where every millisecond of answers and reviews went; they add up to the ledger's.

    ``before_ms``: on gold and practice, spread over all decisions; ``open_ms``: on tasks that are
    not decided; ``unread_ms``: came since the acts were last read.
    """

    decided_ms: int
    before_ms: int
    open_ms: int
    ledger_ms: int

    @property
    def unread_ms(self) -> int:
        """What the ledger has and nothing is charged with yet."""
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
    """Tell who made the decisions of some projects in a stretch of time."""
    counts = dict.fromkeys(DecisionOutcome, 0)
    by_act, simulated_ms, is_simulated = dict.fromkeys(ACTS, 0), 0, False
    for row in by_outcome(projects, begin_ms, end_ms):
        counts[DecisionOutcome(row.outcome)] += row.decisions
        for did, ms in zip(ACTS, row.hands, strict=True):
            by_act[did] += ms
        simulated_ms += row.simulated_ms
        is_simulated |= row.is_simulated
    made = decided_in(projects, begin_ms, end_ms).filter(outcome__in=MACHINES)
    by_version: dict[str, int] = defaultdict(int)
    for name, version, n in made.values_list("version__name", "version__version").annotate(
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
    return shares_of(who.counts, is_simulated=who.is_simulated)


def charge_of(projects: Sequence[int]) -> Charge:
    """Say where the time of all answers and reviews of some projects went, to the millisecond."""
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
    """Compare proposals that people saw with those hidden from them; None where a part is empty.

    An answer counts where its task was lent after the model spoke. The difference is what showing
    a proposal does to people.
    """
    found = decided_in(projects, begin_ms, end_ms).aggregate(
        **{f"sum_{one}": Sum(one, default=0) for one in ("kept", "shown", "same", "unseen")}
    )
    if not found["sum_shown"] or not found["sum_unseen"]:
        return None
    return acceptance(*found.values())


def inside_models(projects: Sequence[int]) -> list[Inside]:
    """Tell what people's work each decision of a model holds; to the last second of its labels.

    What a version learnt from, later versions of the project learnt from too: each part is spread
    over the decisions of all of them. Versions that decided nothing yet bear nothing.
    """
    found: list[Inside] = []
    for project in projects:
        trained = trained_in(project)
        names = [_name(one) for one in trained]
        counts = _decisions(project)
        decisions = {_name(one): counts.get(one.author_id, (0, 0))[0] for one in trained}
        parts, before_ms = list[Labels](), 0
        for place, one in enumerate(trained):
            new_ms = max(0, one.labels_ms - before_ms)
            parts.append(Labels(names[place], new_ms, frozenset(names[place:])))
            before_ms = max(before_ms, one.labels_ms)
        borne = embodied(parts, decisions).seconds
        for name, one in zip(names, trained, strict=True):
            made, looked_ms = counts.get(one.author_id, (0, 0))
            is_known = not one.base and made > 0
            found.append(
                Inside(
                    name,
                    made,
                    borne[name] if is_known else None,
                    marginal(looked_ms, made),
                    one.labels_ms,
                    one.simulated_ms > 0,
                )
            )
    return found


def inside_in_all(projects: Sequence[int]) -> InAll | None:
    """Add up the time of all answers that models learnt from, each once; None without a model."""
    trained = [trained_in(project) for project in projects]
    if not any(trained):
        return None
    ms = sum(max(one.labels_ms for one in each) for each in trained if each)
    return InAll(ms, any(one.base for each in trained for one in each))


def hours_of(
    projects: Sequence[int], rng: np.random.Generator, begin_ms: int = 0, end_ms: int = FOREVER
) -> Hours | None:
    """Tell hours created beside hours displaced, each with its interval; None without people's.

    Labels that a model learnt from are ``train``, others ``label``; reviews and audits ``verify``;
    answers to tasks that came back to people, and gold and practice, ``maintain``.
    """
    took = decided_in(projects).filter(outcome=DecisionOutcome.HUMAN.value)
    whole = sum((F(name) for name in OF_HANDS[1:]), F(OF_HANDS[0]))
    human_ms = list(
        took.annotate(whole=whole)
        .order_by("-decided_ms")
        .values_list("whole", flat=True)[:MOST_SEEN]
    )
    if not human_ms:
        return None
    made = decided_in(projects, begin_ms, end_ms).filter(outcome=DecisionOutcome.UNTOUCHED.value)
    created = _created(projects, begin_ms, end_ms)
    return created_and_displaced(created, human_ms, made.count(), rng)


def impersonated(projects: Sequence[int]) -> IntervalEstimate | None:
    """Return the share of machine outputs that people made; None where nothing was delivered."""
    rows = decided_in(projects)
    by_people = rows.filter(impersonate_ms__gt=0).count()
    return imitation(by_people, by_people + rows.filter(outcome__in=MACHINES).count())


def _created(projects: Sequence[int], begin_ms: int, end_ms: int) -> dict[str, list[int]]:
    """Sum up each worker's time by what it was for; every answer once."""
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
    for kind, part in parts.items():
        for worker, ms in part.values_list("worker").annotate(ms=Sum("elapsed_ms")):
            sums[kind][worker] += ms
    looked = Verdict.objects.filter(project__in=projects, at_ms__gte=begin_ms, at_ms__lt=end_ms)
    for worker, ms in looked.values_list("worker").annotate(ms=Sum("elapsed_ms")):
        sums["verify"][worker] += ms
    return {kind: list(by_worker.values()) for kind, by_worker in sums.items()}


def _decisions(project: int) -> dict[int, tuple[int, int]]:
    """Return by model how many decisions it made, and the time of looking at them."""
    made = decided_in([project]).filter(outcome__in=MACHINES, version__isnull=False)
    rows = made.values("version").annotate(n=Count("task_id"), ms=Sum("verify_ms"))
    return {row["version"]: (row["n"], row["ms"]) for row in rows}


def _name(one: Trained) -> str:
    return f"{one.author.name} {one.author.version}".strip()


class Month(NamedTuple):
    """Who decided in one month, named ``2026-11``; ``version``: a model that began in it."""

    name: str
    who: WhoDid
    version: str


def months_of(projects: Sequence[int], most: int = 12) -> list[Month]:
    """Tell who decided, month by month in UTC, the last ones up to ``most``; none without any."""
    moments = decided_in(projects).aggregate(first=Min("decided_ms"), last=Max("decided_ms"))
    if moments["first"] is None:
        return []
    begins = _months(moments["first"], moments["last"])[-most - 1 :]
    began = {
        one.made_ms: _name(one)
        for one in Trained.objects.filter(project__in=projects).select_related("author")
    }
    return [
        Month(
            f"{_moment(begin):%Y-%m}",
            decision_shares(projects, begin, end),
            next((name for at, name in sorted(began.items()) if begin <= at < end), ""),
        )
        for begin, end in pairwise(begins)
    ]


def _months(first_ms: int, last_ms: int) -> list[int]:
    """Return the beginnings of the months from one moment to the one after another, in ms."""
    day, found = _moment(first_ms).replace(day=1, hour=0, minute=0, second=0, microsecond=0), []
    while True:
        found.append(int(day.timestamp() * 1000))
        if found[-1] > last_ms:
            return found
        day = (day + timedelta(days=32)).replace(day=1)


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
