"""Write what a person has shown as Open Badges 3.0 credentials, one fact each.

A credential names no person, client or place: its holder is a key that they made for it, or the
salted hash of their e-mail address. Hours stand in bands, quality as the low end of an interval;
what was never counted is not said. There is no credential for speed, rank, rejections, votes or
refusals.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from canut.core.clock import DAY_MS
from canut.core.passport.skills import ESCO_FRAMEWORK, PassportSkill, SkillShown
from canut.core.proofs.credential_terms import BADGE_EXTENSIONS, BADGES, CREDENTIALS

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
HOURS = (1_000, 300, 100, 30, 10)
SKILL_DAYS = 730  # a skill's credential ends after two years; new answers renew it
RESULT = "urn:uuid:3f0b1c5e-7c64-5d52-9a53-3a6f4f3f1b01"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: the did:web of the instance, its name and its address."""

    did: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Where to ask whether a credential was revoked: the list's address, and the index in it."""

    address: str
    index: int


@dataclass(frozen=True, slots=True)
class WorkShown:
    """Paid work of one occupation: time in milliseconds, first and last moment."""

    occupation: str
    name: str
    elapsed_ms: int
    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class CredentialOrder:
    """What the holder asked for.

    Args:
        number: a fresh UUID, the credential's name.
        holder: who holds it, as ``key_holder`` or ``email_holder`` writes it.
        language: ``fr`` or ``en``.
        status: where revocation is counts.
        now_ms: when, milliseconds since 1970 UTC.
    """

    number: str
    holder: Mapping[str, object]
    language: str
    status: StatusEntry
    now_ms: int


def skill_credential(
    issuer: Issuer, skill: PassportSkill, evidence: SkillShown, order: CredentialOrder
) -> dict[str, object]:
    """Return an unsigned credential of a skill at a level.

    Args:
        issuer: who signs.
        skill: the skill.
        evidence: what the person's answers show of it; its level is 1 or more.
        order: what the holder asked for.
    """
    is_french = order.language == "fr"
    name = skill.name.fr if is_french else skill.name.en
    low = f"{evidence.low_thousandths / 10:.1f}"
    if is_french:
        title = f"{name}, niveau {evidence.level}"
        description = "Montré par du travail payé, sur des tâches dont la réponse est connue."
        criteria = (
            "Niveau 1 : 20 tâches connues, 70 % au bas de l’intervalle à 90 %."
            " Niveau 2 : 60 tâches, 80 %. Niveau 3 : 100 tâches, 90 %, dont 20 difficiles."
        )
        counts = f"{evidence.right} réponses justes sur {evidence.answered} tâches connues."
        result = "Réponses justes, bas de l’intervalle à 90 %"
    else:
        title = f"{name}, level {evidence.level}"
        description = "Shown by paid work, on tasks whose answer is known."
        criteria = (
            "Level 1: 20 known tasks, 70% at the low end of the 90% interval."
            " Level 2: 60 tasks, 80%. Level 3: 100 tasks, 90%, 20 of them hard."
        )
        counts = f"{evidence.right} right answers on {evidence.answered} known tasks."
        result = "Right answers, low end of the 90% interval"
    achievement: dict[str, object] = {
        "id": f"{issuer.url}/passport/skills/{skill.id}/{evidence.level}",
        "type": ["Achievement"],
        "achievementType": "Competency",
        "inLanguage": order.language,
        "name": title,
        "description": description,
        "criteria": {"narrative": criteria},
        "resultDescription": [
            {
                "id": RESULT,
                "type": ["ResultDescription"],
                "name": result,
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
            }
        ],
    }
    if skill.esco:
        achievement["alignment"] = [
            {
                "type": ["Alignment"],
                "targetName": f"{skill.esco.name} ({skill.esco.match})",
                "targetFramework": ESCO_FRAMEWORK,
                "targetUrl": skill.esco.address,
            }
        ]
    return {
        **credential_head(issuer, title, order),
        "validUntil": day_moment(order.now_ms + SKILL_DAYS * DAY_MS),
        "credentialSubject": {
            **order.holder,
            "activityStartDate": day_moment(evidence.first_ms),
            "activityEndDate": day_moment(evidence.last_ms),
            "achievement": achievement,
            "result": [{"type": ["Result"], "resultDescription": RESULT, "value": low}],
        },
        "evidence": [evidence_of(counts)],
    }


def work_credential(issuer: Issuer, work: WorkShown, order: CredentialOrder) -> dict[str, object]:
    """Return an unsigned credential of paid work of one occupation, its hours in a band.

    Args:
        issuer: who signs.
        work: the work; at least ten hours.
        order: what the holder asked for.
    """
    hours = hours_band(work.elapsed_ms)
    if order.language == "fr":
        title = f"{work.name} : au moins {hours} heures payées"
        description = "Travail payé au temps mesuré, jamais sous le plancher."
        criteria = "Temps mesuré et payé, d’après les relevés de paie de l’instance."
    else:
        title = f"{work.name}: at least {hours} paid hours"
        description = "Work paid on measured time, never under the floor."
        criteria = "Time that was measured and paid, from the instance’s pay statements."
    achievement = {
        "id": f"{issuer.url}/passport/work/{work.occupation}",
        "type": ["Achievement"],
        "achievementType": "Fieldwork",
        "inLanguage": order.language,
        "name": title,
        "description": description,
        "criteria": {"narrative": criteria},
    }
    return {
        **credential_head(issuer, title, order),
        "credentialSubject": {
            **order.holder,
            "activityStartDate": day_moment(work.first_ms),
            "activityEndDate": day_moment(work.last_ms),
            "achievement": achievement,
        },
        "evidence": [evidence_of(description)],
    }


def key_holder(did: str) -> dict[str, object]:
    """Return a holder known by a key alone, which they made for this credential."""
    return {"id": did, "type": ["AchievementSubject"]}


def email_holder(email: str, salt: str) -> dict[str, object]:
    """Return a holder known by their e-mail address, which only who knows it can compare.

    Args:
        email: the address; letters are compared in lower case.
        salt: fresh random letters, so that equal addresses look different.

    Source:
        1EdTech Open Badges 3.0, section B.1.14 (IdentityObject).
    """
    digest = hashlib.sha256((email.strip().lower() + salt).encode()).hexdigest()
    identity = {
        "type": ["IdentityObject"],
        "hashed": True,
        "identityHash": f"sha256${digest}",
        "identityType": "emailAddress",
        "salt": salt,
    }
    return {"type": ["AchievementSubject"], "identifier": [identity]}


def hours_band(elapsed_ms: int) -> int:
    """Return the largest band of hours that a time reaches; 0 under ten hours.

    Example:
        >>> hours_band(45 * 3_600_000)
        30
    """
    return next((band for band in HOURS if elapsed_ms >= band * 3_600_000), 0)


def credential_head(issuer: Issuer, name: str, order: CredentialOrder) -> dict[str, object]:
    """Return what every credential begins with: its number, issuer, day and status."""
    return {
        "@context": [CREDENTIALS, BADGES, BADGE_EXTENSIONS],
        "id": f"urn:uuid:{order.number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "issuer": {
            "id": issuer.did,
            "type": ["Profile"],
            "name": issuer.name,
            "url": issuer.url,
        },
        "validFrom": day_moment(order.now_ms),
        "credentialSchema": [{"id": SCHEMA, "type": "1EdTechJsonSchemaValidator2019"}],
        "credentialStatus": {
            "id": f"{order.status.address}#{order.status.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(order.status.index),
            "statusListCredential": order.status.address,
        },
    }


def evidence_of(narrative: str) -> dict[str, object]:
    """Return a piece of evidence, told in words."""
    return {"type": ["Evidence"], "narrative": narrative}


def day_moment(at_ms: int) -> str:
    """Return the day of a moment: the hour of somebody's work is nobody's business."""
    day = datetime.fromtimestamp(at_ms // 1000, UTC).date()
    return f"{day.isoformat()}T00:00:00Z"
