"""Price three scenarios of a commission: one answer a task, three, or as many as a label needs.

The money is the estimate of the project's page, with the top-ups of the floor in it. Errors are
expected ones: from gold tasks where twenty were answered, else assumed.
"""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.pay.required_funds import need_at
from canut.actions.work.overlap import ask_overlap
from canut.core.clock import HOUR_MS, Ms
from canut.core.errors import BadInput, Missing, Refusal
from canut.core.kinds import choices_of
from canut.core.learning.measure import ShareInterval, wilson
from canut.core.money import Money, divided_up
from canut.core.pay.required_funds import Need
from canut.core.quality.allocation.expected_answers import expected_error
from canut.core.quality.allocation.overlap import Asking
from canut.core.quality.allocation.running_label import ASSUMED_ACCURACY
from canut.store.commissions.commissions import is_pending, single_answers
from canut.store.pay.funds import chain_of
from canut.store.projects.versions import question_or_none, rate_or_none
from canut.store.tables.commissions import Commission
from canut.store.tables.projects import Project

ASKINGS = {"one": Asking(1), "three": Asking(3), "adaptive": Asking(2, 5)}
ASSUMED_LOW, ASSUMED_HIGH = 0.7, 0.9
ENOUGH = 20
PER_MILLE = 1000


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to ask, with what it takes.

    Args:
        name: ``one``, ``three`` or ``adaptive``.
        asking: answers a task.
        answers: that are likely, gold and practice included.
        people: how many work.
        days: at their usual hours; None where nobody says how long a task takes.
        total: the money to lock, with top-ups, contributions and everybody on the way; None where
            nothing is paid, or a value is not known.
        likely: what it is likely to cost; None where it is the total.
        floor: the floor assumed for top-ups; None where it is not known.
        error: share of labels expected to be wrong, with its interval.
        is_measured: whether the error comes from gold tasks of this project.
    """

    name: str
    asking: Asking
    answers: int
    people: int
    days: int | None
    total: Money | None
    likely: Money | None
    floor: Money | None
    error: ShareInterval
    is_measured: bool


def scenarios_of(project: Project, commission: Commission, now_ms: Ms) -> list[Scenario]:
    """Price the three scenarios at the project's price; empty without a question or a price."""
    question, rate = question_or_none(project.pk), rate_or_none(project.pk)
    if question is None or rate is None:
        return []
    accuracy, is_measured = _accuracy(project.pk)
    choices = max(2, choices_of(question.schema))
    rows = []
    for name, asking in ASKINGS.items():
        need = _need(project.pk, asking, now_ms)
        error = ShareInterval(
            expected_error(asking, choices, accuracy.value),
            expected_error(asking, choices, accuracy.high),
            expected_error(asking, choices, accuracy.low),
        )
        rows.append(_scenario(name, need, (error, is_measured), commission))
    return rows


@transaction.atomic
def choose_scenario(project: Project, name: str, now_ms: Ms) -> Commission:
    """Choose a scenario: its figures are stored, and tasks get as many answers.

    Raises:
        BadInput: ``scenario-name``: there is none of this name, or nothing to price it with.
        Missing: the project has no commission, or is open.
        Unfunded: people are paid already and the funds for these answers are missing.
    """
    commission = Commission.objects.select_for_update().filter(project=project).first()
    if commission is None or not is_pending(project):
        raise Missing("this project has no commission to change", code="no-commission")
    rows = {row.name: row for row in scenarios_of(project, commission, now_ms)}
    if name not in rows:
        raise BadInput(
            f"no scenario {name[:20]!r}; write the question and the price, then choose"
            f" {', '.join(ASKINGS)}",
            code="scenario-name",
            field="scenario",
        )
    chosen = rows[name]
    commission.scenario = name
    commission.scenario_facts = {
        "answers": chosen.answers,
        "people": chosen.people,
        "days": chosen.days,
        "total_micro": chosen.total.micro if chosen.total else None,
        "currency": chosen.total.currency if chosen.total else "",
        "error_per_mille": [round(each * PER_MILLE) for each in chosen.error],
        "at_ms": now_ms,
    }
    commission.save(update_fields=["scenario", "scenario_facts"])
    ask_overlap(project.pk, chosen.asking.least, now_ms, chosen.asking.most)
    project.refresh_from_db(fields=["overlap", "overlap_most", "overlap_rule"])
    return commission


def _accuracy(project_id: int) -> tuple[ShareInterval, bool]:
    """Return the chance that a single answer is right, and whether gold tasks showed it."""
    counts = single_answers(project_id)
    if counts.total >= ENOUGH:
        return wilson(counts.right, counts.total), True
    return ShareInterval(ASSUMED_ACCURACY, ASSUMED_LOW, ASSUMED_HIGH), False


def _need(project_id: int, asking: Asking, now_ms: Ms) -> Need | None:
    """Return the funds the project needs at an overlap; None where they are not known."""
    project = Project.objects.get(pk=project_id)  # a copy: the estimate sets what it supposes
    rate = rate_or_none(project_id)
    if rate is None:
        return None
    project.overlap, project.overlap_most = asking
    try:
        return need_at(project, rate, asking.least, now_ms)
    except Refusal:
        return None


def _scenario(
    name: str, need: Need | None, error: tuple[ShareInterval, bool], commission: Commission
) -> Scenario:
    asking, project = ASKINGS[name], commission.project
    people = max(commission.people, asking.most or asking.least)
    answers = need.asked.likely if need and need.asked else 0
    days = None
    if need is not None and need.task_ms and answers:
        a_day_ms = people * commission.hours_a_day * HOUR_MS
        days = max(1, divided_up(answers * need.task_ms, a_day_ms))
    total = likely = None
    if need is not None and not project.is_own_staff:
        margin = _on_the_way(project.pk, need)
        total = need.total + margin * need.answers
        if need.likely:
            likely = need.likely + margin * min(answers, need.answers)
    floor = need.floor if need else None
    return Scenario(name, asking, answers, people, days, total, likely, floor, *error)


def _on_the_way(project_id: int, need: Need) -> Money:
    """Return what everybody between client and worker keeps of an answer."""
    chain = chain_of(project_id)
    if chain is None or chain.price.currency != need.total.currency:
        return Money(0, need.total.currency)
    return chain.price - chain.worker.share
