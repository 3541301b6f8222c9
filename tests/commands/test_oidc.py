"""A sign-in service of the operator's signs in who connected it, and nobody else."""

import base64
import http.server
import json
import os
import re
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from subprocess import PIPE, Popen, run
from sys import executable
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from tests.commands.running import free_port, wait_until_served

pytestmark = pytest.mark.process

CLIENT, SECRET = "canut", "une-navette"
LOGIN = "/accounts/oidc/oidc/login/"
IN = '<p class="mute">ines</p>'
SIGN_IN = {"login": "ines", "password": "une navette"}


def number(value: int) -> str:
    raw = value.to_bytes((value.bit_length() + 7) // 8)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Service(http.server.ThreadingHTTPServer):
    """An OpenID Connect service in which everybody is whoever ``subject`` says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server_address[1]}/realm"
        self.key: RSAPrivateKey = generate_private_key(65537, 2048)
        self.subject = "ada-17"
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, str] = {}

    def token(self) -> str:
        """Sign who somebody is."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.subject, "exp": now + 60, "iat": now}
        claims |= self.claims
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "one"})

    def answer(self, path: str) -> dict[str, Any]:
        """Say what stands at an address."""
        if path.endswith("openid-configuration"):
            names = ("authorization", "token", "userinfo")
            return {f"{one}_endpoint": f"{self.url}/{one}" for one in names} | {
                "issuer": self.url,
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        if path.endswith("/token"):
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}
        if path.endswith("/userinfo"):
            return {"sub": self.subject, "name": "Ada", "email": "ada@example.org"}
        public = self.key.public_key().public_numbers()
        key = {"kty": "RSA", "kid": "one", "alg": "RS256", "n": number(public.n)}
        return {"keys": [key | {"e": number(public.e)}]}


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers for the service above."""

    server: Service

    def do_GET(self) -> None:
        """Lead back from the authorization page at once; else give JSON."""
        parts = urllib.parse.urlsplit(self.path)
        if parts.path.endswith("/authorization"):
            self.server.asked = dict(urllib.parse.parse_qsl(parts.query))
            back = urllib.parse.urlencode({"code": "c", "state": self.server.asked["state"]})
            self.send_response(302)
            self.send_header("Location", f"{self.server.asked['redirect_uri']}?{back}")
            self.end_headers()
            return
        said = json.dumps(self.server.answer(parts.path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self) -> None:
        """Give a token to whoever knows the secret."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = dict(urllib.parse.parse_qsl(body))
        assert given["client_secret"] == SECRET
        assert given["code_verifier"]
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Browser:
    """Keeps cookies and sends forms."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> str:
        """Open a page."""
        with self.opener.open(
            Request(f"{self.url}{path}", headers={"Accept-Language": "en"})
        ) as page:
            return str(page.read().decode())

    def send(self, on: str, path: str, **fields: str) -> str:
        """Send a form of a page to an address; return the page where it leads."""
        return self.follow(on, path, **fields)[1]

    def post(self, url: str, **fields: str) -> None:
        """Send a form to the address of another service, and follow where it leads."""
        with self.opener.open(Request(url, urllib.parse.urlencode(fields).encode())):
            pass

    def follow(self, on: str, path: str, **fields: str) -> tuple[str, str]:
        """Send a form of a page to an address; return the address and page where it leads."""
        found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', self.get(on))
        assert found is not None
        form = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": found[1]}).encode()
        head = {"Accept-Language": "en", "Referer": f"{self.url}{on}"}
        with self.opener.open(Request(f"{self.url}{path}", form, head)) as page:
            return str(page.url), str(page.read().decode())


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    threading.Thread(target=made.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@contextmanager
def served(instance: Path, service: Service) -> Iterator[str]:
    """Serve an instance that knows the service, with an operator; give its address."""
    port = free_port()
    place = service.url.removeprefix("http://")
    env = os.environ | {"CANUT_OIDC_URL": f"http://{CLIENT}:{SECRET}@{place}?name=Atelier"}

    def canut(*words: str) -> list[str]:
        return [executable, "-m", "canut", *words, "--data", str(instance)]

    run(canut("migrate"), env=env, check=True, capture_output=True)
    made = canut("operator", "add", "ines", "--password-stdin")
    run(made, env=env, check=True, capture_output=True, input="une navette\n", text=True)
    server = Popen(canut("serve", "--port", str(port)), env=env, stdout=PIPE, text=True)
    try:
        wait_until_served(server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate()


def test_service_signs_in_who_connected_it_and_nobody_else(
    instance: Path, service: Service
) -> None:
    with served(instance, service) as url:
        ines, stranger, back = Browser(url), Browser(url), Browser(url)
        ines.send("/accounts/login/", "/accounts/login/", **SIGN_IN)

        connected = ines.send("/accounts/3rdparty/", f"{LOGIN}?process=connect")
        returned = back.send("/accounts/login/", LOGIN)
        seen = back.get("/account")
        service.subject = "somebody-else"
        refused = stranger.send("/accounts/login/", LOGIN)

    assert "You can sign in with Atelier" in connected
    assert (service.asked["scope"], service.asked["code_challenge_method"]) == ("openid", "S256")
    assert IN in seen, returned
    assert "By invitation" in refused


def is_in(browser: Browser) -> bool:
    """Return whether the pages of an account open."""
    return IN in browser.get("/account")


def try_to_enter(url: str) -> Browser:
    """Press the button of the service in a fresh browser, whatever comes of it."""
    browser = Browser(url)
    with suppress(HTTPError):
        browser.send("/accounts/login/", LOGIN)
    return browser


def test_word_of_the_service_that_is_not_right_signs_nobody_in(
    instance: Path, service: Service
) -> None:
    with served(instance, service) as url:
        ines = Browser(url)
        ines.send("/accounts/login/", "/accounts/login/", **SIGN_IN)
        ines.send("/accounts/3rdparty/", f"{LOGIN}?process=connect")
        assert is_in(try_to_enter(url))

        entered: dict[str, bool] = {}
        wrong: dict[str, dict[str, Any]] = {
            "issuer": {"iss": "http://127.0.0.1:9/elsewhere"},
            "audience": {"aud": "another-client"},
            "expired": {"exp": int(time.time()) - 3_600},
            "subject": {"sub": "somebody-else", "email": "ines", "email_verified": True},
        }
        for name, claims in wrong.items():
            service.claims = claims
            entered[name] = is_in(try_to_enter(url))
        service.claims = {}

        # the way back, opened once more and in another browser
        asked = dict(service.asked)
        back = urllib.parse.urlencode({"code": "c", "state": asked["state"]})
        callback = f"{urllib.parse.urlsplit(asked['redirect_uri']).path}?{back}"
        for name, state in (
            ("replayed", callback),
            ("made up", callback.replace("state=", "state=x")),
        ):
            other = Browser(url)
            with suppress(HTTPError):
                other.get(state)
            entered[name] = is_in(other)
        again = is_in(try_to_enter(url))

    assert entered == dict.fromkeys(entered, False)
    assert again


def test_mail_address_that_the_service_tells_takes_over_no_account(
    instance: Path, service: Service
) -> None:
    with served(instance, service) as url:
        confirm = address_of_ines(instance)
        ines = Browser(url)
        ines.send("/accounts/login/", "/accounts/login/", **SIGN_IN)
        path = urllib.parse.urlsplit(confirm)
        token = dict(urllib.parse.parse_qsl(path.query))["confirm"]
        ines.send(f"/account/mail?{path.query}", "/account/mail", confirm=token)
        assert "ines@example.org" in ines.get("/account/mail")

        entered = []
        for verified in (False, True):
            service.subject = f"stranger-{verified}"
            service.claims = {"email": "ines@example.org", "email_verified": verified}
            entered.append(is_in(try_to_enter(url)))

    assert entered == [False, False]


def address_of_ines(instance: Path) -> str:
    """Have the operator print the link that confirms an address, as where no mail leaves."""
    words = ["operator", "mail", "ines", "--address", "ines@example.org"]
    said = run(
        [executable, "-m", "canut", *words, "--data", str(instance)],
        check=True,
        capture_output=True,
        text=True,
    )
    found = re.search(r"https?://\S+/account/mail\?confirm=\S+", said.stdout)
    assert found is not None
    return found[0]
