"""Which skills a person's answers show, and at what level.

A level is a rule of counts: right answers on tasks whose answer is known, and the low end of an
interval, so that few answers never show much. Nothing here compares people, and nothing that lends,
prices or reviews work reads it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import NamedTuple, cast

import numpy as np

from canut.core.bilingual import Bilingual
from canut.core.quality.measures.gold import score_counts
from canut.core.strict import FieldPath, loaded

FILE = "skills.yaml"
RULE = 1  # version of the rule of levels
LEVELS = ((3, 100, 900), (2, 60, 800), (1, 20, 700))
"""Level, answers on known tasks at least, low end of the 90 % interval in thousandths at least."""
HARD_SHARE, HARD_LEAST = 5, 20
"""Level 3 needs 20 answers on the hardest fifth: known tasks that fewest people had right."""
ESCO_FRAMEWORK = "ESCO 1.1.1"
ESCO_SKILL = "http://data.europa.eu/esco/skill/"
MATCHES = frozenset({"exact", "close", "broad"})
WAYS = frozenset({"review", "proposals", "lesson", "nothing"})
"""How a skill is shown that no kind of question shows."""


class EscoSkill(NamedTuple):
    """The nearest skill of ESCO: its name, address and how near it is."""

    name: str
    address: str
    match: str


@dataclass(frozen=True, slots=True)
class PassportSkill:
    """A skill: its names, the kinds of question that show it, or what else does."""

    id: str
    name: Bilingual
    kinds: frozenset[str]
    by: str
    esco: EscoSkill | None


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """One answer to a task whose answer is known.

    Args:
        task: which task.
        kind: kind of its question.
        is_right: whether the answer agrees with the known one.
        at_ms: when, milliseconds since 1970 UTC.
        elapsed_ms: how long it took.
    """

    task: int
    kind: str
    is_right: bool
    at_ms: int
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class SkillShown:
    """What a person's answers show of one skill; ``level`` 0 is not enough yet."""

    skill: str
    level: int
    right: int
    answered: int
    low_thousandths: int
    first_ms: int
    last_ms: int

    @property
    def missing(self) -> int:
        """Return how many more answers the next level asks for at least; 0 at the highest."""
        least = [count for level, count, _low in LEVELS if level == self.level + 1]
        return max(0, least[0] - self.answered) if least else 0


@cache
def shipped_skills() -> Mapping[str, PassportSkill]:
    """Return the skills by id.

    Raises:
        BadFile: the file in the package is not what is expected.
    """
    content = resources.files("canut.core.passport").joinpath(FILE).read_bytes()
    whole = loaded(FILE, content)
    entries = cast("dict[str, object]", whole if isinstance(whole, dict) else {})
    return {key: _skill(key, entry) for key, entry in entries.items()}


def level_of(right: int, answered: int, hard: int) -> tuple[int, int]:
    """Return the level that counts show, and the low end of their interval in thousandths.

    Args:
        right: right answers on known tasks.
        answered: answers on known tasks.
        hard: answers among them on the hardest fifth of the known tasks.

    Source:
        Jeffreys' interval at 90 %, as ``quality.measures.gold`` computes it.

    Example:
        >>> level_of(57, 60, 0), level_of(95, 100, 20), level_of(90, 100, 20)
        ((2, 887), (3, 904), (2, 842))
    """
    if not answered:
        return 0, 0
    score = score_counts(np.array([right], np.int64), np.array([answered], np.int64))
    low = int(1000 * float(score.low[0]))
    for level, least, low_least in LEVELS:
        if answered >= least and low >= low_least and (level < LEVELS[0][0] or hard >= HARD_LEAST):
            return level, low
    return 0, low


def skills_shown(answers: Iterable[KnownAnswer], hard_tasks: frozenset[int]) -> list[SkillShown]:
    """Return what a person's answers on known tasks show, by skill, also where it is not enough.

    Args:
        answers: one for each known task; the last one given counts.
        hard_tasks: the hardest fifth of the known tasks of their projects.
    """
    last: dict[int, KnownAnswer] = {}
    for answer in sorted(answers, key=lambda each: each.at_ms):
        last[answer.task] = answer
    lines = []
    for skill in shipped_skills().values():
        own = [answer for answer in last.values() if answer.kind in skill.kinds]
        if own:
            right = sum(answer.is_right for answer in own)
            level, low = level_of(right, len(own), sum(each.task in hard_tasks for each in own))
            moments = [answer.at_ms for answer in own]
            lines.append(
                SkillShown(skill.id, level, right, len(own), low, min(moments), max(moments))
            )
    return lines


def hardest_fifth(right_by_task: Mapping[int, tuple[int, int]]) -> frozenset[int]:
    """Return the fifth of the known tasks that fewest people had right.

    Args:
        right_by_task: right answers and all answers, by task.
    """
    shares = sorted(
        (right / answered, task) for task, (right, answered) in right_by_task.items() if answered
    )
    return frozenset(task for _share, task in shares[: len(shares) // HARD_SHARE])


def _skill(key: str, entry: object) -> PassportSkill:
    at = FieldPath(FILE, key)
    fields = at.mapping(entry, needed="fr en", allowed="kinds by esco")
    by, kinds = at.text(fields, "by"), at.names(fields, "kinds")
    if bool(by) == bool(kinds) or (by and by not in WAYS):
        at.refuse("by", by, f"kinds of question, or one of {sorted(WAYS)}")
    name = Bilingual(en=at.text(fields, "en"), fr=at.text(fields, "fr"))
    return PassportSkill(key, name, frozenset(kinds), by, _esco(at, at.names(fields, "esco")))


def _esco(at: FieldPath, entry: tuple[str, ...]) -> EscoSkill | None:
    if not entry:
        return None
    if len(entry) != len(EscoSkill._fields) or entry[2] not in MATCHES:
        at.refuse("esco", entry, "a name, an identifier, and how near it is")
    return EscoSkill(entry[0], f"{ESCO_SKILL}{entry[1]}", entry[2])
