"""Let no project lend that an ethics reviewer holds, or that waits for an opinion.

Every change of a project into a state that lends passes here (``work.project_state``); a hold on a
project at work stops its leases in the statement that reads the worker. The rule is in
``core.ethics.opening``.
"""

from canut.actions.ledger.entry_types import inscribe_ethics
from canut.core.clock import Ms
from canut.core.errors import Conflict
from canut.core.ethics.opening import (
    LEAST_RISK,
    OPENS,
    OpeningFacts,
    OpeningRule,
    opening_rule,
)
from canut.core.ethics.register import UNREVIEWED, words_sha256
from canut.store.ethics.reviews import opening_facts
from canut.store.tables.ethics import EthicsReview
from canut.store.tables.projects import Project

PUBLISHED = frozenset({OpeningRule.NOBODY, OpeningRule.IN_SILENCE})
"""Rules by which a project opens without an opinion; the register says so."""


def check_may_lend(project: Project, now_ms: Ms) -> None:
    """Refuse a project that is held or waits; record by what rule a hard one was let through.

    Args:
        project: locked by the caller, in its transaction.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Conflict: ``ethics-held``, ``ethics-unasked``, ``ethics-waits-opinion``,
            ``ethics-waits-words`` or ``ethics-waits-change``.
    """
    facts, rule = check_opens(project, now_ms)
    if facts.risk >= LEAST_RISK and not facts.was_cleared:
        _clear(project, rule, now_ms)


def check_opens(project: Project, now_ms: Ms) -> tuple[OpeningFacts, OpeningRule]:
    """Refuse a project that is held or waits, before anything of it is published. Reads only.

    Raises:
        Conflict: as ``check_may_lend``.
    """
    facts = opening_facts(project, now_ms)
    rule = opening_rule(facts, now_ms)
    if rule not in OPENS:
        raise Conflict(
            f"the project does not open now: {rule}; see its page under /ethics/",
            code=f"ethics-{rule}",
            risk=facts.risk,
        )
    return facts, rule


def ensure_review(project: Project) -> EthicsReview:
    """Return the review of a project, with its name and risk as they are now."""
    review, _ = EthicsReview.objects.update_or_create(
        project=project,
        defaults={
            "slug": project.slug,
            "title": project.title,
            "client": project.organisation.name,
            "risk": project.label or 0,
        },
    )
    return review


def _clear(project: Project, rule: OpeningRule, now_ms: Ms) -> None:
    review = ensure_review(project)
    review.cleared_ms, review.cleared_by = now_ms, rule
    if rule in PUBLISHED:
        review.ethical_aim = project.aim_ethical
        facts = {
            "project": project.slug,
            "risk": review.risk,
            "rule": rule.value,
            "sha256": words_sha256(project.aim_ethical),
        }
        inscribe_ethics(UNREVIEWED, facts, now_ms)
    review.save(update_fields=["cleared_ms", "cleared_by", "ethical_aim"])
