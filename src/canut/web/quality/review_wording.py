"""Texts of reviews and bulk edits: steps, reasons, refusals."""

from collections.abc import Mapping

from django import template

from canut.actions.quality.bulk_edit import BulkChange
from canut.store.quality.task_history import Step
from canut.store.tables.quality import Bulk, Review
from canut.web.kit.messages import message_for, message_now
from canut.web.tasks.filter import STATE_WORDS

register = template.Library()

STEPS: Mapping[str, str] = {
    "lent": "page.review_wording.lent",
    "skipped": "page.review_wording.passed_by",
    "returned": "page.review_wording.given_back",
    "expired": "page.review_wording.not_answered_in_time",
    "answered": "common.answered",
    "surplus": "page.review_wording.answered_when_it_had",
    "answer-corrected": "page.review_wording.answer_corrected",
    "flagged": "common.said_to_be_wrong",
    "rejected": "page.review_wording.answer_not_accepted",
    "rejection-undone": "page.review_wording.answer_accepted_after_all",
    "closed": "page.review_wording.had_its_answers",
    "review-asked": "page.review_wording.marked_for_review",
    "review-again": "page.review_wording.answers_came_since",
    "review-lent": "page.review_wording.taken_to_review",
    "review-returned": "page.review_wording.review_given_back",
    "accepted": "page.review_wording.reviewed_label_accepted",
    "chosen": "page.review_wording.reviewed_one_answer_chosen",
    "corrected": "page.review_wording.reviewed_label_corrected",
    "settled": "page.review_wording.review_settled",
    "exported": "page.review_wording.exported",
}
WHYS: Mapping[int, str] = {
    Review.Why.ASKED: "page.review_wording.somebody_asked_for_it",
    Review.Why.FLAGGED: "page.review_wording.somebody_who_answered_said",
    Review.Why.ANSWERED: "page.review_wording.answers_came_after",
    Review.Why.UNSURE: "page.review_wording.its_label_is_among",
}
CHANGES: Mapping[str, str] = {
    "priority:-1": "page.review_wording.asked_for_sooner",
    "priority:1": "page.review_wording.asked_for_later",
    "aside": "page.review_wording.withdrawn_from_the_queue",
    "return": "page.review_wording.back_in_the_queue",
    "review": "page.review_wording.marked_for_review",
}


@register.filter
def change_words(change: Bulk | BulkChange) -> str:
    """Describe a bulk edit."""
    if change.kind == Bulk.Kind.ANSWERS:
        return message_now("page.review_wording.answers_more", count=change.amount)
    key = f"{change.kind}:{change.amount}" if change.amount else change.kind
    return message_for(CHANGES, key, change.kind)


@register.filter
def change_value(change: BulkChange) -> str:
    """Format a bulk edit as a form value."""
    return f"{change.kind}:{change.amount}" if change.amount else change.kind


@register.filter
def state_words(state: str) -> str:
    """Name the state of a task."""
    return message_for(STATE_WORDS, state)


@register.filter
def step_words(step: Step) -> str:
    """Name a step of a task's history."""
    return message_for(STEPS, step.what)


@register.filter
def why_words(review: Review) -> str:
    """Name why a task is reviewed."""
    return message_now(WHYS[review.why])


@register.filter
def named_in(public_id: str, names: Mapping[str, str]) -> str:
    """Return somebody's name where the reader may know it, else their random id."""
    return names.get(public_id, public_id)
