"""Sign-up and sign-in rules for allauth: no open sign-up."""

import secrets
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from canut.actions.platform.instance_facts import note_untrusted_proxy
from canut.actions.platform.system_clock import now_ms
from canut.store.models import Person
from canut.web.kit.client_address import client_address, is_through_untrusted_proxy
from canut.web.people.sign_in import note_sign_in


class SignupAdapter(DefaultAccountAdapter):
    """Close sign-up; people come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: people are invited and choose a name afterwards."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that limits count by; a new name for each request without one.

        Behind a proxy that is not trusted all would share one address: ten wrong passwords of one
        visitor would keep everybody out. What is counted by account stays.
        """
        if is_through_untrusted_proxy(request):
            note_untrusted_proxy(now_ms())
        return client_address(request) or f"unknown-{secrets.token_hex(8)}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link of a letter, at the address of the instance.

        The host of the request is the sender's word: anybody may ask for somebody else's letter.
        """
        path = urlsplit(super().get_reset_password_from_key_url(key)).path
        return f"{settings.URL.rstrip('/')}{path}"

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in with a password or a passkey, and record the browser."""
        super().login(request, user)
        note_sign_in(request)
