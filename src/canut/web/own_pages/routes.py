"""The addresses of own pages, and of the frame around one in the workbench."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, REQUESTERS, WORKERS
from canut.web.own_pages import frame, hosted, preview

POST = ("POST",)
_W, _S = "work/<slug:project>/own-page/<whole:lease>", "s/<str:secret>"
_P = "projects/<slug:project>/own-page"
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
    Route(_W + "/outside", frame.outside, "own_page_outside", WORKERS, for_worker=True),
    Route(
        _W + "/finished",
        frame.finished,
        "own_page_finished",
        WORKERS,
        POST,
        json=True,
        for_worker=True,
    ),
    Route(_P, preview.show_preview, "project_own_page", REQUESTERS),
    Route(_P + "/frame", preview.preview_frame, "project_own_page_frame", REQUESTERS),
    Route("s/preview/<str:secret>/page", preview.preview_page, "own_page_preview", ANYONE),
    Route(_S + "/page", hosted.page, "own_page", ANYONE),
    Route(_S + "/mturk/externalSubmit", hosted.submit, "own_page_submit", ANYONE, POST),
    Route(_S + "//mturk/externalSubmit", hosted.submit, "own_page_submit_slash", ANYONE, POST),
)
