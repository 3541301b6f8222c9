"""Compute the acceptance of results, tell it once, and collect the figures of what was found."""

from django.db import transaction

from canut.core.clock import Ms
from canut.core.commissions.acceptance import AcceptanceOutcome, AcceptanceVerdict, acceptance_of
from canut.core.commissions.findings import MOST_LABELS, ResultFigures
from canut.core.errors import Conflict, Forbidden, Incomplete, Missing
from canut.core.kinds import choices_of
from canut.store.commissions.commissions import (
    acceptance_counts,
    commission_of,
    labels_of,
    touched_of,
)
from canut.store.pay.pay_lines import elapsed_ms_of_projects
from canut.store.projects.versions import question_or_none
from canut.store.quality.results import against_known, agreement, count_unsure, progress
from canut.store.tables.commissions import Commission
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.work.pilots import answers_by_worker

MANY_CHOICES = 40
"""Choices above which the shares of labels are not told."""


def outcome_now(commission: Commission) -> AcceptanceOutcome | None:
    """Compute the outcome of an acceptance test from the labels as they are; None before the draw.

    The same labels give the same outcome: it is recomputed whenever it is shown.
    """
    if commission.fixed_ms is None or commission.known_tasks is None:
        return None
    right, total = acceptance_counts(commission)
    return acceptance_of(right, total, commission.known_tasks, commission.slips or 0)


def outcome_told(commission: Commission) -> AcceptanceOutcome | None:
    """Return the outcome as it was told; None before that."""
    if commission.told_right is None or commission.told_total is None:
        return None
    return acceptance_of(
        commission.told_right,
        commission.told_total,
        commission.known_tasks or 0,
        commission.slips or 0,
    )


@transaction.atomic
def tell_acceptance(project: Project, *, by: Person, now_ms: Ms) -> AcceptanceOutcome:
    """Tell whether the results are accepted, once: as soon as it is decided, or work has ended.

    Raises:
        Forbidden: a program tells nothing.
        Missing: the project has no commission with a fixed test.
        Conflict: ``acceptance-told``: it was told before.
        Incomplete: ``acceptance-early``: drawn tasks have no label yet, and work goes on.
    """
    if by.is_service:
        raise Forbidden("a person tells an acceptance", code="service-actor")
    commission = Commission.objects.select_for_update().filter(project=project).first()
    outcome = outcome_now(commission) if commission else None
    if commission is None or outcome is None:
        raise Missing("no acceptance test is fixed", code="no-commission")
    if commission.told_ms is not None:
        raise Conflict("the acceptance was told before", code="acceptance-told")
    is_over = project.state == Project.State.CLOSED
    if outcome.verdict is AcceptanceVerdict.UNDECIDED and not is_over:
        raise Incomplete(
            f"{outcome.total} of {outcome.needed} drawn tasks have a label; wait for the others",
            code="acceptance-early",
            seen=outcome.total,
            needed=outcome.needed,
        )
    commission.told_ms, commission.told_by = now_ms, by
    commission.told_right, commission.told_total = outcome.right, outcome.total
    commission.save(update_fields=["told_ms", "told_by", "told_right", "told_total"])
    return outcome


def figures_of_results(project: Project) -> ResultFigures:
    """Collect the figures that are told to the client in sentences."""
    commission, question = commission_of(project.pk), question_or_none(project.pk)
    counts = progress(project.pk)
    compared, against = agreement(project.pk), against_known(project.pk)
    answers = answers_by_worker(project.pk)
    choices = choices_of(question.schema) if question else 0
    touched = touched_of(commission) if commission else []
    return ResultFigures(
        tasks=counts.total,
        finished=counts.closed,
        people=sum(1 for count in answers.values() if count),
        answers=sum(answers.values()),
        time_ms=elapsed_ms_of_projects([project.pk]),
        labels=labels_of(project.pk, MOST_LABELS + MANY_CHOICES)
        if 0 < choices <= MANY_CHOICES
        else (),
        known=(against.consensus.hits, against.consensus.cases) if against else (0, 0),
        agreement=(compared.hits, compared.cases) if compared else (0, 0),
        unsure=count_unsure(project.pk),
        outcome=outcome_now(commission) if commission else None,
        groups=[group.name for group in touched if not group.column],
        measures={
            "business": commission.business_measure,
            "social": commission.social_measure,
            "ethical": commission.ethical_measure,
        }
        if commission
        else {},
    )
