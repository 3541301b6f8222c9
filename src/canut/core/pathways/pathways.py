"""What separates a person from an occupation, in hours: shown, missing here, missing outside.

Hours per level and needs are a judgement of ours, dated in their files. Nothing here compares
people or says who will succeed, and nothing that lends, prices or reviews work reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

from canut.core.bilingual import Bilingual
from canut.core.errors import Missing
from canut.core.passport.skills import shipped_skills
from canut.core.strict import FieldPath, loaded

HOURS_FILE, TARGETS_FILE = "hours.yaml", "targets.yaml"
HOURS_SCHEMA, TARGETS_SCHEMA = "canut.pathway-hours/1", "canut.pathway-targets/1"
TARGETS = ("DS", "DA", "DE", "MLE", "RES", "CV", "DEV", "TRA", "HMI", "MNT", "ETH")
HIGHEST = 4
PROFILES = 2
SOCIAL = "CAN-SOCIAL"
"""Unpaid contribution elsewhere: nothing of it can be proven here."""

type Levels = Mapping[str, int]
"""Levels from 1 to 4 by skill."""


class OutsideSkill(NamedTuple):
    """A skill that is learned outside Canut, and the hours that a level asks for."""

    key: str
    name: Bilingual
    hours: int


@dataclass(frozen=True, slots=True)
class Profile:
    """One of the two profiles that an occupation crosses: its name and the levels it asks for."""

    name: Bilingual
    needs: Levels


@dataclass(frozen=True, slots=True)
class PathwayTarget:
    """An occupation that a pathway leads to.

    ``more_study``: an employer may ask for other studies, although nothing is missing outside.
    ``pay``: the reference figure of what its group is paid, such as ``F4.ai_specialists``; empty
    where no source is known.
    """

    key: str
    profiles: tuple[Profile, Profile]
    more_study: bool
    pay: str = ""

    @property
    def needs(self) -> Levels:
        """Return the levels it asks for: those of both profiles."""
        first, second = self.profiles
        return {**first.needs, **second.needs}


@dataclass(frozen=True, slots=True)
class PathwayTable:
    """What the files of this package say: hours of a level, targets, origins, roles."""

    hours: Mapping[str, int]
    outside: Mapping[str, OutsideSkill]
    targets: Mapping[str, PathwayTarget]
    origins: Mapping[str, Levels]
    roles: Mapping[str, Levels]
    dated: date

    def target(self, key: str) -> PathwayTarget:
        """Return an occupation.

        Raises:
            Missing: no pathway leads to it.
        """
        if key not in self.targets:
            raise Missing(f"no pathway leads to {key[:20]!r}; see the list", code="pathway-target")
        return self.targets[key]

    def origin(self, key: str) -> Levels:
        """Return the levels that a kind of click work usually shows.

        Raises:
            Missing: it is no kind of click work.
        """
        if key not in self.origins:
            raise Missing(f"{key[:20]!r} is no kind of click work", code="pathway-origin")
        return self.origins[key]


class SkillGap(NamedTuple):
    """One skill of a pathway: the level asked for, the level shown, and hours of each part."""

    skill: str
    needed: int
    shown: int
    shown_hours: int
    missing_hours: int


@dataclass(frozen=True, slots=True)
class Pathway:
    """What separates somebody from an occupation.

    Args:
        target: the occupation.
        here: skills that work here can show, in the order of the profiles.
        outside: skills that are learned elsewhere.
    """

    target: PathwayTarget
    here: tuple[SkillGap, ...]
    outside: tuple[SkillGap, ...]

    @property
    def shown(self) -> tuple[SkillGap, ...]:
        """Return the skills of which a part is shown."""
        return tuple(gap for gap in self.here if gap.shown)

    @property
    def missing(self) -> tuple[SkillGap, ...]:
        """Return the skills of which a part is missing here."""
        return tuple(gap for gap in self.here if gap.missing_hours)

    @property
    def shown_hours(self) -> int:
        """Return the hours that what is shown stands for."""
        return sum(gap.shown_hours for gap in self.here)

    @property
    def missing_here(self) -> int:
        """Return the hours that are missing and can be worked or learned here."""
        return sum(gap.missing_hours for gap in self.here)

    @property
    def missing_outside(self) -> int:
        """Return the hours that Canut cannot teach."""
        return sum(gap.missing_hours for gap in self.outside)


def missing_hours(needs: Levels, shown: Levels, hours: Mapping[str, int]) -> int:
    """Return the sum over the skills needed of the levels that lack, times hours per level.

    Args:
        needs: level by skill.
        shown: level by skill; a skill that is not there is at level 0.
        hours: of one level, by skill.

    Example:
        >>> missing_hours({"a": 2, "b": 3, "c": 1}, {"a": 2, "b": 1}, {"a": 10, "b": 20, "c": 15})
        55
    """
    return sum(max(0, level - shown.get(skill, 0)) * hours[skill] for skill, level in needs.items())


def pathway_to(target_key: str, levels: Levels) -> Pathway:
    """Return what separates somebody who has shown some levels from an occupation.

    Raises:
        Missing: no pathway leads to it.
    """
    table = shipped_table()
    target = table.target(target_key)
    gaps = [
        SkillGap(
            skill,
            needed,
            levels.get(skill, 0),
            min(needed, levels.get(skill, 0)) * table.hours[skill],
            missing_hours({skill: needed}, levels, table.hours),
        )
        for skill, needed in target.needs.items()
    ]
    return Pathway(
        target,
        tuple(gap for gap in gaps if gap.skill not in table.outside),
        tuple(gap for gap in gaps if gap.skill in table.outside),
    )


def skill_name(key: str) -> Bilingual:
    """Return the name of a skill, of the passport or learned outside."""
    outside = shipped_table().outside
    return outside[key].name if key in outside else shipped_skills()[key].name


@cache
def shipped_table() -> PathwayTable:
    """Return what the files of the package say.

    Raises:
        BadFile: a file is not what is expected.
    """
    folder = resources.files("canut.core.pathways")
    return read_table(
        folder.joinpath(HOURS_FILE).read_bytes(), folder.joinpath(TARGETS_FILE).read_bytes()
    )


def read_table(hours_content: bytes, targets_content: bytes) -> PathwayTable:
    """Read the hours of levels and the needs of occupations.

    Raises:
        BadFile: a field is missing, a skill is unknown, or a need stands in both profiles.
    """
    at = FieldPath(HOURS_FILE)
    fields = at.mapping(loaded(HOURS_FILE, hours_content), needed="schema dated hours outside")
    _check_schema(at, fields, HOURS_SCHEMA)
    hours = {key: _whole(at, key, value) for key, value in at.named(fields, "hours")}
    if set(hours) != set(shipped_skills()):
        at.refuse("hours", sorted(hours), "each skill of the passport, once")
    outside = {
        skill.key: skill
        for skill in (_outside(at, key, entry) for key, entry in at.named(fields, "outside"))
    }
    hours |= {skill.key: skill.hours for skill in outside.values()}
    hours_day = at.day(fields, "dated")
    at = FieldPath(TARGETS_FILE)
    fields = at.mapping(
        loaded(TARGETS_FILE, targets_content),
        needed="schema dated targets more_study pay origins roles",
    )
    _check_schema(at, fields, TARGETS_SCHEMA)
    more_study = set(at.names(fields, "more_study"))
    pay = {key: str(reference) for key, reference in at.named(fields, "pay")}
    targets = {
        key: PathwayTarget(
            key, _profiles(at.of(key), entry, hours), key in more_study, pay.pop(key, "")
        )
        for key, entry in at.named(fields, "targets")
    }
    if tuple(targets) != TARGETS:
        at.refuse("targets", list(targets), f"{', '.join(TARGETS)}, in this order")
    if pay:
        at.refuse("pay", sorted(pay), "occupations that a pathway leads to")
    return PathwayTable(
        hours,
        outside,
        targets,
        _levels_by_name(at, fields, "origins", hours),
        _levels_by_name(at, fields, "roles", hours),
        max(hours_day, at.day(fields, "dated")),
    )


def _check_schema(at: FieldPath, fields: Mapping[str, object], schema: str) -> None:
    if at.text(fields, "schema") != schema:
        at.refuse("schema", fields["schema"], schema)


def _outside(at: FieldPath, key: str, entry: object) -> OutsideSkill:
    fields = at.of(key).mapping(entry, needed="en fr hours")
    name = Bilingual(at.text(fields, "en"), at.text(fields, "fr"))
    return OutsideSkill(key, name, _whole(at, key, fields["hours"]))


def _profiles(at: FieldPath, entry: object, hours: Mapping[str, int]) -> tuple[Profile, Profile]:
    entries = at.items({"profiles": entry}, "profiles")
    if len(entries) != PROFILES:
        at.refuse("", entry, "two profiles")
    profiles: list[Profile] = []
    for each in entries:
        fields = at.mapping(each, needed="en fr needs")
        name = Bilingual(at.text(fields, "en"), at.text(fields, "fr"))
        profiles.append(Profile(name, _levels(at, fields, "needs", hours)))
    first, second = profiles
    if set(first.needs) & set(second.needs):
        at.refuse("needs", sorted(second.needs), "each skill in one of the two profiles")
    return first, second


def _levels_by_name(
    at: FieldPath, fields: Mapping[str, object], field: str, hours: Mapping[str, int]
) -> dict[str, Levels]:
    return {
        key: _levels(at.of(key), {field: entry}, field, hours)
        for key, entry in at.named(fields, field)
    }


def _levels(
    at: FieldPath, fields: Mapping[str, object], field: str, hours: Mapping[str, int]
) -> Levels:
    levels = {key: _whole(at, key, value) for key, value in at.named(fields, field)}
    for key, level in levels.items():
        if key not in hours or level > HIGHEST:
            at.refuse(key, level, f"a known skill and a level from 1 to {HIGHEST}")
    return levels


def _whole(at: FieldPath, field: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        at.refuse(field, value, "a whole number of 1 or more")
        raise AssertionError
    return value
