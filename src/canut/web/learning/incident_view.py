"""Put an incident into the words of a page: its state, its steps, its proof, its owners to be."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from canut.actions.learning.incidents import LESSON
from canut.core.learning.incident_terms import (
    IncidentCause,
    IncidentState,
    IncidentStep,
    RepairPayer,
)
from canut.core.learning.incidents import REPAIRS, is_owner_late, steps_from
from canut.store.learning.incidents import OPEN, OWN, events_of, record_of, repairs_of
from canut.store.lessons.attempts import passed_in_project
from canut.store.tables.learning import Incident, IncidentEvent, IncidentRepair
from canut.store.tables.people import Person
from canut.web.kit.messages import lazy_message, message_now
from canut.web.learning.incident_forms import CAUSES, KINDS, REPAIR_KINDS, SEVERITIES
from canut.web.learning.slice_names import slice_name

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

State = IncidentState
STATES: Mapping[str, object] = {
    State.SUSPECTED: lazy_message("page.incidents.state_suspected"),
    State.CONFIRMED: lazy_message("page.incidents.state_confirmed"),
    State.CONTAINED: lazy_message("page.incidents.state_contained"),
    State.DIAGNOSED: lazy_message("page.incidents.state_diagnosed"),
    State.REPAIRING: lazy_message("page.incidents.state_repairing"),
    State.PROVING: lazy_message("page.incidents.state_proving"),
    State.VERIFIED: lazy_message("page.incidents.state_verified"),
    State.CLOSED: lazy_message("page.incidents.state_closed"),
    State.FALSE_ALARM: lazy_message("page.incidents.state_false_alarm"),
}
DONE: Mapping[str, object] = {
    OPEN: lazy_message("page.incidents.done_open"),
    OWN: lazy_message("page.incidents.done_own"),
    IncidentStep.CONFIRM: lazy_message("page.incidents.done_confirm"),
    IncidentStep.DISMISS: lazy_message("page.incidents.done_dismiss"),
    IncidentStep.CONTAIN: lazy_message("page.incidents.done_contain"),
    IncidentStep.DIAGNOSE: lazy_message("page.incidents.done_diagnose"),
    IncidentStep.REPAIR: lazy_message("page.incidents.done_repair"),
    IncidentStep.PROVE: lazy_message("page.incidents.done_prove"),
    IncidentStep.SEND_BACK: lazy_message("page.incidents.done_send_back"),
    IncidentStep.VERIFY: lazy_message("page.incidents.done_verify"),
    IncidentStep.CLOSE: lazy_message("page.incidents.done_close"),
    IncidentStep.REOPEN: lazy_message("page.incidents.done_reopen"),
}
PAYERS: Mapping[str, object] = {
    RepairPayer.REQUESTER: lazy_message("page.incidents.payer_requester"),
    RepairPayer.PLATFORM: lazy_message("page.incidents.payer_platform"),
}


class EventLine(NamedTuple):
    """One step of an incident on its page."""

    name: object
    who: str
    words: str
    at_ms: int


class RepairLine(NamedTuple):
    """One repair of an incident on its page."""

    name: object
    payer: object
    row: IncidentRepair


class IncidentLine(NamedTuple):
    """An incident in a list: its state in words, and whether nobody owns it for a day."""

    row: Incident
    state: object
    kind: object
    is_late: bool


def line_of(incident: Incident, now_ms: int) -> IncidentLine:
    """Return an incident as a list shows it."""
    is_late = is_owner_late(record_of(incident), incident.at_ms, now_ms)
    return IncidentLine(incident, STATES[incident.state], kind_of(incident), is_late)


def kind_of(incident: Incident) -> object:
    """Return what was seen, in words."""
    return dict(KINDS.items())[next(kind for kind in KINDS if kind == incident.kind)]


def facts_of(incident: Incident) -> dict[str, object]:
    """Return what a page says of an incident, in words."""
    return {
        "state": STATES[incident.state],
        "kind": kind_of(incident),
        "cause": CAUSES[IncidentCause(incident.cause)] if incident.cause else "",
        "severity": dict(SEVERITIES)[str(incident.severity)],
        "slice": slice_name(incident.slice) if incident.slice else "",
    }


def event_lines(incident: Incident) -> list[EventLine]:
    """List the steps of an incident in words, in order."""
    return [_event_line(event) for event in events_of(incident)]


def repair_lines(incident: Incident) -> list[RepairLine]:
    """List the repairs of an incident in words, in order."""
    names = {kind.value: name for kind, name in REPAIR_KINDS.items()}
    return [RepairLine(names[row.kind], PAYERS[row.paid_by], row) for row in repairs_of(incident)]


def repair_choices(incident: Incident) -> "list[tuple[str, StrOrPromise]]":
    """List the repairs that the cause of an incident has, with their names."""
    kinds = REPAIRS[IncidentCause(incident.cause)] if incident.cause else ()
    if incident.state == State.PROVING:
        kinds = kinds[-1:]
    return [(kind.value, REPAIR_KINDS[kind]) for kind in kinds]


def slice_choices(names: list[str]) -> list[tuple[str, str]]:
    """List the kinds of tasks that can be named, with those compared for a model's health."""
    return [("", message_now("form.incidents.any_kind")), *((n, slice_name(n)) for n in names)]


def owner_choices(project_id: int) -> list[tuple[str, str]]:
    """List who may answer for an incident: people of the project who passed the lesson."""
    return [(str(person.pk), str(person)) for person in passed_in_project(project_id, LESSON)]


def may_take(incident: Incident, person: Person) -> bool:
    """Return whether the next step is this person's: the owner's, or the verifier's."""
    if incident.owner_id is None or not steps_from(IncidentState(incident.state)):
        return False
    is_hand = person.pk in record_of(incident).hands
    if incident.state == State.PROVING:
        return not is_hand
    return person.pk == incident.owner_id


def _event_line(event: IncidentEvent) -> EventLine:
    who = event.owner if event.step == OWN else event.by
    return EventLine(DONE[event.step], str(who) if who else "", event.words, event.at_ms)
