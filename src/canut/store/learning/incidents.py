"""Incidents of models: those open, their steps and repairs, and what the rules need of them.

Reads only.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from canut.core.learning.incident_terms import IncidentCause, IncidentState, IncidentStep
from canut.core.learning.incidents import ENDED, OWNER_WITHIN_MS, IncidentRecord
from canut.store.tables.learning import Incident, IncidentEvent, IncidentRepair, Trained

ENDED_STATES = tuple(sorted(ENDED))
OWN, OPEN = "own", "open"
_REPAIR_BEGINS = (IncidentStep.REPAIR.value, IncidentStep.SEND_BACK.value)


def incidents_of(project_id: int, most: int = 50) -> list[Incident]:
    """List the incidents of a project, newest first."""
    incidents = Incident.objects.filter(project=project_id)
    return list(incidents.select_related("author", "owner", "reporter").order_by("-id")[:most])


def incident_in(project_id: int, number: int) -> Incident | None:
    """Return an incident of a project."""
    rows = Incident.objects.select_related("author", "owner", "verifier", "reporter", "project")
    return rows.filter(project=project_id, pk=number).first()


def open_incidents(project_id: int) -> list[Incident]:
    """List the incidents of a project that something is left to do about, newest first."""
    return [each for each in incidents_of(project_id) if each.state not in ENDED_STATES]


def open_incident(project_id: int) -> Incident | None:
    """Return the alarm of a project that nobody repaired yet."""
    alarms = Incident.objects.filter(project=project_id, repaired_ms=None)
    alarms = alarms.filter(opened_by=Incident.OpenedBy.MACHINE)
    return alarms.exclude(state__in=ENDED_STATES).order_by("id").first()


def weighing(project_id: int) -> QuerySet[Incident]:
    """Select the incidents by which a model has to prove itself again.

    Those that a person reported count once they are confirmed: a report alone takes nothing from a
    model.
    """
    unproven = (IncidentState.SUSPECTED.value, IncidentState.FALSE_ALARM.value)
    return Incident.objects.filter(project=project_id).exclude(
        opened_by=Incident.OpenedBy.PERSON, state__in=unproven
    )


def unowned_before(now_ms: int) -> list[Incident]:
    """List the open incidents that nobody owns a day after they were opened, oldest first."""
    late = Incident.objects.filter(owner=None, at_ms__lte=now_ms - OWNER_WITHIN_MS)
    late = late.exclude(state__in=ENDED_STATES)
    return list(late.select_related("project", "author").order_by("at_ms", "id"))


def events_of(incident: Incident) -> list[IncidentEvent]:
    """List the steps of an incident, in order."""
    return list(incident.events.select_related("by", "owner").order_by("id"))


def repairs_of(incident: Incident) -> list[IncidentRepair]:
    """List the repairs of an incident, in order."""
    return list(incident.repairs.select_related("by").order_by("id"))


def record_of(incident: Incident) -> IncidentRecord:
    """Return what the rules need of an incident."""
    events = events_of(incident)
    owners = {event.owner_id for event in events if event.owner_id}
    repairers = {
        event.by_id for event in events if event.step == IncidentStep.PROVE and event.by_id
    }
    begun = [event.at_ms for event in events if event.step in _REPAIR_BEGINS]
    planned = incident.repairs.filter(at_ms__gte=begun[-1]).count() if begun else 0
    return IncidentRecord(
        IncidentState(incident.state),
        incident.owner_id,
        frozenset(owners | repairers),
        incident.verifier_id,
        IncidentCause(incident.cause) if incident.cause else None,
        planned,
        incident.touched,
        incident.redone,
        incident.repaired_ms,
        incident.closed_ms,
    )


def version_of(incident: Incident) -> Trained | None:
    """Return the version an incident is about, without its weights."""
    versions = Trained.objects.filter(author=incident.author_id).select_related("author")
    return versions.defer("weights").first()


def repaired_between(projects: Sequence[int], begin_ms: int, end_ms: int) -> int | None:
    """Count incidents repaired between two times; None if there is no model."""
    if not Trained.objects.filter(project__in=projects).exists():
        return None
    incidents = Incident.objects.filter(project__in=projects)
    return incidents.filter(repaired_ms__gte=begin_ms, repaired_ms__lt=end_ms).count()
