"""The addresses of pathways, openings and destinations."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, OPERATORS, REQUESTERS, SIGNED_IN
from canut.web.pathways import destinations, openings, pathways

POST, BOTH = ("POST",), ("GET", "POST")
_A, _O = "account/pathways/", "openings/"
PATHWAYS: tuple[Route, ...] = (
    Route("pathways/", pathways.public, "pathways_public", ANYONE),
    Route(_A, pathways.own, "pathways", SIGNED_IN),
    Route(_A + "follow", pathways.follow, "pathway_follow", SIGNED_IN, POST),
    Route(_A + "where", destinations.where, "pathway_where", SIGNED_IN, BOTH),
    Route(_A + "leaving", destinations.leaving, "pathway_leaving", SIGNED_IN, POST),
    Route(_A + "forget", destinations.forget, "pathway_forget", SIGNED_IN, POST),
    Route(_O, openings.openings, "openings", REQUESTERS, BOTH),
    Route(_O + "<whole:number>/end", openings.end, "opening_end", REQUESTERS, POST),
    Route(_O + "<whole:number>/down", openings.take_down, "opening_down", OPERATORS, POST),
)
