"""Passkeys, with a virtual authenticator in a real browser: made, used, carried, taken back."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.instance import Instance

KIND = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CHOSEN = "une navette rapide"
type Credential = dict[str, Any]
type Open = Callable[..., Page]


@dataclass
class Device:
    """A browser with an authenticator of its own."""

    page: Page
    url: str
    spoken: CDPSession
    number: str

    @classmethod
    def new(cls, page: Page, instance: Instance, *, holds: Credential | None = None) -> "Device":
        """Give a browser an authenticator, empty or with what another one held."""
        spoken = page.context.new_cdp_session(page)
        spoken.send("WebAuthn.enable")
        made = cls(page, f"http://localhost:{instance.port}", spoken, "")
        made.take_another()
        if holds is not None:
            spoken.send(
                "WebAuthn.addCredential", {"authenticatorId": made.number, "credential": holds}
            )
        return made

    def take_another(self) -> None:
        """Put the authenticator away and take an empty one."""
        if self.number:
            self.spoken.send(
                "WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.number}
            )
        made = self.spoken.send("WebAuthn.addVirtualAuthenticator", {"options": KIND})
        self.number = str(made["authenticatorId"])

    def held(self) -> list[Credential]:
        """List the passkeys on the authenticator."""
        got = self.spoken.send("WebAuthn.getCredentials", {"authenticatorId": self.number})
        return list(got["credentials"])

    def add_passkey(self, name: str) -> None:
        """Make a passkey on the page of passkeys; confirm the password where it is asked for."""
        self.page.goto(f"{self.url}/accounts/2fa/webauthn/add/")
        if "reauthenticate" in self.page.url:
            self.page.locator("input[name=password]").fill(CHOSEN)
            self.page.locator("main form [type=submit]").first.click()
            self.page.wait_for_url(re.compile("webauthn/add"))
        self.page.locator("input[name=name]").fill(name)
        self.page.locator("input[name=passwordless]").check()
        self.page.locator("#mfa_webauthn_add").click()
        self.page.wait_for_url(re.compile(r"/accounts/2fa/(?!webauthn/add)"))

    def sign_out(self) -> None:
        """Sign out on the page of the account."""
        self.page.goto(f"{self.url}/account")
        self.page.locator("form[data-signs-out] button").click()
        self.page.wait_for_url(lambda url: "/account" not in url or "login" in url)

    def press(self) -> None:
        """Ask to sign in with a passkey."""
        self.page.goto(f"{self.url}/accounts/login/")
        self.page.locator("#passkey_login").click()

    def press_in_vain(self) -> None:
        """Ask to sign in with a passkey that is refused; wait for what the server says."""
        with self.page.expect_response(lambda reply: reply.request.method == "POST"):
            self.press()
        self.page.wait_for_load_state("networkidle")

    @property
    def is_in(self) -> bool:
        """Whether the pages of an account open."""
        answer = self.page.request.get(f"{self.url}/account", max_redirects=0)
        return answer.status == 200

    def send(self, credential: str) -> None:
        """Answer a fresh challenge with a credential made before."""
        self.page.goto(f"{self.url}/accounts/login/")
        self.page.evaluate(
            "() => fetch('/accounts/2fa/webauthn/login/',"
            " {headers: {'X-Requested-With': 'XMLHttpRequest'}})"
        )
        with self.page.expect_navigation():
            self.page.evaluate(
                "said => { document.getElementById('mfa_credential').value = said;"
                " document.getElementById('mfa_login').submit() }",
                credential,
            )


def signed_up(instance: Instance, page: Page) -> Device:
    """Make an operator who chose a name and a password, in a browser with an authenticator."""
    said = instance.canut("operator", "add", "ines", "--organisation", "Laboratoire", "--link")
    found = re.search(r"/enter/\S+", said)
    assert found
    device = Device.new(page, instance)
    page.goto(device.url + found.group(0))
    page.locator("input[name=username]").fill("ines")
    for field in page.locator("input[type=password]").all():
        field.fill(CHOSEN)
    page.locator("main form button.pri").click()
    page.wait_for_url(lambda url: "/account/name" not in url)
    return device


def test_passkey_signs_in_until_it_is_removed(instance: Instance, profile: Open) -> None:
    page = profile(noisy=True)  # what is refused is said in the console
    device = signed_up(instance, page)
    device.add_passkey("Téléphone")
    made = device.held()
    device.sign_out()
    assert not device.is_in

    with page.expect_request(re.compile("webauthn/login")) as posted:
        device.press()
        page.wait_for_url(lambda url: "login" not in url)
    assert device.is_in
    assert (len(made), made[0]["rpId"]) == (1, "localhost")

    # a second device: another key, which signs in alone elsewhere
    device.take_another()
    device.add_passkey("Portable")
    (carried,) = device.held()
    elsewhere = Device.new(profile(noisy=True), instance, holds=carried)
    with elsewhere.page.expect_request(
        lambda one: one.method == "POST" and "webauthn/login" in one.url
    ) as sent:
        elsewhere.press()
        elsewhere.page.wait_for_url(lambda url: "login" not in url)
    assert elsewhere.is_in
    assert posted.value.url

    # what was sent once opens nothing a second time, and nothing once it is changed
    credential = sent.value.post_data_json["credential"]
    elsewhere.sign_out()
    stranger = Device.new(profile(noisy=True), instance)
    stranger.send(credential)
    assert not stranger.is_in
    stranger.send(from_another_origin(credential))
    assert not stranger.is_in

    # a page under another name gets nothing from the authenticator
    page.goto(f"{instance.url}/accounts/login/")
    refused = page.evaluate(
        "() => navigator.credentials.get({publicKey: {rpId: 'localhost',"
        " challenge: new Uint8Array(32), userVerification: 'required'}})"
        ".then(() => 'given', problem => problem.name)"
    )
    assert refused == "SecurityError"

    # removed on the page, the key signs in no more
    page.goto(f"{device.url}/accounts/2fa/webauthn/")
    row = page.locator("tr", has_text="Portable")
    row.get_by_role("link").last.click()
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(re.compile(r"/accounts/2fa/"))
    expect(page.locator("body")).not_to_contain_text("Portable (")
    elsewhere.press_in_vain()
    assert not elsewhere.is_in


def from_another_origin(credential: str) -> str:
    """Have a credential say that it was made for another page."""
    told = json.loads(credential)
    said = told["response"]["clientDataJSON"]
    plain = json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4)))
    plain["origin"] = "https://hameconnage.example"
    packed = base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")
    told["response"]["clientDataJSON"] = packed
    return json.dumps(told)


def test_passkey_of_a_closed_account_opens_nothing(instance: Instance, profile: Open) -> None:
    device = signed_up(instance, profile(noisy=True))
    device.add_passkey("Téléphone")
    assert device.is_in

    instance.python(
        "from canut.store.models import Person\n"
        "Person.objects.filter(username='ines').update(is_active=False)"
    )
    session_is_in = device.is_in
    device.press_in_vain()

    assert (session_is_in, device.is_in) == (False, False)
