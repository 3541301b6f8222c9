"""The addresses of incidents."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import INCIDENT_READERS, MAINTAINERS, OPERATORS, REQUESTERS
from canut.web.learning import incidents

POST, BOTH = ("POST",), ("GET", "POST")
_P = "projects/<slug:project>/"
INCIDENTS: tuple[Route, ...] = (
    Route("incidents/", incidents.everywhere, "incidents", INCIDENT_READERS),
    Route(_P + "incidents/", incidents.in_project, "project_incidents", INCIDENT_READERS, BOTH),
    Route(
        _P + "incidents/<whole:number>",
        incidents.incident,
        "project_incident",
        INCIDENT_READERS,
        BOTH,
    ),
    Route(
        _P + "incidents/<whole:number>/owner",
        incidents.owner,
        "project_incident_owner",
        REQUESTERS,
        POST,
    ),
    Route(
        _P + "incidents/<whole:number>/deposit",
        incidents.deposit,
        "project_incident_deposit",
        OPERATORS,
        POST,
    ),
    Route(
        _P + "incidents/<whole:number>/repair",
        incidents.repair,
        "project_incident_repair",
        MAINTAINERS,
        POST,
    ),
    Route(
        _P + "incidents/<whole:number>/decisions.csv",
        incidents.decisions,
        "project_incident_decisions",
        MAINTAINERS,
    ),
)
