"""Tables of work: workers, leases, answers, pilots, flags.

``Task`` is wide and written once. ``TaskState`` is narrow and carries the indexes of queue and
lists; a task without one is not published and nobody sees it. The project of both is that of the
import, whose foreign key keeps it there; a second check of each row would cost PostgreSQL a fifth
of an import. Moments in the hot tables are integer milliseconds since 1970 UTC, so that both SQL
dialects read them alike.
"""

from django.db import models
from django.db.models import Q

from canut.store.tables.integrations import ApiKey
from canut.store.tables.people import Organisation, Person
from canut.store.tables.projects import Project, QuestionVersion, RateVersion
from canut.store.tables.tasks import Task

PUBLIC_ID_LENGTH = 32


class Worker(models.Model):
    """The author of answers in one project, under a random id; datasets omit the person.

    ``is_limited``: some ``Sanction`` was set and not lifted; whether it holds now is read there.
    ``checks_right`` of ``checks_answered`` gold tasks. ``barred``: what of the project's
    ``Eligibility`` they lack; empty where they may work.
    """

    class Kind(models.TextChoices):
        """Kind of author."""

        HUMAN = "human"
        MODEL = "model"
        SIMULATED = "simulated"

    project = models.ForeignKey(Project, models.CASCADE, related_name="workers")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="workers")
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.HUMAN)
    public_id = models.CharField(max_length=16)
    cursor_priority = models.IntegerField(default=0)
    cursor_task = models.BigIntegerField(default=0)
    practised_ms = models.BigIntegerField(null=True)
    accuracy = models.FloatField(null=True)
    agreed = models.BigIntegerField(null=True)
    compared = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_limited = models.BooleanField(default=False, db_default=False)
    check_cursor = models.BigIntegerField(default=0, db_default=0)
    checks_answered = models.PositiveIntegerField(default=0, db_default=0)
    checks_right = models.PositiveIntegerField(default=0, db_default=0)
    barred = models.CharField(max_length=13, default="", db_default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "public_id"), name="worker_id_once"),
            models.UniqueConstraint(fields=("project", "person"), name="worker_once_in_project"),
        )


class Begun(models.Model):
    """A draft answer to a leased task.

    ``drafts`` is JSON text in the page's format. ``begun_ms`` is the device's own clock: of two
    devices, the later draft is shown; it affects neither pay nor time.
    """

    worker = models.ForeignKey(Worker, models.CASCADE, related_name="begun", db_index=False)
    task = models.ForeignKey(Task, models.CASCADE, related_name="begun")
    question_version = models.PositiveIntegerField()
    drafts = models.TextField()
    begun_ms = models.BigIntegerField()
    kept_ms = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("worker", "task"), name="begun_once"),)


class Qualification(models.Model):
    """What an organisation requires of people: granted, asked for, or earned in paid training.

    ``public_id``: its name in programs. ``training``: the project whose gold checks earn it,
    ``at_least`` thousandths right, surely. ``is_active``: people can ask for it, again ``retry_s``
    seconds after they were refused; None: once. ``test``: the QuestionForm that who asks for it
    answers, within ``test_s`` seconds; ``answer_key`` scores it. ``auto_value``: granted at once to
    who asks; None: not so.
    """

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="qualifications", db_index=False
    )
    name = models.CharField(max_length=200)
    keywords = models.CharField(max_length=1000, blank=True)
    description = models.TextField(blank=True)
    training = models.ForeignKey(Project, models.PROTECT, null=True, related_name="trains_for")
    at_least = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=False)
    retry_s = models.BigIntegerField(null=True)
    test = models.TextField(blank=True, default="", db_default="")
    test_s = models.BigIntegerField(null=True)
    answer_key = models.TextField(blank=True, default="", db_default="")
    auto_value = models.BigIntegerField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("organisation", "name"),
                condition=Q(ended_ms=None),
                name="qualification_name_once",
            ),
            models.CheckConstraint(
                condition=Q(training=None, at_least=0)
                | Q(training__isnull=False, at_least__gt=0, at_least__lt=1000),
                name="qualification_earned_by_a_share",
            ),
            models.CheckConstraint(
                condition=Q(test="", test_s=None, answer_key="")
                | ~Q(test="") & Q(test_s__gt=0, auto_value=None),
                name="qualification_test_has_a_time",
            ),
        )
        indexes = (models.Index(fields=("organisation", "id"), name="qualification_of"),)


class QualificationGrant(models.Model):
    """A qualification of one person, with its value; a new value ends the one before.

    ``by`` is who granted it, a program too; ``key`` is the program's; both are empty where work
    earned it. ``reason`` and ``end_reason`` are for the person to read; a program may leave them
    out.
    """

    qualification = models.ForeignKey(Qualification, models.CASCADE, related_name="grants")
    person = models.ForeignKey(Person, models.CASCADE, related_name="qualifications")
    value = models.BigIntegerField(default=1)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)
    at_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    is_revoked = models.BooleanField(default=False)
    end_reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("qualification", "person"),
                condition=Q(ended_ms=None),
                name="qualification_granted_once",
            ),
            models.CheckConstraint(
                condition=Q(is_revoked=False) | Q(ended_ms__isnull=False),
                name="grant_revoked_ended",
            ),
        )


class QualificationRequest(models.Model):
    """A person asks for a qualification; a named person refuses it, with the words why.

    ``proposed_ms``: a program proposed to refuse it, in ``proposed_words``; the person is told
    nothing of that.
    """

    class Outcome(models.TextChoices):
        """What became of it; empty while it waits."""

        GRANTED = "granted"
        REFUSED = "refused"

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True)
    qualification = models.ForeignKey(Qualification, models.CASCADE, related_name="requests")
    person = models.ForeignKey(Person, models.CASCADE, related_name="qualification_requests")
    words = models.TextField(blank=True)
    at_ms = models.BigIntegerField()
    proposed_ms = models.BigIntegerField(null=True)
    proposed_words = models.TextField(blank=True)
    outcome = models.CharField(max_length=7, choices=Outcome.choices, blank=True)
    settled_ms = models.BigIntegerField(null=True)
    settled_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("qualification", "person"),
                condition=Q(outcome=""),
                name="qualification_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_ms=None) | ~Q(outcome="") & Q(settled_ms__gt=0),
                name="qualification_request_settled",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="refused", reason=""), name="qualification_refused_in_words"
            ),
        )


class QualificationAttempt(models.Model):
    """A person's go at the test of a qualification, on the form and the key it had when it began.

    ``project``: where its time is measured and paid. ``answers``: texts and selections by question.
    ``points`` and ``value`` are those of the key; None where a named person decides. ``request``:
    what they decide on.
    """

    qualification = models.ForeignKey(Qualification, models.CASCADE, related_name="attempts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="qualification_attempts")
    project = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="+")
    test = models.TextField()
    answer_key = models.TextField(blank=True)
    started_ms = models.BigIntegerField()
    ends_ms = models.BigIntegerField()
    submitted_ms = models.BigIntegerField(null=True)
    answers = models.JSONField(default=dict)
    points = models.BigIntegerField(null=True)
    value = models.BigIntegerField(null=True)
    request = models.OneToOneField(
        QualificationRequest, models.SET_NULL, null=True, related_name="attempt"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("qualification", "person"),
                condition=Q(submitted_ms=None),
                name="qualification_attempt_open_once",
            ),
            models.CheckConstraint(
                condition=Q(points=None, value=None)
                | Q(points__isnull=False, value__isnull=False, submitted_ms__isnull=False),
                name="qualification_attempt_scored",
            ),
        )


class Eligibility(models.Model):
    """A project's requirements for workers; empty fields require nothing.

    ``at_least``: thousandths of gold tasks right in ``earned_in``, surely (the low end of the
    interval). ``team_of``: whoever works there is the team. ``qualification``: what the
    organisation gave or trained people for, never anything of their passport. ``place``: how codes
    of places begin, with the legal reason.
    """

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    languages = models.JSONField(default=list)
    earned_in = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    at_least = models.PositiveSmallIntegerField(default=0)
    team_of = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    qualification = models.ForeignKey(Qualification, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=12, blank=True)
    legal_reason = models.CharField(max_length=400, blank=True)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(place="") | ~Q(legal_reason=""), name="place_with_legal_reason"
            ),
        )


class Speaks(models.Model):
    """The languages a person works in."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    languages = models.JSONField(default=list)
    said_ms = models.BigIntegerField()


class Pilot(models.Model):
    """A project's pilot; ``passed`` is the verdict with which it may open.

    ``tried`` keeps what everybody did, by the number of their worker row: a later price is judged
    by it again. ``people``: with how many it is judged, where the requester did not wait for all.
    """

    project = models.OneToOneField(Project, models.CASCADE, related_name="pilot")
    begun_ms = models.BigIntegerField()
    sample = models.PositiveIntegerField()
    people = models.PositiveSmallIntegerField(null=True)
    passed_ms = models.BigIntegerField(null=True)
    passed_rate = models.ForeignKey(RateVersion, models.PROTECT, null=True, related_name="+")
    tried = models.JSONField(default=list)


class TaskPace(models.Model):
    """A project's measured task time and hourly pay."""

    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    at_ms = models.BigIntegerField()
    tasks = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    by_beats = models.PositiveIntegerField()
    p50_ms = models.BigIntegerField()
    p90_ms = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    median_micro = models.BigIntegerField()
    lowest_decile_micro = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("project", "at_ms"), name="pace_of_project"),)

    @property
    def is_measured(self) -> bool:
        """Return whether all time was measured, not just elapsed."""
        return self.by_beats == self.people


class BroughtRecord(models.Model):
    """A work record from elsewhere, as its owner imported it; not verified."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="brought")
    instance = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()
    answers = models.PositiveIntegerField()
    projects = models.PositiveIntegerField()
    elapsed_ms = models.BigIntegerField()
    pay = models.JSONField(default=dict)
    first_ms = models.BigIntegerField(null=True)
    last_ms = models.BigIntegerField(null=True)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "sha256"), name="record_brought_once"),
        )


class Lease(models.Model):
    """A task leased to a worker for a while.

    ``bearer``, ``severity``, ``dose``: in projects with a risk, who bears how much of it, in
    thousandths (``core.protection.exposure``); a task that came back unseen has no dose.
    """

    class State(models.IntegerChoices):
        """State of the lease; up to SKIPPED the worker does not get the task again.

        The last three are loans to review a task, which ``live`` does not count: in hand, decided,
        and over without a say about whether they may have the task again.
        """

        REVIEWED = -2
        REVIEWING = -1
        LIVE = 0
        ANSWERED = 1
        SKIPPED = 2
        RELEASED = 3
        EXPIRED = 4
        REVIEW_OVER = 5

    task = models.ForeignKey(Task, models.CASCADE, db_index=False)
    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    state = models.SmallIntegerField(choices=State.choices, default=State.LIVE)
    lent_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=200, blank=True, default="")
    bearer = models.ForeignKey(Person, models.SET_NULL, null=True, db_index=False)
    severity = models.PositiveSmallIntegerField(null=True)
    dose = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("worker", "task"), condition=Q(state__lte=2), name="lease_taken"
            ),
        )
        indexes = (
            models.Index(fields=("task",), name="lease_of_task"),
            models.Index(
                fields=("project", "expires_ms"), condition=Q(state=0), name="lease_to_expire"
            ),
            models.Index(fields=("worker",), condition=Q(state=0), name="lease_held"),
            models.Index(
                fields=("bearer", "ended_ms"),
                condition=Q(bearer__isnull=False),
                name="lease_of_bearer",
            ),
        )


class PageSeat(models.Model):
    """A lease as its page sees it: the id of the assignment, and what the page sent.

    ``secret_hash``: SHA-256 of the capability in the address that the page posts to; it ends with
    the lease. ``received``: JSON text of the fields, not an answer until the worker's own session
    hands it in; empty before it came and
    once that is long over.
    """

    lease = models.OneToOneField(Lease, models.CASCADE, primary_key=True, related_name="page_seat")
    public_id = models.CharField(max_length=30, unique=True)
    secret_hash = models.CharField(max_length=64, unique=True)
    received = models.TextField(blank=True)
    received_ms = models.BigIntegerField(null=True)
    opened_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(received="") | Q(received_ms__isnull=False),
                name="seat_received_when",
            ),
        )
        indexes = (
            models.Index(
                fields=("received_ms",),
                condition=~Q(received=""),
                name="seat_received",
            ),
        )


class Answer(models.Model):
    """One answer of one worker. ``values`` is JSON text ``{question: value}``.

    ``counted``: in the consensus. ``surplus``: came when the task had enough. Neither: replaced by
    a correction, or practice.
    """

    task = models.ForeignKey(Task, models.CASCADE, db_index=False)
    worker = models.ForeignKey(Worker, models.CASCADE, db_index=False)
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    question_version = models.ForeignKey(QuestionVersion, models.PROTECT)
    lease = models.ForeignKey(Lease, models.SET_NULL, null=True)
    values = models.TextField()
    author_kind = models.CharField(max_length=9, choices=Worker.Kind.choices)
    client_key = models.CharField(max_length=36)
    counted = models.BooleanField()
    surplus = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", models.SET_NULL, null=True, db_index=False)
    elapsed_ms = models.BigIntegerField()
    answered_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("worker", "client_key"), name="answer_key_once"),
            models.UniqueConstraint(
                fields=("task", "worker"), condition=Q(counted=True), name="answer_counted_once"
            ),
            models.CheckConstraint(
                condition=~Q(counted=True, surplus=True), name="answer_counted_or_surplus"
            ),
        )
        indexes = (
            models.Index(fields=("project", "id"), name="answer_of_project"),
            models.Index(fields=("task", "id"), name="answer_of_task"),
            models.Index(fields=("worker", "id"), name="answer_of_worker"),
            models.Index(
                fields=("replaces",), condition=Q(replaces__isnull=False), name="answer_replaced"
            ),
        )


class Flag(models.Model):
    """A worker's report that something is wrong with a task."""

    task = models.ForeignKey(Task, models.CASCADE)
    worker = models.ForeignKey(Worker, models.CASCADE)
    text = models.CharField(max_length=500)
    flagged_ms = models.BigIntegerField()
