"""All addresses of pages, each with its audience."""

from django.urls import include, path, register_converter

from canut.core.participation.client_ratings import RATE_DAYS
from canut.web.datasets import answer_usage, bundles, cards, exports
from canut.web.decisions import appeals, mine, rejections, second_person
from canut.web.imports import prelabel_files, upload
from canut.web.integrations import api_keys, webhooks
from canut.web.kit.access import Route, guard
from canut.web.kit.audiences import (
    AMONG_WORKERS,
    ANYONE,
    BEARERS,
    DECIDERS,
    DEMO,
    MEDIA_READERS,
    OPERATORS,
    OVERSEERS,
    RATE_WITNESSES,
    READERS,
    REPRESENTATIVES,
    REQUESTERS,
    REVIEWERS,
    SECOND_PEOPLE,
    SIGNED_IN,
    TIMED,
    WORKERS,
)
from canut.web.kit.numbers import WholeConverter
from canut.web.learning import provenance
from canut.web.ledger import explorer, log_files
from canut.web.participation import clients, elections, messages, oversight, policies
from canut.web.pay import (
    exchange,
    payroll,
    place_packs,
    places,
    price,
    statements,
    work_terms,
)
from canut.web.pay.accounting import opening, own_costs, years
from canut.web.people import accounts, invitations, one_time_login, sign_ins
from canut.web.platform import about, health, home, multipart_uploads, style_guide
from canut.web.platform.lazy_urls import LazyInclude
from canut.web.portrait import pages
from canut.web.projects import lifecycle, question_preview, setup, setup_steps
from canut.web.protection import exposure
from canut.web.quality import measures, results, reviews, task_page
from canut.web.tasks import media, task_list
from canut.web.time import claim_review, day
from canut.web.work import collection, offline, record, standing, workbench
from canut.web.work import home as work

register_converter(WholeConverter, "whole")

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")


_R = "portrait/releases/<str:name>/"
_P, _W = "projects/<slug:project>/", "work/<slug:project>/"
PAGES: tuple[Route, ...] = (
    Route("healthz", health.healthz, "healthz", ANYONE),
    Route("readyz", health.readyz, "readyz", ANYONE),
    Route("metrics", health.metrics, "metrics", ANYONE),
    Route("log/<path:file>", log_files.log_file, "log_file", ANYONE),
    Route("ledger/", explorer.ledger, "ledger", ANYONE),
    Route("ledger/<whole:number>", explorer.log, "ledger_log", ANYONE),
    Route("ledger/<whole:number>/<whole:place>", explorer.entry, "ledger_entry", ANYONE),
    Route("ledger/<whole:number>/<whole:place>.tlog-proof", explorer.proof, "ledger_proof", ANYONE),
    Route("cards/", cards.cards, "cards", ANYONE),
    Route("cards/verify.html", cards.checker, "card_checker", ANYONE),
    Route("cards/<slug:slug>/", cards.card, "card", ANYONE),
    Route("cards/<slug:slug>.<str:form>", cards.card_as, "card_as", ANYONE),
    Route("portrait/", pages.portrait, "portrait", ANYONE),
    Route("portrait/chapter.<str:form>", pages.portrait_chapter, "portrait_chapter", ANYONE),
    Route("portrait/<str:key>.csv", pages.portrait_csv, "portrait_csv", ANYONE),
    Route(_R, pages.portrait_release, "portrait_release", ANYONE),
    Route(_R + "release.json", pages.portrait_signed, "portrait_signed", ANYONE),
    Route(_R + "package.zip", pages.portrait_package, "portrait_package", ANYONE),
    Route(_R + "<str:key>.csv", pages.portrait_release_csv, "portrait_release_csv", ANYONE),
    Route("service-worker.js", offline.service_worker, "service_worker", ANYONE),
    Route("canut.webmanifest", offline.manifest, "manifest", ANYONE),
    Route("offline", offline.shell, "offline", ANYONE),
    Route("about/licences", about.licences, "licences", ANYONE),
    Route("about/look", style_guide.look, "look", OPERATORS),
    Route("", home.home, "home", ANYONE),
    Route("more", home.more, "more", SIGNED_IN),
    Route("language", home.language, "language", ANYONE, POST),
    Route("enter/<str:token>", one_time_login.enter, "enter", ANYONE),
    Route("demo/enter/<str:role>", one_time_login.demo_enter, "demo_enter", DEMO, POST),
    Route("join/<str:token>", invitations.join, "join", ANYONE, BOTH),
    Route("account/back", offline.back, "signed_in", SIGNED_IN),
    Route("account", accounts.account, "account", SIGNED_IN),
    Route("account/name", accounts.name, "account_name", SIGNED_IN, BOTH),
    Route("account/sessions", sign_ins.sessions, "account_sessions", SIGNED_IN),
    Route("account/sessions/end", sign_ins.end, "account_sessions_end", SIGNED_IN, POST),
    Route("account/silence", accounts.silence, "account_silence", SIGNED_IN, POST),
    Route("account/mail", sign_ins.address, "account_mail", SIGNED_IN, BOTH),
    Route("organisations/", accounts.organisations, "organisations", OPERATORS, BOTH),
    Route("account/answers", answer_usage.answers, "answers_went", SIGNED_IN),
    Route(
        "account/answers/<whole:number>", answer_usage.one_project, "answers_went_one", SIGNED_IN
    ),
    Route("account/answers/erase", answer_usage.erase, "answers_erase", SIGNED_IN, POST),
    Route(
        "account/answers/<whole:number>/credit",
        answer_usage.credit,
        "answers_credit",
        SIGNED_IN,
        POST,
    ),
    Route(
        "account/answers/<whole:number>/places",
        answer_usage.places,
        "answers_went_places",
        SIGNED_IN,
        POST,
        json=True,
    ),
    Route("account/record", record.record, "record", SIGNED_IN),
    Route("account/record.<str:form>", record.record_as, "record_as", SIGNED_IN),
    Route("account/record/hand", record.share_record, "record_hand", SIGNED_IN, POST),
    Route("record/<str:token>", record.handed, "record_handed", ANYONE),
    Route("account/record/bring", record.bring, "record_bring", SIGNED_IN, POST),
    Route("messages/", messages.talk, "messages", SIGNED_IN, BOTH),
    Route("messages/answer", messages.answer, "message_answer", SIGNED_IN, POST),
    Route("clients/<whole:number>", clients.one_client, "client", SIGNED_IN),
    Route("representatives/", elections.speakers, "representatives", SIGNED_IN),
    Route("representatives/call", elections.call, "election_call", SIGNED_IN, POST),
    Route("representatives/open", elections.open_one, "election_open", OPERATORS, POST),
    Route("representatives/stand", elections.stand, "election_stand", SIGNED_IN, POST),
    Route("representatives/vote", elections.vote, "election_vote", SIGNED_IN, POST),
    Route(
        "representatives/resign",
        elections.resign,
        "representative_resign",
        REPRESENTATIVES,
        POST,
    ),
    Route(
        "representatives/channel",
        messages.among_workers,
        "representative_channel",
        AMONG_WORKERS,
        BOTH,
    ),
    Route("oversight/", oversight.oversight, "representative_figures", OVERSEERS),
    Route("rules/", policies.rules, "rules", ANYONE),
    Route("rules/propose", policies.propose, "rules_propose", OPERATORS, POST),
    Route("rules/opinion", policies.opinion, "rules_opinion", REPRESENTATIVES, POST),
    Route("rules/withdraw", policies.withdraw, "rules_withdraw", OPERATORS, POST),
    Route("terms/", policies.terms, "rules_terms", ANYONE),
    Route("terms/accept", policies.accept, "terms_accept", SIGNED_IN, POST),
    Route("terms/publish", policies.publish, "terms_publish", OPERATORS, POST),
    Route("places/", places.rates, "places", SIGNED_IN),
    Route("places/<str:code>", places.rates, "place", SIGNED_IN),
    Route("time/", day.today, "time", TIMED),
    Route("time/line", day.line, "time_line", TIMED),
    Route("time/day.json", day.data, "time_data", TIMED),
    Route("time/beats", day.beats, "time_beats", SIGNED_IN, POST, json=True),
    Route("time/claim", day.claim, "time_claim", WORKERS, POST),
    Route("time/contest", day.dispute, "time_contest", TIMED, BOTH),
    Route("time/break", day.pause, "time_break", WORKERS),
    Route("time/claim/<whole:number>/withdraw", day.withdraw, "time_claim_withdraw", TIMED, POST),
    Route("time/review", claim_review.review, "time_review", REQUESTERS),
    Route(
        "time/review/<whole:number>", claim_review.review_one, "time_review_one", REQUESTERS, BOTH
    ),
    Route("decisions/", mine.mine, "decisions", SIGNED_IN),
    Route("decisions/<whole:number>/appeal", mine.object_to, "decision_appeal", SIGNED_IN, POST),
    Route("appeals/", appeals.waiting, "appeals", READERS),
    Route("appeals/<whole:number>/take", appeals.take, "appeal_take", READERS, POST),
    Route("appeals/<whole:number>/reveal", appeals.reveal, "appeal_reveal", READERS, POST),
    Route("appeals/<whole:number>/answer", appeals.answer, "appeal_answer", READERS, POST),
    Route("rejections/", second_person.waiting, "appeals_rejections", SECOND_PEOPLE),
    Route(
        "rejections/<whole:number>/confirm",
        second_person.confirm,
        "appeals_rejection_confirm",
        SECOND_PEOPLE,
        POST,
    ),
    Route(
        "rejections/<whole:number>/refuse",
        second_person.refuse,
        "appeals_rejection_refuse",
        SECOND_PEOPLE,
        POST,
    ),
    Route("reviews/", reviews.mine, "reviews", READERS),
    Route(_P + "review", reviews.review, "project_review", DECIDERS),
    Route(_P + "review/take", reviews.start_review, "project_review_take", DECIDERS, POST),
    Route(_P + "review/beats", reviews.beats, "project_review_beats", DECIDERS, POST, json=True),
    Route(_P + "review/rule", reviews.rule, "project_review_rule", REQUESTERS, BOTH),
    Route(
        _P + "review/<whole:number>/decide",
        reviews.decide,
        "project_review_decide",
        DECIDERS,
        POST,
    ),
    Route(
        _P + "review/<whole:number>/pass", reviews.give_back, "project_review_pass", DECIDERS, POST
    ),
    Route("systems/", mine.systems, "systems", ANYONE),
    Route("systems/read", mine.read, "systems_read", SIGNED_IN, POST),
    Route("systems/<str:name>/switch", mine.switch, "system_switch", OPERATORS, POST),
    Route("work/", work.work, "work_home", WORKERS),
    Route(_W + "standing", standing.standing, "work_standing", WORKERS, BOTH, for_worker=True),
    Route(
        _W + "rating",
        clients.rate,
        "work_rating",
        WORKERS,
        BOTH,
        for_worker=True,
        after_days=RATE_DAYS,
    ),
    Route(_W + "ask", messages.ask, "workbench_ask", WORKERS, POST, json=True, for_worker=True),
    Route("work/exposure", exposure.exposure, "work_exposure", BEARERS, BOTH),
    Route(_W, workbench.work, "workbench", WORKERS, for_worker=True),
    *(
        Route(
            _W + name,
            view,
            f"workbench_{name}",
            WORKERS,
            POST,
            json=True,
            for_worker=True,
        )
        for name, view in {
            "lease": workbench.lease,
            "answers": workbench.answers,
            "release": workbench.release,
            "skip": workbench.skip,
            "flag": workbench.flag,
            "beats": workbench.beats,
            "pack": offline.pack,
            "begun": offline.save_draft,
            "decline": exposure.decline,
            "rest": exposure.rest,
            "harder": exposure.harder,
        }.items()
    ),
    Route("keys/", api_keys.keys, "keys", REQUESTERS, BOTH),
    Route("keys/<whole:number>/revoke", api_keys.revoke, "key_revoke", REQUESTERS, POST),
    Route("projects/", results.projects, "projects", READERS),
    Route("projects/new", setup.new, "project_new", REQUESTERS, BOTH),
    Route(_P, results.project, "project", READERS),
    Route(_P + "setup", setup.setup, "project_setup", REQUESTERS),
    Route(_P + "setup/file", setup_steps.file, "project_setup_file", REQUESTERS, POST),
    Route(_P + "setup/columns", setup_steps.columns, "project_setup_columns", REQUESTERS, POST),
    Route(_P + "setup/rows", setup_steps.rows, "project_setup_rows", REQUESTERS, POST),
    Route(_P + "setup/reading", setup_steps.reading, "project_setup_reading", REQUESTERS),
    Route(_P + "setup/problems.csv", upload.problems, "project_setup_problems", REQUESTERS),
    Route(_P + "setup/question", setup.question, "project_setup_question", REQUESTERS, POST),
    Route(
        _P + "question/shown",
        question_preview.question_preview,
        "project_question_shown",
        REQUESTERS,
        POST,
    ),
    Route(_P + "setup/aims", setup.aims, "project_setup_aims", REQUESTERS, POST),
    Route(_P + "setup/risk", setup_steps.risk, "project_setup_risk", REQUESTERS, POST),
    Route(_P + "setup/pay", setup.pay, "project_setup_pay", REQUESTERS, POST),
    Route(_P + "setup/estimate", price.estimate, "project_setup_estimate", REQUESTERS),
    Route(_P + "setup/chain", setup_steps.chain, "project_setup_chain", REQUESTERS, POST),
    Route(_P + "setup/start", setup.start, "project_setup_start", REQUESTERS, POST),
    Route(_P + "answer", setup.answer, "project_answer", REQUESTERS, POST),
    Route(_P + "unsure", results.unsure, "project_unsure", READERS),
    Route(_P + "quality", measures.measures, "project_quality", READERS),
    Route(_P + "actors/", provenance.actors, "project_actors", READERS),
    Route(_P + "actors/c10.csv", provenance.data, "project_actors_csv", READERS),
    Route(_P + "actors/rule", provenance.rule, "project_loop", REQUESTERS, POST),
    Route(_P + "actors/teach", provenance.train_model, "project_teach", REQUESTERS, POST),
    Route(_P + "actors/repair", provenance.mend, "project_repair", REQUESTERS, POST),
    Route(_P + "actors/<whole:number>.json", provenance.card, "project_model", READERS),
    Route(
        _P + "actors/<whole:number>.zip", provenance.export, "project_model_file", REQUESTERS, POST
    ),
    Route(_P + "care", measures.care, "project_care", REVIEWERS),
    Route(_P + "wrong", results.wrong, "project_wrong", READERS),
    Route(_P + "tasks", task_list.tasks, "project_tasks", READERS),
    Route(_P + "tasks/marked", prelabel_files.import_prelabels, "project_marked", REQUESTERS, POST),
    Route(_P + "tasks/change", task_list.change, "project_tasks_change", REQUESTERS, POST),
    Route(
        _P + "changes/<whole:number>/undo", task_list.undo, "project_change_undo", REQUESTERS, POST
    ),
    Route(_P + "tasks/known", task_page.make_gold, "project_tasks_known", REQUESTERS, POST),
    Route(_P + "tasks/<whole:number>", task_page.task, "project_task", READERS),
    Route(
        _P + "tasks/<whole:number>/review",
        task_page.start_review,
        "project_task_review",
        DECIDERS,
        POST,
    ),
    Route(_P + "decisions", rejections.decisions, "project_decisions", READERS),
    Route(
        _P + "decisions/<whole:number>/back",
        rejections.back,
        "project_decision_back",
        DECIDERS,
        POST,
    ),
    Route(
        _P + "answers/<whole:number>/reject", rejections.reject, "project_reject", DECIDERS, BOTH
    ),
    Route(_P + "workers/<whole:number>/limit", rejections.limit, "project_limit", DECIDERS, BOTH),
    Route(_P + "pay", results.pay, "project_pay", READERS),
    Route(_P + "pilot", price.pilot, "project_pilot", REQUESTERS),
    Route(_P + "price", price.price, "project_price", REQUESTERS, POST),
    Route(_P + "funds", price.funds, "project_funds", OPERATORS, POST),
    Route(_P + "bill", price.bill, "project_bill", READERS),
    Route(_P + "estimate", results.estimate, "project_estimate", REQUESTERS, POST),
    Route(_P + "state", lifecycle.state, "project_state", REQUESTERS, POST),
    Route(_P + "life", lifecycle.life, "project_life", REQUESTERS),
    Route(_P + "question", lifecycle.question, "project_question", REQUESTERS, BOTH),
    Route(_P + "life/copy", lifecycle.copy, "project_copy", REQUESTERS, POST),
    Route(_P + "life/away", lifecycle.away, "project_away", REQUESTERS, POST),
    Route(_P + "life/delete", lifecycle.delete, "project_delete", REQUESTERS, POST),
    Route(_P + "asking", collection.asking, "project_asking", REQUESTERS, BOTH),
    Route(_P + "checks", collection.checks, "project_checks", REQUESTERS, BOTH),
    Route(_P + "who", collection.who, "project_who", REQUESTERS, BOTH),
    Route(_P + "panels", collection.panels, "project_panels", REQUESTERS, BOTH),
    Route(_P + "overlap", setup.overlap, "project_overlap", REQUESTERS, BOTH),
    Route(_P + "export", exports.exports, "project_export", REQUESTERS),
    Route(_P + "export/summary.json", exports.summary, "project_summary", REQUESTERS),
    Route(
        _P + "export/<str:what>.<str:form>", exports.export_file, "project_export_file", REQUESTERS
    ),
    Route(_P + "export/bundle", bundles.bundle, "project_bundle", REQUESTERS, BOTH),
    Route(
        _P + "export/bundles/<whole:number>",
        bundles.bundle_file,
        "project_bundle_file",
        REQUESTERS,
    ),
    Route(_P + "export/cards/<whole:number>/", bundles.card, "project_card", REQUESTERS),
    Route(
        _P + "export/cards/<whole:number>.<str:form>",
        bundles.card_as,
        "project_card_as",
        REQUESTERS,
    ),
    Route(_P + "invitations", invitations.invitations, "project_invitations", REQUESTERS, BOTH),
    Route(
        _P + "invitations/<whole:number>/revoke",
        invitations.revoke,
        "project_invitation_revoke",
        REQUESTERS,
        POST,
    ),
    Route(_P + "webhooks", webhooks.webhooks, "project_webhooks", REQUESTERS, BOTH),
    Route(
        _P + "webhooks/<whole:number>/<str:act>",
        webhooks.change,
        "project_webhook",
        REQUESTERS,
        POST,
    ),
    Route(_P + "members", accounts.members, "project_members", REQUESTERS),
    Route(
        _P + "members/<whole:number>/name",
        accounts.name_member,
        "project_member_name",
        REQUESTERS,
        BOTH,
    ),
    Route(
        _P + "members/<whole:number>/end",
        rejections.end_member,
        "project_member_end",
        REQUESTERS,
        BOTH,
    ),
    Route("pay/", statements.pay, "pay", SIGNED_IN, BOTH),
    Route("pay/terms", work_terms.my_terms, "my_terms", SIGNED_IN, BOTH),
    Route("pay/terms/answer", work_terms.answer, "my_terms_answer", SIGNED_IN, POST),
    Route("pay/<whole:number>", statements.statement, "pay_statement", SIGNED_IN),
    Route(
        "pay/<whole:number>/<str:language>.pdf",
        statements.statement_pdf,
        "pay_statement_pdf",
        SIGNED_IN,
    ),
    Route(
        "pay/<whole:number>/statement.json",
        statements.statement_file,
        "pay_statement_file",
        SIGNED_IN,
    ),
    Route("pay/<whole:number>/sign", statements.sign, "pay_sign", SIGNED_IN, POST, json=True),
    Route(
        "pay/<whole:number>/signature.json",
        statements.signature_file,
        "pay_statement_signature",
        SIGNED_IN,
    ),
    Route("pay/<whole:number>/received", statements.received, "pay_received", SIGNED_IN, POST),
    Route("pay/<whole:number>/missing", statements.missing, "pay_missing", SIGNED_IN, POST),
    Route("pay/costs", own_costs.own_costs, "pay_costs", SIGNED_IN, BOTH),
    Route("pay/year/<whole:year>/<str:language>.pdf", years.my_year_pdf, "pay_year_pdf", SIGNED_IN),
    Route("pay/year/<whole:year>.json", years.my_year_file, "pay_year_file", SIGNED_IN),
    Route("payroll/", payroll.payroll, "payroll", OPERATORS, BOTH),
    Route("payroll/people", payroll.people, "payroll_people", OPERATORS),
    Route("payroll/people/<whole:number>", work_terms.terms, "payroll_terms", OPERATORS, BOTH),
    Route("payroll/changes", work_terms.changes, "payroll_changes", RATE_WITNESSES),
    Route(
        "payroll/changes/decide",
        work_terms.decide,
        "payroll_changes_decide",
        RATE_WITNESSES,
        POST,
    ),
    Route("payroll/rules", payroll.rules, "payroll_rules", OPERATORS, BOTH),
    Route("payroll/exchange", exchange.rates, "payroll_exchange", RATE_WITNESSES),
    Route(
        "payroll/exchange/propose", exchange.propose, "payroll_exchange_propose", OPERATORS, POST
    ),
    Route(
        "payroll/exchange/confirm",
        exchange.confirm,
        "payroll_exchange_confirm",
        RATE_WITNESSES,
        POST,
    ),
    Route("payroll/exchange/remove", exchange.remove, "payroll_exchange_remove", OPERATORS, POST),
    Route("payroll/costs", own_costs.cost_rules, "payroll_costs", OPERATORS, BOTH),
    Route("payroll/before", opening.openings, "payroll_opening", OPERATORS),
    Route("payroll/before.csv", opening.template, "payroll_opening_template", OPERATORS),
    Route("payroll/before/file", opening.enter_file, "payroll_opening_file", OPERATORS, POST),
    Route(
        "payroll/before/<whole:number>", opening.by_hand, "payroll_opening_person", OPERATORS, BOTH
    ),
    Route("payroll/before/confirm", opening.confirm, "payroll_opening_confirm", OPERATORS, POST),
    Route("payroll/before/withdraw", opening.withdraw, "payroll_opening_withdraw", OPERATORS, POST),
    Route("payroll/years", years.year_end, "payroll_year_end", OPERATORS),
    Route("payroll/years/<whole:year>.csv", years.year_table, "payroll_year_csv", OPERATORS),
    Route(
        "payroll/years/<whole:year>/<str:language>.zip",
        years.year_zip,
        "payroll_year_zip",
        OPERATORS,
    ),
    Route(
        "payroll/people/<whole:number>/years/<whole:year>/<str:language>.pdf",
        years.year_of,
        "payroll_year_pdf",
        OPERATORS,
    ),
    Route("payroll/<whole:number>.csv", years.payroll_export, "payroll_export", OPERATORS),
    Route("payroll/places", place_packs.packs, "payroll_places", RATE_WITNESSES),
    Route("payroll/places/bring", place_packs.bring, "payroll_places_bring", OPERATORS, POST),
    Route(
        "payroll/places/<whole:number>",
        place_packs.decide,
        "payroll_places_decide",
        RATE_WITNESSES,
        POST,
    ),
    Route(
        "payroll/places/<whole:number>/pack.json",
        place_packs.file,
        "payroll_places_file",
        RATE_WITNESSES,
    ),
    Route(
        "payroll/places/<str:code>/draft.json",
        place_packs.draft,
        "payroll_places_draft",
        OPERATORS,
    ),
    Route("payroll/send", payroll.send, "payroll_send", OPERATORS, BOTH),
    Route("payroll/files/<whole:number>", payroll.file, "payroll_file", OPERATORS),
    Route(
        "payroll/files/<whole:number>/sent", payroll.file_sent, "payroll_file_sent", OPERATORS, POST
    ),
    Route("payroll/payments/<whole:number>", payroll.by_hand, "payroll_payment", OPERATORS, POST),
    Route("payroll/<whole:number>", payroll.period, "payroll_period", OPERATORS),
    Route("payroll/<whole:number>/try", payroll.try_out, "payroll_try", OPERATORS, POST),
    Route("payroll/<whole:number>/close", payroll.close, "payroll_close", OPERATORS, POST),
    Route("media/<slug:project>/<str:sha256>", media.media, "media", MEDIA_READERS),
    Route("uploads/", multipart_uploads.begin, "upload_begin", REQUESTERS, POST, json=True),
    Route("uploads/<str:token>", multipart_uploads.part, "upload_part", SIGNED_IN, BOTH, json=True),
    Route("files/<str:token>", media.signed, "media_signed", ANYONE),
)

urlpatterns = [
    *(path(page.address, guard(page), name=page.name) for page in PAGES),
    path("accounts/", include("allauth.urls")),
    LazyInclude("api/v1/", "canut.web.api.urls", "api"),
]
handler400 = "canut.web.kit.problems.bad_request"
handler403 = "canut.web.kit.problems.denied"
handler404 = "canut.web.kit.problems.not_found"
handler429 = "canut.web.kit.problems.too_many"  # allauth calls it past a rate limit
handler500 = "canut.web.kit.problems.fault"
