"""Tables of people: accounts, memberships, invitations, sign-ins, terms.

These tables hold only what people chose to give. Their work is stored under their ``work.Worker``
rows, one per project, whose random id is all that datasets and the ledger contain.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class People(BaseUserManager["Person"]):
    """Manager that finds people by sign-in name."""


class Person(AbstractBaseUser):
    """A person who signs in, or came by a link and may choose a name later.

    ``is_service``: a program that acts under its own name; it never decides against a person.
    ``known_as``: what their requesters call somebody who gave no name, "Slack 4" until they write
    another. ``assistive_ms``: since when silence counts twice, by their own wish; nobody else is
    shown it.
    """

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True)
    shown_name = models.CharField(max_length=80, blank=True)
    known_as = models.CharField(max_length=80, blank=True, default="", db_default="")
    language = models.CharField(max_length=2, blank=True)
    is_active = models.BooleanField(default=True)
    is_simulated = models.BooleanField(default=False)
    is_service = models.BooleanField(default=False)
    assistive_ms = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        """Return the name they gave, else what their requesters call them."""
        return self.shown_name or self.known_as or self.username

    @property
    def has_named_themselves(self) -> bool:
        """Return whether they can sign in with a name and a password."""
        return self.has_usable_password()


class Erasure(models.Model):
    """A person's request to erase their ledger data, and its completion."""

    person = models.ForeignKey(Person, models.CASCADE)
    asked_ms = models.BigIntegerField()
    done_ms = models.BigIntegerField(null=True)
    entries = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(done_ms=None), name="erasure_once_at_a_time"
            ),
        )


class Letter(models.Model):
    """One e-mail to one person about one subject; sent once, retried while it fails.

    ``number``: id of the statement, payment, decision, appeal or message, or of what waits for a
    decision; the moment of a time limit. ``due_ms``: the next attempt; None once it was sent or
    given up.
    """

    kind = models.CharField(max_length=12)
    number = models.BigIntegerField()
    person = models.ForeignKey(Person, models.CASCADE)
    made_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "number", "person"), name="letter_once"),
        )
        indexes = (
            models.Index(fields=("due_ms",), name="letter_due", condition=Q(due_ms__isnull=False)),
        )


class Role(models.TextChoices):
    """The role of a membership."""

    REQUESTER = "requester"
    WORKER = "worker"
    REVIEWER = "reviewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    REPRESENTATIVE = "representative"
    MAINTAINER = "maintainer"


class Organisation(models.Model):
    """A client, an operator or an intermediary."""

    class Kind(models.TextChoices):
        """Position in the chain."""

        REQUESTER = "requester"
        OPERATOR = "operator"
        INTERMEDIARY = "intermediary"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    country = models.CharField(max_length=2, blank=True)
    created_at = models.DateTimeField()


class Membership(models.Model):
    """One role of one person in an organisation, with all its projects, or in one project.

    A representative is there by an ``election``, and only by one. ``ended_by``: who ended it; the
    person themselves if they wished to leave; empty for a job, a command or a program.
    """

    person = models.ForeignKey("store.Person", models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True)
    project = models.ForeignKey("store.Project", models.CASCADE, null=True)
    role = models.CharField(max_length=14, choices=Role.choices)
    election = models.ForeignKey("store.Election", models.PROTECT, null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(project__isnull=True),
                name="membership_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(role=Role.REPRESENTATIVE, election__isnull=False)
                | (~Q(role=Role.REPRESENTATIVE) & Q(election__isnull=True)),
                name="membership_represents_by_ballot",
            ),
            models.UniqueConstraint(
                fields=("person", "role", "organisation"),
                condition=Q(ended_at__isnull=True, organisation__isnull=False),
                name="membership_once_in_organisation",
            ),
            models.UniqueConstraint(
                fields=("person", "role", "project"),
                condition=Q(ended_at__isnull=True, project__isnull=False),
                name="membership_once_in_project",
            ),
        )


class Invitation(models.Model):
    """A link that gives a role in one project to anyone who opens it."""

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
    """Which invitation a person used."""

    invitation = models.ForeignKey(Invitation, models.CASCADE)
    person = models.ForeignKey(Person, models.CASCADE)
    used_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("invitation", "person"), name="invitation_used_once"),
        )


class OneTimeLink(models.Model):
    """A link that signs one person in, once; only its hash is stored."""

    person = models.ForeignKey(Person, models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    leads_to = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignIn(models.Model):
    """One signed-in browser, deleted with its session; ``device`` is two words, no IP address."""

    session_key = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(Person, models.CASCADE)
    device = models.CharField(max_length=40, blank=True)
    at_ms = models.BigIntegerField()


class Remembered(models.Model):
    """A short-lived shared cache, for example for failed sign-ins.

    Written and read by Django's cache in the database: in the memory of one server, each further
    server would allow as many guesses again.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)


class Terms(models.Model):
    """One version of a person's work terms.

    ``pace_granted``: thousandths of the usual time, for an accommodation. ``facts``: the answers to
    the questions about who controls the work, which the status rests on. ``at_ms``: from when it
    counts; ``decided_ms``: when that was decided, if at another moment. ``assistive``: false; an
    earlier release kept here what is now the person's own setting.
    """

    class Status(models.TextChoices):
        """The person's status towards the payer."""

        EMPLOYEE = "employee"
        SELF_EMPLOYED = "self_employed"
        VOLUNTEER = "volunteer"
        OWN_STAFF = "own_staff"

    person = models.ForeignKey(Person, models.CASCADE, related_name="terms", db_index=False)
    number = models.PositiveIntegerField()
    place = models.CharField(max_length=6)
    zone = models.CharField(max_length=40)
    status = models.CharField(max_length=13, choices=Status.choices)
    is_minor = models.BooleanField(default=False)
    assistive = models.BooleanField(default=False)
    pace_granted = models.PositiveIntegerField(default=1000)
    facts = models.JSONField(default=dict)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    decided_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "number"), name="terms_once"),
            models.CheckConstraint(
                condition=Q(pace_granted__gte=1000), name="terms_pace_at_least_usual"
            ),
        )

    @property
    def known_ms(self) -> int:
        """When this version was decided."""
        return int(self.at_ms if self.decided_ms is None else self.decided_ms)


class TermsChange(models.Model):
    """A change of somebody's status or place, with its reason and who agreed; never deleted.

    ``before``: the version it changes; None for the first. ``concerns_worked_time`` and
    ``is_against_facts``: why it needs a second person. ``due_ms``: when it counts by waiting, where
    there is no second person. ``confirmed_by``: the second person, or the worker; None with a
    ``confirmed_ms`` where it counts by waiting. ``decided_by``: who refused it, withdrew it, or
    decided after the worker contested it. ``terms``: the version it made last.
    """

    class State(models.TextChoices):
        """State of a change; only one that is in force counts for pay."""

        WAITING = "waiting"
        PLANNED = "planned"
        IN_FORCE = "in_force"
        CONTESTED = "contested"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    person = models.ForeignKey(Person, models.CASCADE, related_name="terms_changes")
    before = models.ForeignKey(Terms, models.CASCADE, null=True, related_name="+", db_index=False)
    place = models.CharField(max_length=6)
    zone = models.CharField(max_length=40)
    status = models.CharField(max_length=13, choices=Terms.Status.choices)
    facts = models.JSONField(default=dict)
    from_day = models.DateField()
    from_ms = models.BigIntegerField()
    concerns_worked_time = models.BooleanField()
    is_against_facts = models.BooleanField()
    reason = models.TextField()
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State.choices)
    due_ms = models.BigIntegerField(null=True)
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    confirmed_ms = models.BigIntegerField(null=True)
    contested_ms = models.BigIntegerField(null=True)
    objection = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_ms = models.BigIntegerField(null=True)
    decision = models.TextField(blank=True)
    terms = models.ForeignKey(Terms, models.CASCADE, null=True, related_name="+", db_index=False)
    thread = models.ForeignKey(
        "store.Thread", models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="terms_change_with_reason"),
            models.CheckConstraint(
                condition=Q(concerns_worked_time=False, is_against_facts=False)
                | Q(terms=None)
                | Q(confirmed_ms__isnull=False)
                | Q(decided_ms__isnull=False),
                name="terms_change_agreed",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="terms_change_of_two_people",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(state="withdrawn")
                | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("person"))),
                name="terms_change_decided_by_another",
            ),
            models.CheckConstraint(
                condition=(Q(contested_ms=None) & Q(objection=""))
                | (Q(contested_ms__isnull=False) & ~Q(objection="")),
                name="terms_change_contested_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(terms__isnull=False),
                name="terms_change_made_terms",
            ),
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(state__in=("waiting", "planned", "contested")),
                name="terms_change_one_open",
            ),
        )
        indexes = (
            models.Index(
                fields=("state", "from_ms"),
                condition=Q(state__in=("waiting", "planned")),
                name="terms_change_due",
            ),
        )

    @property
    def needs_agreement(self) -> bool:
        """Whether it counts only once a second person, the worker or seven days have agreed."""
        return bool(self.concerns_worked_time or self.is_against_facts)


class PlaceWord(models.Model):
    """Where a person says they work; the last word counts, all are kept."""

    person = models.ForeignKey(Person, models.CASCADE, db_index=False)
    place = models.CharField(max_length=6)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("person", "at_ms"), name="place_word_of_person"),)
