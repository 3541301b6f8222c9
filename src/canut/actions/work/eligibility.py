"""Decide who may work in a project, notify them, and decide again when facts change.

The criteria are languages, a score on gold, membership of a team, a qualification that the
organisation gave or paid to train, and a jurisdiction where a law requires it. Never what they
learnt elsewhere, a floor, speed, top-up, complaint, accommodation or choice of exposure. A person
who becomes ineligible keeps their membership, pay and history; they get no more tasks, and read
why.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from canut.actions.decisions.record import Factor, Ruling, decide
from canut.actions.work.lease_blocks import LeaseBlock
from canut.core.decisions.explanations import explain
from canut.core.errors import BadInput, Incomplete
from canut.core.quality.allocation.gold_check_rate import low_end
from canut.store.decisions.automated_systems import is_on
from canut.store.people.work_terms import terms_of
from canut.store.sql.dialect import WorkerNow
from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.work import Eligibility, Qualification, Speaks, Worker
from canut.store.work.eligibility import eligibility_of, languages_of, what_bars
from canut.store.work.qualifications import Unmet, unmet_qualification

ELIGIBILITY = "eligibility"
LANGUAGE, SCORE, TEAM, PLACE = "language", "qualification", "team", "place"
GRANT, TRAINING, VALUE, ENDED = "grant", "training", "value", "ended"
BARRED = "barred"
CAP = "cap"
PER_MILLE = 1000
MOST_LANGUAGES = 20
MOST_A_DAY = 1000
MOST_A_PERSON = 9_000  # the lease counts no further than 10,000
REASON_LENGTH = 400


@dataclass(frozen=True, slots=True)
class EligibilityRules:
    """A project's requirements for its workers; see ``store.work.eligibility``."""

    languages: tuple[str, ...] = ()
    earned_in: Project | None = None
    at_least: int = 0
    team_of: Project | None = None
    place: str = ""
    legal_reason: str = ""
    qualification: Qualification | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    """The requirement a person does not meet, and the facts compared."""

    what: str
    inputs: Mapping[str, str | int]


def set_eligibility(project: Project, rules: EligibilityRules, *, by: Person, now_ms: int) -> int:
    """Set who may work in a project; return for how many workers that changed.

    Raises:
        BadInput: a language, share or project that cannot be meant.
        Incomplete: ``place-unlawful``: a place without the legal reason for it.
    """
    _check(project, rules)
    Eligibility.objects.update_or_create(
        project=project,
        defaults={
            "languages": sorted(rules.languages),
            "earned_in": rules.earned_in,
            "at_least": rules.at_least if rules.earned_in else 0,
            "team_of": rules.team_of,
            "qualification": rules.qualification,
            "place": rules.place.strip().upper(),
            "legal_reason": rules.legal_reason.strip() if rules.place.strip() else "",
            "set_by": by,
            "set_ms": now_ms,
        },
    )
    workers = Worker.objects.filter(project=project, ended_at=None, person__isnull=False)
    return sum(decide_one(worker, now_ms) for worker in workers.order_by("id"))


def set_caps(project: Project, a_person: int | None, a_day: int | None) -> None:
    """Set how many tasks a person may have, in total and in 24 hours; None for no cap.

    Raises:
        BadInput: out of range.
    """
    for cap, most in ((a_person, MOST_A_PERSON), (a_day, MOST_A_DAY)):
        if cap is not None and not 1 <= cap <= most:
            raise BadInput(f"a cap of {cap}; from 1 to {most}", code="cap-range", limit=most)
    Project.objects.filter(pk=project.pk).update(tasks_a_person=a_person, tasks_a_day=a_day)


def say_languages(person: Person, languages: tuple[str, ...], now_ms: int) -> None:
    """Set the languages a person works in, and decide again where that counts.

    Raises:
        BadInput: more than twenty, or one that is not two or three letters.
    """
    _check_languages(languages)
    Speaks.objects.update_or_create(
        person=person, defaults={"languages": sorted(set(languages)), "said_ms": now_ms}
    )
    for worker in Worker.objects.filter(person=person, ended_at=None).order_by("id"):
        decide_one(worker, now_ms)


def decide_again(worker: Worker, now_ms: int) -> int:
    """Decide again wherever a worker's score counts; return how many projects changed."""
    if worker.person_id is None:
        return 0
    where = Eligibility.objects.filter(earned_in=worker.project_id).values("project_id")
    others = Worker.objects.filter(person=worker.person_id, project__in=where, ended_at=None)
    return sum(decide_one(other, now_ms) and not other.barred for other in others.order_by("id"))


@transaction.atomic
def decide_one(worker: Worker, now_ms: int) -> bool:
    """Decide whether a worker may work in their project; return whether that changed.

    Going on being barred for the same reason is no new decision. Somebody who may work again is
    told so, and the decision that kept them out is undone.
    """
    rules = eligibility_of(worker.project_id)
    lack = lack_of(worker, rules, now_ms) if is_on(ELIGIBILITY) else None
    barred = lack.what if lack else ""
    if barred == worker.barred:
        return False
    Worker.objects.filter(pk=worker.pk).update(barred=barred)
    worker.barred = barred
    standing = Decision.objects.filter(
        worker=worker, system=ELIGIBILITY, kind=Decision.Kind.NOT_LENT, undone_ms=None
    )
    standing.update(undone_ms=now_ms)
    if lack is not None and worker.person_id is not None:
        _tell(worker, lack, now_ms)
    return True


def lack_of(worker: Worker, rules: Eligibility | None, now_ms: int) -> Lack | None:
    """Return the first requirement a worker does not meet, easiest first; None if none."""
    person = worker.person
    if person is None:
        return None
    unmet = unmet_qualification(worker.project_id, person.pk)
    if unmet is not None:
        return _lack_of_qualification(worker, unmet)
    return _lack_of_rules(person, rules, now_ms) if rules is not None else None


def _lack_of_rules(person: Person, rules: Eligibility, now_ms: int) -> Lack | None:
    """Return the first of a project's own rules that a person does not meet; None if none."""
    spoken = languages_of(person)
    if rules.languages and not set(rules.languages) & set(spoken):
        languages = ", ".join(rules.languages)
        return Lack(LANGUAGE, {"asked": languages, "spoken": ", ".join(spoken)})
    if rules.team_of is not None:
        team = Worker.objects.filter(project=rules.team_of, person=person, ended_at=None)
        if not team.exists():
            return Lack(TEAM, {"team": rules.team_of.title})
    if rules.earned_in is not None:
        there = Worker.objects.filter(project=rules.earned_in, person=person).first()
        right, answered = (there.checks_right, there.checks_answered) if there else (0, 0)
        low = int(low_end(right, answered) * PER_MILLE)
        if low < rules.at_least:
            facts = {"low_share": low, "asked_share": rules.at_least}
            counts = {"right": right, "answered": answered}
            return Lack(SCORE, {"earned_in": rules.earned_in.title, **counts, **facts})
    return _lack_of_place(person, rules, now_ms)


def _lack_of_qualification(worker: Worker, unmet: Unmet) -> Lack:
    """Return that a person lacks a qualification, or has one with a value that does not fit."""
    qualification = unmet.qualification
    if unmet.value is not None:
        requester = worker.project.organisation.name
        return Lack(VALUE, {"asked": qualification.name, "requester": requester})
    if qualification.ended_ms is not None:
        return Lack(ENDED, {"asked": qualification.name})
    if qualification.training is None:
        return Lack(GRANT, {"asked": qualification.name})
    return Lack(TRAINING, {"asked": qualification.name, "training": qualification.training.title})


def _lack_of_place(person: Person, rules: Eligibility, now_ms: int) -> Lack | None:
    """Return that a person works elsewhere than a law asks for; None if not, or if none does."""
    if not rules.place:
        return None
    terms = terms_of(person.pk, now_ms)
    if terms is not None and terms.place.startswith(rules.place):
        return None
    return Lack(PLACE, {"asked": rules.place, "law": rules.legal_reason})


def is_asked() -> bool:
    """Return whether eligibility is enforced: unless the operator switched it off."""
    return is_on(ELIGIBILITY)


def explain_ineligibility(worker: WorkerNow, reason: str, now_ms: int) -> LeaseBlock:
    """Explain why a worker gets no more tasks: a requirement, or a cap of the project.

    Who was barred as they joined has no decision yet: it is recorded now.
    """
    if reason == CAP:
        is_daily = (worker.rules.left or 1) > 0
        explanation = explain("not-lent-cap-day" if is_daily else "not-lent-cap", {})
        return LeaseBlock(ELIGIBILITY, CAP, explanation.en, explanation.fr)
    standing = what_bars(worker.worker) or _decide_late(worker.worker, now_ms)
    if standing is None:
        explanation = explain("not-lent-barred", {})
        return LeaseBlock(ELIGIBILITY, BARRED, explanation.en, explanation.fr)
    return LeaseBlock(ELIGIBILITY, BARRED, standing.text_en, standing.text_fr)


@transaction.atomic
def _decide_late(worker_id: int, now_ms: int) -> Decision | None:
    """Record why a worker was barred as they joined; None if nothing bars them now."""
    worker = Worker.objects.select_related("person", "project__organisation").get(pk=worker_id)
    lack = lack_of(worker, eligibility_of(worker.project_id), now_ms)
    if lack is None:
        Worker.objects.filter(pk=worker_id).update(barred="")
        return None
    Worker.objects.filter(pk=worker_id).update(barred=lack.what)
    _tell(worker, lack, now_ms)
    return what_bars(worker_id)


def _tell(worker: Worker, lack: Lack, now_ms: int) -> None:
    code = f"not-lent-{lack.what}"
    explanation = explain(code, {"project": worker.project.title, **lack.inputs})
    factors: list[Factor] = [
        {"name": name, "value": value, "weight": 1} for name, value in lack.inputs.items()
    ]
    ruling = Ruling(
        person=worker.person_id or 0,
        kind=Decision.Kind.NOT_LENT,
        code=code,
        text_en=explanation.en,
        text_fr=explanation.fr,
        system=ELIGIBILITY,
        worker=worker.pk,
        project=worker.project_id,
        inputs=lack.inputs,
        factors=factors,
    )
    decide(ruling, now_ms)


def _check(project: Project, rules: EligibilityRules) -> None:
    _check_languages(rules.languages)
    if rules.place.strip() and not rules.legal_reason.strip():
        raise Incomplete(
            "a place may only be asked for where a law asks for it; name the law",
            code="place-unlawful",
            field="legal_reason",
        )
    if len(rules.legal_reason) > REASON_LENGTH:
        raise BadInput("the legal reason is too long", code="reason-too-long", limit=REASON_LENGTH)
    if not 0 <= rules.at_least < PER_MILLE:
        raise BadInput(f"{rules.at_least} in a thousand asked for", code="score-range")
    for source in (rules.earned_in, rules.team_of):
        if source is not None and source.organisation_id != project.organisation_id:
            raise BadInput("a project of another organisation", code="project-elsewhere")
    granted = rules.qualification
    if granted is not None and granted.organisation_id != project.organisation_id:
        raise BadInput("a qualification of another organisation", code="project-elsewhere")


def _check_languages(languages: tuple[str, ...]) -> None:
    shortest, longest = 2, 3
    if len(languages) > MOST_LANGUAGES or not all(
        code.isascii() and code.isalpha() and code.islower() and shortest <= len(code) <= longest
        for code in languages
    ):
        raise BadInput(
            f"languages {languages!r}: give codes such as fr, en", code="language-unknown"
        )
