"""Open an incident, name who answers for it, and take its steps up to the postmortem.

A machine's alarm returns at once what the model decided alone. What a person reports takes nothing
from a model until the owner confirms it; the report is paid either way. Which step may follow
which, and by whom, is decided in ``core.learning.incidents``; each step is an entry of the
project's log that names nobody.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q

from canut.actions.integrations.outbox import enqueue
from canut.actions.learning.loop import give_back
from canut.actions.learning.repair_evidence import decisions_since, proof_of
from canut.actions.learning.slice_tasks import columns_of
from canut.actions.ledger.entries import record_fact
from canut.actions.people.accounts import add_member
from canut.actions.time.fixed_time import count_fixed_time
from canut.core.clock import MINUTE_MS, Ms
from canut.core.errors import BadInput, Conflict, Forbidden, Missing
from canut.core.learning.incident_terms import IncidentKind, IncidentState, IncidentStep
from canut.core.learning.incidents import (
    REOPEN_WITHIN_MS,
    StepInput,
    check_words,
    name_owner,
    take_step,
)
from canut.core.learning.repair_proof import RepairProof
from canut.core.learning.slices import read_rule
from canut.store.integrations.webhooks import INCIDENT_OPENED
from canut.store.learning.incidents import (
    OPEN,
    OWN,
    record_of,
    unowned_before,
)
from canut.store.lessons.attempts import has_passed
from canut.store.tables.learning import Incident, IncidentEvent, Trained
from canut.store.tables.people import Membership, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task

REPORT_MS = 5 * MINUTE_MS
LESSON = "diagnose"
"""The lesson a maintainer has passed: it gives the two skills the role asks for."""
MOST_LINKED = 50
MOST_SEVERITY = 3
PER_MILLE = 1_000
FEWEST_NAME = 3


class Report(NamedTuple):
    """What somebody saw: its kind, in words, and the kind of task if they know it."""

    kind: str
    words: str
    slice: str = ""


class StepFields(NamedTuple):
    """What the form of a step says; see ``core.learning.incidents.StepInput``.

    ``linked``: keys of tasks that show the fault.
    """

    words: str = ""
    cause: str = ""
    slice: str = ""
    linked: tuple[str, ...] = ()
    severity: int = 0
    touched: int = 0
    redone: int = 0
    postmortem: str = ""
    public_fr: str = ""
    public_en: str = ""


def open_by_alarm(trained: Trained, facts: Mapping[str, float], now_ms: Ms) -> Incident:
    """Open an incident on a machine's alarm, in the caller's transaction.

    An alarm within ninety days after the last one was closed opens that one again.
    """
    closed = Incident.objects.filter(
        project=trained.project_id,
        opened_by=Incident.OpenedBy.MACHINE,
        state=IncidentState.CLOSED.value,
        closed_ms__gte=now_ms - REOPEN_WITHIN_MS,
    ).order_by("-id")
    before = closed.select_for_update().first()
    if before is not None:
        return _reopen(before, trained, facts, now_ms)
    incident = Incident.objects.create(
        project_id=trained.project_id,
        author=trained.author,
        facts=dict(facts),
        at_ms=now_ms,
        since_ms=trained.made_ms,
    )
    _begin(incident, None, now_ms)
    return incident


@transaction.atomic
def report_incident(trained: Trained, report: Report, *, by: Person, now_ms: Ms) -> Incident:
    """Open an incident that a person saw; five minutes are paid, whatever comes of it.

    Raises:
        BadInput: ``incident-kind``, ``incident-words`` or ``incident-slice``.
        Conflict: ``incident-reported``: their earlier report waits for an owner.
    """
    if report.kind not in set(IncidentKind):
        raise BadInput(f"{report.kind[:20]!r} is no kind on the list", code="incident-kind")
    words = check_words(report.words)
    _check_slice(trained.project_id, report.slice)
    Person.objects.select_for_update().get(pk=by.pk)
    waiting = Incident.objects.filter(project=trained.project_id, reporter=by)
    if waiting.filter(state=IncidentState.SUSPECTED.value).exists():
        raise Conflict("your last report is not answered yet", code="incident-reported")
    incident = Incident.objects.create(
        project_id=trained.project_id,
        author=trained.author,
        opened_by=Incident.OpenedBy.PERSON,
        reporter=by,
        kind=report.kind,
        words=words,
        slice=report.slice,
        at_ms=now_ms,
        since_ms=trained.made_ms,
        paid_ms=count_fixed_time(by, REPORT_MS, now_ms),
    )
    _begin(incident, by, now_ms)
    return incident


@transaction.atomic
def name_incident_owner(incident_id: int, owner: Person, *, by: Person, now_ms: Ms) -> Incident:
    """Name who answers for an incident; they become a maintainer of the project.

    Raises:
        Missing: there is no such incident.
        Conflict: ``incident-over``.
        Forbidden: ``incident-lesson``: they have not passed the lesson on diagnosing;
            ``incident-same-person``: they verified it.
    """
    incident = _lock(incident_id)
    record = name_owner(record_of(incident), owner.pk)
    if not has_passed(owner.pk, LESSON):
        raise Forbidden(
            "who answers for an incident has passed the lesson on diagnosing",
            code="incident-lesson",
        )
    add_member(owner, Role.MAINTAINER, now_ms, project=incident.project)
    incident.owner_id, incident.owned_ms = record.owner, now_ms
    incident.save(update_fields=["owner", "owned_ms"])
    IncidentEvent.objects.create(incident=incident, step=OWN, by=by, owner=owner, at_ms=now_ms)
    return incident


def take_incident_step(
    incident_id: int, step: str, fields: StepFields, *, by: Person, now_ms: Ms
) -> Incident:
    """Take a step of an incident.

    Args:
        incident_id: which.
        step: one of ``core.learning.incidents.IncidentStep``, but ``reopen``.
        fields: what was said.
        by: who takes it.
        now_ms: the moment, in milliseconds since 1970 UTC.

    Raises:
        Missing: there is no such incident, or no such task among the linked.
        Refusal: as ``core.learning.incidents.take_step`` says; ``incident-severity``,
            ``incident-slice`` or ``incident-names`` besides.
    """
    if step not in set(IncidentStep) - {IncidentStep.REOPEN}:
        raise Conflict(f"{step[:20]!r} is no step of an incident", code="incident-step")
    with transaction.atomic():
        incident = _take(incident_id, IncidentStep(step), fields, by=by, now_ms=now_ms)
    if step == IncidentStep.CONFIRM and incident.opened_by == Incident.OpenedBy.PERSON:
        returned = give_back(incident.project_id, now_ms)
        Incident.objects.filter(pk=incident.pk).update(tasks=returned)
        incident.tasks = returned
    return incident


def tell_unowned(now_ms: Ms) -> int:
    """Note the incidents nobody owns a day after they were opened; representatives are told."""
    late = [incident.pk for incident in unowned_before(now_ms)]
    with transaction.atomic():
        return Incident.objects.filter(pk__in=late, told_ms=None).update(told_ms=now_ms)


def may_verify(person: Person, project: Project) -> bool:
    """Return whether a person reviews answers of a project."""
    here = Q(project=project) | Q(organisation=project.organisation_id)
    return Membership.objects.filter(
        here, person=person, role=Role.REVIEWER, ended_at=None
    ).exists()


def _take(
    incident_id: int, step: IncidentStep, fields: StepFields, *, by: Person, now_ms: Ms
) -> Incident:
    incident = _lock(incident_id)
    slice_name = fields.slice if step is IncidentStep.DIAGNOSE else incident.slice
    _check_slice(incident.project_id, slice_name)
    if not 0 <= fields.severity <= MOST_SEVERITY:
        raise BadInput(f"severity {fields.severity}; give 0 to 3", code="incident-severity")
    linked = _linked(incident.project_id, fields.linked) if fields.linked else []
    proof = proof_of(incident) if step is IncidentStep.VERIFY else None
    step_input = StepInput(
        by.pk, now_ms, fields.words, may_verify(by, incident.project), fields.cause, len(linked),
        bool(slice_name), fields.touched, fields.redone, proof, fields.postmortem,
        fields.public_fr, fields.public_en,
    )  # fmt: skip
    after = take_step(record_of(incident), step, step_input)
    if step is IncidentStep.CLOSE:
        _check_names(incident.project_id, fields)
    incident.state = after.state.value
    incident.touched, incident.redone = after.touched, after.redone
    incident.repaired_ms, incident.closed_ms = after.repaired_ms, after.closed_ms
    incident.verifier_id = after.verifier
    words = fields.words.strip()
    if step is IncidentStep.CONTAIN:
        incident.severity = fields.severity
        incident.decisions = sum(1 for _decision in decisions_since(incident))
    elif step is IncidentStep.DIAGNOSE:
        incident.cause, incident.cause_words = fields.cause, words
        incident.slice, incident.linked = slice_name, linked
    elif step is IncidentStep.PROVE:
        incident.repaired_by, incident.repair = by, words
    elif step is IncidentStep.SEND_BACK:
        incident.repaired_by, incident.repair = None, ""
    elif step is IncidentStep.VERIFY and proof is not None:
        incident.proof, incident.accepted = proof_facts(proof), words
        incident.verified_ms = now_ms
    elif step is IncidentStep.CLOSE:
        incident.postmortem = fields.postmortem.strip()
        incident.public_fr = fields.public_fr.strip()
        incident.public_en = fields.public_en.strip()
    incident.save()
    IncidentEvent.objects.create(
        incident=incident, step=step.value, by=by, words=words, at_ms=now_ms
    )
    _log_step(incident, step, proof, now_ms)
    return incident


def proof_facts(proof: RepairProof) -> dict[str, object]:
    """Return what was measured as whole numbers, in thousandths where they are shares."""
    rest = None if proof.rest is None else round(proof.rest.high * PER_MILLE)
    return {
        "right": proof.right,
        "seen": proof.seen,
        "low_per_mille": int(proof.low * PER_MILLE),
        "bar_per_mille": round(proof.bar * PER_MILLE),
        "rest_fall_per_mille": rest,
        "slice": list(proof.repaired),
        "rest": list(proof.outside),
        "is_rest_shown": proof.is_rest_shown,
        "rest_needed": proof.rest_needed,
        "compared": len(proof.changes),
    }


def _begin(incident: Incident, by: Person | None, now_ms: Ms) -> None:
    """Write the first step of an incident, its entry in the log, and the event for programs."""
    IncidentEvent.objects.create(
        incident=incident, step=OPEN, by=by, words=incident.words, at_ms=now_ms
    )
    facts = _opening(incident)
    record_fact(incident.project_id, "incident.open", facts | {"at": now_ms}, now_ms)
    event = {**facts, "incident": incident.pk, "slice": incident.slice}
    event.pop("n")
    enqueue(incident.project, INCIDENT_OPENED, event, now_ms)


def _opening(incident: Incident) -> dict[str, object]:
    return {
        "n": incident.pk,
        "kind": incident.kind,
        "by": incident.opened_by,
        "model": incident.author.name,
        "version": incident.author.version,
        "right": int(incident.facts.get("right", 0)),
        "seen": int(incident.facts.get("seen", 0)),
        "slice": _sha256(incident.slice),
    }


def _reopen(
    incident: Incident, trained: Trained, facts: Mapping[str, float], now_ms: Ms
) -> Incident:
    """Open a closed incident again; the newer version is what it is about from now on."""
    step_input = StepInput(0, now_ms, "alarm")
    record = take_step(record_of(incident), IncidentStep.REOPEN, step_input)
    incident.state, incident.verifier_id = record.state.value, record.verifier
    incident.cause, incident.cause_words, incident.proof, incident.accepted = "", "", {}, ""
    incident.touched, incident.redone = record.touched, record.redone
    incident.repaired_ms, incident.repaired_by, incident.repair = None, None, ""
    incident.verified_ms, incident.closed_ms = None, None
    incident.author, incident.facts = trained.author, dict(facts)
    incident.at_ms, incident.since_ms, incident.told_ms = now_ms, trained.made_ms, None
    incident.save()
    IncidentEvent.objects.create(
        incident=incident, step=IncidentStep.REOPEN.value, by=None, at_ms=now_ms
    )
    _log_step(incident, IncidentStep.REOPEN, None, now_ms)
    event = {**_opening(incident), "incident": incident.pk, "slice": incident.slice}
    event.pop("n")
    enqueue(incident.project, INCIDENT_OPENED, event, now_ms)
    return incident


def _log_step(
    incident: Incident, step: IncidentStep, proof: RepairProof | None, now_ms: Ms
) -> None:
    """Write a step in the project's log: numbers and hashes, nobody's name."""
    facts: dict[str, object] = {
        "kind": incident.kind,
        "cause": incident.cause,
        "severity": incident.severity,
        "decisions": incident.decisions,
        "touched": incident.touched,
        "redone": incident.redone,
        "slice": incident.slice,
        "linked": incident.linked,
        "at": now_ms,
    }
    entry = {"of": incident.pk, "state": incident.state, "facts": _sha256(_canonical(facts))}
    record_fact(incident.project_id, "incident.state", entry, now_ms)
    if step is IncidentStep.VERIFY and proof is not None:
        verified = proof_facts(proof)
        proof_entry = {"low_per_mille": verified["low_per_mille"], "seen": proof.seen}
        fall = verified["rest_fall_per_mille"]
        proof_entry |= {} if fall is None else {"rest_fall_per_mille": fall}
        proof_entry["of"] = incident.pk
        record_fact(incident.project_id, "incident.verified", proof_entry, now_ms)
    if step is IncidentStep.CLOSE:
        texts = [incident.postmortem, incident.public_fr, incident.public_en]
        sha256 = _sha256(_canonical({"texts": texts}))
        record_fact(
            incident.project_id, "postmortem", {"of": incident.pk, "sha256": sha256}, now_ms
        )


def _linked(project_id: int, keys: tuple[str, ...]) -> list[int]:
    """Return the tasks of keys.

    Raises:
        BadInput: ``incident-linked-many``: too many keys.
        Missing: ``task-unknown``: the project has no such task.
    """
    unique = list(dict.fromkeys(key.strip() for key in keys if key.strip()))
    if len(unique) > MOST_LINKED:
        raise BadInput(
            f"{len(unique)} tasks; link {MOST_LINKED} at most",
            code="incident-linked-many",
            limit=MOST_LINKED,
        )
    numbers = dict(Task.objects.filter(project=project_id, key__in=unique).values_list("key", "id"))
    strange = next((key for key in unique if key not in numbers), None)
    if strange is not None:
        raise Missing(f"there is no task {strange!r}", code="task-unknown", key=strange)
    return [numbers[key] for key in unique]


def _check_slice(project_id: int, name: str) -> None:
    """Raise ``BadInput`` for a name that no kind of task of the project has."""
    if name:
        read_rule(name, columns_of(project_id))


def _check_names(project_id: int, fields: StepFields) -> None:
    """Refuse a postmortem that names somebody who works in the project.

    Raises:
        BadInput: ``incident-names``.
    """
    workers = Person.objects.filter(workers__project=project_id)
    text = f"{fields.postmortem}\n{fields.public_fr}\n{fields.public_en}".casefold()
    for names in workers.values_list("username", "shown_name", "known_as").distinct():
        for name in names:
            is_name = len(name) >= FEWEST_NAME
            if is_name and re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text):
                raise BadInput(
                    "the postmortem names somebody; say what happened, not who",
                    code="incident-names",
                )


def _lock(incident_id: int) -> Incident:
    rows = Incident.objects.select_for_update(of=("self",)).select_related("project", "author")
    incident = rows.filter(pk=incident_id).first()
    if incident is None:
        raise Missing(f"there is no incident {incident_id}", code="incident-missing")
    return incident


def _canonical(facts: Mapping[str, object]) -> str:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
