"""The addresses of the ethics register, of one review, and of the office."""

from canut.web.ethics import office, pages
from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, REQUESTERS, SIGNED_IN

POST, BOTH = ("POST",), ("GET", "POST")
_E = "ethics/"
ETHICS: tuple[Route, ...] = (
    Route(_E, pages.register, "ethics", ANYONE),
    Route(_E + "register.json", pages.register_file, "ethics_file", ANYONE, json=True),
    Route(_E + "office/", office.office, "ethics_office", SIGNED_IN),
    Route(_E + "office/act", office.act, "ethics_office_act", SIGNED_IN, POST),
    Route(_E + "<whole:number>/", pages.review, "ethics_review", ANYONE),
    Route(_E + "<whole:number>/act", pages.act, "ethics_act", SIGNED_IN, POST),
    Route(_E + "<whole:number>/read/", pages.reading, "ethics_reading", SIGNED_IN, BOTH),
    Route("projects/<slug:project>/ethics", pages.of_project, "project_ethics", REQUESTERS, BOTH),
)
