"""Collect the figures of a project's labour card, with the grade of each. Reads only.

A figure claims no more than the bundle shows by itself: counts of its files and log are proven,
figures of its rows are recomputed, the rest is the operator's word. An unknown figure carries its
reason. Disclosure control of small groups is in ``core.datasets.anonymous_rows``.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from canut import __version__
from canut.actions.pay.statement_signatures import lines_of
from canut.actions.time.task_times import MOST_LINES, worked_and_reviewed
from canut.core.clock import HOUR_MS, from_ms
from canut.core.datasets.anonymous_rows import AnonymousRows, Earned, figures_of, rows_of
from canut.core.datasets.card import FIELDS, CardFigure, Grade
from canut.core.datasets.pay_bins import SHARED_BY, SHARED_BY_SENSITIVE, rounded, shown_counts
from canut.core.datasets.signed_work import STEP_MS, SignedTotal
from canut.core.pay.intermediaries import Chain
from canut.core.places.parameters import Status
from canut.store.datasets import card_figures
from canut.store.integrations.panels import recruitment_of
from canut.store.learning.provenance import decided_by_hands, has_simulated_hands
from canut.store.models import Project
from canut.store.pay.funds import chain_of
from canut.store.projects.versions import question_text, rate_or_none

SENSITIVE_FROM = 2
PROTECTIONS = (
    "pay never below the floor",
    "time paid whatever is decided of an answer",
    "only a named human rejects",
    "appeal to another human",
    "limits on hard material",
    "breaks",
)
NOT_PAID = "no pay period with this work is closed yet"
NO_FLOOR = "no statement of this work names a floor"
OWN_STAFF = "own staff: paid by their employer, not through this platform"
FEW_SIGNED = "too few people countersigned"
NOT_DECLARED = "not declared"
SHOW = "nobody is counted where somebody is simulated"
JOINED = "too few people joined or left since the last card"


@dataclass(frozen=True)
class CardInputs:
    """The content of a card, except the counts of its files.

    Args:
        figures: by name; those that are missing were not measured.
        rows: the anonymous rows beside the card.
        lines: what people countersigned, as far as it may be shown.
        people: whose figures they are.
        is_simulated: somebody here is simulated, so nobody is counted.
    """

    figures: dict[str, CardFigure]
    rows: AnonymousRows
    lines: Sequence[SignedTotal]
    people: int
    is_simulated: bool


def gather_figures(project: Project, now_ms: int) -> CardInputs:
    """Collect the figures of a project's card."""
    is_simulated = card_figures.has_simulated()
    tally = card_figures.tally_of(project)
    rate = rate_or_none(project.pk)
    currency = rate.currency if rate else ""
    paid = card_figures.paid_work(project, currency)
    shared_by = SHARED_BY_SENSITIVE if (project.label or 0) >= SENSITIVE_FROM else SHARED_BY
    is_hidden = not is_simulated and _differs_by_few(project, shared_by)
    earned = [
        Earned(work.ms, work.before_micro, work.earned_micro, work.due_micro) for work in paid
    ]
    rows = rows_of([] if is_hidden else earned, currency, shared_by, is_simulated=is_simulated)
    people = tally.people
    lines = [] if is_hidden or is_simulated else lines_of(project.pk, currency, shared_by)
    figures = {
        "people": CardFigure(0 if is_simulated else people),
        **_pay(project, rows, paid, tally.last_ms, now_ms),
        **_counted(project, tally, shared_by),
        **_said(project, people, shared_by),
        **(_confirmed(lines) if paid else {}),
        "training": _training(project, currency, shared_by)
        if paid
        else CardFigure(None, reason=OWN_STAFF if project.is_own_staff else NOT_PAID),
    }
    disclosed = figures_of(rows)
    if not is_simulated and disclosed.get("people") == people:
        figures["people"] = CardFigure(people, Grade.RECOMPUTED)
    if is_hidden:
        hidden = {name for name, field in FIELDS.items() if field.least_people > 1}
        figures |= {name: CardFigure(None, reason=JOINED) for name in hidden & set(figures)}
    if is_simulated:
        figures |= _kept_small(figures, people)
    return CardInputs(figures, rows, lines, people, is_simulated)


def _confirmed(lines: Sequence[SignedTotal]) -> dict[str, CardFigure]:
    """Return how many people confirmed their pay with their own keys, and how much time."""
    names = ("confirmed_people", "confirmed_hours")
    if not lines:
        return dict.fromkeys(names, CardFigure(None, reason=FEW_SIGNED))
    ms = sum(line.steps for line in lines) * STEP_MS
    return {
        name: CardFigure(value, Grade.CONFIRMED)
        for name, value in zip(names, (len(lines), ms), strict=True)
    }


def _training(project: Project, currency: str, shared_by: int) -> CardFigure:
    """Return the hours of paid practice and lessons; never of lessons that few people took."""
    training = card_figures.training_of(project, currency)
    if 0 < len(training.lesson_ms) < shared_by:
        return CardFigure(None, reason=f"shown from {shared_by} people on")
    return CardFigure(
        {
            "practice": rounded(training.practice_ms // HOUR_MS),
            "lessons": rounded(sum(training.lesson_ms.values()) // HOUR_MS),
        }
    )


def _kept_small(figures: Mapping[str, CardFigure], people: int) -> dict[str, CardFigure]:
    """Return the figures suppressed for small groups on a simulated instance."""
    few = {
        name: CardFigure(None, reason=f"shown from {FIELDS[name].least_people} people on")
        for name in figures
        if 0 < people < FIELDS[name].least_people and name != "people"
    }
    return {**few, "places": CardFigure(None, reason=SHOW)}


def _differs_by_few(project: Project, shared_by: int) -> bool:
    """Return whether comparing this card with the last would show a few new people."""
    last = card_figures.last_card(project)
    if last is None:
        return False
    return any(0 < count < shared_by for count in card_figures.new_people(project, last.made_ms))


def _pay(
    project: Project,
    rows: AnonymousRows,
    paid: Sequence[card_figures.PaidWork],
    last_ms: int | None,
    now_ms: int,
) -> dict[str, CardFigure]:
    """Return the figures of pay: from the anonymous rows, and sums of closed periods."""
    figures: dict[str, CardFigure] = {
        name: CardFigure(value, Grade.RECOMPUTED)
        for name, value in figures_of(rows).items()
        if name != "people" and value != ""
    }
    figures["active_time"] = CardFigure(_time_ms(project, paid, last_ms, now_ms))
    reason = OWN_STAFF if project.is_own_staff else NOT_PAID
    if not paid:
        names = [name for name in FIELDS if name.startswith(("pay_", "under_floor", "top_ups"))]
        names += ["floor", "floor_basis", "floor_respected", "contributions"]
        return figures | {name: CardFigure(None, reason=reason) for name in names}
    for name in FIELDS:
        if name.startswith(("pay_people", "pay_hours", "under_floor")) and name not in figures:
            figures[name] = CardFigure(None, reason="too few people were paid to show it")
    floors = sorted(set().union(*(work.floors for work in paid)))
    topped_up = [work.earned_micro - work.before_micro for work in paid]
    respected = all(work.earned_micro >= work.due_micro for work in paid)
    respected_figure = (
        CardFigure("yes" if respected else "no") if floors else CardFigure(None, reason=NO_FLOOR)
    )
    figures.setdefault("floor_respected", respected_figure)
    is_law = all(work.is_law for work in paid)
    on_top = card_figures.on_top_of(project, rows.currency)
    contributed = card_figures.contributed(project, rows.currency)
    return figures | {
        "pay_basis": CardFigure(_basis(project, last_ms)),
        "floor": CardFigure(
            floors[0] if len(floors) == 1 else {"from": floors[0], "to": floors[-1]}
        )
        if floors
        else CardFigure(None, reason=NO_FLOOR),
        "floor_basis": CardFigure("law" if is_law else "law, or higher by the operator's choice")
        if floors
        else CardFigure(None, reason=NO_FLOOR),
        "top_ups": CardFigure(sum(micro > 0 for micro in topped_up)),
        "top_ups_sum": CardFigure(sum(topped_up)),
        "contributions": CardFigure(
            {
                "names": [{"name": name, "payer": payer} for name, payer in contributed],
                "on_top_micro": on_top,
            }
        ),
    }


def _is_unpaid_left(project: Project, last_ms: int | None) -> bool:
    """Return whether work went on after the last closed period."""
    since = card_figures.paid_until(project)
    return last_ms is not None and since is not None and last_ms >= since


def _basis(project: Project, last_ms: int | None) -> str:
    if _is_unpaid_left(project, last_ms):
        return "statements of closed pay periods; later work is not in these figures yet"
    return "statements of closed pay periods"


def _time_ms(
    project: Project, paid: Sequence[card_figures.PaidWork], last_ms: int | None, now_ms: int
) -> int | None:
    """Return the time of all work: from statements, or measured where some has none yet."""
    if paid and not _is_unpaid_left(project, last_ms):
        return sum(work.ms for work in paid)
    by_worker = worked_and_reviewed(project, 0, now_ms + 1)
    if sum(work.pieces for work in by_worker.values()) >= MOST_LINES:
        return None
    return sum(work.time_ms for work in by_worker.values())


def _human_share(project: Project) -> CardFigure:
    """Return the share of decisions with a real person's part; unknown if all hands are simulated.

    Simulated hands are neither people nor machines: a share of 0 would say that machines decided.
    """
    decided, by_hands = decided_by_hands(project.pk)
    if not decided:
        return CardFigure(None, reason="nothing is decided yet")
    if not by_hands and has_simulated_hands(project.pk):
        return CardFigure(None, reason=SHOW)
    return CardFigure(by_hands * 1000 // decided)


def _counted(project: Project, tally: card_figures.Tally, shared_by: int) -> dict[str, CardFigure]:
    """Return the figures counted from answers, decisions and quality."""
    contested = card_figures.contested(project)
    answered, right = card_figures.checks_of(project)
    estimate = card_figures.last_estimate(project)
    exposed = {
        str(severity): rounded(ms // HOUR_MS)
        for severity, ms in card_figures.exposed_ms(project).items()
    }
    days = contested.days
    figures = {
        "human_share": _human_share(project),
        "rejections": CardFigure(contested.rejections),
        "appeals": CardFigure(contested.appeals),
        "appeals_upheld": CardFigure(contested.won),
        "appeal_days_p50": CardFigure(days[len(days) // 2])
        if len(days) >= shared_by
        else CardFigure(None, reason="too few appeals were answered"),
        "exposure": CardFigure(exposed),
        "instructions": CardFigure(
            [
                hashlib.sha256(question_text(version).encode()).hexdigest()
                for version in card_figures.versions_of(project)
            ]
        ),
        "machines": CardFigure(card_figures.machines_of(project)),
        "gold_accuracy": CardFigure(right * 1000 // answered)
        if answered
        else CardFigure(None, reason="gold tasks were not used"),
        "agreement": CardFigure(None, reason="not estimated"),
    }
    if estimate is not None and estimate.alpha is not None:
        figures["agreement"] = CardFigure(round(estimate.alpha * 1000))
    if tally.first_ms is not None and tally.last_ms is not None:
        figures["period"] = CardFigure([_day(tally.first_ms), _day(tally.last_ms)])
    return figures


def _said(project: Project, people: int, shared_by: int) -> dict[str, CardFigure]:
    """Return the declared figures: places, statuses, recruitment, intermediaries."""
    terms = card_figures.terms_in(project)
    named = card_figures.places_said(project)
    places = shown_counts(card_figures.countries(named), shared_by)
    missing = people - len(named)
    if missing >= shared_by:
        places["unknown"] = rounded(missing)
    statuses = [str(Status(item.status).value) for item in terms]
    kinds = shown_counts({item: statuses.count(item) for item in set(statuses)}, shared_by)
    chain = chain_of(project.pk)
    panels = recruitment_of(project.pk)
    sent = ", ".join(f"{name or 'link'} {rounded(count)}" for name, count in panels.items())
    return {
        "places": CardFigure(places) if named else CardFigure(None, reason="nobody was asked"),
        "languages": CardFigure(None, reason="not asked"),
        "workforce": CardFigure("own staff" if project.is_own_staff else ", ".join(sorted(kinds)))
        if project.is_own_staff or kinds
        else CardFigure(None, reason="too few people of one status, or not asked"),
        "recruitment": CardFigure(f"panels: {sent}" if sent else "by invitation"),
        "chain": CardFigure(_chain(chain)) if chain else CardFigure(None, reason=NOT_DECLARED),
        "protections": CardFigure(list(PROTECTIONS)),
        "platform": CardFigure(f"Canut {__version__}"),
        "confirmed_people": CardFigure(None, reason="nobody was asked to countersign"),
        "confirmed_hours": CardFigure(None, reason="nobody was asked to countersign"),
    }


def _chain(chain: Chain) -> Mapping[str, object]:
    return {
        "client": chain.client,
        "country": chain.country,
        "price_micro": chain.price.micro,
        "undisclosed_links": chain.undisclosed,
        "parties": [
            {
                "role": party.role.value,
                "name": party.name or "not disclosed",
                "country": party.country or "unknown",
                "share_micro": party.share.micro,
            }
            for party in chain.parties
        ],
    }


def _day(ms: int) -> str:
    return from_ms(ms).date().isoformat()
