"""People and the ways in: accounts, invitation links, one-time addresses.

A person is known here only by what they chose to give. What they did is kept under their
``work.Worker`` rows, one a project, whose random id is all that datasets and the ledger see.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from canut.store.tables.organisations import Role


class People(BaseUserManager["Person"]):
    """Finds people by the name they sign in with."""


class Person(AbstractBaseUser):
    """Someone who signs in, or came by a link and may name themselves later.

    ``is_service``: a program that acts under its own name; it never decides against a person.
    """

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True)
    shown_name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    is_simulated = models.BooleanField(default=False)
    is_service = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        """Return the name shown to others."""
        return self.shown_name or self.username

    @property
    def has_named_themselves(self) -> bool:
        """Whether they can come back with a name and a password."""
        return self.has_usable_password()


class Invitation(models.Model):
    """A link that gives a role in one project to whoever opens it."""

    project = models.ForeignKey("store.Project", models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=14, choices=Role.choices)
    note = models.CharField(max_length=120, blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    max_uses = models.PositiveIntegerField()
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(uses__lte=models.F("max_uses")), name="invitation_within_uses"
            ),
        )


class InvitationUse(models.Model):
    """Who came by which link: their source of recruitment."""

    invitation = models.ForeignKey(Invitation, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    used_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("invitation", "person"), name="invitation_used_once"),
        )


class OneTimeLink(models.Model):
    """An address that signs one person in, once; only its hash is kept."""

    person = models.ForeignKey(Person, models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    leads_to = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
