"""The figures of a project's quality, for its overview and its results."""

from typing import Any

from canut.actions.operations.jobs import are_jobs_run, is_estimate_waiting
from canut.store.models import Project
from canut.store.pay.pay_lines import spend_after_decisions
from canut.store.quality import results
from canut.web.kit.formatting import format_count
from canut.web.kit.messages import message_now


def figures_of(project: Project) -> dict[str, Any]:
    """Return how right the labels are, how many are unsure, and what the estimate has not seen."""
    against = results.against_known(project.id)
    measures = _measures(project, against)
    estimate = results.last_estimate(project.id)
    return {
        "estimate": estimate,
        "newer": results.answers_since_estimate(project.id, estimate),
        "is_estimating": is_estimate_waiting(project.id),
        "are_jobs_run": are_jobs_run,
        "measures": measures,
        "is_against_known": against is not None,
        "axis": results.axis_of([measure for _name, measure, _on, _leads in measures]),
        "unsure_count": results.count_unsure(project.id),
        "wrong_count": results.count_wrong_and_sure(project.id),
        "costs": spend_after_decisions(project.id),
    }


def _measures(
    project: Project, against: results.Against | None
) -> list[tuple[str, results.Proportion, str, bool]]:
    """Return each measure: name, proportion, basis, and whether it leads."""
    measures = []
    if against is not None:
        cases = against.consensus.cases
        on = message_now("page.results.known_answers", n=cases, count=format_count(cases))
        measures += [
            (message_now("page.results.consensus_right"), against.consensus, on, True),
            (
                message_now("page.results.plain_majority_right"),
                against.majority,
                message_now("page.results.the_same"),
                False,
            ),
        ]
    agreed = results.agreement(project.id)
    if agreed is not None:
        on = message_now("page.results.answers", n=agreed.cases, count=format_count(agreed.cases))
        measures.append(
            (
                message_now("page.results.agreement_with_the_others"),
                agreed,
                on,
                False,
            )
        )
    return measures
