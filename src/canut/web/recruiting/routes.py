"""The addresses of ways to people: lists, pools, the board, qualifications."""

from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE, REQUESTERS, SIGNED_IN, WORKERS
from canut.web.recruiting import (
    board,
    crowd,
    pools,
    prolific,
    qualification_tests,
    qualifications,
    studies,
)

POST, BOTH = ("POST",), ("GET", "POST")
_C, _L = "projects/<slug:project>/crowd", "projects/<slug:project>/crowd/<whole:number>"
_S = "projects/<slug:project>/study"
RECRUITING: tuple[Route, ...] = (
    Route("board/", board.board, "board", ANYONE),
    Route("invited/<str:token>/no", crowd.no_letters, "invited_no", ANYONE, BOTH),
    Route("pools/", pools.own, "pools", SIGNED_IN, BOTH),
    Route("pools/calls/<whole:number>/decline", pools.decline, "pool_decline", SIGNED_IN, POST),
    Route("pools/tests/<whole:number>", qualification_tests.take, "pool_test", SIGNED_IN, BOTH),
    Route("pools/<whole:number>", pools.pool, "crowd_pool", REQUESTERS, BOTH),
    Route("qualifications/", qualifications.qualifications, "qualifications", REQUESTERS, BOTH),
    Route("qualifications/<whole:number>", qualifications.one, "qualification", REQUESTERS, BOTH),
    Route(_C, crowd.crowd, "project_crowd", REQUESTERS, BOTH),
    Route(_L, crowd.invited, "project_crowd_list", REQUESTERS),
    Route(_L + "/links", crowd.links, "project_crowd_links", REQUESTERS),
    Route(_L + "/erase", crowd.erase, "project_crowd_erase", REQUESTERS, POST),
    Route(_S, studies.settings_of_study, "project_study", REQUESTERS, BOTH),
    Route(_S + "/prolific", prolific.prolific, "project_prolific", REQUESTERS, BOTH),
    Route("work/<slug:project>/study", studies.study, "study", WORKERS, BOTH, for_worker=True),
    Route("back/<whole:number>", studies.back, "study_back", SIGNED_IN),
    Route("account/about", studies.about_me, "about_me", SIGNED_IN, BOTH),
)
