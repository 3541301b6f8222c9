"""Every address, on one page, with its audience."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from canut.web.access import (
    AMONG_WORKERS,
    ANYONE,
    DECIDERS,
    DEMO,
    MEDIA_READERS,
    OPERATORS,
    OVERSEERS,
    READERS,
    REPRESENTATIVES,
    REQUESTERS,
    REVIEWERS,
    SIGNED_IN,
    WORKERS,
    Page,
    guard,
)
from canut.web.pages import (
    appeals,
    clients,
    decisions,
    enter,
    exports,
    home,
    imports,
    invitations,
    media,
    people,
    places,
    price,
    projects,
    quality,
    record,
    rejections,
    representatives,
    results,
    rules,
    talk,
    time,
    work,
    workbench,
)

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the server answers."""
    return HttpResponse("ok\n", content_type="text/plain")


_P, _W = "projects/<slug:project>/", "work/<slug:project>/"
PAGES: tuple[Page, ...] = (
    Page("healthz", healthz, "healthz", ANYONE),
    Page("", home.home, "home", ANYONE),
    Page("language", home.language, "language", ANYONE, POST),
    Page("enter/<str:token>", enter.enter, "enter", ANYONE),
    Page("demo/enter/<str:role>", enter.demo_enter, "demo_enter", DEMO, POST),
    Page("join/<str:token>", invitations.join, "join", ANYONE, BOTH),
    Page("account", people.account, "account", SIGNED_IN),
    Page("account/name", people.name, "account_name", SIGNED_IN, BOTH),
    Page("organisations/", people.organisations, "organisations", OPERATORS, BOTH),
    Page("account/record", record.record, "record", SIGNED_IN),
    Page("account/record.<str:form>", record.record_as, "record_as", SIGNED_IN),
    Page("account/record/hand", record.hand, "record_hand", SIGNED_IN, POST),
    Page("record/<str:token>", record.handed, "record_handed", ANYONE),
    Page("account/record/bring", record.bring, "record_bring", SIGNED_IN, POST),
    Page("messages/", talk.talk, "messages", SIGNED_IN, BOTH),
    Page("messages/answer", talk.answer, "message_answer", SIGNED_IN, POST),
    Page("clients/<int:number>", clients.one_client, "client", SIGNED_IN),
    Page("representatives/", representatives.speakers, "representatives", SIGNED_IN),
    Page("representatives/call", representatives.call, "election_call", SIGNED_IN, POST),
    Page("representatives/open", representatives.open_one, "election_open", OPERATORS, POST),
    Page("representatives/stand", representatives.stand, "election_stand", SIGNED_IN, POST),
    Page("representatives/vote", representatives.vote, "election_vote", SIGNED_IN, POST),
    Page(
        "representatives/resign",
        representatives.resign,
        "representative_resign",
        REPRESENTATIVES,
        POST,
    ),
    Page(
        "representatives/channel", talk.among_workers, "representative_channel", AMONG_WORKERS, BOTH
    ),
    Page("oversight/", representatives.oversight, "representative_figures", OVERSEERS),
    Page("rules/", rules.rules, "rules", ANYONE),
    Page("rules/propose", rules.propose, "rules_propose", OPERATORS, POST),
    Page("rules/opinion", rules.opinion, "rules_opinion", REPRESENTATIVES, POST),
    Page("rules/withdraw", rules.withdraw, "rules_withdraw", OPERATORS, POST),
    Page("terms/", rules.terms, "rules_terms", ANYONE),
    Page("terms/accept", rules.accept, "terms_accept", SIGNED_IN, POST),
    Page("terms/publish", rules.publish, "terms_publish", OPERATORS, POST),
    Page("places/", places.rates, "places", SIGNED_IN),
    Page("places/<str:code>", places.rates, "place", SIGNED_IN),
    Page("time/", time.today, "time", WORKERS),
    Page("time/line", time.line, "time_line", WORKERS),
    Page("time/day.json", time.data, "time_data", WORKERS),
    Page("time/beats", time.beats, "time_beats", SIGNED_IN, POST, json=True),
    Page("time/claim", time.claim, "time_claim", WORKERS, POST),
    Page("time/contest", time.dispute, "time_contest", WORKERS, BOTH),
    Page("time/break", time.pause, "time_break", WORKERS),
    Page("time/review", time.review, "time_review", OPERATORS),
    Page("time/review/<int:number>", time.review_one, "time_review_one", OPERATORS, BOTH),
    Page("decisions/", decisions.mine, "decisions", SIGNED_IN),
    Page("decisions/<int:number>/appeal", decisions.object_to, "decision_appeal", SIGNED_IN, POST),
    Page("appeals/", appeals.waiting, "appeals", READERS),
    Page("appeals/<int:number>/take", appeals.take, "appeal_take", READERS, POST),
    Page("appeals/<int:number>/answer", appeals.answer, "appeal_answer", READERS, POST),
    Page("systems/", decisions.systems, "systems", ANYONE),
    Page("systems/<str:name>/switch", decisions.switch, "system_switch", OPERATORS, POST),
    Page("work/", work.work, "work_home", WORKERS),
    Page(_W + "rating", clients.rate, "work_rating", WORKERS, BOTH, for_worker=True),
    Page(_W + "ask", talk.ask, "workbench_ask", WORKERS, POST, json=True, for_worker=True),
    Page(_W, workbench.work, "workbench", WORKERS, for_worker=True),
    *(
        Page(
            _W + view.__name__,
            view,
            f"workbench_{view.__name__}",
            WORKERS,
            POST,
            json=True,
            for_worker=True,
        )
        for view in (
            workbench.lease,
            workbench.answers,
            workbench.release,
            workbench.skip,
            workbench.flag,
            workbench.beats,
        )
    ),
    Page("projects/", results.projects, "projects", READERS),
    Page("projects/new", projects.new, "project_new", REQUESTERS, BOTH),
    Page(_P, results.project, "project", READERS),
    Page(_P + "setup", projects.setup, "project_setup", REQUESTERS),
    Page(_P + "setup/file", imports.file, "project_setup_file", REQUESTERS, POST),
    Page(_P + "setup/columns", imports.columns, "project_setup_columns", REQUESTERS, POST),
    Page(_P + "setup/rows", imports.rows, "project_setup_rows", REQUESTERS, POST),
    Page(_P + "setup/reading", imports.reading, "project_setup_reading", REQUESTERS),
    Page(_P + "setup/problems.csv", imports.problems, "project_setup_problems", REQUESTERS),
    Page(_P + "setup/question", projects.question, "project_setup_question", REQUESTERS, POST),
    Page(_P + "setup/aims", projects.aims, "project_setup_aims", REQUESTERS, POST),
    Page(_P + "setup/pay", projects.pay, "project_setup_pay", REQUESTERS, POST),
    Page(_P + "setup/estimate", price.estimate, "project_setup_estimate", REQUESTERS),
    Page(_P + "setup/chain", price.chain, "project_setup_chain", REQUESTERS, POST),
    Page(_P + "setup/start", projects.start, "project_setup_start", REQUESTERS, POST),
    Page(_P + "answer", projects.answer, "project_answer", REQUESTERS, POST),
    Page(_P + "unsure", results.unsure, "project_unsure", READERS),
    Page(_P + "quality", quality.measures, "project_quality", READERS),
    Page(_P + "care", quality.care, "project_care", REVIEWERS),
    Page(_P + "wrong", results.wrong, "project_wrong", READERS),
    Page(_P + "tasks/<int:number>", results.task, "project_task", READERS),
    Page(_P + "decisions", rejections.decisions, "project_decisions", READERS),
    Page(
        _P + "decisions/<int:number>/back",
        rejections.back,
        "project_decision_back",
        DECIDERS,
        POST,
    ),
    Page(_P + "answers/<int:number>/reject", rejections.reject, "project_reject", DECIDERS, BOTH),
    Page(_P + "workers/<int:number>/limit", rejections.limit, "project_limit", DECIDERS, BOTH),
    Page(_P + "pay", results.pay, "project_pay", READERS),
    Page(_P + "pilot", price.pilot, "project_pilot", REQUESTERS),
    Page(_P + "price", price.price, "project_price", REQUESTERS, POST),
    Page(_P + "funds", price.funds, "project_funds", OPERATORS, POST),
    Page(_P + "bill", price.bill, "project_bill", READERS),
    Page(_P + "estimate", results.estimate, "project_estimate", REQUESTERS, POST),
    Page(_P + "state", results.state, "project_state", REQUESTERS, POST),
    Page(_P + "overlap", projects.overlap, "project_overlap", REQUESTERS, BOTH),
    Page(_P + "export", exports.exports, "project_export", REQUESTERS),
    Page(_P + "export/summary.json", exports.summary, "project_summary", REQUESTERS),
    Page(
        _P + "export/<str:what>.<str:form>", exports.export_file, "project_export_file", REQUESTERS
    ),
    Page(_P + "invitations", invitations.invitations, "project_invitations", REQUESTERS, BOTH),
    Page(
        _P + "invitations/<int:number>/revoke",
        invitations.revoke,
        "project_invitation_revoke",
        REQUESTERS,
        POST,
    ),
    Page(_P + "members", people.members, "project_members", REQUESTERS),
    Page(
        _P + "members/<int:number>/end",
        people.end_member,
        "project_member_end",
        REQUESTERS,
        POST,
    ),
    Page("media/<slug:project>/<str:sha256>", media.media, "media", MEDIA_READERS),
)

urlpatterns = [
    *(path(page.address, guard(page), name=page.name) for page in PAGES),
    path("accounts/", include("allauth.urls")),
]
handler400 = "canut.web.problems.bad_request"
handler403 = "canut.web.problems.denied"
handler404 = "canut.web.problems.not_found"
handler429 = "canut.web.problems.too_many"  # allauth calls it past a rate limit
handler500 = "canut.web.problems.fault"
