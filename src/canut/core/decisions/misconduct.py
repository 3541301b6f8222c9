"""List the acts for which a person may be rejected, restricted or suspended; the list is complete.

A list has a version and a first day, and never changes: a new version, published beforehand,
replaces it. A decision names an act of the list in force that day. Being slow, disagreeing with the
others, skipping, declining, asking and complaining are on no list. A human must show that an act
was done, with evidence in words.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from canut.core.errors import BadInput

REJECTION, RESTRICTION, SUSPENSION = "rejection", "restriction", "suspension"
NOTICE_OF_LIST = timedelta(days=30)


class Act(NamedTuple):
    """One act, with the decisions it may lead to.

    Args:
        code: stable name of the act.
        leads_to: kinds of decision it may justify.
        en: the act, as the end of a sentence.
        fr: the same in French.
        is_safety: whether waiting would harm somebody, so that no notice is given.
    """

    code: str
    leads_to: frozenset[str]
    en: str
    fr: str
    is_safety: bool = False


class Acts(NamedTuple):
    """One version of the list: published on one day, in force from a later one."""

    version: int
    published: date
    since: date
    acts: tuple[Act, ...]


_ANSWER = frozenset({REJECTION})
_BOTH = frozenset({REJECTION, RESTRICTION, SUSPENSION})
_PERSON = frozenset({RESTRICTION, SUSPENSION})

LISTS: tuple[Acts, ...] = (
    Acts(
        1,
        published=date(2024, 1, 1),
        since=date(2024, 1, 31),
        acts=(
            Act(
                "off-instructions",
                _ANSWER,
                "the answer goes against the instructions as they stood then",
                "la réponse va contre les consignes telles qu’elles étaient alors",
            ),
            Act(
                "no-answer",
                _ANSWER,
                "the answer says nothing about the task",
                "la réponse ne dit rien de la tâche",
            ),
            Act(
                "without-looking",
                _BOTH,
                "answers were given without looking at the tasks",
                "des réponses ont été données sans regarder les tâches",
            ),
            Act(
                "by-program",
                _BOTH,
                "answers were made by a program, where the instructions ask for a person’s own",
                "des réponses ont été faites par un programme, là où les consignes demandent "
                "celles d’une personne",
            ),
            Act(
                "shared-account",
                _PERSON,
                "the account was used by several people",
                "le compte a servi à plusieurs personnes",
            ),
            Act(
                "harm-to-others",
                _PERSON,
                "people were threatened, harassed or put in danger",
                "des personnes ont été menacées, harcelées ou mises en danger",
                is_safety=True,
            ),
            Act(
                "data-taken",
                _PERSON,
                "tasks were copied out of Canut, and with them other people’s data",
                "des tâches ont été copiées hors de Canut, et avec elles les données d’autrui",
                is_safety=True,
            ),
        ),
    ),
)


def acts_in_force(on: date, lists: Sequence[Acts] = LISTS) -> Acts:
    """Return the list in force on a day.

    Raises:
        BadInput: no list was in force yet.
    """
    in_force = [version for version in lists if version.since <= on]
    if not in_force:
        raise BadInput(
            f"no list of acts was in force on {on}; the first is of {lists[0].since}",
            code="no-acts-yet",
        )
    return max(in_force, key=lambda version: (version.since, version.version))


def act_in_force(code: str, kind: str, on: date, lists: Sequence[Acts] = LISTS) -> Act:
    """Return an act in force that day, if it may be the reason for such a decision.

    Raises:
        BadInput: it is not on the list in force, or does not lead to such a decision.
    """
    listed = acts_in_force(on, lists)
    in_force = next((act for act in listed.acts if act.code == code and kind in act.leads_to), None)
    if in_force is None:
        allowed = ", ".join(acts_for(kind, on, lists))
        raise BadInput(
            f"{code!r} is no reason for a {kind} in list {listed.version}; choose one of:"
            f" {allowed}",
            code="act-not-in-force",
            version=listed.version,
        )
    return in_force


def acts_for(kind: str, on: date, lists: Sequence[Acts] = LISTS) -> dict[str, Act]:
    """Return the acts that may lead to such a decision on that day, by code."""
    listed = acts_in_force(on, lists)
    return {act.code: act for act in listed.acts if kind in act.leads_to}
