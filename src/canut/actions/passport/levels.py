"""The levels that somebody has shown: by answers on known tasks, and by lessons they passed.

A lesson shows its skills once people marked its case and it was passed. Nothing that lends, prices
or reviews work reads this. Reads only.
"""

from collections.abc import Mapping

from canut.actions.lessons.catalogue import list_lessons
from canut.store.lessons.attempts import passed_lessons
from canut.store.passport.evidence import skills_of


def levels_shown(person_id: int, now_ms: int) -> Mapping[str, int]:
    """Return the level a person has shown of each skill, from 1; skills at 0 are left out.

    Args:
        person_id: whose.
        now_ms: the moment; answers count until the end of the day before.
    """
    levels = {line.skill: line.level for line in skills_of(person_id, now_ms) if line.level}
    passed = passed_lessons(person_id)
    for lesson in list_lessons():
        if lesson.id in passed:
            for skill, level in lesson.skills.items():
                levels[skill] = max(level, levels.get(skill, 0))
    return levels
