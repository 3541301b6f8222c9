"""The next parts of studies that a person may take, or will be able to, as pages show them."""

from typing import NamedTuple

from canut.actions.platform.system_clock import now_ms
from canut.store.models import Person, Project
from canut.store.recruiting.studies import next_parts_of


class ShownPart(NamedTuple):
    """A next part: its project, whether it is open now, and the days it opens and closes.

    ``slug`` is that of the part before, whose page lets the person join.
    """

    project: Project
    slug: str
    is_open: bool
    opens_ms: int
    closes_ms: int | None


def shown_parts(person: Person) -> list[ShownPart]:
    """List a person's next parts, by the day they open."""
    at_ms = now_ms()
    return [
        ShownPart(
            part.study.project,
            part.study.follows.project.slug,
            part.is_open(at_ms),
            part.opens_ms,
            part.closes_ms,
        )
        for part in next_parts_of(person, at_ms)
        if part.study.follows is not None
    ]
