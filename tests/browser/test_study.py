"""A person walks a study made with jsPsych on another server, and comes back to their pay slip.

The page is ``study_page.html``; jsPsych and its plugin are the packages of ``frontend``, as npm
installs them (MIT), and served with the page from a free port of this machine.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import ROOT, Instance

pytestmark = pytest.mark.slow
STUDY = Path(__file__).with_name("study_page.html")
PACKAGES = ROOT / "frontend/node_modules"
FILES = {
    "/jspsych.js": PACKAGES / "jspsych/dist/index.browser.min.js",
    "/plugin-html-button-response.js": PACKAGES
    / "@jspsych/plugin-html-button-response/dist/index.browser.min.js",
}
PREPARE = """
from urllib.parse import quote
from canut.actions.people.accounts import join_as_worker, make_one_time_link
from canut.actions.platform.system_clock import now_ms
from canut.actions.recruiting.studies import StudyIn, set_study
from tests.support.factories import make_person, make_project
from tests.support.paid_work import fund
from tests.support.payroll import agree, policy
policy()
text = {'id': 'study', 'kind': 'text', 'ask': 'Study', 'mode': 'short', 'least': 1, 'most': 200}
schema = {'questions': [text], 'show': [{'column': 'text', 'as': 'text'}]}
made = make_project(tasks=1, workers=0, overlap=9, title='Words', schema=schema)
fund(made.project)
person = make_person(language='en')
agree(person)
join_as_worker(made.project, person, now_ms())
codes = {'WORDS88': 'completed', 'OUT1': 'screened-out', 'NOCONSENT': 'no-consent'}
back = '%s/back/' + str(made.project.pk) + '?cc='
study = StudyIn('%s/?back=' + quote(back, safe=''), 'jspsych', 10, codes, consent='You read words.')
set_study(made.project, study, by=made.project.created_by, now_ms=now_ms())
token = make_one_time_link(person, '/work/' + made.project.slug + '/study', now_ms())
open('%s', 'w').write(token)
"""
PAY = """
from datetime import UTC, datetime, timedelta
from canut.actions.pay.periods import close_period, make_period
from canut.actions.platform.system_clock import now_ms
from canut.core.clock import DAY_MS
from tests.support.factories import make_person
today = datetime.now(UTC).date()
period = make_period(today - timedelta(days=12), today + timedelta(days=1), now_ms())
close_period(period.pk, make_person(), now_ms() + 4 * DAY_MS)
"""


@contextmanager
def study_server() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve the study on a free port of this machine; yield its address and what it was sent."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = FILES.get(self.path)
            if script is None:
                received.append({"referrer": self.headers.get("Referer", "")})
            kind = "text/javascript" if script else "text/html"
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write((script or STUDY).read_bytes())

        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        server.server_close()


def test_study_of_jspsych_is_walked_on_another_server_and_stands_on_the_slip(
    instance: Instance, profile: Any, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    with study_server() as (address, received):
        instance.python(PREPARE % (instance.url, address, token))
        page: Page = profile("en", 390, "light", noisy=True)
        page.goto(f"{instance.url}/enter/{token.read_text()}")
        if page.locator("form button.pri").count() and "/study" not in page.url:
            page.locator("form button.pri").first.click()
        expect(page.locator("h1")).to_have_text("Words")
        page.locator("form button.pri").first.click()
        participant = instance.rows("SELECT participant FROM store_participation")[0][0]
        with page.context.expect_page() as opened:
            page.locator("a[target=_blank]").click()
        study = opened.value
        assert study.evaluate("window.opener") is None
        study.locator("button", has_text="Yes").click()
        for word, answer in (("ROUGE", "word"), ("BLINT", "not a word")):
            expect(study.locator("#jspsych-html-button-response-stimulus")).to_have_text(word)
            study.get_by_role("button", name=answer, exact=True).click()
        study.wait_for_url("**/study?cc=WORDS88")
        assert study.locator("#code").input_value() == "WORDS88"
        study.locator("form button.pri").click()
        expect(study.locator("dl.before")).to_contain_text("completed")
        instance.python(PAY)
        (statement,) = instance.rows("SELECT id FROM store_statement")[0]
        study.goto(f"{instance.url}/pay/{statement}")
        expect(study.locator("main")).to_contain_text("Words")

    assert received[0] == {"referrer": ""}
    (sent,) = [row for row in received if "rows" in row]
    assert sent["participant"] == participant
    assert sent["version"].startswith("8.")
    answers = [(row["name"], row["response"], row["trial_type"]) for row in sent["rows"]]
    kind = "html-button-response"
    assert answers == [("consent", 0, kind), ("ROUGE", 0, kind), ("BLINT", 1, kind)]
    assert all(row["rt"] > 0 for row in sent["rows"])
    assert instance.rows("SELECT meaning, is_asked FROM store_participation") == [("completed", 0)]
    assert instance.rows("SELECT counted FROM store_answer") == [(1,)]
