"""Sign-in with OpenID Connect, if the operator has set up a provider."""

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class OidcAdapter(DefaultSocialAccountAdapter):
    """Sign in people who connected the provider to their account; create no account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Refuse sign-up: people are invited, then connect the provider."""
        return False
