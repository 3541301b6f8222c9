"""What templates of other pages say of a hold: its review and the reviewer's reasons."""

from typing import NamedTuple

from django import template

from canut.store.ethics.reviews import hold_stopping, review_of
from canut.store.tables.ethics import EthicsHold, EthicsReview
from canut.store.tables.projects import Project

register = template.Library()


class HoldNotice(NamedTuple):
    """The hold that stops a project, and where it is read."""

    review: EthicsReview
    hold: EthicsHold


@register.simple_tag
def hold_notice(project: Project) -> HoldNotice | None:
    """Return the hold of a project; None where none stops it."""
    if project.held_ms is None:
        return None
    review = review_of(project.pk)
    hold = hold_stopping(review) if review is not None else None
    return HoldNotice(review, hold) if review is not None and hold is not None else None
