"""Tables of integrations: keys, uploads, panels, webhooks."""

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Invitation, Organisation, Person, Role
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Import


class ApiKey(models.Model):
    """A program's key: one role in a project, an organisation or the instance.

    ``person`` is the program itself; ``made_by`` is empty if a command created the key.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="keys")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=14, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True)
    project = models.ForeignKey(Project, models.CASCADE, null=True)
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(project=None), name="key_of_one_thing_at_most"
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.REPRESENTATIVE), name="key_represents_nobody"
            ),
        )


class ApiRate(models.Model):
    """How many requests of a key server processes reserved in its newest minute."""

    key = models.OneToOneField(ApiKey, models.CASCADE, primary_key=True)
    minute = models.BigIntegerField()
    used = models.BigIntegerField()


class ApiReply(models.Model):
    """The response stored for a request with an ``Idempotency-Key``.

    ``asked``: a hash of method, URL and body, to detect a different request with the same key.
    ``status``: None while it runs; ``body`` is then the id of the object it has created, if any.
    """

    key = models.ForeignKey(ApiKey, models.CASCADE)
    name = models.CharField(max_length=255)
    asked = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.BinaryField(default=bytes)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key", "name"), name="reply_once"),)
        indexes = (models.Index(fields=("at_ms",), name="reply_to_forget"),)


class ApiUpload(models.Model):
    """A resumable upload of rows; ``received`` is the stored number of bytes."""

    project = models.ForeignKey(Project, models.CASCADE)
    token = models.CharField(max_length=32, unique=True)
    received = models.BigIntegerField(default=0)
    source = models.ForeignKey(Import, models.SET_NULL, null=True)
    by = models.ForeignKey(Person, models.PROTECT)
    at = models.DateTimeField()


class PanelLink(models.Model):
    """A panel's entry and return link, for one invitation.

    ``tasks``: how many answers finish the work; ``code`` is shown then.
    """

    class Panel(models.TextChoices):
        """The panel."""

        PROLIFIC = "prolific"
        CLOUDRESEARCH = "cloudresearch"
        OTHER = "other"

    invitation = models.OneToOneField(
        Invitation, models.CASCADE, primary_key=True, related_name="panel"
    )
    panel = models.CharField(max_length=13, choices=Panel.choices)
    code = models.CharField(max_length=60)
    return_url = models.URLField(max_length=400, blank=True)
    tasks = models.PositiveIntegerField()


class Recruited(models.Model):
    """The panel that sent a person to a project, and their id there."""

    person = models.ForeignKey(Person, models.CASCADE)
    project = models.ForeignKey(Project, models.CASCADE)
    invitation = models.ForeignKey(Invitation, models.SET_NULL, null=True)
    panel = models.CharField(max_length=13)
    member = models.CharField(max_length=100, blank=True)
    study = models.CharField(max_length=100, blank=True)
    session = models.CharField(max_length=100, blank=True)
    came_ms = models.BigIntegerField()
    finished_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "person"), name="recruited_once"),
            models.UniqueConstraint(
                fields=("project", "panel", "member"),
                condition=~models.Q(member=""),
                name="panel_member_once",
            ),
        )


class Webhook(models.Model):
    """A URL that receives events of a project, or of all projects of an organisation.

    ``sealed``: its secret, bound to ``public_id``; ``sealed_before``: the one that was replaced,
    which signs too until ``before_until_ms``. ``failures``: attempts that failed since the last one
    that did not; until ``rest_until_ms`` nothing is sent.
    """

    class State(models.TextChoices):
        """Whether events are sent."""

        ACTIVE = "active"
        PAUSED = "paused"
        STOPPED = "stopped"

    public_id = models.CharField(max_length=32, unique=True)
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="webhooks")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True)
    url = models.CharField(max_length=500)
    events = models.JSONField()
    sealed = models.BinaryField()
    sealed_before = models.BinaryField(null=True)
    before_until_ms = models.BigIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State.choices, default=State.ACTIVE)
    failures = models.PositiveIntegerField(default=0)
    rest_until_ms = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(project=None, organisation__isnull=False)
                | Q(project__isnull=False, organisation=None),
                name="webhook_of_one_thing",
            ),
        )


class Delivery(models.Model):
    """One message to one webhook, and the result of its last attempt.

    ``message``: the identifier the receiver gets, the same at every attempt and in every replay.
    ``code``: the status of the answer, 0 where there was none; ``error`` says in a word why.
    """

    class State(models.TextChoices):
        """State of the delivery."""

        WAITING = "waiting"
        DELIVERED = "delivered"
        FAILED = "failed"

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    message = models.CharField(max_length=40)
    event = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_ms = models.BigIntegerField()
    next_ms = models.BigIntegerField()
    tried_ms = models.BigIntegerField(null=True)
    took_ms = models.PositiveIntegerField(default=0)
    code = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=20, blank=True, default="")
    response = models.TextField(blank=True, default="")

    class Meta:
        indexes = (
            models.Index(fields=("webhook", "id"), name="delivery_of_webhook"),
            models.Index(
                fields=("next_ms",), condition=Q(state="waiting"), name="delivery_waiting"
            ),
            models.Index(fields=("created_ms",), name="delivery_by_age"),
        )


class Watched(models.Model):
    """A project watched for closed tasks and new answers.

    ``is_ready``: the tasks closed before the first subscription are recorded; later ones are sent.
    """

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    is_ready = models.BooleanField(default=False)
    looked_ms = models.BigIntegerField(default=0)
    took_ms = models.PositiveIntegerField(default=0)
    last_answer = models.BigIntegerField(default=0)
    answers_ms = models.BigIntegerField(default=0)


class TaskTold(models.Model):
    """A closed task that was reported, or was closed before anyone subscribed."""

    task_id = models.BigIntegerField(primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE)
