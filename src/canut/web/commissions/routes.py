"""The addresses of commissions, of what was found, of texts and of their readers."""

from canut.web.commissions import commission, readers, results, texts
from canut.web.kit.access import Route
from canut.web.kit.audiences import READERS, REQUESTERS, WORKERS

POST, BOTH = ("POST",), ("GET", "POST")
_P = "projects/<slug:project>/"
_C, _F, _T = _P + "commission", _P + "findings", _P + "texts/"
_R = "readers/"
COMMISSIONS: tuple[Route, ...] = (
    Route(_C, commission.commission, "commission", REQUESTERS, BOTH),
    Route(_C + "/scenario", commission.scenario, "commission_scenario", REQUESTERS, POST),
    Route(_C + "/acceptance", commission.acceptance, "commission_acceptance", REQUESTERS, POST),
    Route(_C + "/answer", commission.answer, "commission_answer", REQUESTERS, POST),
    Route(_F, results.found, "findings", READERS),
    Route(_F + "/tell", results.tell, "findings_tell", REQUESTERS, POST),
    Route(_F + "/text", results.as_text, "findings_text", REQUESTERS, POST),
    Route(_T, texts.texts, "texts", REQUESTERS, BOTH),
    Route(_T + "hints", texts.hints, "text_hints", REQUESTERS, POST),
    Route(_T + "<whole:number>", texts.text, "text", REQUESTERS, BOTH),
    Route(_R, readers.waiting, "readers", WORKERS),
    Route(_R + "choice", readers.choice, "reader_choice", WORKERS, POST),
    Route(_R + "<whole:number>", readers.read, "reader_text", WORKERS, BOTH),
    Route(_R + "mark", readers.mark, "reader_mark", WORKERS, POST),
)
