"""Tables of projects: state, question and price versions, removal."""

from django.db import models
from django.db.models import Q

from canut.core.money import Money
from canut.core.pay.price import Declared
from canut.store.tables.people import Organisation, Person


class Project(models.Model):
    """A question asked about many tasks, and its aims.

    ``severity``: of tasks that have none of their own; ``severity_most``: of the hardest task that
    has; ``severity_column``: the column of the file that gives tasks theirs.
    ``overlap_most``: set where tasks are asked on from ``overlap`` answers until sure, up to so
    many; ``overlap_rule`` counts the changes of both. ``overlap_first``: answers asked for before a
    model was asked about the task; 0 while that ends, empty where all get ``overlap``.
    ``has_checks``: some task is gold or audited.
    ``models_vote``: what a model said of a task counts as one voice in its running label.
    ``held_ms``: since when a hold of an ethics reviewer stops it; it then lends nothing.
    """

    class State(models.TextChoices):
        """State in the project's life cycle."""

        DRAFT = "draft"
        PILOT = "pilot"
        OPEN = "open"
        PAUSED = "paused"
        CLOSED = "closed"

    class Modality(models.TextChoices):
        """Modality of the hard material."""

        TEXT = "text"
        AUDIO = "audio"
        IMAGE = "image"
        VIDEO = "video"

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    organisation = models.ForeignKey(Organisation, models.PROTECT)
    state = models.CharField(max_length=6, choices=State.choices, default=State.DRAFT)
    aim_business = models.TextField(blank=True)
    aim_social = models.TextField(blank=True)
    aim_ethical = models.TextField(blank=True)
    origin_whose = models.TextField(blank=True)
    origin_consent = models.TextField(blank=True)
    origin_paid = models.TextField(blank=True)
    is_own_staff = models.BooleanField(default=False)
    is_simulated = models.BooleanField(default=False)
    severity = models.PositiveSmallIntegerField(null=True)
    modality = models.CharField(max_length=5, choices=Modality.choices, default=Modality.TEXT)
    severity_most = models.PositiveSmallIntegerField(default=0)
    severity_column = models.CharField(max_length=200, blank=True)
    risk_categories = models.JSONField(default=list)
    floor_micro = models.BigIntegerField(null=True)
    client_country = models.CharField(max_length=6, blank=True)
    purpose_hidden = models.CharField(max_length=300, blank=True, default="", db_default="")
    overlap = models.PositiveIntegerField(default=3)
    overlap_most = models.PositiveIntegerField(null=True)
    overlap_first = models.PositiveSmallIntegerField(null=True)
    overlap_rule = models.PositiveIntegerField(default=0, db_default=0)
    has_checks = models.BooleanField(default=False, db_default=False)
    audit_per_mille = models.PositiveSmallIntegerField(default=0, db_default=0)
    models_vote = models.BooleanField(default=False, db_default=False)
    tasks_a_person = models.PositiveIntegerField(null=True)
    tasks_a_day = models.PositiveSmallIntegerField(null=True)
    archived_ms = models.BigIntegerField(null=True)
    held_ms = models.BigIntegerField(null=True)
    lease_seconds = models.PositiveIntegerField(default=900)
    practice_task = models.ForeignKey("store.Task", models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(overlap__gte=1), name="project_overlap_at_least_1"),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__lte=4), name="project_severity_up_to_4"
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | ~(
                    Q(aim_business="")
                    | Q(aim_social="")
                    | Q(aim_ethical="")
                    | Q(origin_whose="")
                    | Q(origin_consent="")
                    | Q(origin_paid="")
                ),
                name="project_says_why_before_opening",
            ),
        )

    @property
    def label(self) -> int | None:
        """Severity of the hardest task, 0 to 4; None if nobody set it."""
        return None if self.severity is None else max(self.severity, self.severity_most)

    @property
    def is_lending(self) -> bool:
        """Return whether tasks can be leased now."""
        return self.state in LENDING and self.held_ms is None


class ProjectChange(models.Model):
    """One state change of a project; ``made_by`` is empty for jobs and commands."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="changes")
    before = models.CharField(max_length=8)
    after = models.CharField(max_length=8)
    reason = models.CharField(max_length=400, blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("project", "id"), name="change_of_project"),)


LENDING = frozenset({Project.State.PILOT, Project.State.OPEN})
HELD = "held"
"""What statements say in the place of the state of a project that a hold stops."""


class QuestionVersion(models.Model):
    """A version of the question with its instructions; immutable."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="questions")
    number = models.PositiveIntegerField()
    schema = models.JSONField()
    instructions = models.TextField(blank=True)
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "number"), name="question_version_once"),
        )


class RateVersion(models.Model):
    """A version of the price in micro-units; immutable.

    ``hourly_micro`` and ``task_ms`` are what the requester says an hour should bring and a task
    takes, which the price comes from; 0 where only the piece was priced. ``by_hour_micro`` is what
    an hour of measured time pays besides the pieces; 0 where hours are not paid.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="rates")
    number = models.PositiveIntegerField()
    piece_micro = models.BigIntegerField()
    hourly_micro = models.BigIntegerField(default=0, db_default=0)
    by_hour_micro = models.BigIntegerField(default=0, db_default=0)
    task_ms = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3)
    created_by = models.ForeignKey(Person, models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "number"), name="rate_version_once"),
            models.CheckConstraint(condition=Q(piece_micro__gte=0), name="rate_not_negative"),
            models.CheckConstraint(
                condition=Q(by_hour_micro__gte=0), name="rate_hour_not_negative"
            ),
        )

    @property
    def declared(self) -> Declared:
        """The declared price of this version."""
        return Declared(
            Money(self.hourly_micro, self.currency),
            self.task_ms,
            Money(self.piece_micro, self.currency),
            Money(self.by_hour_micro, self.currency) if self.by_hour_micro else None,
        )


class Removal(models.Model):
    """A scheduled deletion of a project, done after a grace period unless cancelled.

    ``is_stripped``: people were paid for it, so its pay lines, answers' times and ledger entries
    stayed, and what was to be judged went.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="removals")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    taken_back_ms = models.BigIntegerField(null=True)
    done_ms = models.BigIntegerField(null=True)
    is_stripped = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project",),
                condition=Q(taken_back_ms=None, done_ms=None),
                name="removal_once_at_a_time",
            ),
        )


class SetupDraft(models.Model):
    """What is typed in the setup of a project, before it is valid.

    ``fields``: by name of the field: its value, the version it has had since, who wrote it and
    when, earlier values, and a value of another page in conflict with it. ``version`` counts the
    changes.
    """

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="setup_draft"
    )
    version = models.PositiveIntegerField(default=0)
    fields = models.JSONField(default=dict)
    changed_ms = models.BigIntegerField()
