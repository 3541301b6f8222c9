"""Record a decision about a person: what, why, by which rule or whom, in words.

Every decision that goes against a person, or holds something back, is recorded here. A program may
propose; only a named person decides against somebody. Undoing is in ``undo``.

Sentences of decisions name people and days, by the calendar of the person concerned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from canut.actions.integrations.outbox import enqueue_decision
from canut.actions.ledger.entries import EntrySubject, fresh_nonce, record_entry
from canut.actions.platform.person_keys import key_for
from canut.core.clock import local_day
from canut.core.decisions.automated_systems import system_named
from canut.core.decisions.deadlines import appealable_until
from canut.core.errors import Conflict, Forbidden, Incomplete
from canut.store.decisions.automated_systems import is_on
from canut.store.people.work_terms import zone_of
from canut.store.tables.decisions import ADVERSE, Decision
from canut.store.tables.people import Person

FAVOURABLE = frozenset({Decision.Kind.TIME_GRANTED})  # a switch holds up nobody's pay


type Factor = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision as it is taken; see ``store.tables.decisions.Decision``.

    Args:
        system: the automated system that decided; empty for a human's own decision.
        by: the human who decided; None for a system.
        evidence: in the words of the human, where it goes against the person.
    """

    person: int
    kind: Decision.Kind
    code: str
    text_en: str
    text_fr: str
    system: str = ""
    by: Person | None = None
    evidence: str = ""
    worker: int | None = None
    project: int | None = None
    answer: int | None = None
    inputs: Mapping[str, object] = field(default_factory=dict[str, object])
    factors: Sequence[Factor] = ()


@transaction.atomic
def decide(ruling: Ruling, now_ms: int) -> Decision:
    """Record a decision.

    Raises:
        Forbidden: a program, or a system, decides against a person; or somebody about themselves.
        Incomplete: the sentence in one of the languages, the evidence or the factors are missing.
        Missing: the system is not registered.
        Conflict: somebody has switched the system off.
    """
    is_adverse = ruling.kind in ADVERSE
    if is_adverse and (ruling.by is None or ruling.by.is_service):
        raise Forbidden(
            f"{ruling.kind.value} is decided by a named person; a program may only propose it",
            code="service-actor",
        )
    if is_adverse and ruling.by is not None and ruling.by.id == ruling.person:
        raise Forbidden("nobody decides about themselves; ask somebody else", code="own-decision")
    missing = {
        "text_en": not ruling.text_en.strip(),
        "text_fr": not ruling.text_fr.strip(),
        "evidence": is_adverse and not ruling.evidence.strip(),
        "factors": ruling.by is None and not ruling.factors,
    }
    for name, is_missing in missing.items():
        if is_missing:
            raise Incomplete(f"a decision needs its {name}", code="decision-unsaid", field=name)
    rule = "" if ruling.by is not None else system_named(ruling.system).version
    if rule and ruling.kind not in FAVOURABLE and not is_on(ruling.system):
        raise Conflict(f"the system {ruling.system!r} is switched off", code="system-off")
    decision = Decision.objects.create(
        person_id=ruling.person,
        worker_id=ruling.worker,
        project_id=ruling.project,
        answer_id=ruling.answer,
        kind=ruling.kind,
        code=ruling.code,
        system="" if ruling.by is not None else ruling.system,
        rule=rule,
        inputs=dict(ruling.inputs),
        factors=[dict(factor) for factor in ruling.factors],
        text_en=ruling.text_en.strip(),
        text_fr=ruling.text_fr.strip(),
        evidence=ruling.evidence.strip(),
        made_by=ruling.by,
        at_ms=now_ms,
    )
    entry_type = "decision.human" if ruling.by is not None else "decision.auto"
    note_in_ledger(decision, entry_type, {"rule": rule}, now_ms)
    enqueue_decision(decision, "", now_ms)
    return decision


def note_in_ledger(
    decision: Decision, entry_type: str, facts: Mapping[str, str | int], now_ms: int
) -> None:
    """Append to the project's ledger, or the platform's without one; no names or words."""
    project = decision.project
    payload = {
        "v": 1,
        "t": entry_type,
        "p": project.slug if project else "",
        "w": decision.worker.public_id if decision.worker else "",
        "decision": decision.pk,
        "kind": str(decision.kind),
        "code": decision.code,
        "at": now_ms,
        **facts,
    }
    of = EntrySubject(project.pk if project else None, sealer=key_for(decision.person_id))
    record_entry(of, entry_type, payload, now_ms, fresh_nonce())


def name_of(person: Person) -> str:
    """Return the name of a decider as displayed to the person concerned."""
    return str(person)


def day_in_zone(person_id: int, at_ms: int) -> date:
    """Return the local day in a person's time zone."""
    return local_day(at_ms, zone_of(person_id, at_ms))


def appeal_day(person_id: int, now_ms: int) -> str:
    """Return the last day to appeal against a decision taken now."""
    return day_in_zone(person_id, appealable_until(now_ms)).isoformat()
