"""Sign in with a service of one's own (OpenID Connect), where the operator named one."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class OidcAdapter(DefaultSocialAccountAdapter):
    """A service signs in whoever connected it to their account, and makes none of its own."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Refuse: people come by an invitation link, then connect the service themselves."""
        return False
