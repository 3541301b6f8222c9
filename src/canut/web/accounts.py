"""How people sign up and in: only an operator's database makes the first account by command."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):
    """Signing up happens by invitation, never from an open form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: people come by an invitation link and name themselves afterwards."""
        return False
