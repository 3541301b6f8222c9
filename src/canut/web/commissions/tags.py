"""Template tags: the state of a project's commission, and a person's choice to read texts."""

from typing import NamedTuple

from django import template

from canut.actions.commissions.commission import (
    check_commission,
    needs_commission,
)
from canut.actions.platform.system_clock import now_ms
from canut.core.errors import Refusal
from canut.store.commissions.commissions import commission_of, is_pending
from canut.store.commissions.texts import marks_wanted, readable_tests, reader_of
from canut.store.models import Person, Project, Reader
from canut.web.kit.refusals import words_of

register = template.Library()


class CommissionState(NamedTuple):
    """Where a commission stands: whether there is one, is needed, and what is missing."""

    exists: bool
    is_needed: bool
    is_pending: bool
    missing: str


class ReaderState(NamedTuple):
    """Whether a person reads texts, and how many wait for them."""

    reader: Reader | None
    waiting: int


@register.simple_tag
def commission_state(project: Project) -> CommissionState:
    """Return where the commission of a project stands."""
    missing = ""
    try:
        check_commission(project, now_ms())
    except Refusal as refusal:
        missing = words_of(refusal).title
    return CommissionState(
        commission_of(project.pk) is not None,
        needs_commission(project),
        is_pending(project),
        missing,
    )


@register.simple_tag
def reader_state(person: Person) -> ReaderState:
    """Return whether a person reads texts, and how many texts and answers wait for them."""
    reader = reader_of(person)
    if reader is None:
        return ReaderState(None, 0)
    return ReaderState(reader, len(readable_tests(person, now_ms())) + len(marks_wanted(person)))
