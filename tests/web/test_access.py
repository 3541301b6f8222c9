"""Who reaches what: a table of role and address, made from the list of addresses itself."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from canut.actions.datasets.bundles import write_bundle
from canut.actions.datasets.withdrawals import (
    WithdrawalFields,
    ask_withdrawal,
    read_withdrawal,
    withdrawal_token,
)
from canut.actions.ledger.entries import record_entry
from canut.actions.ledger.sequencer import log_of, sequence
from canut.actions.participation.impact_assessments import make_assessment
from canut.actions.participation.price_rounds import open_round
from canut.actions.people.accounts import invitation_token
from canut.actions.platform.uploads import begin_parts
from canut.actions.quality.bulk_edit import BulkChange, change_many
from canut.actions.work.work_record import create_share_token
from canut.core.clock import from_ms
from canut.core.participation.effects_inventory import RISKS
from canut.store.media.signed_urls import address_of
from canut.store.models import (
    Answer,
    Bulk,
    Countersignature,
    Fact,
    ImpactAssessment,
    Log,
    PriceRound,
    Project,
    Review,
    Role,
    Statement,
    StatusList,
    WithdrawalRequest,
)
from canut.store.participation.impact_assessments import newest_assessment
from canut.store.tables.datasets import Card, Resale
from canut.store.tasks.filter_sql import Filter
from canut.web.kit.access import Route
from canut.web.kit.audiences import (
    OPERATORS,
    OVERSEERS,
    RATE_WITNESSES,
    RULE_READERS,
    SPEAKERS,
    TIMED,
    WORKERS,
)
from canut.web.urls import PAGES
from tests.support.commissions import make_reader_test, make_text
from tests.support.decision_pages import appealed, decided, waiting
from tests.support.factories import NOW_MS, answer_next
from tests.support.instance import (
    House,
    a_deposit,
    a_release,
    a_series,
    an_edition,
    an_inspection_link,
    make_contest,
    make_dataset,
    make_model,
)
from tests.support.known_tasks import bring_own, share_credential
from tests.support.missing_objects import MISSING, NO_ID, PAGE_LEASES, PAGE_SECRETS, PAGES_SHOWN
from tests.support.own_objects import (
    a_case,
    a_comparison,
    a_credential,
    a_key,
    a_lien,
    a_proposal,
    a_view,
    a_webhook,
    an_ethics_review,
    an_incident,
    an_opening,
)
from tests.support.pay_pages import make_open_period, make_payment, make_statement
from tests.support.place_packs import make_pack
from tests.support.recruiting import OF_RECRUITING, RECRUITING

PART = re.compile(r"<\w+:(?!project>)\w+>")
ROLES = ("stranger", "nobody", *(str(role) for role in Role), "other")
SIGN_IN = 3020  # led to the page where one signs in

type Example = Callable[[House], dict[str, Any]]
ARGUMENTS: dict[str, Example] = {
    **RECRUITING,
    "enter": lambda _: {"token": "never-made"},
    **dict.fromkeys(PAGE_SECRETS, lambda _: {"secret": "never-made"}),
    **dict.fromkeys(PAGE_LEASES, lambda _: {"lease": NO_ID}),
    "demo_enter": lambda _: {"role": "worker"},
    "join": lambda h: {"token": invitation_token(h.invitation)},
    "place": lambda _: {"code": "CA-QC"},
    "accord": lambda h: {"number": a_round(h).pk},
    "accord_support": lambda h: {"number": a_round(h).pk},
    "accord_offer": lambda h: {"number": a_round(h).pk},
    "accord_vote": lambda h: {"number": a_round(h).pk},
    "accord_ballot": lambda h: {"number": a_round(h).pk},
    "accord_sign": lambda h: {"number": a_round(h).pk},
    "effects_agree": lambda h: {"number": an_assessment(h).number},
    "effects_conclude": lambda h: {"number": an_assessment(h).number},
    "fairwork_as": lambda _: {"form": "csv"},
    "systems_pdf": lambda _: {"language": "fr"},
    "project_task": lambda h: {"number": h.tasks[0].pk},
    "project_task_review": lambda h: {"number": h.tasks[0].pk},
    "project_export_file": lambda _: {"what": "labels", "form": "csv"},
    "project_bundle_file": lambda h: {"number": make_dataset(h).pk},
    "project_card": lambda h: {"number": a_card(h).number},
    "project_resale_decide": lambda h: {"number": a_resale(h).pk},
    "project_card_as": lambda h: {"number": a_card(h).number, "form": "json"},
    "project_model": lambda h: {"number": make_model(h).pk},
    "project_model_health": lambda h: {"number": make_model(h).pk},
    "project_incident": lambda h: {"number": an_incident(h)},
    "project_incident_owner": lambda h: {"number": an_incident(h)},
    "project_incident_deposit": lambda h: {"number": an_incident(h)},
    "project_incident_repair": lambda h: {"number": an_incident(h)},
    "project_incident_decisions": lambda h: {"number": an_incident(h)},
    "project_model_file": lambda h: {"number": make_model(h).pk},
    "project_invitation_revoke": lambda h: {"number": h.invitation.pk},
    "project_member_end": lambda h: {"number": h.membership.pk},
    "project_tasks_view_delete": lambda h: {"number": a_view(h).pk},
    "project_member_name": lambda h: {"number": h.membership.pk},
    "media": lambda h: {"sha256": h.picture},
    "ledger_log": lambda h: {"number": a_log(h).project_id},
    "ledger_entry": lambda h: {"number": a_log(h).project_id, "place": 0},
    "ledger_proof": lambda h: {"number": a_log(h).project_id, "place": 0},
    "answers_went_one": lambda h: {"number": decided(h).project_id},
    "answer_path": lambda h: {
        "number": decided(h).project_id,
        "answer": Answer.objects.filter(worker=decided(h).worker).latest("id").pk,
    },
    "answers_credit": lambda h: {"number": decided(h).project_id},
    "answers_went_places": lambda h: {"number": decided(h).project_id},
    "log_file": lambda h: {"file": f"{a_log(h).project_id}/checkpoint"},
    "card": lambda h: {"slug": a_card(h).project.slug},
    "card_as": lambda h: {"slug": a_card(h).project.slug, "form": "json"},
    "project_webhook": lambda h: {"number": a_webhook(h).pk, "act": "pause"},
    "key_revoke": lambda h: {"number": a_key(h).pk},
    "turk_decline": lambda h: {"number": a_proposal(h)},
    "lesson": lambda _: {"lesson_id": "click-life"},
    "lesson_begin": lambda _: {"lesson_id": "click-life"},
    "lesson_recall": lambda _: {"lesson_id": "click-life"},
    "lesson_review": lambda _: {"lesson_id": "click-life"},
    "lesson_screen": lambda _: {"lesson_id": "click-life", "screen_id": "s03"},
    "lesson_erase": lambda h: {"lesson_id": "click-life", "number": a_case(h).attempt_id},
    "lesson_mark": lambda h: {"number": a_case(h).pk},
    "lesson_training": lambda _: {"lesson_id": "click-life"},
    "law_rule": lambda _: {"key": "LNT-46"},
    "law_assign": lambda _: {"key": "LNT-46"},
    "law_done": lambda _: {"key": "LNT-46"},
    "law_note": lambda _: {"key": "LNT-46"},
    "portrait_csv": lambda _: {"key": "c1"},
    "portrait_chapter": lambda _: {"form": "csv"},
    "portrait_trade": lambda _: {"code": "CAN-ANNOT"},
    "portrait_series": lambda _: {"figure": a_series()},
    "portrait_series_csv": lambda _: {"figure": a_series()},
    "portrait_latest_chart": lambda _: {"key": a_release() and "c1"},
    "portrait_latest_file": lambda _: {"key": a_release() and "c1", "form": "fr.svg"},
    "portrait_edition": lambda _: an_edition(),
    "portrait_chart": lambda _: {**an_edition(), "key": "c1"},
    "portrait_embed": lambda _: {**an_edition(), "key": "c1", "language": "fr"},
    "portrait_file": lambda _: {**an_edition(), "key": "c1", "form": "fr.svg"},
    "portrait_release": lambda _: {"name": a_release()},
    "portrait_release_csv": lambda _: {"name": a_release(), "key": "c4"},
    "portrait_signed": lambda _: {"name": a_release()},
    "portrait_package": lambda _: {"name": a_release()},
    "inspect_link": lambda h: {"token": an_inspection_link(h)},
    "portrait_draft": lambda _: {"name": a_release()},
    "portrait_draft_file": lambda _: {"name": a_release(), "form": "csv"},
    "portrait_deposit": lambda _: {"number": a_deposit()},
    "portrait_deposit_decide": lambda _: {"number": a_deposit()},
    "portrait_deposit_package": lambda _: {"number": a_deposit()},
    "media_signed": lambda h: {
        "token": address_of(h.project.pk, h.picture, int(time.time())).rpartition("/")[2]
    },
    "upload_part": lambda h: {"token": begin_parts(h.people["requester"], "a", 9).token},
    "record_as": lambda _: {"form": "json"},
    "withdraw": lambda h: {"slug": h.project.slug},
    "withdrawal": lambda h: {"token": withdrawal_token(a_withdrawal(h))},
    "withdrawal_proof": lambda h: {"token": withdrawal_token(a_withdrawal(h))},
    "withdrawals_case": lambda h: {"number": a_withdrawal(h).pk},
    "record_handed": lambda h: {"token": create_share_token(h.people["worker"])},
    "passport_credential": lambda h: {"number": a_credential(h)},
    "passport_file": lambda h: {"number": a_credential(h), "form": "svg"},
    "passport_withdraw": lambda h: {"number": a_credential(h)},
    "passport_share_end": lambda h: {"number": share_credential(h.people["worker"])[0].pk},
    "passport_recognition_file": lambda _: {"form": "zip"},
    "passport_bring_ask": lambda h: {"number": bring_own(h.people["worker"]).pk},
    "passport_bring_delete": lambda h: {"number": bring_own(h.people["worker"]).pk},
    "passport_shown": lambda h: {"token": share_credential(h.people["worker"])[1]},
    "passport_status": lambda h: {"number": a_credential(h) and StatusList.objects.get().pk},
    "passport_skill": lambda _: {"key": "S01", "level": 1},
    "passport_work": lambda _: {"key": "CAN-ANNOT"},
    "passport_rule": lambda _: {"kind": "lesson", "key": "click-life.1"},
    "ethics_review": lambda h: {"number": an_ethics_review(h)},
    "ethics_act": lambda h: {"number": an_ethics_review(h)},
    "ethics_reading": lambda h: {"number": an_ethics_review(h)},
    "project_comparison_hold": lambda h: {"number": a_comparison(h)},
    "project_comparison_resume": lambda h: {"number": a_comparison(h)},
    "project_comparison_end": lambda h: {"number": a_comparison(h)},
    "model_lien": lambda h: {"number": a_lien(h)},
    "opening_end": lambda h: {"number": an_opening(h)},
    "text": lambda h: {"number": make_text(h.project).pk},
    "reader_text": lambda h: {"number": make_reader_test(h.project).pk},
    "opening_down": lambda h: {"number": an_opening(h)},
    "client": lambda h: {"number": h.organisation.pk},
    "time_review_one": lambda h: {"number": make_contest(h).pk},
    "time_claim_withdraw": lambda h: {"number": make_contest(h).pk},
    "decision_appeal": lambda h: {"number": decided(h).pk},
    "appeal_take": lambda h: {"number": appealed(h).pk},
    "appeal_answer": lambda h: {"number": appealed(h).pk},
    "appeal_reveal": lambda h: {"number": appealed(h).pk},
    "appeals_rejection_confirm": lambda h: {"number": waiting(h).pk},
    "appeals_rejection_refuse": lambda h: {"number": waiting(h).pk},
    "system_switch": lambda _: {"name": "hours"},
    "project_decision_back": lambda h: {"number": decided(h).pk},
    "project_reject": lambda h: {"number": an_answer(h).pk},
    "project_limit": lambda h: {"number": h.worker.pk},
    "pay_statement": lambda h: {"number": make_statement(h).pk},
    "pay_statement_pdf": lambda h: {"number": make_statement(h).pk, "language": "fr"},
    "pay_statement_file": lambda h: {"number": make_statement(h).pk},
    "pay_sign": lambda h: {"number": make_statement(h).pk},
    "pay_statement_signature": lambda h: {"number": signed(h).pk},
    "pay_received": lambda h: {"number": make_payment(h).pk},
    "pay_missing": lambda h: {"number": make_payment(h).pk},
    "pay_year_pdf": lambda h: {"year": make_statement(h).pay_year, "language": "fr"},
    "pay_year_file": lambda h: {"year": make_statement(h).pay_year},
    "payroll_opening_person": lambda h: {"number": make_statement(h).person_id},
    "payroll_year_csv": lambda h: {"year": make_statement(h).pay_year},
    "payroll_year_zip": lambda h: {"year": make_statement(h).pay_year, "language": "fr"},
    "payroll_year_pdf": lambda h: {
        "number": make_statement(h).person_id,
        "year": make_statement(h).pay_year,
        "language": "fr",
    },
    "payroll_export": lambda h: {"number": make_statement(h).period_id},
    "payroll_terms": lambda h: {"number": h.people["worker"].pk},
    "payroll_file": lambda h: {"number": make_payment(h).file_id},
    "payroll_file_sent": lambda h: {"number": make_payment(h).file_id},
    "payroll_places_decide": lambda h: {"number": make_pack(h).pk},
    "payroll_places_file": lambda h: {"number": make_pack(h).pk},
    "payroll_places_draft": lambda _: {"code": "CA-QC"},
    "payroll_payment": lambda h: {"number": make_payment(h, sent=False).pk},
    "payroll_period": lambda h: {"number": make_statement(h).period_id},
    "payroll_try": lambda h: {"number": make_open_period(h).pk},
    "project_review_decide": lambda h: {"number": a_review(h).pk},
    "project_review_pass": lambda h: {"number": a_review(h).pk},
    "project_change_undo": lambda h: {"number": a_change(h).pk},
}
PAYROLL = {"worker", "operator", "other"}  # the other house has an operator too
OWN = {
    "pay_sign": {"worker"},
    "passport_credential": {"worker"},
    "passport_file": {"worker"},
    "passport_withdraw": {"worker"},
    "passport_share_end": {"worker"},
    "passport_bring_ask": {"worker"},
    "passport_bring_delete": {"worker"},
    "answers_went_one": {"worker"},
    "answer_path": {"worker"},
    "answers_credit": {"worker"},
    "answers_went_places": {"worker"},
    "upload_part": {"requester"},
    "pay_statement": PAYROLL,
    "pay_statement_pdf": PAYROLL,
    "pay_statement_file": PAYROLL,
    "pay_statement_signature": PAYROLL,
    "pay_year_pdf": {"worker"},
    "pay_year_file": {"worker"},
    "pay_received": {"worker"},
    "pay_missing": {"worker"},
}
FILES_FOR_ANYONE = {
    "log_file",
    "passport_status",
    "portrait_signed",
    "portrait_package",
    "service_worker",
}
"""Addresses of public files, which say themselves for how long they may be kept."""
# Who is not whom it is about, or may not answer, gets the same as where there is nothing, or a no.
PERSONAL = {
    **{name: {404} for name in (*PAGE_SECRETS, *PAGE_LEASES, *PAGES_SHOWN)},  # none is there
    "decision_appeal": {302, 404, 422},
    "appeal_take": {302, 403},
    "appeal_reveal": {404},
    "appeal_answer": {422},
    "appeals_rejection_confirm": {302, 403, 409},
    "appeals_rejection_refuse": {302, 403, 409},
    "account_words_back": {404},
    **{key: {302, 404} for key in ("key_revoke", "turk_decline", "opening_end")},
    "project_tasks_view_delete": {302, 404},
    "time_review_one": {200, 404},
    "lesson_erase": {404, 409},
    "ethics_act": {422},  # a form without its act
    "ethics_office_act": {422},
    "ethics_reading": {403},  # of the reviewer and of candidates
    **{key: {404} for key in ("commission_scenario", "commission_answer")},  # it has none
    "findings_tell": {404},
    **{key: {404} for key in ("reader_text", "reader_mark")},  # of a project one works in
    "opening_down": {422},
    "pathway_follow": {404},
    **OF_RECRUITING,
    "lesson_mark": {200, 404},
    "lesson_training": {200, 403},  # of who passed the lesson, reviews or runs the instance
    "time_claim_withdraw": {302, 404},
    "withdrawals_case": {200, 404},
}


@pytest.fixture(scope="module")
def house_once(house_once: House, django_db_blocker: DjangoDbBlocker) -> House:
    """Sign one person of each role in, once for all pages."""
    with django_db_blocker.unblock():
        house_once.sign_in(role for role in ROLES if role != "stranger")
    return house_once


@pytest.fixture
def house(shared: House) -> House:
    """Visit the one house of this module; what a page did to it is undone."""
    return shared


def an_answer(house: House) -> Answer:
    """Return the house's answer, given the first time it is asked for."""
    return Answer.objects.filter(project=house.project).first() or Answer.objects.get(
        pk=answer_next(house.worker).answer
    )


def a_log(house: House) -> Log:
    """Return the log of the house's project, begun the first time it is asked for."""
    log = Log.objects.filter(project=house.project, size__gt=0).first()
    if log is not None:
        return log
    now_ms = int(time.time() * 1000)
    with transaction.atomic():
        record_entry(house.project.pk, "price", {"n": 1}, now_ms, bytes(32))
    sequence(now_ms)
    return log_of(house.project.pk)


def a_card(house: House) -> Card:
    """Return the card of the house's project, handed out the first time it is asked for."""
    card = Card.objects.filter(project=house.project).first()
    if card is not None:
        return card
    a_log(house)
    folder = Path(mkdtemp(prefix="canut-card-"))
    try:
        return write_bundle(house.project, folder, NOW_MS, is_public=True).card
    finally:
        shutil.rmtree(folder)


def a_resale(house: House) -> Resale:
    """Return a resale that the requester declared."""
    card = a_card(house)
    return Resale.objects.filter(card=card).first() or Resale.objects.create(
        card=card,
        buyer="company",
        form="sale",
        fee_micro=1_000_000,
        currency="CAD",
        on=from_ms(NOW_MS).date(),
        share_per_mille=0,
        declared_by=house.people["requester"],
        declared_ms=NOW_MS,
    )


def signed(house: House) -> Statement:
    """Return a statement that bears a signature."""
    found = make_statement(house)
    Countersignature.objects.get_or_create(
        statement=found.pk, defaults={"says": "agreed", "did": "d", "signature": "s", "at_ms": 1}
    )
    return found


def an_assessment(house: House) -> ImpactAssessment:
    """Return the newest assessment of effects, made the first time it is asked for."""
    left = dict.fromkeys(RISKS, 2)
    return newest_assessment() or make_assessment(left, house.people["operator"], NOW_MS)


def a_withdrawal(house: House) -> WithdrawalRequest:
    """Return a request to withdraw an item of the house's project."""
    existing = WithdrawalRequest.objects.filter(project=house.project).first()
    fields = WithdrawalFields(words="me")
    return existing or read_withdrawal(ask_withdrawal(house.project.slug, fields, NOW_MS))


def a_round(house: House) -> PriceRound:
    """Return the price round of the house, opened the first time it is asked for."""
    opened = PriceRound.objects.first()
    return opened or open_round(
        house.people["representative"], "choice", "", "The rent went up.", NOW_MS
    )


def a_review(house: House) -> Review:
    """Return a case that waits, in nobody's hands."""
    found = Review.objects.filter(project=house.project).first()
    return found or Review.objects.create(
        project=house.project, task=house.tasks[0], why=Review.Why.ASKED, asked_ms=1
    )


def a_change(house: House) -> Bulk:
    """Return a change of many tasks that can be undone."""
    chosen = BulkChange("aside", Filter(house.project.pk), tasks=(house.tasks[2].pk,))
    return change_many(house.project, chosen, 1, by=house.people["requester"], now_ms=1)


def project_of(page: Route, house: House) -> Project:
    """Return the project a page is about: the draft where one is set up."""
    return house.draft if page.name.startswith("project_setup") else house.project


def example(page: Route, house: House, **instead: object) -> str:
    parts = ARGUMENTS[page.name](house) if page.name in ARGUMENTS else {}
    if "<slug:project>" in page.address:
        parts["project"] = project_of(page, house).slug
    return reverse(page.name, kwargs=parts | instead)


def status(house: House, role: str, page: Route, path: str) -> int:
    """Return the status of a page."""
    return ask(house, role, page, path)[0]


def ask(house: House, role: str, page: Route, path: str) -> tuple[int, str]:
    """Ask as the page is meant to be asked, with nothing in the form; what it did is undone.

    Returns the status, and what the answer says to caches.
    """
    client = house.client(role)
    with transaction.atomic():
        if page.json:
            answer = client.post(path, "{}", content_type="application/json")
        else:
            answer = client.post(path) if "GET" not in page.methods else client.get(path)
        transaction.set_rollback(True)
    code = answer.status_code
    is_led_away = code == 302 and answer["Location"].startswith(reverse("account_login"))
    return SIGN_IN if is_led_away else code, answer.get("Cache-Control", "")


def is_right(page: Route, role: str, code: int) -> bool:
    """Say whether this is what the role should get from the page."""
    has_project = "<slug:project>" in page.address
    lets_in = role in {str(r) for r in page.audience.roles}
    is_others = page.name in OWN and role not in {*OWN[page.name], "stranger"}
    if page.name == "enter" or page.audience.demo_only or is_others:
        return code == 404
    if page.audience.signed_in and role == "stranger":
        return code == (401 if page.json else SIGN_IN)
    if has_project and page.audience.roles and role in {"other", "nobody"}:
        return code == 404
    never = page.audience.never and role in {"other", *(str(r) for r in page.audience.never)}
    not_theirs = page.audience.roles and not lets_in and not (role == "other" and not has_project)
    if never or not_theirs:
        return code == 403
    if page.name in PERSONAL:
        return code in PERSONAL[page.name]
    return code not in {SIGN_IN, 401, 403, 404} and code < 500


def is_kept_from_others(page: Route, caching: str) -> bool:
    """Say whether no other person can get from a cache what one who is signed in got."""
    return "no-store" in caching or "private" in caching or page.name in FILES_FOR_ANYONE


def reader_of(page: Route) -> str:
    """Return a role that a page lets in."""
    if page.audience in (TIMED, WORKERS):
        return "worker"
    if page.audience is RULE_READERS:
        return "auditor"
    if page.audience is SPEAKERS:
        return "representative"
    is_run = page.audience in (OPERATORS, OVERSEERS, RATE_WITNESSES) or page.name in {
        "system_switch",
        "time_review_one",
    }
    return "operator" if is_run else "requester"


@pytest.mark.slow  # eight roles on each address: the others here ask each address once
@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_each_role_gets_what_it_should(page: Route, house: House) -> None:
    path = example(page, house)

    got = {role: ask(house, role, page, path) for role in ROLES}

    assert {role: code for role, (code, _) in got.items() if not is_right(page, role, code)} == {}
    told = {role: caching for role, (_, caching) in got.items() if role != "stranger"}
    assert {
        role: caching for role, caching in told.items() if not is_kept_from_others(page, caching)
    } == {}


def test_every_address_with_parts_has_examples_of_them() -> None:
    with_parts = [p for p in PAGES if PART.search(p.address)]

    assert [p.name for p in with_parts if p.name not in ARGUMENTS] == []
    assert [p.name for p in with_parts if not (p.name in MISSING or p.audience.demo_only)] == []


def test_wrong_method_is_refused_everywhere(house: House) -> None:
    client = house.client("requester")

    got = {
        page.name: (client.delete if "GET" in page.methods else client.get)(
            example(page, house)
        ).status_code
        for page in PAGES
    }

    assert {name: code for name, code in got.items() if code != 405} == {}


def test_project_that_is_not_there_is_missing_everywhere(house: House) -> None:
    got = {}
    for page in PAGES:
        if "<slug:project>" in page.address:
            role = next(str(r) for r in sorted(page.audience.roles))
            path = example(page, house, project="jamais-fait")
            got[page.name] = status(house, role, page, path)

    assert [(name, code) for name, code in got.items() if code != 404] == []


def test_id_that_is_not_there_is_missing_everywhere(house: House) -> None:
    got = {
        page.name: status(house, reader_of(page), page, example(page, house, **MISSING[page.name]))
        for page in PAGES
        if page.name in MISSING
    }

    assert [(name, code) for name, code in got.items() if code != 404] == []


def test_form_from_elsewhere_changes_nothing(house: House) -> None:
    Fact.objects.create(name="made_by_demo", value="1")
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.people["requester"])

    got = {
        page.name: client.post(example(page, house)).status_code
        for page in PAGES
        if "POST" in page.methods and page.name not in PAGE_SECRETS  # own pages are elsewhere
    }

    assert {name: code for name, code in got.items() if code != 403} == {}


@pytest.mark.parametrize(
    "name",
    [
        *("project_invitation_revoke", "project_member_end", "project_task"),
        *("project_reject", "project_limit", "project_decision_back"),
        *("project_review_decide", "project_review_pass", "project_change_undo"),
        "project_tasks_view_delete",
    ],
)
def test_id_of_another_project_is_missing(name: str, house: House) -> None:
    page = next(page for page in PAGES if page.name == name)
    path = example(page, house, project=house.draft.slug)

    assert status(house, "requester", page, path) == 404


def test_page_for_somebody_else_says_so_in_the_language_of_the_reader(house: House) -> None:
    client = house.client("worker")
    path = reverse("project", args=[house.project.slug])

    french = client.get(path, headers={"accept-language": "fr"})
    english = client.get(path, headers={"accept-language": "en"})

    assert "Vous n’avez pas accès à cette page" in french.content.decode()
    assert "You do not have access to this page" in english.content.decode()
