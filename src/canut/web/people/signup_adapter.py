"""How people sign up and in: only an operator's database makes the first account by command."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from canut.store.models import Person
from canut.web.people.sign_in import note_sign_in


class SignupAdapter(DefaultAccountAdapter):
    """Signing up happens by invitation, never from an open form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: people come by an invitation link and name themselves afterwards."""
        return False

    def login(self, request: HttpRequest, user: Person) -> None:
        """Sign in by a password or a passkey, and note which browser it was."""
        super().login(request, user)
        note_sign_in(request)
