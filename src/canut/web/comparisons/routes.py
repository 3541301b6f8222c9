"""The addresses of comparisons."""

from canut.web.comparisons import project, work
from canut.web.kit.access import Route
from canut.web.kit.audiences import PROJECT_WITNESSES, REQUESTERS, WORKERS

POST, BOTH = ("POST",), ("GET", "POST")
_P, _W = "projects/<slug:project>/comparisons", "work/<slug:project>/comparison"
COMPARISONS: tuple[Route, ...] = (
    Route(_P, project.comparisons, "project_comparisons", PROJECT_WITNESSES),
    Route(_P + "/open", project.begin, "project_comparison_open", REQUESTERS, POST),
    Route(
        _P + "/<whole:number>/hold",
        project.hold,
        "project_comparison_hold",
        PROJECT_WITNESSES,
        POST,
    ),
    Route(
        _P + "/<whole:number>/resume",
        project.resume,
        "project_comparison_resume",
        PROJECT_WITNESSES,
        POST,
    ),
    Route(_P + "/<whole:number>/end", project.end, "project_comparison_end", REQUESTERS, POST),
    Route(_W, work.comparison, "work_comparison", WORKERS, BOTH, for_worker=True),
    Route(_W + "/usual", work.usual, "work_comparison_usual", WORKERS, POST, for_worker=True),
    Route(_W + "/harm", work.harm, "work_comparison_harm", WORKERS, POST, for_worker=True),
)
