"""Set what makes a project a study on another site, and give its pseudonyms and codes.

The secret behind a person's own code is derived from the instance's key and the study; the
requester may read it, to let their tool make the codes. It is not stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from canut.actions.recruiting.study_links import check_address
from canut.actions.work.qualifications import QualificationIn, make_qualification
from canut.core.clock import MINUTE_MS, Ms
from canut.core.errors import BadInput, Conflict
from canut.core.recruiting.prescreening import is_answer
from canut.core.recruiting.studies import PRESETS, check_codes
from canut.store.recruiting.studies import participation_in, studies_of, study_of
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.recruiting.studies import Participation, Study

MOST_MINUTES = 480
LONGEST_CONSENT = 20_000
LONGEST_NUMBER = 80
LONGEST_TITLE = 40
MOST_QUOTAS = 12
MOST_DAYS = 730
SCHEMA: dict[str, object] = {
    "questions": [
        {
            "id": "study",
            "kind": "text",
            "ask": "Study",
            "mode": "short",
        }
    ],
    "show": [{"column": "study", "as": "text"}],
}
"""The question of a study: the code that a person brought back, as a short text."""


@dataclass(frozen=True, slots=True)
class StudyIn:
    """A study as a requester writes it.

    Args:
        address: https, with ``{participant}``, ``{study}`` and ``{session}`` where they belong.
        preset: whose names the query has.
        minutes: time away that counts at once; what the requester announces.
        codes: completion codes and what each means.
        screened_out_micro: what being screened out pays at least.
        consent: what people agree to; they can read it later.
        ethics_number: of the approval; empty where there is none.
        is_by_organisation: one pseudonym for all parts.
        gives_took_part: whether who completes it gets the qualification "took part in".
        quotas: question, answer, and how many completed participations are wanted.
        follows: the project of the part before; None for a first or only part.
        wait_days: days after the part before until this one opens.
        open_days: days it then stays open to a person; 0 for no end.
    """

    address: str
    preset: str
    minutes: int
    codes: Mapping[str, str]
    screened_out_micro: int = 0
    consent: str = ""
    ethics_number: str = ""
    is_by_organisation: bool = False
    gives_took_part: bool = False
    quotas: Sequence[tuple[str, str, int]] = ()
    follows: int | None = None
    wait_days: int = 0
    open_days: int = 0


@transaction.atomic
def set_study(project: Project, study_in: StudyIn, *, by: Person, now_ms: Ms) -> Study:
    """Make a project a study, or change its study; who has begun keeps their pseudonym.

    Raises:
        Incomplete, BadInput: raised by ``check_address`` and ``check_codes``.
        BadInput: ``study-preset``, ``study-minutes``, ``study-amount``, ``study-consent``,
            ``study-quota-unknown``, ``study-days``; ``study-follows``: the part before is no study
            of the organisation, or follows this one.
        Conflict: ``study-begun``: the pseudonym's reach cannot change any more.
    """
    address = check_address(study_in.address, is_loopback_allowed=_is_on_loopback())
    codes = check_codes(study_in.codes)
    _check(study_in)
    existing = study_of(project.pk)
    has_begun = Participation.objects.filter(study=project.pk).exists()
    reach = study_in.is_by_organisation
    _check_follows(project, study_in.follows)
    before = (existing.is_by_organisation, existing.follows_id) if existing else None
    if before is not None and has_begun and before != (reach, study_in.follows):
        raise Conflict("people have pseudonyms already", code="study-begun")
    gives = existing.gives if existing else None
    if study_in.gives_took_part and gives is None:
        gives = make_qualification(
            project.organisation_id,
            QualificationIn(f"{project.title[:LONGEST_TITLE]} · {project.pk}"),
            by=by,
            now_ms=now_ms,
        )
    study, _is_new = Study.objects.update_or_create(
        project=project,
        defaults={
            "address": address,
            "preset": study_in.preset,
            "longest_ms": study_in.minutes * MINUTE_MS,
            "codes": codes,
            "quotas": [
                {"question": question, "answer": answer, "wanted": number}
                for question, answer, number in study_in.quotas
            ],
            "screened_out_micro": study_in.screened_out_micro,
            "consent": study_in.consent.strip(),
            "ethics_number": study_in.ethics_number.strip(),
            "is_by_organisation": study_in.is_by_organisation,
            "gives": gives if study_in.gives_took_part else None,
            "follows_id": study_in.follows,
            "wait_days": study_in.wait_days,
            "open_days": study_in.open_days,
            "by": by,
            "at_ms": now_ms,
        },
    )
    return study


def study_secret(study: Study) -> str:
    """Return the secret that makes a person's own codes, for the requester's tool."""
    return salted_hmac("canut.study", str(study.pk), algorithm="sha256").hexdigest()


def pseudonym(study: Study, person: Person) -> str:
    """Return a person's pseudonym: per study, or per organisation where the study says so.

    In a later part it is the one they had in the part before.
    """
    earlier = participation_in(person, study.follows_id) if study.follows_id else None
    if earlier is not None:
        return earlier.participant
    about = f"o{study.project.organisation_id}" if study.is_by_organisation else f"s{study.pk}"
    digest = salted_hmac("canut.study-pseudonym", f"{about} {person.pk}", algorithm="sha256")
    return digest.hexdigest()[:16]


def _check_follows(project: Project, follows: int | None) -> None:
    """Check that the part before is a study of the organisation, and does not come after this."""
    own = {study.pk: study.follows_id for study in studies_of(project.organisation_id)}
    step, chain = follows, {project.pk}
    while step is not None:
        if step in chain or step not in own:
            raise BadInput(f"project {step} cannot be the part before", code="study-follows")
        chain.add(step)
        step = own[step]


def _is_on_loopback() -> bool:
    """Return whether this instance runs on its own machine alone, where a study may as well."""
    return settings.URL.startswith(("http://127.0.0.1", "http://localhost"))


def _check(study_in: StudyIn) -> None:
    if study_in.preset not in PRESETS:
        raise BadInput(f"no preset {study_in.preset!r}", code="study-preset")
    if not 1 <= study_in.minutes <= MOST_MINUTES:
        raise BadInput(
            f"{study_in.minutes} minutes; announce 1 to {MOST_MINUTES}",
            code="study-minutes",
            limit=MOST_MINUTES,
        )
    if study_in.screened_out_micro < 0:
        raise BadInput("a sum below 0 for being screened out", code="study-amount")
    if len(study_in.consent) > LONGEST_CONSENT or len(study_in.ethics_number) > LONGEST_NUMBER:
        raise BadInput("the consent text or the number is too long", code="study-consent")
    if not (0 <= study_in.wait_days <= MOST_DAYS and 0 <= study_in.open_days <= MOST_DAYS):
        raise BadInput(
            f"{study_in.wait_days} and {study_in.open_days} days; choose 0 to {MOST_DAYS}",
            code="study-days",
            limit=MOST_DAYS,
        )
    for question, answer, number in study_in.quotas:
        if not is_answer(question, answer) or number < 1 or len(study_in.quotas) > MOST_QUOTAS:
            raise BadInput(
                f"a quota of {number} for {question}={answer}; only listed answers can have one",
                code="study-quota-unknown",
            )
