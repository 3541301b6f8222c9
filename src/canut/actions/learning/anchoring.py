"""Plant wrong proposals on known tasks, and hide all proposals where they draw answers too much.

A planted proposal is no model's, so nothing is learnt from it. Its task is gold: answers to it
are paid like any other, never counted in a label, and change nobody's score. People are told in
general that up to one proposal in ten is wrong on purpose.
"""

import secrets

from django.db import transaction

from canut.actions.learning.loop import LoopRuleIn, set_loop_rule
from canut.actions.ledger.entries import record_fact
from canut.actions.platform.row_faults import attempt_each
from canut.core.clock import Ms
from canut.core.comparisons.anchoring import Anchoring, may_plant, measure_anchoring
from canut.core.errors import BadInput, Conflict
from canut.core.kinds import Schema, questions_of
from canut.store.comparisons.anchoring import (
    counts_of,
    end_planted,
    layout_now,
    newest_source,
    own_counts,
    plantable_gold,
    planted_now,
    projects_planted,
    shown_proposals,
)
from canut.store.learning.loop import rule_of_loop
from canut.store.projects.versions import current_question
from canut.store.tables.comparisons import AnchoringLimit, PlantedProposal
from canut.store.tables.learning import LoopRule
from canut.store.tables.people import Person
from canut.store.tables.projects import Project

FEWEST_LABELS = 2
PER_MILLE = 1_000
RULE_FIELDS = (
    *("role", "shows", "takes_over", "asks_one"),
    *("hidden_per_mille", "bar_per_mille", "endpoint"),
)


@transaction.atomic
def plant_proposals(project: Project, by: Person, now_ms: Ms) -> int:
    """Plant wrong proposals on gold tasks that nobody answered yet; return how many.

    Half are shown, half are hidden; which ones, and which wrong label, is drawn.

    Raises:
        BadInput: ``anchoring-question``: the question is no choice among labels.
        Conflict: ``anchoring-hidden``: no proposals are shown; ``anchoring-few``: there are too
            few gold tasks without answers, or too few shown proposals.
    """
    locked = Project.objects.select_for_update().get(pk=project.pk)
    labels = _labels(current_question(locked.pk).schema)
    if len(labels) < FEWEST_LABELS:
        raise BadInput("planting needs a question with one choice", code="anchoring-question")
    if not rule_of_loop(locked.pk).shows:
        raise Conflict("no proposals are shown in this project", code="anchoring-hidden")
    shown_now = sum(planted.is_shown for planted in planted_now(locked.pk))
    pairs_allowed = may_plant(shown_now, shown_proposals(locked.pk))
    gold = [row for row in plantable_gold(locked.pk) if row.task.known in labels]
    pairs = min(pairs_allowed, len(gold) // 2)
    if not pairs:
        raise Conflict(
            f"{len(gold)} gold tasks without answers, room for {pairs_allowed}; add gold tasks, or"
            " wait for more proposals",
            code="anchoring-few",
            count=len(gold),
            room=pairs_allowed,
        )
    rng = secrets.SystemRandom()
    chosen = rng.sample(gold, 2 * pairs)
    layout, source = layout_now(locked.pk), newest_source(locked.pk)
    PlantedProposal.objects.bulk_create(
        PlantedProposal(
            task=row.task,
            project=locked,
            label=rng.choice([label for label in labels if label != row.task.known]),
            source=source,
            is_shown=number < pairs,
            layout=layout,
            by=by,
            at_ms=now_ms,
        )
        for number, row in enumerate(chosen)
    )
    record_fact(locked.pk, "anchoring.plant", {"tasks": len(chosen)}, now_ms)
    return len(chosen)


def anchoring_of(project_id: int) -> Anchoring:
    """Return the anchoring in a project's current layout, of everybody together."""
    return measure_anchoring(*counts_of(project_id, layout_now(project_id)))


def own_anchoring(worker_id: int) -> Anchoring:
    """Return one worker's anchoring; only for that person's own page."""
    return measure_anchoring(*own_counts(worker_id))


def watch_anchoring(now_ms: Ms) -> int:
    """Hide proposals wherever they draw answers too much; return in how many projects."""
    return attempt_each(
        "anchoring", projects_planted(), lambda project: watch_project(project, now_ms)
    )


def watch_project(project_id: int, now_ms: Ms) -> bool:
    """Hide a project's proposals if a shown effect is above the bar; return whether it did.

    They stay hidden until the layout changes.
    """
    anchoring = anchoring_of(project_id)
    if anchoring.effect is None or not anchoring.is_too_strong:
        return False
    rule = LoopRule.objects.filter(project=project_id, shows=True).first()
    if rule is None:
        return False
    effect = round(anchoring.effect.value * PER_MILLE)
    with transaction.atomic():
        AnchoringLimit.objects.get_or_create(
            project_id=project_id,
            layout=layout_now(project_id),
            defaults={
                "facts": {"effect_per_mille": effect, "answers": anchoring.shown},
                "at_ms": now_ms,
            },
        )
        record_fact(project_id, "anchoring.hide", {"effect_per_mille": effect}, now_ms)
    project = Project.objects.get(pk=project_id)
    fields = {name: getattr(rule, name) for name in RULE_FIELDS}
    set_loop_rule(project, LoopRuleIn(**{**fields, "shows": False}), now_ms, by=rule.endpoint_by)
    return True


def stop_planting(project_id: int, now_ms: Ms) -> int:
    """Stop showing planted wrong proposals; return how many there were."""
    return end_planted(project_id, now_ms)


def _labels(schema: Schema) -> list[str]:
    """Return the labels of a question with one choice; none for any other question."""
    questions = questions_of(schema)
    if len(questions) != 1 or questions[0].get("multiple"):
        return []
    choices = questions[0].get("choices")
    if not isinstance(choices, list):
        return []
    return [str(choice["value"]) for choice in choices if isinstance(choice, dict)]
