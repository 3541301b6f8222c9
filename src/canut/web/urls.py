"""All addresses of pages, each with its audience."""

from django.urls import include, path, register_converter

from canut.core.participation.client_ratings import RATE_DAYS
from canut.web.commissions.routes import COMMISSIONS
from canut.web.comparisons.routes import COMPARISONS
from canut.web.datasets import (
    bundles,
    exports,
    material,
)
from canut.web.datasets.routes import ANSWERS, DATASETS, RESALES
from canut.web.decisions import appeals, mine, rejections, second_person, systems, why
from canut.web.ethics.routes import ETHICS
from canut.web.imports import prelabel_files, upload
from canut.web.integrations import api_keys, webhooks
from canut.web.kit.access import Route, guard
from canut.web.kit.audiences import (
    AMONG_WORKERS,
    ANYONE,
    AT_WORK,
    BEARERS,
    DECIDERS,
    DEMO,
    MEDIA_READERS,
    NO_OPERATORS,
    OPERATORS,
    OVERSEERS,
    PARTIES,
    RATE_WITNESSES,
    READERS,
    REPRESENTATIVES,
    REQUESTERS,
    REVIEWERS,
    RULE_READERS,
    SECOND_PEOPLE,
    SIGNED_IN,
    SPEAKERS,
    TIMED,
    WORKERS,
)
from canut.web.kit.numbers import WholeConverter
from canut.web.learning.incident_routes import INCIDENTS
from canut.web.learning.routes import LEARNING
from canut.web.ledger import explorer, log_files
from canut.web.lessons import marking as lesson_marking
from canut.web.lessons import pages as lesson_pages
from canut.web.lessons import recall as lesson_recall
from canut.web.lessons import texts as lesson_texts
from canut.web.operations import first_run, instance_state
from canut.web.own_pages.routes import OWN_PAGES
from canut.web.participation import (
    accords,
    clients,
    effects,
    elections,
    messages,
    oversight,
    policies,
    representative_statements,
)
from canut.web.passport.routes import PASSPORT
from canut.web.pathways.routes import PATHWAYS
from canut.web.pay import (
    closing,
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
from canut.web.platform import about, find, health, home, multipart_uploads, style_guide
from canut.web.platform.lazy_urls import LazyInclude
from canut.web.portrait.routes import PORTRAIT
from canut.web.projects import lifecycle, project_settings, question_preview, setup, setup_steps
from canut.web.protection import exposure
from canut.web.quality import measures, next_answers, results, reviews, task_page
from canut.web.recruiting.routes import RECRUITING
from canut.web.rules import inspection
from canut.web.rules import pages as rule_pages
from canut.web.tasks import media, saved_views, task_list
from canut.web.time import claim_review, day
from canut.web.turk.routes import TURK
from canut.web.work import collection, offline, origins, record, standing, workbench
from canut.web.work import home as work

register_converter(WholeConverter, "whole")

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")


_P, _W = "projects/<slug:project>/", "work/<slug:project>/"
_L = "lessons/<slug:lesson_id>/"
PAGES: tuple[Route, ...] = (
    Route("healthz", health.healthz, "healthz", ANYONE),
    Route("readyz", health.readyz, "readyz", ANYONE),
    Route("metrics", health.metrics, "metrics", ANYONE),
    Route("log/<path:file>", log_files.log_file, "log_file", ANYONE),
    Route("ledger/", explorer.ledger, "ledger", ANYONE),
    Route("ledger/<whole:number>", explorer.log, "ledger_log", ANYONE),
    Route("ledger/<whole:number>/<whole:place>", explorer.entry, "ledger_entry", ANYONE),
    Route("ledger/<whole:number>/<whole:place>.tlog-proof", explorer.proof, "ledger_proof", ANYONE),
    *DATASETS,
    *PORTRAIT,
    Route("service-worker.js", offline.service_worker, "service_worker", ANYONE),
    Route("canut.webmanifest", offline.manifest, "manifest", ANYONE),
    Route("offline", offline.shell, "offline", ANYONE),
    Route("about/licences", about.licences, "licences", ANYONE),
    Route("about/look", style_guide.look, "look", OPERATORS),
    Route("", home.home, "home", ANYONE),
    Route("first/", first_run.first, "first", OPERATORS),
    Route("first/save", first_run.save, "first_save", OPERATORS, POST),
    Route("first/sets", first_run.sets, "first_sets", OPERATORS),
    Route("instance/", instance_state.instance_state, "instance_state", OPERATORS, BOTH),
    Route("find", find.find, "find", SIGNED_IN),
    Route("more", home.more, "more", SIGNED_IN),
    Route("language", home.language, "language", ANYONE, POST),
    Route("enter/<str:token>", one_time_login.enter, "enter", ANYONE),
    Route("demo/enter/<str:role>", one_time_login.demo_enter, "demo_enter", DEMO, POST),
    Route("join/", invitations.join_by_code, "join_by_code", ANYONE),
    Route("join/<str:token>", invitations.join, "join", ANYONE, BOTH),
    Route("account/back", offline.back, "signed_in", SIGNED_IN),
    Route("account", accounts.account, "account", SIGNED_IN),
    Route("account/leave", accounts.leave, "account_leave", SIGNED_IN),
    Route("account/name", accounts.name, "account_name", SIGNED_IN, BOTH),
    Route("account/sessions", sign_ins.sessions, "account_sessions", SIGNED_IN),
    Route("account/sessions/end", sign_ins.end, "account_sessions_end", SIGNED_IN, POST),
    Route("account/silence", accounts.silence, "account_silence", SIGNED_IN, POST),
    Route("account/mail", sign_ins.address, "account_mail", SIGNED_IN, BOTH),
    Route("organisations/", accounts.organisations, "organisations", OPERATORS, BOTH),
    Route("account/why/", why.why, "decisions_why", SIGNED_IN),
    *ANSWERS,
    Route("account/record", record.record, "record", SIGNED_IN),
    Route("account/record.<str:form>", record.record_as, "record_as", SIGNED_IN),
    Route("account/record/hand", record.share_record, "record_hand", SIGNED_IN, POST),
    Route("record/<str:token>", record.handed, "record_handed", ANYONE),
    Route("account/record/bring", record.bring, "record_bring", SIGNED_IN, POST),
    *PASSPORT,
    *PATHWAYS,
    *RECRUITING,
    *OWN_PAGES,
    *ETHICS,
    *COMMISSIONS,
    *COMPARISONS,
    *INCIDENTS,
    *LEARNING,
    *TURK,
    Route("messages/", messages.talk, "messages", SIGNED_IN, BOTH),
    Route("messages/answer", messages.answer, "message_answer", SIGNED_IN, POST),
    Route("clients/<whole:number>", clients.one_client, "client", SIGNED_IN),
    Route("accords/", accords.accords, "accords", ANYONE),
    Route("accords/open", accords.open_round, "accord_open", SPEAKERS, POST),
    Route("accords/<whole:number>/", accords.accord, "accord", ANYONE),
    Route("accords/<whole:number>/support", accords.support, "accord_support", SPEAKERS, POST),
    Route("accords/<whole:number>/offer", accords.offer, "accord_offer", PARTIES, POST),
    Route("accords/<whole:number>/vote", accords.call_vote, "accord_vote", SPEAKERS, POST),
    Route("accords/<whole:number>/ballot", accords.ballot, "accord_ballot", NO_OPERATORS, POST),
    Route("accords/<whole:number>/sign", accords.sign, "accord_sign", PARTIES, POST),
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
    Route("statements/", representative_statements.statements, "statements", ANYONE),
    Route(
        "statements/write",
        representative_statements.write,
        "statement_write",
        REPRESENTATIVES,
        POST,
    ),
    Route("oversight/", oversight.oversight, "representative_figures", OVERSEERS),
    Route("rules/", policies.rules, "rules", ANYONE),
    Route("rules/law/", rule_pages.law, "law", ANYONE),
    Route("rules/law.csv", rule_pages.law_csv, "law_csv", ANYONE),
    Route("rules/law.json", rule_pages.law_json, "law_json", ANYONE),
    Route("rules/law.jsonld", rule_pages.law_jsonld, "law_jsonld", ANYONE),
    Route("rules/law/<str:key>/", rule_pages.rule, "law_rule", ANYONE),
    Route("rules/law/<str:key>/assign", rule_pages.assign, "law_assign", OPERATORS, POST),
    Route("rules/law/<str:key>/done", rule_pages.done, "law_done", OPERATORS, POST),
    Route("rules/law/<str:key>/note", rule_pages.note, "law_note", RULE_READERS, POST),
    Route("rules/effects/", effects.effects, "effects", ANYONE),
    Route("rules/effects/make", effects.make, "effects_make", OPERATORS, POST),
    Route("rules/effects/<whole:number>/agree", effects.agree, "effects_agree", OPERATORS, POST),
    Route(
        "rules/effects/<whole:number>/conclude",
        effects.conclude,
        "effects_conclude",
        OPERATORS,
        POST,
    ),
    Route("rules/effects/view", effects.view, "effects_view", AT_WORK, POST),
    Route("rules/effects/answer", effects.answer, "effects_answer", OPERATORS, POST),
    Route("rules/inspect/", inspection.inspect, "inspect", RATE_WITNESSES, BOTH),
    Route("rules/inspect/<str:token>", inspection.link, "inspect_link", ANYONE, BOTH),
    Route("rules/fairwork/", inspection.fairwork, "fairwork", RATE_WITNESSES),
    Route("rules/fairwork.<str:form>", inspection.fairwork_as, "fairwork_as", RATE_WITNESSES),
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
    Route("lessons/", lesson_pages.lessons, "lessons", ANYONE),
    Route("lessons/figures", lesson_marking.figures, "lesson_figures", ANYONE),
    Route("marking/", lesson_marking.waiting, "lesson_marking", SIGNED_IN),
    Route("marking/<whole:number>", lesson_marking.mark, "lesson_mark", SIGNED_IN, BOTH),
    Route(
        "marking/train/<slug:lesson_id>", lesson_marking.train, "lesson_training", SIGNED_IN, BOTH
    ),
    Route("lessons/questions", lesson_pages.questions, "lesson_questions", REPRESENTATIVES),
    Route(_L, lesson_pages.lesson, "lesson", ANYONE),
    Route(_L + "begin", lesson_pages.begin, "lesson_begin", WORKERS, POST),
    Route(_L + "recall", lesson_recall.recall, "lesson_recall", WORKERS, BOTH),
    Route(_L + "review", lesson_texts.review, "lesson_review", RATE_WITNESSES, BOTH),
    Route(_L + "erase/<whole:number>", lesson_pages.erase, "lesson_erase", WORKERS, POST),
    Route(_L + "<str:screen_id>", lesson_pages.screen, "lesson_screen", WORKERS, BOTH),
    Route("systems/", systems.systems, "systems", ANYONE),
    Route("systems/first", systems.first, "systems_first", SIGNED_IN),
    Route("systems/shown", systems.shown, "systems_shown", SIGNED_IN, POST),
    Route("systems/rules-<str:language>.pdf", systems.notice_pdf, "systems_pdf", ANYONE),
    Route("systems/read", systems.read, "systems_read", SIGNED_IN, POST),
    Route("systems/contact", systems.contact, "systems_contact", OPERATORS, POST),
    Route("systems/<str:name>/switch", systems.switch, "system_switch", OPERATORS, POST),
    Route("work/", work.work, "work_home", WORKERS),
    Route(_W + "origin", origins.origin, "work_origin", WORKERS, for_worker=True),
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
    Route(_P + "setup/save", setup_steps.save, "project_setup_save", REQUESTERS, POST),
    Route(
        _P + "setup/draft", setup_steps.draft, "project_setup_draft", REQUESTERS, POST, json=True
    ),
    Route(_P + "setup/file", setup_steps.file, "project_setup_file", REQUESTERS, POST),
    Route(_P + "setup/columns", setup_steps.columns, "project_setup_columns", REQUESTERS, POST),
    Route(_P + "setup/rows", setup_steps.rows, "project_setup_rows", REQUESTERS, POST),
    Route(_P + "setup/reading", setup_steps.reading, "project_setup_reading", REQUESTERS),
    Route(_P + "setup/problems.csv", upload.problems, "project_setup_problems", REQUESTERS),
    Route(_P + "setup/question", setup_steps.question, "project_setup_question", REQUESTERS, POST),
    Route(
        _P + "question/shown",
        question_preview.question_preview,
        "project_question_shown",
        REQUESTERS,
        POST,
    ),
    Route(_P + "setup/told", setup_steps.told, "project_setup_told", REQUESTERS, POST),
    Route(_P + "setup/price", setup.price, "project_setup_price", REQUESTERS, POST),
    Route(_P + "setup/invite", setup.invite, "project_setup_invite", REQUESTERS, POST),
    Route(_P + "setup/estimate", setup.estimate, "project_setup_estimate", REQUESTERS),
    Route(_P + "setup/chain", setup_steps.chain, "project_setup_chain", REQUESTERS, POST),
    Route(_P + "answer", setup.answer, "project_answer", REQUESTERS, POST),
    Route(_P + "unsure", results.unsure, "project_unsure", READERS),
    Route(_P + "quality", measures.measures, "project_quality", READERS),
    Route(_P + "next-answers", next_answers.show, "project_next_answers", READERS),
    Route(_P + "care", measures.care, "project_care", REVIEWERS),
    Route(_P + "wrong", results.wrong, "project_wrong", READERS),
    Route(_P + "tasks", task_list.tasks, "project_tasks", READERS),
    Route(_P + "tasks/marked", prelabel_files.import_prelabels, "project_marked", REQUESTERS, POST),
    Route(_P + "tasks/change", task_list.change, "project_tasks_change", REQUESTERS, POST),
    Route(_P + "tasks/views", saved_views.save, "project_tasks_view", READERS, POST),
    Route(
        _P + "tasks/views/<whole:number>/delete",
        saved_views.delete,
        "project_tasks_view_delete",
        READERS,
        POST,
    ),
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
    Route(_P + "pilot/judge", price.judge, "project_pilot_judge", REQUESTERS, POST),
    Route(_P + "pilot/places", price.ask, "project_pilot_ask", REQUESTERS, POST),
    Route(_P + "price", price.price, "project_price", REQUESTERS, POST),
    Route(_P + "funds", price.funds, "project_funds", OPERATORS, POST),
    Route(_P + "bill", price.bill, "project_bill", READERS),
    Route(_P + "estimate", results.estimate, "project_estimate", REQUESTERS, POST),
    Route(_P + "state", lifecycle.state, "project_state", REQUESTERS, POST),
    Route(_P + "settings", project_settings.settings, "project_settings", REQUESTERS),
    Route(_P + "material", material.material, "project_material", REQUESTERS, BOTH),
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
    *RESALES,
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
    Route("payroll/periods", payroll.periods, "payroll_periods", OPERATORS),
    Route("payroll/closing", closing.confirm, "payroll_closing", OPERATORS, BOTH),
    Route("payroll/accounts", closing.ask_accounts, "payroll_ask_accounts", OPERATORS, POST),
    Route("payroll/people", payroll.people, "payroll_people", OPERATORS),
    Route("payroll/people/terms", work_terms.several, "payroll_terms_several", OPERATORS, POST),
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
    Route("media/<slug:project>/<str:sha256>", media.media, "media", MEDIA_READERS),
    Route("uploads/", multipart_uploads.begin, "upload_begin", REQUESTERS, POST, json=True),
    Route("uploads/<str:token>", multipart_uploads.part, "upload_part", SIGNED_IN, BOTH, json=True),
    Route("files/<str:token>", media.signed, "media_signed", ANYONE),
)

urlpatterns = [
    LazyInclude("api/v1/", "canut.web.api.urls", "api"),  # programs ask most, and first
    LazyInclude("mturk", "canut.web.turk.urls", "turk"),
    LazyInclude("mturk/", "canut.web.turk.urls_below", "turk_slash"),
    *(path(page.address, guard(page), name=page.name) for page in PAGES),
    path("accounts/", include("allauth.urls")),
]
handler400 = "canut.web.kit.problems.bad_request"
handler403 = "canut.web.kit.problems.denied"
handler404 = "canut.web.kit.problems.not_found"
handler429 = "canut.web.kit.problems.too_many"  # allauth calls it past a rate limit
handler500 = "canut.web.kit.problems.fault"
