"""Write lessons passed, the whole course, roles, and skills they show as credentials.

A mark stands in a band, markers as a number: nobody who marked is named. A role names no project
and no organisation. What each says is said in both languages here, as it is part of the credential.
"""

from typing import NamedTuple

from canut.core.bilingual import Bilingual
from canut.core.clock import DAY_MS, MINUTE_MS
from canut.core.passport.credentials import (
    SKILL_DAYS,
    CredentialOrder,
    Issuer,
    credential_head,
    day_moment,
    evidence_of,
)
from canut.core.passport.lesson_skills import LessonPassed, SkillByActs
from canut.core.passport.skills import ESCO_FRAMEWORK, PassportSkill

MINUTE_BANDS = (600, 300, 120, 60, 30, 0)
ROLE_NAMES = {
    "reviewer": Bilingual(en="Reviewer", fr="Relecture"),
    "marker": Bilingual(en="Marker of lesson cases", fr="Notation des cas de leçons"),
    "representative": Bilingual(
        en="Elected representative of workers", fr="Représentation élue du personnel"
    ),
}


class CredentialClaim(NamedTuple):
    """What one credential says, in one language.

    Args:
        path: below the issuer's address, where the rule is told.
        type: of achievement, a word of Open Badges 3.0.
        title, description, criteria, evidence: texts.
        first_ms, last_ms: from when to when; None while it lasts.
    """

    path: str
    type: str
    title: str
    description: str
    criteria: str
    evidence: str
    first_ms: int
    last_ms: int | None


def lesson_credential(
    issuer: Issuer, lesson: LessonPassed, order: CredentialOrder
) -> dict[str, object]:
    """Return an unsigned credential of one lesson that was passed.

    Args:
        issuer: who signs.
        lesson: the lesson.
        order: what the holder asked for.
    """
    claim = CredentialClaim(
        f"rules/lesson/{lesson.lesson}.{lesson.version}",
        "Assessment",
        _one(
            order,
            f"Lesson passed: {lesson.title.en}",
            f"Leçon réussie : {lesson.title.fr}",
        ),
        _one(
            order,
            f"A paid lesson, version {lesson.version}. Its case is answered in the person’s own"
            " words.",
            f"Leçon payée, version {lesson.version}. Son cas se répond dans les mots de la"
            " personne.",
        ),
        _one(
            order,
            "The points of the items, and a case marked by two people who do not see each other;"
            " by a third where they differ.",
            "Les points des questions, et un cas noté par deux personnes sans se voir ; par une"
            " troisième si elles diffèrent.",
        ),
        _marked(order, lesson),
        lesson.at_ms,
        lesson.at_ms,
    )
    return _document(issuer, claim, order)


def course_credential(
    issuer: Issuer, passed: list[LessonPassed], elapsed_ms: int, order: CredentialOrder
) -> dict[str, object]:
    """Return an unsigned credential of all twelve lessons.

    Args:
        issuer: who signs.
        passed: the lessons.
        elapsed_ms: measured time in lessons, milliseconds; told as a band of minutes.
        order: what the holder asked for.
    """
    minutes = next(band for band in MINUTE_BANDS if elapsed_ms >= band * MINUTE_MS)
    moments = [lesson.at_ms for lesson in passed]
    versions = ", ".join(f"{lesson.number}.{lesson.version}" for lesson in passed if lesson.number)
    claim = CredentialClaim(
        "rules/course/ethics",
        "MicroCredential",
        _one(
            order,
            "AI ethics for those who make it: twelve lessons",
            "Éthique de l’IA pour celles et ceux qui la fabriquent : douze leçons",
        ),
        _one(
            order,
            "Twelve paid lessons, each with a case marked by people.",
            "Douze leçons payées, chacune avec un cas noté par des personnes.",
        ),
        _one(order, "All twelve lessons were passed.", "Les douze leçons ont été réussies."),
        _one(
            order,
            f"Lesson and version: {versions}." + (f" At least {minutes} min." if minutes else ""),
            f"Leçon et version : {versions}." + (f" Au moins {minutes} min." if minutes else ""),
        ),
        min(moments),
        max(moments),
    )
    return _document(issuer, claim, order)


def role_credential(
    issuer: Issuer, role: str, first_ms: int, last_ms: int | None, order: CredentialOrder
) -> dict[str, object]:
    """Return an unsigned credential of a role that somebody has or had.

    Args:
        issuer: who signs.
        role: a key of ``ROLE_NAMES``.
        first_ms: since when, milliseconds since 1970 UTC.
        last_ms: until when; None while it lasts.
        order: what the holder asked for.
    """
    name = _one(order, *ROLE_NAMES[role])
    claim = CredentialClaim(
        f"rules/role/{role}",
        "Membership",
        name,
        _one(order, "A role on this instance of Canut.", "Un rôle dans cette installation Canut."),
        _one(
            order,
            "The role was given by who runs a project or the instance, or by an election; a marker"
            " marked five cases or more.",
            "Le rôle vient de qui mène un projet ou l’installation, ou d’une élection ; qui note a"
            " noté cinq cas ou plus.",
        ),
        _one(
            order,
            "The dates are those of the role.",
            "Les dates sont celles du rôle.",
        ),
        first_ms,
        last_ms,
    )
    return _document(issuer, claim, order)


def acts_credential(
    issuer: Issuer, skill: PassportSkill, acts: SkillByActs, order: CredentialOrder
) -> dict[str, object]:
    """Return an unsigned credential of a skill that lessons, reviews or checked acts show.

    Args:
        issuer: who signs.
        skill: the skill.
        acts: what shows it; its level is 1 or more.
        order: what the holder asked for.
    """
    name = _one(order, *skill.name)
    if acts.by_lesson:
        description = _one(
            order,
            "Shown in paid lessons, by cases marked by people.",
            "Montré dans des leçons payées, par des cas notés par des personnes.",
        )
        criteria = _one(
            order,
            "A lesson that names this skill was passed: its case was marked by two people who do"
            " not see each other.",
            "Une leçon qui nomme cette compétence a été réussie : son cas a été noté par deux"
            " personnes sans se voir.",
        )
        titles = " · ".join(_one(order, *lesson.title) for lesson in acts.lessons)
        evidence = _one(order, f"Lessons: {titles}.", f"Leçons : {titles}.")
    else:
        description = _one(
            order,
            "Shown by paid work that somebody or a known answer checked.",
            "Montré par du travail payé, contrôlé par une autre personne ou une réponse connue.",
        )
        criteria = _one(
            order,
            "Level 1: 20 checked acts, 70% held at the low end of the 90% interval. Level 2: 60"
            " acts, 80%.",
            "Niveau 1 : 20 actes contrôlés, 70 % tenus au bas de l’intervalle à 90 %. Niveau 2 :"
            " 60 actes, 80 %.",
        )
        low = f"{acts.low_thousandths / 10:.1f}"
        evidence = _one(
            order,
            f"{acts.right} of {acts.counted} checked acts held; low end {low}%.",
            f"{acts.right} actes tenus sur {acts.counted} contrôlés ; bas de l’intervalle"
            f" {low.replace('.', ',')} %.",
        )
    claim = CredentialClaim(
        f"skills/{skill.id}/{acts.level}",
        "Competency",
        _one(order, f"{name}, level {acts.level}", f"{name}, niveau {acts.level}"),
        description,
        criteria,
        evidence,
        acts.first_ms,
        acts.last_ms,
    )
    alignment: list[dict[str, object]] = (
        [
            {
                "type": ["Alignment"],
                "targetName": f"{skill.esco.name} ({skill.esco.match})",
                "targetFramework": ESCO_FRAMEWORK,
                "targetUrl": skill.esco.address,
            }
        ]
        if skill.esco
        else []
    )
    document = _document(issuer, claim, order, alignment)
    return {**document, "validUntil": day_moment(order.now_ms + SKILL_DAYS * DAY_MS)}


def _document(
    issuer: Issuer,
    claim: CredentialClaim,
    order: CredentialOrder,
    alignment: list[dict[str, object]] | None = None,
) -> dict[str, object]:
    achievement: dict[str, object] = {
        "id": f"{issuer.url}/passport/{claim.path}",
        "type": ["Achievement"],
        "achievementType": claim.type,
        "inLanguage": order.language,
        "name": claim.title,
        "description": claim.description,
        "criteria": {"narrative": claim.criteria},
    }
    if alignment:
        achievement["alignment"] = alignment
    subject = {
        **order.holder,
        "activityStartDate": day_moment(claim.first_ms),
        "achievement": achievement,
    }
    if claim.last_ms is not None:
        subject["activityEndDate"] = day_moment(claim.last_ms)
    return {
        **credential_head(issuer, claim.title, order),
        "credentialSubject": subject,
        "evidence": [evidence_of(claim.evidence)],
    }


def _marked(order: CredentialOrder, lesson: LessonPassed) -> str:
    if not lesson.band:
        return _one(
            order,
            "Passed on appeal: the decision on the case was undone.",
            "Réussie après recours : la décision sur le cas a été annulée.",
        )
    return _one(
        order,
        f"Case: {lesson.band} points of 12, marked by {lesson.markers} people.",
        f"Cas : {lesson.band} points sur 12, noté par {lesson.markers} personnes.",
    )


def _one(order: CredentialOrder, en: str, fr: str) -> str:
    return fr if order.language == "fr" else en
