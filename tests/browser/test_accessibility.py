"""On every page: nothing axe finds wrong, nothing said, nothing wider than the screen.

Once in French on a phone by night, on build servers once more in English on a desk by day; in every
language, width and light by ``make test-browser``.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest
from django.urls import reverse
from playwright.sync_api import ConsoleMessage, expect
from playwright.sync_api import Page as Tab

from canut.store.models import Role
from canut.web.kit.access import Route
from canut.web.kit.audiences import ANYONE
from canut.web.urls import PAGES
from tests.browser.instance import Instance, axe
from tests.browser.paid import HOLDER
from tests.browser.prepared import RELEASED
from tests.browser.steps import contest_time, drop_files, sign_in_operator
from tests.browser.test_time import answer_some
from tests.conftest import is_matrix_asked, is_on_build_server

DEMO = "demo"
EDITION = f"{RELEASED}-1"
NOT_PAGES = {  # bytes to download or to draw, and a piece of a page
    "healthz": "text/plain",
    "readyz": "application/json",
    "metrics": "text/plain",
    "media": "image/png",
    "log_file": "text/plain",
    "ledger_proof": "text/plain",
    "card_as": "application/pdf",
    "card_checker": "text/html",  # a file to keep
    "card_example": "application/zip",
    "card_example_policy": "text/plain",
    "project_actors_csv": "text/csv",
    "project_model": "text/html",  # nothing learnt in the demo
    "project_model_health": "text/html",
    "model_lien": "text/html",
    "ethics_reading": "text/html",  # of a reviewer, whom the demo lacks
    "study_back": "text/html",  # leads to the page of the study
    "project_crowd_links": "text/csv",
    "project_incident": "text/html",  # nothing went wrong in the demo
    "project_incident_decisions": "text/html",
    "law_csv": "text/csv",
    "systems_pdf": "application/pdf",
    "fairwork_as": "text/csv",
    "law_json": "application/json",
    "portrait_csv": "text/csv",
    "portrait_release_csv": "text/csv",
    "portrait_series_csv": "text/csv",
    "portrait_latest_file": "image/png",
    "portrait_file": "text/csv",
    "portrait_embed": "text/html",  # one picture, for a frame of another site
    "portrait_signed": "application/json",
    "portrait_package": "application/zip",
    "portrait_chapter": "text/html",  # a file to keep
    "portrait_deposit": "text/html",  # the demo has none
    "portrait_deposit_package": "text/html",  # the demo has none
    "media_signed": "text/html",  # the refusal of an address nobody made
    "upload_part": "application/problem+json",
    "project_setup_problems": "text/csv",
    "project_setup_reading": "text/html",
    "project_overlap": "text/html",
    "first_sets": "text/html",  # a piece of a page
    "project_export_file": "text/csv",
    "project_bundle": "text/html",
    "project_bundle_file": "text/html",  # the demo has none
    "project_card_as": "application/pdf",
    "pay_statement_pdf": "application/pdf",
    "pay_statement_file": "application/json",
    "pay_statement_signature": "text/html",  # nothing is signed yet
    "pay_year_pdf": "application/pdf",
    "pay_year_file": "application/json",
    "payroll_opening_template": "text/csv",
    "payroll_year_csv": "text/csv",
    "payroll_year_zip": "application/zip",
    "payroll_year_pdf": "application/pdf",
    "payroll_export": "text/csv",
    "payroll_file": "application/xml",
    "payroll_places_draft": "application/json",
    "payroll_places_file": "text/html",  # the demo has none
    "project_summary": "application/json",
    "project_setup_estimate": "text/html",
    "record_as": "application/json",
    "time_line": "text/html",
    "time_data": "application/json",
    "withdrawal": "text/html",  # nobody asked for one in the demo
    "withdrawal_proof": "text/html",
    "withdrawals_case": "text/html",
    "portrait_draft": "text/html",  # the demo has none
    "portrait_draft_file": "text/html",
    "ethics_file": "application/json",
    "accord": "text/html",  # nothing is negotiated in the demo
    "inspect_link": "text/html",
    "passport_did": "application/did+ld+json",
    "passport_file": "image/png",
    "passport_recognition_file": "application/pdf",
    "passport_status": "application/vc+jwt",
    "law_jsonld": "application/ld+json",
    "service_worker": "text/javascript",
    "manifest": "application/manifest+json",
}
QUERIES = {
    "payroll_send": "?kind=bank&currency=CAD",
    "passport_make": f"?kind=skill&of=S01&holder={HOLDER}",
}
"""What pages are asked for that show nothing without."""
PANELS = ("why", "help", "skip", "flag", "ask", "keys", "waits", "counted", "break")
ROLES = (Role.REQUESTER, Role.WORKER, Role.REVIEWER, Role.OPERATOR)
KNOWN_WORDS = "trameetchaine9"


class Guise(NamedTuple):
    """Who looks at a page: language, width, by day or by night."""

    language: str
    width: int
    theme: str


GUISE = Guise("fr-CA", 390, "dark")
SECOND = Guise("en-CA", 1280, "light")
OTHERS = [Guise("fr-CA", 1280, "light"), Guise("en-CA", 390, "dark")]
GUISES = [
    GUISE,
    *([SECOND] if is_on_build_server() else []),
    *(OTHERS if is_matrix_asked() else []),
]
in_every_guise = pytest.mark.parametrize(
    "guise",
    [
        GUISE,
        pytest.param(SECOND, marks=pytest.mark.again),
        *(pytest.param(one, marks=pytest.mark.matrix) for one in OTHERS),
    ],
    ids=[f"{one.language}-{one.width}" for one in (GUISE, SECOND, *OTHERS)],
)


class Examples(NamedTuple):
    """What the addresses of the demo are filled with."""

    draft: str
    task: int
    answer: int
    worker: int
    invitation: str
    revoked: str
    organisation: int
    claim: int
    member: int
    paid: dict[str, Any]

    def arguments(self, page: Route) -> dict[str, object]:
        """Return the parts of an address; a new page with a new part is missed here."""
        by_name: dict[str, dict[str, object]] = {
            "join": {"token": self.invitation},
            "enter": {"token": "never-made"},
            "project_task": {"number": self.task},
            "place": {"code": "CA-QC"},
            "project_reject": {"number": self.answer},
            "project_limit": {"number": self.worker},
            "project_member_end": {"number": self.member},
            "project_member_name": {"number": self.member},
            "media": {"sha256": "0" * 64},
            "log_file": {"file": "checkpoint"},
            "ledger_log": {"number": 0},
            "ledger_entry": {"number": 0, "place": 0},
            "ledger_proof": {"number": 0, "place": 0},
            "answers_went_one": {"number": self.paid["project"]},
            "card": {"slug": DEMO},
            "card_as": {"slug": DEMO, "form": "pdf"},
            "law_rule": {"key": "PWD-10-1"},
            "systems_pdf": {"language": "fr"},
            "fairwork_as": {"form": "csv"},
            "portrait_csv": {"key": "c1"},
            "portrait_chapter": {"form": "html"},
            "portrait_release": {"name": EDITION},
            "portrait_trade": {"code": "CAN-ANNOT"},
            "portrait_series": {"figure": "population.active"},
            "portrait_series_csv": {"figure": "population.active"},
            "portrait_latest_chart": {"key": "c1"},
            "portrait_latest_file": {"key": "c1", "form": "fr.png"},
            "portrait_edition": {"period": RELEASED, "edition": 1},
            "portrait_chart": {"period": RELEASED, "edition": 1, "key": "c3"},
            "portrait_embed": {"period": RELEASED, "edition": 1, "key": "c1", "language": "fr"},
            "portrait_file": {"period": RELEASED, "edition": 1, "key": "c1", "form": "fr.csv"},
            "portrait_release_csv": {"name": EDITION, "key": "c13"},
            "portrait_signed": {"name": EDITION},
            "portrait_package": {"name": EDITION},
            "portrait_deposit": {"number": 0},
            "portrait_deposit_package": {"number": 0},
            "media_signed": {"token": "never.made"},
            "upload_part": {"token": "0" * 32},
            "time_review_one": {"number": self.claim},
            "text": {"number": self.paid["text"]},
            "reader_text": {"number": self.paid["reader_text"]},
            "project_export_file": {"what": "labels", "form": "csv"},
            "project_bundle_file": {"number": 0},
            "project_card": {"number": 1},
            "project_model": {"number": 0},
            "project_model_health": {"number": 0},
            "model_lien": {"number": 0},
            "project_incident": {"number": 0},
            "project_incident_decisions": {"number": 0},
            "project_card_as": {"number": 1, "form": "pdf"},
            "pay_statement": {"number": self.paid["statement"]},
            "pay_statement_pdf": {"number": self.paid["statement"], "language": "fr"},
            "pay_statement_signature": {"number": self.paid["statement"]},
            "pay_statement_file": {"number": self.paid["statement"]},
            "payroll_file": {"number": self.paid["file"]},
            "payroll_places_draft": {"code": "CA-QC"},
            "payroll_places_file": {"number": 0},
            "payroll_period": {"number": self.paid["period"]},
            "payroll_terms": {"number": self.paid["person"]},
            "pay_year_pdf": {"year": self.paid["year"], "language": "fr"},
            "pay_year_file": {"year": self.paid["year"]},
            "payroll_opening_person": {"number": self.paid["person"]},
            "payroll_year_csv": {"year": self.paid["year"]},
            "payroll_year_zip": {"year": self.paid["year"], "language": "fr"},
            "payroll_year_pdf": {
                "number": self.paid["person"],
                "year": self.paid["year"],
                "language": "fr",
            },
            "payroll_export": {"number": self.paid["closed"]},
            "answer_path": {
                "number": self.paid["answer_project"],
                "answer": self.paid["answer"],
            },
            "invited_no": {"token": self.paid["invited_token"]},
            "crowd_pool": {"number": self.organisation},
            "qualification": {"number": self.paid["qualification"]},
            "pool_test": {"number": self.paid["qualification"]},
            "project_crowd_list": {"number": self.paid["invited_list"]},
            "project_crowd_links": {"number": self.paid["invited_list"]},
            "study_back": {"number": 0},
            "study": {"project": self.paid["study"]},
            "project_study": {"project": self.paid["study"]},
            "ethics_review": {"number": self.paid["ethics_review"]},
            "ethics_reading": {"number": self.paid["ethics_review"]},
            "withdraw": {"slug": DEMO},
            "withdrawal": {"token": "never-made"},
            "withdrawal_proof": {"token": "never-made"},
            "withdrawals_case": {"number": 0},
            "portrait_draft": {"name": EDITION},
            "portrait_draft_file": {"name": EDITION, "form": "csv"},
            "accord": {"number": 0},
            "inspect_link": {"token": "never-made"},
            "passport_credential": {"number": self.paid["credential"]},
            "passport_file": {"number": self.paid["credential"], "form": "png"},
            "passport_recognition_file": {"form": "pdf"},
            "passport_shown": {"token": self.paid["shown"]},
            "passport_status": {"number": self.paid["status"]},
            "passport_skill": {"key": "S01", "level": 1},
            "passport_work": {"key": "CAN-ANNOT"},
            "passport_rule": {"kind": "lesson", "key": "click-life.1"},
            "lesson": {"lesson_id": "click-life"},
            "lesson_recall": {"lesson_id": "naming"},
            "lesson_review": {"lesson_id": "click-life"},
            "lesson_screen": {"lesson_id": "click-life", "screen_id": "s01"},
            "lesson_mark": {"number": self.paid["case"]},
            "lesson_training": {"lesson_id": "naming"},
            "record_as": {"form": "json"},
            "client": {"number": self.organisation},
        }
        parts = by_name.get(page.name, {})
        if "<slug:project>" in page.address:
            usual = self.draft if page.name.startswith("project_setup") else DEMO
            parts.setdefault("project", usual)
        return parts


@contextmanager
def as_role(tab: Tab, demo: Instance, role: str) -> Iterator[None]:
    """Come in by one of the demo's doors, and leave."""
    tab.goto(demo.url)
    with tab.expect_navigation():
        tab.locator(f"form[action='/demo/enter/{role}'] button").click()
    yield
    tab.context.clear_cookies()


@pytest.fixture(scope="module")
def examples(
    demo: Instance, chromium: object, tmp_path_factory: pytest.TempPathFactory
) -> Examples:
    """Make a draft and two invitations in the demo, one of them withdrawn."""
    from playwright.sync_api import Browser

    assert isinstance(chromium, Browser)
    tab = chromium.new_page(locale="fr-CA")
    path = tmp_path_factory.mktemp("draft") / "avis.csv"
    path.write_text("avis;note\nTrès bien;5\nMoyen;3\nCourt\n", encoding="utf-8")
    with as_role(tab, demo, "requester"):
        drop_files(tab, demo, "Avis", path)
        draft = tab.url.split("/")[-2]
        made = []
        for _ in range(2):
            tab.goto(f"{demo.url}/projects/{DEMO}/invitations")
            tab.locator("[name=max_uses]").fill("20")
            with tab.expect_navigation():
                tab.locator("form:has([name=max_uses]) button.pri").click()
            made.append(str(tab.locator("[id^=link-]").first.input_value()).split("/join/")[1])
        tab.locator("[data-confirm-dialog]").first.click()
        with tab.expect_navigation():
            tab.locator("dialog[open] button.danger").click()
    with as_role(tab, demo, "worker"):
        answer_some(tab, demo, 2)
        contest_time(tab, demo.url)
    tab.close()
    numbers = demo.rows(
        "SELECT (SELECT min(id) + 9 FROM store_task),"
        " (SELECT max(id) FROM store_answer WHERE counted), (SELECT min(id) FROM store_worker)"
    )[0]
    (organisation,) = demo.rows("SELECT organisation_id FROM store_project WHERE slug = 'demo'")[0]
    claim = demo.rows("SELECT max(id) FROM store_claim")[0][0]
    member = demo.rows(
        "SELECT min(m.id) FROM store_membership m JOIN store_project p ON p.id = m.project_id"
        " WHERE p.slug = 'demo' AND m.role = 'worker' AND m.ended_at IS NULL"
    )[0][0]
    task, answer, worker = numbers
    paid = json.loads(demo.told(sys.executable, "-m", "tests.browser.paid", str(demo.data)))
    return Examples(
        draft, task, answer, worker, made[0], made[1], organisation, claim, member, paid
    )


def wrong(tab: Tab, guise: Guise) -> list[str]:
    """Return what axe finds, and how far the page outgrows the screen."""
    found = axe(tab)
    wide = int(tab.evaluate("document.documentElement.scrollWidth"))
    if wide > guise.width:
        found.append(f"{wide} points wide on {guise.width}")
    return found


def look(tab: Tab, guise: Guise, address: str) -> dict[str, list[str]]:
    """Open an address and return what is wrong there, by address."""
    tab.goto(address)
    tab.locator("main").first.wait_for()  # a page of work is drawn once its device was asked
    found = wrong(tab, guise)
    if tab.url != address:
        found.append(f"led to {tab.url}")
    return {address: found} if found else {}


def open_in(profile: Callable[..., Tab], guise: Guise, *, noisy: bool = False) -> Tab:
    """Open a tab of a guise."""
    return profile(guise.language, guise.width, guise.theme, noisy=noisy)


def role_for(page: Route) -> Role:
    """Return by which of the demo's doors one comes to a page; an audience without one fails."""
    if page.name.startswith(
        ("pay_", "answers_went", "answer_path", "passport", "pathway", "pool_test", "reader")
    ):
        return Role.WORKER
    if page.name in {"lesson_mark", "lesson_training"}:  # trained in the demo
        return Role.REVIEWER
    if page.name == "time_review_one":  # of time on Canut's own pages
        return Role.OPERATOR
    return next(role for role in ROLES if role in page.audience.roles or not page.audience.roles)


def test_what_is_no_page_is_named(demo: Instance, examples: Examples, chromium: object) -> None:
    from playwright.sync_api import Browser

    assert isinstance(chromium, Browser)
    sha256 = demo.rows("SELECT sha256 FROM store_media LIMIT 1")[0][0]
    tab = chromium.new_page()
    kinds = {}
    for role in ROLES:
        with as_role(tab, demo, role):
            for page in [p for p in PAGES if p.name in NOT_PAGES and role_for(p) == role]:
                parts = examples.arguments(page)
                parts |= {"sha256": sha256} if page.name == "media" else {}
                answer = tab.request.get(demo.url + reverse(page.name, kwargs=parts))
                kinds[page.name] = answer.headers["content-type"].split(";")[0]
    tab.close()

    assert kinds == NOT_PAGES


@in_every_guise
def test_every_page_is_accessible(
    guise: Guise, demo: Instance, examples: Examples, profile: Callable[..., Tab]
) -> None:
    no_page = {
        *NOT_PAGES,
        "enter",
        "record_handed",
        *("own_page", "own_page_frame", "own_page_outside", "own_page_preview"),  # test_own_pages
        *("project_own_page", "project_own_page_frame"),  # of a project that shows one: there too
        "account_name",  # the demo's people have no name to choose
        "lesson_questions",  # of representatives, whom the demo lacks
        "join_by_code",  # leads to the invitation, or home
        "portrait_latest",  # leads to the newest edition
        "portrait_latest_chart",
        "portrait_release",
    }
    shown = [p for p in PAGES if "GET" in p.methods and p.name not in no_page]
    tab = open_in(profile, guise)

    found: dict[str, list[str]] = {}
    seen: list[str] = []
    for page in [p for p in shown if p.audience is ANYONE]:
        path = reverse(page.name, kwargs=examples.arguments(page))
        found |= look(tab, guise, demo.url + path)
    for role in ROLES:
        with as_role(tab, demo, role):
            for page in [p for p in shown if p.audience is not ANYONE and role_for(p) == role]:
                path = reverse(page.name, kwargs=examples.arguments(page))
                found |= look(tab, guise, demo.url + path + QUERIES.get(page.name, ""))
                seen.append(page.name)

    assert found == {}
    assert sorted(seen) == sorted(p.name for p in shown if p.audience is not ANYONE)


@in_every_guise
def test_workbench_is_accessible_in_every_state(
    guise: Guise, demo: Instance, examples: Examples, profile: Callable[..., Tab]
) -> None:
    tab = open_in(profile, guise)
    found = look(tab, guise, f"{demo.url}/join/{examples.invitation}")
    tab.locator("form button.pri").click()

    tab.locator(".wb-choices").wait_for()
    tab.goto(tab.url.split("?")[0])  # who has not just read the invitation reads it first
    tab.locator(".wb-begin").wait_for()
    found |= {"first screen": wrong(tab, guise)}
    tab.locator(".wb-begin").click()
    tab.locator(".wb-choices").wait_for()
    found |= {"practice": wrong(tab, guise)}
    tab.locator(".wb-choices button").first.click()
    tab.locator(".wb-next").wait_for()
    found |= {"explained": wrong(tab, guise)}
    tab.locator(".wb-next").click()
    expect(tab.locator(".wb-place .tag")).to_have_count(0)
    for panel in PANELS:
        tab.evaluate("panel => document.querySelector('canut-workbench').open(panel)", panel)
        tab.locator("dialog[open]").wait_for()
        found |= {panel: wrong(tab, guise)}
        tab.keyboard.press("Escape")
        tab.locator("dialog[open]").wait_for(state="detached")
    found |= {"task": wrong(tab, guise)}

    assert {state: what for state, what in found.items() if what} == {}


@in_every_guise
def test_refusals_are_accessible(
    guise: Guise, demo: Instance, examples: Examples, profile: Callable[..., Tab]
) -> None:
    tab = open_in(profile, guise, noisy=True)  # the browser itself notes every 403, 404 and 409
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "Failed to load" not in message.text:
            said.append(message.text)

    tab.on("console", note)
    found = look(tab, guise, f"{demo.url}/no-such-page")
    found |= look(tab, guise, f"{demo.url}/enter/never-made")
    found |= look(tab, guise, f"{demo.url}/join/{examples.revoked}")
    with as_role(tab, demo, "worker"):
        found |= look(tab, guise, f"{demo.url}/projects/{DEMO}/")
        found |= look(tab, guise, f"{demo.url}/account/name")

    assert (found, said) == ({}, [])


def sign_in(tab: Tab, instance: Instance, words: str, guise: Guise) -> list[str]:
    """Sign in by name, and return what is wrong on the page that follows."""
    tab.goto(f"{instance.url}/accounts/login/")
    tab.locator("[name=login]").fill("ines")
    tab.locator("[name=password]").fill(words)
    with tab.expect_navigation():
        tab.locator("main form button.pri").first.click()
    return wrong(tab, guise)


def test_empty_instance_is_accessible(instance: Instance, profile: Callable[..., Tab]) -> None:
    desk = profile("fr-CA")
    sign_in_operator(desk, instance)
    desk.locator("[name=username]").fill("ines")
    desk.locator("[name=password]").fill(KNOWN_WORDS)
    with desk.expect_navigation():
        desk.locator("main form button.pri").click()
    pages = ["first/", "instance/", "projects/", "projects/new", "account", "organisations/"]
    pages += ["places/", "places/MG", "accounts/logout/", "accounts/password/change/"]
    pages += ["accounts/reauthenticate/"]
    pages += ["accounts/2fa/", "accounts/2fa/webauthn/"]
    strangers = ["", "accounts/login/", "accounts/signup/", "accounts/password/reset/"]

    found: dict[str, list[str]] = {}
    for guise in GUISES:
        tab = open_in(profile, guise, noisy=True)
        for path in strangers:
            found |= look(tab, guise, f"{instance.url}/{path}")
        found |= {f"refused sign-in, {guise}": sign_in(tab, instance, "another", guise)}
        sign_in(tab, instance, KNOWN_WORDS, guise)
        for path in pages:
            found |= look(tab, guise, f"{instance.url}/{path}")
        tab.goto(f"{instance.url}/accounts/2fa/recovery-codes/generate/")
        tab.locator("[name=password]").fill(KNOWN_WORDS)  # asked again before such a thing
        with tab.expect_navigation():
            tab.locator("main form button.pri").first.click()
        found |= {f"recovery codes, {guise}": wrong(tab, guise)}
        tab.goto(f"{instance.url}/projects/new")
        with tab.expect_navigation():
            tab.locator("form button.pri").click()
        expect(tab.locator(".msg.err").first).to_be_visible()
        found |= {f"new project with errors, {guise}": wrong(tab, guise)}

    assert {where: what for where, what in found.items() if what} == {}
