"""The addresses of own pages, and of the frame around one in the workbench."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, WORKERS
from canut.web.own_pages import frame, hosted

POST = ("POST",)
_W, _S = "work/<slug:project>/own-page/<whole:lease>", "s/<str:secret>"
OWN_PAGES: tuple[Route, ...] = (
    Route(_W, frame.frame, "own_page_frame", WORKERS, for_worker=True),
    Route(
        _W + "/received",
        frame.received,
        "own_page_received",
        WORKERS,
        POST,
        json=True,
        for_worker=True,
    ),
    Route(_S + "/page", hosted.page, "own_page", ANYONE),
    Route(_S + "/mturk/externalSubmit", hosted.submit, "own_page_submit", ANYONE, POST),
    Route(_S + "//mturk/externalSubmit", hosted.submit, "own_page_submit_slash", ANYONE, POST),
)
