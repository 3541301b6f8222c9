"""Edit settings of a project besides question, price and aims, several at once."""

from dataclasses import dataclass

from django.db import transaction

from canut.actions.projects.drafts import set_own_staff
from canut.actions.projects.setup import set_work
from canut.core.errors import BadInput, Incomplete
from canut.store.models import Project

TITLE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Changes:
    """The settings to change; None leaves one as it is.

    Args:
        title: what people read; the address stays.
        own_staff: whether workers are own staff, paid elsewhere.
        lease_seconds: how long a task is lent.
    """

    title: str | None = None
    own_staff: bool | None = None
    lease_seconds: int | None = None


@transaction.atomic
def change_project(project: Project, changes: Changes) -> Project:
    """Change all of the settings, or nothing.

    Raises:
        Incomplete: the title is empty.
        BadInput: a title that is too long, or a time shorter than a minute or longer than a day.
        Conflict: who answers is settled once people work on it.
    """
    if changes.own_staff is not None:
        set_own_staff(project, own_staff=changes.own_staff)
    if changes.lease_seconds is not None:
        set_work(project, lease_seconds=changes.lease_seconds)
    if changes.title is not None:
        title = changes.title.strip()
        if not title:
            raise Incomplete("a project needs a title", field="title")
        if len(title) > TITLE_LENGTH:
            raise BadInput(
                f"the title has {len(title)} characters; at most {TITLE_LENGTH}",
                code="too-long",
                field="title",
                limit=TITLE_LENGTH,
            )
        project.title = title
        project.save(update_fields=["title"])
    return project
