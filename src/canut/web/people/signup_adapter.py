"""Sign-up and sign-in rules for allauth: no open sign-up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from canut.store.models import Person
from canut.web.people.sign_in import note_sign_in


class SignupAdapter(DefaultAccountAdapter):
    """Close sign-up; people come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: people are invited and choose a name afterwards."""
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in with a password or a passkey, and record the browser."""
        super().login(request, user)
        note_sign_in(request)
