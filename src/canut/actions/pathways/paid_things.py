"""List what is paid here and can raise a skill: lessons not yet passed, kinds of task, roles."""

from canut.actions.lessons.catalogue import list_lessons
from canut.core.pathways.steps import PaidThing, StepSort, paid_roles, task_kinds
from canut.store.lessons.attempts import passed_lessons


def paid_things(person_id: int | None) -> tuple[PaidThing, ...]:
    """Return every paid thing, in the order of the lessons; nobody has passed anything if None."""
    passed = set[str]() if person_id is None else passed_lessons(person_id)
    lessons = tuple(
        PaidThing(StepSort.LESSON, lesson.id, lesson.skills)
        for lesson in list_lessons()
        if lesson.id not in passed
    )
    return (*lessons, *task_kinds(), *paid_roles())
