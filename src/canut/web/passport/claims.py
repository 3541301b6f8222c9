"""Lines of my passport beyond counted answers: lessons, roles, and what shows each skill."""

from typing import NamedTuple

from canut.actions.lessons.catalogue import list_lessons
from canut.actions.passport.shown import acts_of, lessons_passed, ways_of
from canut.core.bilingual import Bilingual
from canut.core.passport.lesson_credentials import ROLE_NAMES
from canut.core.passport.lesson_skills import LessonPassed, SkillByActs, has_course
from canut.core.passport.skills import shipped_skills
from canut.core.portrait.reading import shipped_occupations
from canut.store.models import PassportCredential
from canut.store.passport.lesson_evidence import REPRESENTATIVE, RoleShown, roles_of
from canut.web.kinds.names import KIND_NAMES
from canut.web.kit.messages import message_for, message_now

Kind = PassportCredential.Kind


class ActLine(NamedTuple):
    """A skill that lessons or checked acts show."""

    key: str
    name: str
    shown: SkillByActs
    titles: str
    low: float


class PassedLessonLine(NamedTuple):
    """A lesson that was passed."""

    lesson: LessonPassed
    title: str


class RoleLine(NamedTuple):
    """A role, with its name."""

    role: RoleShown
    name: str


class WayLine(NamedTuple):
    """What shows one skill: kinds of question, lessons by title, another way, or nothing yet."""

    name: str
    kinds: str
    titles: str
    by: str


def act_lines(person_id: int, at_ms: int, language: str) -> list[ActLine]:
    """List the skills that a person's lessons and checked acts show."""
    return [
        ActLine(
            acts.skill,
            skill_name(acts.skill, language),
            acts,
            " · ".join(in_language(lesson.title, language) for lesson in acts.lessons),
            acts.low_thousandths / 1000,
        )
        for acts in acts_of(person_id, at_ms)
    ]


def lesson_lines(person_id: int, language: str) -> tuple[list[PassedLessonLine], bool]:
    """List the lessons a person passed, and return whether they are the whole course."""
    passed = lessons_passed(person_id)
    lines = [PassedLessonLine(lesson, in_language(lesson.title, language)) for lesson in passed]
    return lines, has_course(passed)


def role_lines(person_id: int, language: str) -> tuple[list[RoleLine], bool]:
    """List a person's roles; and return whether they have one that is never suggested."""
    roles = roles_of(person_id)
    lines = [
        RoleLine(role, in_language(ROLE_NAMES[role.role], language))
        for role in roles
        if role.role != REPRESENTATIVE
    ]
    return lines, any(role.role == REPRESENTATIVE for role in roles)


def way_lines(language: str) -> list[WayLine]:
    """List what shows each skill on this instance, the skills in order of their numbers."""
    lines = []
    for key, skill in shipped_skills().items():
        kinds = ", ".join(message_for(KIND_NAMES, kind).lower() for kind in sorted(skill.kinds))
        titles = " · ".join(in_language(lesson.title, language) for lesson in ways_of(key))
        by = "" if skill.kinds else skill.by
        if by == "lesson" and not titles:
            by = "nothing"
        lines.append(WayLine(in_language(skill.name, language), kinds, titles, by))
    return lines


def claim_name(row: PassportCredential, language: str) -> str:
    """Return what a credential is called, in a language."""
    if row.kind == Kind.WORK:
        return occupation_name(row.of, language)
    if row.kind == Kind.LESSON:
        titles = {lesson.id: lesson.title for lesson in list_lessons()}
        title = in_language(titles.get(row.of, Bilingual(row.of, row.of)), language)
        return message_now("page.passport.lesson_named", title=title)
    if row.kind == Kind.COURSE:
        return message_now("page.passport.course")
    if row.kind == Kind.ROLE:
        return in_language(ROLE_NAMES[row.of], language)
    name = skill_name(row.of, language)
    return message_now("page.passport.name_at_level", name=name, level=row.level)


def skill_name(key: str, language: str) -> str:
    """Return the name of a skill in a language."""
    return in_language(shipped_skills()[key].name, language)


def occupation_name(key: str, language: str) -> str:
    """Return the name of an occupation in a language; its key where it has none."""
    for occupation in shipped_occupations():
        if occupation.key == key:
            return occupation.label.fr if language == "fr" else occupation.label.en
    return key


def in_language(text: Bilingual, language: str) -> str:
    """Return a text in French or English."""
    return text.fr if language == "fr" else text.en
