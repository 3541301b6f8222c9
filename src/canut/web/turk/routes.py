"""The addresses of signing keys and of what programs propose."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import REQUESTERS
from canut.web.turk import layouts, pages

POST, BOTH = ("POST",), ("GET", "POST")
TURK: tuple[Route, ...] = (
    Route("keys/turk", pages.key, "turk_key", REQUESTERS, BOTH),
    Route("layouts/", layouts.layouts, "turk_layouts", REQUESTERS, BOTH),
    Route("proposals/", pages.proposals, "turk_proposals", REQUESTERS),
    Route("proposals/<whole:number>/decline", pages.decline, "turk_decline", REQUESTERS, POST),
)
