"""How reviews and changes of many tasks are put into words: steps, reasons, changes."""

from collections.abc import Mapping

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from canut.actions.quality.bulk_edit import BulkChange
from canut.store.quality.task_history import Step
from canut.store.tables.quality import Bulk, Review
from canut.web.tasks.filter import STATE_WORDS

register = template.Library()

STEPS: Mapping[str, str] = {
    "lent": gettext_noop("lent"),
    "skipped": gettext_noop("passed by"),
    "returned": gettext_noop("given back"),
    "expired": gettext_noop("not answered in time, back in the queue"),
    "answered": gettext_noop("answered"),
    "surplus": gettext_noop("answered when it had enough"),
    "answer-corrected": gettext_noop("answer corrected"),
    "flagged": gettext_noop("said to be wrong"),
    "rejected": gettext_noop("answer not accepted"),
    "rejection-undone": gettext_noop("answer accepted after all"),
    "closed": gettext_noop("had its answers"),
    "review-asked": gettext_noop("marked for review"),
    "review-again": gettext_noop("answers came since: to be looked at again"),
    "review-lent": gettext_noop("taken to review"),
    "review-returned": gettext_noop("review given back"),
    "accepted": gettext_noop("reviewed: label accepted"),
    "chosen": gettext_noop("reviewed: one answer chosen"),
    "corrected": gettext_noop("reviewed: label corrected"),
    "settled": gettext_noop("review settled"),
    "exported": gettext_noop("exported"),
}
WHYS: Mapping[int, str] = {
    Review.Why.ASKED: gettext_noop("Somebody asked for it."),
    Review.Why.FLAGGED: gettext_noop("Somebody who answered said that something is wrong."),
    Review.Why.ANSWERED: gettext_noop("Answers came after it was reviewed."),
    Review.Why.UNSURE: gettext_noop("Its label is among the least sure."),
}
CHANGES: Mapping[str, str] = {
    "priority:-1": gettext_noop("asked for sooner"),
    "priority:1": gettext_noop("asked for later"),
    "aside": gettext_noop("withdrawn from the queue"),
    "return": gettext_noop("back in the queue"),
    "review": gettext_noop("marked for review"),
}


@register.filter
def change_words(change: Bulk | BulkChange) -> str:
    """Say what a change of many tasks makes of them."""
    if change.kind == Bulk.Kind.ANSWERS:
        text = ngettext("%(count)d answer more", "%(count)d answers more", change.amount)
        return text % {"count": change.amount}
    key = f"{change.kind}:{change.amount}" if change.amount else change.kind
    return _(CHANGES.get(key, change.kind))


@register.filter
def change_value(change: BulkChange) -> str:
    """Write a change as its form sends it."""
    return f"{change.kind}:{change.amount}" if change.amount else change.kind


@register.filter
def state_words(state: str) -> str:
    """Name where a task stands."""
    return _(STATE_WORDS.get(state, state))


@register.filter
def step_words(step: Step) -> str:
    """Say what a step was."""
    return _(STEPS.get(step.what, step.what))


@register.filter
def why_words(review: Review) -> str:
    """Say why a task is reviewed."""
    return _(WHYS[review.why])
