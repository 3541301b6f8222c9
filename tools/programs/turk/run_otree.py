"""Let an oTree server publish a session as a HIT, take part in it, pay on its page, and expire it.

The project is the one that oTree makes, with one app of one page. Its pages are asked as a browser
does, by a name that is not this machine's: oTree publishes nothing for paid work from localhost.
"""

import http.client
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from people import work

HOST = "otree.example"
TOKEN = re.compile('name="(csrftoken)" value="([^"]*)"')
OTREE = str(Path(sys.executable).with_name("otree"))
SETTINGS = """
SESSION_CONFIGS = [
    dict(
        name="survey",
        app_sequence=["survey"],
        num_demo_participants=1,
        mturk_hit_settings=dict(
            keywords="survey",
            title="A survey",
            description="One page",
            frame_height=500,
            template="survey/mturk.html",
            minutes_allotted_per_assignment=60,
            expiration_hours=24,
            qualification_requirements=[],
        ),
    )
]
SESSION_CONFIG_DEFAULTS = dict(real_world_currency_per_point=1, participation_fee=1)
LANGUAGE_CODE = "en"
REAL_WORLD_CURRENCY_CODE = "USD"
USE_POINTS = False
ADMIN_USERNAME = "admin"
SECRET_KEY = "not a secret"
ROOMS = []
PARTICIPANT_FIELDS = []
SESSION_FIELDS = []
DEMO_PAGE_INTRO_HTML = ""
"""
APP = """
from otree.api import *

class C(BaseConstants):
    NAME_IN_URL = "survey"
    PLAYERS_PER_GROUP = None
    NUM_ROUNDS = 1

class Subsession(BaseSubsession):
    pass

class Group(BaseGroup):
    pass

class Player(BasePlayer):
    pass

def creating_session(subsession):
    for player in subsession.get_players():
        player.payoff = 2

class Thanks(Page):
    pass

page_sequence = [Thanks]
"""
PAGE = "{{ block content }}Thank you{{ endblock }}"
TEMPLATE = '<crowd-input name="completion_code" required></crowd-input>'


def main() -> None:
    folder = Path("survey-project")
    for name in ("survey", "_static", "_templates"):
        (folder / name).mkdir(parents=True)
    (folder / "settings.py").write_text(SETTINGS)
    (folder / "survey/__init__.py").write_text(APP)
    (folder / "survey/Thanks.html").write_text(PAGE)
    (folder / "survey/mturk.html").write_text(TEMPLATE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    path = f"{Path(OTREE).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "OTREE_PRODUCTION": "1", "PATH": path}
    for words in (["resetdb", "--noinput"], ["create_session", "survey", "6"]):
        subprocess.run([OTREE, *words], cwd=folder, env=env, check=True)
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database, database:
        database.execute("UPDATE otree_session SET is_mturk = 1")
        [(code,)] = database.execute("SELECT code FROM otree_session").fetchall()
    server = subprocess.Popen([OTREE, "prodserver1of2", str(port)], cwd=folder, env=env)
    try:
        publish_and_pay(Browser(port, server), code)
    finally:
        server.terminate()
        server.wait()
    print("otree: a session published, answered, paid with a bonus once, and expired")


class Browser:
    """What opens the pages of the oTree server, once it answers."""

    def __init__(self, port: int, server: subprocess.Popen[bytes]) -> None:
        self.port, self.cookie = port, ""
        self.token: dict[str, str] = {}
        until = time.monotonic() + 60
        while server.poll() is None and time.monotonic() < until:
            with suppress(ConnectionError):
                self.page("/")
                return
            time.sleep(0.2)
        raise AssertionError("oTree's server does not answer")

    def page(self, path: str, fields: dict[str, object] | None = None) -> str:
        """Open a page, or send a form; follow to what it leads to, and return that."""
        sent = None if fields is None else urlencode({**self.token, **fields}, doseq=True)
        while True:
            headers = {"Host": HOST, "Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"Cookie": self.cookie} if self.cookie else {}
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            connection.request("GET" if sent is None else "POST", path, sent, headers)
            with closing(connection), connection.getresponse() as reply:
                text = reply.read().decode()
                assert reply.status < 400, f"{path}: {reply.status} {text}"
                self.cookie = reply.headers.get("Set-Cookie", self.cookie).partition(";")[0]
                if reply.status < 300:
                    self.token.update(TOKEN.findall(text))
                    return text
                leads = urlsplit(reply.headers["Location"])
                path, sent = f"{leads.path}?{leads.query}".rstrip("?"), None


def publish_and_pay(browser: Browser, code: str) -> None:
    browser.page(f"/MTurkCreateHIT/{code}")
    browser.page(f"/MTurkCreateHIT/{code}", {})
    page = browser.page(f"/MTurkCreateHIT/{code}")
    assert "published" in page.lower(), page
    work("fund")
    places = [work("lend", name) for name in ("fay", "gil")]
    for place in places:
        query = {"assignmentId": place["assignment"], "workerId": place["worker"]}
        page = browser.page(f"/MTurkStart/{code}?{urlencode(query)}")
        assert "Thank you" in page, page
    for name in ("fay", "gil", "hal"):  # the third never opened oTree's page
        answers = json.dumps([{"completion_code": f"code-of-{name}"}])
        work("answer", name, {"taskAnswers": answers})

    payments = f"/MTurkSessionPayments/{code}"
    page = browser.page(payments)
    assert "code-of-fay" in page, page
    assert "code-of-gil" in page, page
    assert "code-of-hal" not in page, "an answer that oTree does not know"
    worker = places[0]["worker"]
    done = browser.page(f"/PayMTurk/{code}", {"workers": [worker]})
    assert "Successfully made 1 payments" in done, done
    time.sleep(1.1)  # oTree signs whole seconds: within one, a call is the same one, tried again
    again = browser.page(f"/PayMTurk/{code}", {"workers": [worker]})
    assert "1 payments failed" in again, "a second click paid a second bonus"
    done = browser.page(f"/RejectMTurk/{code}", {"workers": [places[1]["worker"]]})
    assert "Rejected the selected" in done, done
    assert "code-of-gil" in browser.page(payments), "a proposed rejection is not lost from the page"
    browser.page(f"/MTurkExpireHIT/{code}", {})
    assert "expired" in browser.page(f"/MTurkCreateHIT/{code}"), "it was not expired"


main()
