"""The short way of a workbench's two addresses, held to what Django's way answers."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from canut.store.models import Answer, Person
from canut.web.platform import metrics
from canut.web.platform.fast_path import FastPath
from tests.support.factories import Made, make_person, make_project

pytestmark = [pytest.mark.django_db, pytest.mark.dialect]
TOKEN = "t" * 32
type Way = Callable[..., Iterable[bytes]]
OTHERS = {"X-Request-ID", "traceparent"}


class Told(NamedTuple):
    """An answer: its status line, its headers, its body."""

    status: str
    headers: dict[str, str]
    body: Any


class Counting:
    """Django's way, counting how often it was taken."""

    def __init__(self) -> None:
        self.taken = 0
        self.whole = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Take it."""
        self.taken += 1
        return self.whole(environ, start)


@pytest.fixture(autouse=True)
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the connection, whose transaction is the test's, as Django's test client does."""
    monkeypatch.setattr("canut.web.platform.fast_path.close_old_connections", lambda: None)
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def made() -> Made:
    made = make_project(tasks=9, workers=1)
    made.worker.person = make_person()
    made.worker.save()
    return made


@pytest.fixture
def session(made: Made) -> str:
    client = Client()
    assert made.worker.person
    client.force_login(made.worker.person)
    return client.cookies["sessionid"].value


def ask(way: Way, address: str, body: object, session: str, **more: str) -> Told:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    cookies = f"sessionid={session}; csrftoken={TOKEN}"
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "localhost:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_COOKIE": cookies,
        "HTTP_X_CSRFTOKEN": TOKEN,
        "HTTP_ACCEPT_LANGUAGE": "fr",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        "wsgi.input": BytesIO(sent),
        "wsgi.url_scheme": "http",
    } | more
    said: list[Any] = []
    answer = way(environ, lambda *given: said.extend(given))
    body = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    status, headers = said
    return Told(status, {n: v for n, v in headers if n not in OTHERS}, body)


def lease_of(made: Made, session: str) -> int:
    told = ask(FastPath(WSGIHandler()), f"/work/{made.project.slug}/lease", {"count": 1}, session)
    return int(json.loads(told.body)["tasks"][0]["lease"])


def answer_to(lease: int, key: str, value: str = "oui") -> dict[str, Any]:
    return {"answers": [{"lease": lease, "key": key, "values": {"q": value}}]}


def test_served_application_takes_the_short_way() -> None:
    assert isinstance(import_string(settings.WSGI_APPLICATION), FastPath)


def test_layers_are_those_that_the_short_way_was_written_for() -> None:
    """A new layer has a part in ``web/platform/fast_path.py``, or a reason to have none."""
    assert settings.MIDDLEWARE == [
        "canut.web.platform.request_middleware.RequestMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",  # files alone
        "django.middleware.csp.ContentSecurityPolicyMiddleware",
        "canut.web.platform.cache_middleware.CacheMiddleware",
        "canut.web.kit.text_gate.CookieMiddleware",  # a cookie that fails goes the whole way
        "django.contrib.sessions.middleware.SessionMiddleware",  # the seat reads it, nothing writes
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",  # the host, the length
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",  # the seat says who
        "canut.web.people.session_renewal.SessionRenewalMiddleware",  # pages that are opened alone
        "django.contrib.messages.middleware.MessageMiddleware",  # pages alone
        "canut.web.platform.home_clock_middleware.HomeClockMiddleware",  # moments on pages alone
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "allauth.account.middleware.AccountMiddleware",  # pages alone
        "canut.web.platform.typed_text_middleware.TypedTextMiddleware",  # forms of pages alone
        "canut.web.kit.problems.RefusalMiddleware",  # a refusal goes the whole way
        "canut.web.kit.text_gate.TextMiddleware",  # the address alone is text, and it is plain
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "given", [{}, {"wsgi.url_scheme": "https", "HTTP_REFERER": "https://localhost:8000/work/"}]
)
def test_both_ways_answer_the_same(
    made: Made, session: str, language: str, given: dict[str, str]
) -> None:
    more = given | {"HTTP_ACCEPT_LANGUAGE": language}
    long, address = Counting(), f"/work/{made.project.slug}/"

    answers = answer_to(lease_of(made, session), "k") | {"next": {"count": 2}}
    asked = {"lease": {"count": 2}, "answers": answers}

    for name, body in asked.items():
        short = ask(FastPath(long), address + name, body, session, **more)
        whole = ask(WSGIHandler(), address + name, body, session, **more)
        kept = ("tasks", "left", "held_back", "question", "progress")
        bodies = [json.loads(way.body) for way in (short, whole)]
        told = [{k: (body.get("next") or body).get(k) for k in kept} for body in bodies]
        lengths = [
            int(way.headers.pop("Content-Length")) == len(way.body) for way in (short, whole)
        ]

        assert short[:2] == whole[:2]
        assert told[0] == told[1]
        assert lengths == [True, True]
    assert long.taken == 0


def test_answer_is_kept_and_counted_once(made: Made, session: str) -> None:
    long, lease = Counting(), lease_of(made, session)
    before = "\n".join(metrics.of_process())

    told = ask(FastPath(long), f"/work/{made.project.slug}/answers", answer_to(lease, "k"), session)

    after = "\n".join(metrics.of_process())
    assert json.loads(told.body)["receipts"][0]["counted"] is True
    assert (Answer.objects.count(), long.taken) == (1, 0)
    assert answered(after) == answered(before) + 1


def answered(lines: str) -> int:
    return sum(
        int(float(line.rsplit(" ", 1)[1]))
        for line in lines.splitlines()
        if line.startswith("canut_requests_total{")
    )


def test_refused_value_is_told_in_the_language_of_the_page(made: Made, session: str) -> None:
    lease = lease_of(made, session)

    titles = {
        language: json.loads(
            ask(
                FastPath(WSGIHandler()),
                f"/work/{made.project.slug}/answers",
                answer_to(lease, "k", "rien"),
                session,
                HTTP_ACCEPT_LANGUAGE=language,
            ).body
        )["receipts"][0]["problem"]["title"]
        for language in ("fr", "en")
    }

    assert titles["fr"] != titles["en"]


ODD: dict[str, dict[str, Any]] = {
    "no token": {"HTTP_X_CSRFTOKEN": ""},
    "another token": {"HTTP_X_CSRFTOKEN": "u" * 32},
    "broken token": {"HTTP_X_CSRFTOKEN": "!"},
    "a page elsewhere": {"HTTP_ORIGIN": "https://elsewhere.example"},
    "encrypted, from nowhere": {"wsgi.url_scheme": "https"},
    "another host": {"HTTP_HOST": "elsewhere.example"},
    "no cookies": {"HTTP_COOKIE": ""},
    "signed out": {"HTTP_COOKIE": f"csrftoken={TOKEN}"},
    "no such session": {"HTTP_COOKIE": f"sessionid=abc; csrftoken={TOKEN}"},
    "too long": {"CONTENT_LENGTH": str(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)},
    "another type": {"CONTENT_TYPE": "text/plain"},
    "another method": {"REQUEST_METHOD": "PUT"},
    "under a prefix": {"SCRIPT_NAME": "/canut"},
}


@pytest.mark.parametrize("case", ODD)
def test_what_is_odd_goes_the_whole_way_and_nothing_is_kept(
    made: Made, session: str, case: str
) -> None:
    long, lease, address = Counting(), lease_of(made, session), f"/work/{made.project.slug}/answers"

    told = ask(FastPath(long), address, answer_to(lease, "k"), session, **ODD[case])

    whole = ask(WSGIHandler(), address, answer_to(lease, "k"), session, **ODD[case])
    assert (long.taken, told.status) == (1, whole.status)
    assert case in {"another type", "under a prefix"} or not Answer.objects.exists()


def test_who_may_not_sit_there_goes_the_whole_way_and_is_refused(made: Made, session: str) -> None:
    lease, address = lease_of(made, session), f"/work/{made.project.slug}/answers"
    person = made.worker.person
    assert person
    other = make_project().project.slug

    def refused(address: str = address) -> tuple[str, int]:
        long = Counting()
        told = ask(FastPath(long), address, answer_to(lease, "k"), session)
        return told.status[:3], long.taken

    said = [refused("/work/nowhere/answers"), refused(f"/work/{other}/answers")]
    made.worker.ended_at = timezone.now()
    made.worker.save()
    said.append(refused())
    made.worker.ended_at = None
    made.worker.save()
    Person.objects.filter(pk=person.pk).update(is_active=False)
    said.append(refused())
    Person.objects.filter(pk=person.pk).update(is_active=True, password=make_password(None))
    said.append(refused())
    person.save()
    Session.objects.update(expire_date=timezone.now())
    said.append(refused())

    assert [taken for _, taken in said] == [1] * 6
    assert [status for status, _ in said] == ["404", "404", "404", "401", "401", "401"]
    assert not Answer.objects.exists()


def test_session_that_changes_hands_is_not_the_former_persons(made: Made, session: str) -> None:
    lease, address = lease_of(made, session), f"/work/{made.project.slug}/answers"
    stranger = Client()
    stranger.force_login(make_person())
    theirs = Session.objects.get(pk=stranger.cookies["sessionid"].value)
    Session.objects.filter(pk=session).update(session_data=theirs.session_data)

    told = ask(FastPath(WSGIHandler()), address, answer_to(lease, "k"), session)

    assert told.status[:3] in {"403", "404"}
    assert not Answer.objects.exists()


def test_project_that_is_closed_says_so_in_words_and_is_counted_once(
    made: Made, session: str
) -> None:
    made.project.state = "closed"
    made.project.save()
    before = answered("\n".join(metrics.of_process()))

    told = ask(FastPath(WSGIHandler()), f"/work/{made.project.slug}/lease", {}, session)

    assert json.loads(told.body)["code"] == "project-closed"
    assert answered("\n".join(metrics.of_process())) == before + 1


def test_body_that_is_no_json_is_refused_as_ever(made: Made, session: str) -> None:
    told = ask(FastPath(WSGIHandler()), f"/work/{made.project.slug}/lease", b"{", session)

    assert (told.status[:3], json.loads(told.body)["code"]) == ("422", "bad-request")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_connection_that_was_lost_costs_one_way_round_and_no_answer(
    made: Made, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("canut.web.platform.fast_path.close_old_connections", close_old_connections)
    request_started.connect(close_old_connections)
    long = Counting()
    way, address = FastPath(long), f"/work/{made.project.slug}/"
    leases = [lease_of(made, session)]
    with suppress(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    connection.errors_occurred = False  # nobody here has noticed

    lost = ask(way, f"{address}answers", answer_to(leases[0], "k"), session)
    after = ask(way, f"{address}answers", answer_to(leases[0], "k"), session)

    said = [json.loads(told.body)["receipts"][0]["repeated"] for told in (lost, after)]
    assert ([lost.status, after.status], said) == (["200 OK", "200 OK"], [False, True])
    assert (long.taken, Answer.objects.count()) == (1, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_database_is_not_asked_first_whether_it_is_there(made: Made, session: str) -> None:
    vars(connections["default"]).update(health_check_enabled=True, health_check_done=False)

    with CaptureQueriesContext(connection) as said:
        lease_of(made, session)

    assert not any(query["sql"] == "SELECT 1" for query in said.captured_queries)
    assert vars(connections["default"])["health_check_done"]
