"""Tables of signing keys, HIT types, HITs and assignments.

A HIT type is a project, a HIT is a task, an assignment is a lease and its answer. The tables here
keep what those have no column for, and the names by which programs know them. States are computed
from the rows (``core.turk.states``) and not stored.
"""

from django.db import models
from django.db.models import Q

from canut.store.tables.integrations import ApiKey
from canut.store.tables.people import Organisation
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task
from canut.store.tables.work import Lease

ID_LENGTH, TOKEN_LENGTH = 32, 64


class TurkKey(models.Model):
    """The signing half of an API key: its access id, its sealed secret, its profile.

    ``sealed``: bound to ``access_id``; a signature needs the secret itself. ``profile``: what the
    projects of its programs state (``core.turk.profile``).
    """

    key = models.OneToOneField(ApiKey, models.CASCADE, primary_key=True, related_name="turk")
    access_id = models.CharField(max_length=20, unique=True)
    sealed = models.BinaryField()
    profile = models.JSONField(default=dict)


class HitType(models.Model):
    """A project made by a program, with what its request said in its own words.

    ``digest``: of the request in normal form; the same request gives the same type.
    ``requirements``: as sent, those too that are not in force. ``approval_s``: after how many
    seconds an answer is approved unless somebody rejects it; seven days at the longest.
    """

    public_id = models.CharField(max_length=ID_LENGTH, unique=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    project = models.OneToOneField(Project, models.CASCADE, related_name="hit_type")
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=128)
    description = models.TextField()
    keywords = models.CharField(max_length=1000, blank=True)
    reward_micro = models.BigIntegerField()
    duration_s = models.BigIntegerField()
    approval_s = models.BigIntegerField()
    requirements = models.JSONField(default=list)
    created_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "digest"), name="hit_type_once"),
            models.CheckConstraint(condition=Q(reward_micro__gte=0), name="hit_type_not_negative"),
        )


class Hit(models.Model):
    """A task made by a program; its page is that of the task (``TaskPage``).

    ``places``: ``MaxAssignments``. ``annotation``: only ever shown to the organisation.
    ``layout_id``: of the layout its page was filled from. ``review_policies``: as sent, by level;
    None without one. ``scored_answers``, ``compared_answers``: how many answers its task had when
    each was last scored, and when they were last compared with each other.
    ``reviewable_ms``: when it was told that its work is over; None while it goes on.
    """

    public_id = models.CharField(max_length=ID_LENGTH, unique=True)
    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    hit_type = models.ForeignKey(HitType, models.CASCADE, related_name="hits", db_index=False)
    task = models.OneToOneField(Task, models.CASCADE, related_name="hit")
    places = models.PositiveIntegerField()
    expires_ms = models.BigIntegerField()
    annotation = models.CharField(max_length=255, blank=True)
    layout_id = models.CharField(max_length=ID_LENGTH, blank=True, default="", db_default="")
    is_reviewing = models.BooleanField(default=False)
    reviewable_ms = models.BigIntegerField(null=True)
    review_policies = models.JSONField(null=True)
    scored_answers = models.PositiveIntegerField(default=0, db_default=0)
    compared_answers = models.PositiveIntegerField(default=0, db_default=0)
    disposed_ms = models.BigIntegerField(null=True)
    created_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(places__gte=1), name="hit_has_a_place"),)
        indexes = (
            models.Index(fields=("organisation", "id"), name="hit_of_organisation"),
            models.Index(fields=("hit_type", "id"), name="hit_of_type"),
            models.Index(
                fields=("expires_ms",), condition=Q(disposed_ms=None), name="hit_to_expire"
            ),
        )


class Assignment(models.Model):
    """The name of a lease, as programs and pages see it, and what was said of its answer.

    ``approved_ms``: when a program or a person approved it. ``feedback``: to the worker, with the
    approval.
    """

    public_id = models.CharField(max_length=ID_LENGTH, unique=True)
    lease = models.OneToOneField(Lease, models.CASCADE, related_name="assignment")
    approved_ms = models.BigIntegerField(null=True)
    feedback = models.TextField(blank=True)


class RequestToken(models.Model):
    """A ``UniqueRequestToken`` and what was made under it; kept for good, so nothing comes twice.

    ``made``: the name of what was made, or of the request.
    """

    class Family(models.TextChoices):
        """What tokens of one family make."""

        HIT = "hit"
        BONUS = "bonus"
        PLACES = "places"

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    family = models.CharField(max_length=6, choices=Family.choices)
    token = models.CharField(max_length=TOKEN_LENGTH)
    made = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "family", "token"), name="request_token_once"
            ),
        )
