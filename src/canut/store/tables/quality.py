"""Tables of quality: gold, audits, bulk edits, estimates, reviews.

The labels of tasks, the habits of workers, and the frozen model that labels tasks until the next.
"""

from django.db import models
from django.db.models import Q

from canut.core.pay.workload import USUAL_SHARE
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task
from canut.store.tables.work import Answer, Lease, Worker


class Gold(models.Model):
    """Why a task is gold, and its previous label; the known label is ``Task.known``.

    ``why``: why the answer is right, for the workers who answered. ``before``: the previous
    ``Task.known``; empty if there was none.
    """

    class Source(models.TextChoices):
        """Origin of the known label."""

        IMPORT = "import"
        REVIEW = "review"

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="gold")
    project = models.ForeignKey(Project, models.CASCADE)
    source = models.CharField(max_length=6, choices=Source.choices)
    why = models.CharField(max_length=400, blank=True)
    before = models.TextField(blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)


class GoldChange(models.Model):
    """A corrected known label: old, new (none: no longer gold), reason.

    ``in_favour``: who had answered what was right until then is counted right for it.
    """

    gold = models.ForeignKey(Gold, models.CASCADE, related_name="changes")
    before = models.TextField()
    after = models.TextField(blank=True)
    reason = models.CharField(max_length=400)
    workers = models.PositiveIntegerField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    in_favour = models.BooleanField(default=False, db_default=False)


class AuditAnswer(models.Model):
    """An answer to an audited closed task, with the label it had."""

    answer = models.OneToOneField(Answer, models.CASCADE, primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE)
    task = models.ForeignKey(Task, models.CASCADE)
    label = models.TextField()
    said = models.TextField()


class Bulk(models.Model):
    """One bulk edit: its filter, the confirmed count and the number changed.

    ``chosen``: the filter, or the tasks, as they were asked for. ``after``: the last task that was
    looked at, from where a change that was cut short goes on. ``undoing_after``: the same for its
    undoing; ``kept``: tasks that had changed since and stayed as they were.
    """

    class Kind(models.TextChoices):
        """Kind of change."""

        PRIORITY = "priority"
        ANSWERS = "answers"
        ASIDE = "aside"
        RETURN = "return"
        REVIEW = "review"

    class State(models.TextChoices):
        """State of the bulk edit."""

        RUNNING = "running"
        DONE = "done"
        UNDOING = "undoing"
        UNDONE = "undone"

    project = models.ForeignKey(Project, models.CASCADE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    amount = models.SmallIntegerField(default=0)
    chosen = models.JSONField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.RUNNING)
    said = models.BigIntegerField()
    changed = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    after = models.BigIntegerField(default=0)
    undoing_after = models.BigIntegerField(default=0)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    undone_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    undone_ms = models.BigIntegerField(null=True)


class BulkTask(models.Model):
    """One task of a bulk edit: value before and after."""

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="tasks", db_index=False)
    task = models.ForeignKey(Task, models.CASCADE)
    before = models.CharField(max_length=12)
    became = models.CharField(max_length=12)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("bulk", "task"), name="bulk_task_once"),)


class Estimate(models.Model):
    """One estimate and its inputs.

    ``choice`` says which models were compared, by what, and which rule decided; it was made when
    there were ``chosen_answers`` answers and ``known`` known ones that set the model: others than
    those that measure it, see ``known``. ``frozen`` holds what the running consensus needs of it:
    labels, chance of each, temperature; empty where it takes each worker's accuracy alone.
    ``confusion`` counts how often each of ``labels`` was said under each truth, as far as the fit
    knows the truth. ``curve`` is a ``LearningCurve`` as JSON; empty where none could be measured.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="estimates")
    model = models.CharField(max_length=20)
    answers = models.BigIntegerField()
    tasks = models.BigIntegerField()
    iterations = models.IntegerField()
    converged = models.BooleanField()
    seconds = models.FloatField()
    last_answer = models.BigIntegerField()
    agreement = models.FloatField(null=True)
    choice = models.JSONField(null=True)
    chosen_answers = models.BigIntegerField(db_default=0)
    known = models.BigIntegerField(db_default=0)
    temperature = models.FloatField(db_default=1.0)
    alpha = models.FloatField(null=True)
    alpha_low = models.FloatField(null=True)
    alpha_high = models.FloatField(null=True)
    frozen = models.JSONField(null=True)
    labels = models.JSONField(null=True)
    confusion = models.JSONField(null=True)
    curve = models.JSONField(null=True)
    created_at = models.DateTimeField()


class Consensus(models.Model):
    """A task's label by the last estimate, with the plain majority."""

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE)
    estimate = models.ForeignKey(Estimate, models.CASCADE)
    label = models.TextField()
    confidence = models.FloatField()
    majority_label = models.TextField()
    majority_share = models.FloatField()


class Habits(models.Model):
    """A worker's accuracy interval and confusion by the last estimate.

    ``low`` and ``high`` bound their accuracy at 90 %, where the model tells. ``chances``: how often
    that they say j when the truth is k, as 32-bit floats at [j, k]; empty where the model has none.
    ``evidence``: of careless work, where there is some to look into; for reviewers, and never by
    itself a reason to pay less.
    """

    worker = models.OneToOneField(Worker, models.CASCADE, primary_key=True, related_name="habits")
    project = models.ForeignKey(Project, models.CASCADE)
    estimate = models.ForeignKey(Estimate, models.CASCADE)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    chances = models.BinaryField(null=True)
    evidence = models.JSONField(null=True)


SURE_BELOW = 0.8


class ReviewRule(models.Model):
    """How a project is reviewed; a project without a row follows the defaults.

    ``second``: when another person looks too. ``below``: closed tasks less sure than this are
    looked at. ``piece_micro``: what one review pays; 0 pays the measured time alone.
    ``share_per_mille`` of the tasks are expected to be reviewed, each in ``look_ms``, 0 where the
    requester does not say: what money is locked for.
    """

    class Second(models.TextChoices):
        """When a second reviewer decides too."""

        NONE = "none"
        CHANGE = "change"
        ALWAYS = "always"

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    second = models.CharField(max_length=6, choices=Second.choices, default=Second.NONE)
    below = models.FloatField(default=SURE_BELOW)
    piece_micro = models.BigIntegerField(default=0)
    share_per_mille = models.PositiveSmallIntegerField(default=USUAL_SHARE, db_default=USUAL_SHARE)
    look_ms = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(piece_micro__gte=0, below__gte=0, below__lte=1),
                name="review_rule_range",
            ),
        )


class Review(models.Model):
    """One review of a task: reason, round and holder.

    ``round``: 1, then 2 where a second person is asked for, 3 where the two disagree.
    ``confidence`` of the label when it was asked for; the least sure come first.
    """

    class Why(models.IntegerChoices):
        """Reason of a review; the order is that of the queue."""

        ASKED = 0
        FLAGGED = 1
        ANSWERED = 2
        UNSURE = 3

    class State(models.TextChoices):
        """State of the review."""

        WAITING = "waiting"
        SETTLED = "settled"
        DROPPED = "dropped"

    task = models.ForeignKey(Task, models.CASCADE, related_name="reviews")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    why = models.SmallIntegerField(choices=Why.choices)
    round = models.SmallIntegerField(default=1)
    confidence = models.FloatField(default=0.0)
    asked_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    asked_ms = models.BigIntegerField()
    holder = models.ForeignKey(Worker, models.SET_NULL, null=True, related_name="+")
    held_until_ms = models.BigIntegerField(null=True)
    settled_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("task",), condition=Q(state="waiting"), name="review_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(holder=None, held_until_ms=None)
                | Q(holder__isnull=False, held_until_ms__isnull=False)
                | ~Q(state="waiting"),
                name="review_held_until",
            ),
        )
        indexes = (
            models.Index(
                fields=("project", "why", "confidence", "id"),
                condition=Q(state="waiting"),
                name="review_queue",
            ),
        )

    @property
    def lease(self) -> Lease | None:
        """The lease under which a reviewer holds the task; one per person and task."""
        return Lease.objects.filter(
            worker=self.holder_id, task=self.task_id, state=Lease.State.REVIEWING
        ).first()


class Verdict(models.Model):
    """One reviewer's decision and its pay; permanent and immutable."""

    class Kind(models.TextChoices):
        """Kind of verdict."""

        ACCEPTED = "accepted"
        CHOSEN = "chosen"
        CORRECTED = "corrected"

    review = models.ForeignKey(Review, models.PROTECT, related_name="verdicts")
    task = models.ForeignKey(Task, models.CASCADE, related_name="verdicts")
    project = models.ForeignKey(Project, models.CASCADE)
    worker = models.ForeignKey(Worker, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    answer = models.ForeignKey(Answer, models.SET_NULL, null=True)
    values = models.TextField()
    label = models.TextField()
    consensus = models.TextField(blank=True)
    words = models.CharField(max_length=500, blank=True)
    piece_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3, blank=True)
    elapsed_ms = models.BigIntegerField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("review", "worker"), name="verdict_once"),
            models.CheckConstraint(
                condition=Q(piece_micro__gte=0, elapsed_ms__gte=0), name="verdict_not_negative"
            ),
        )
        indexes = (models.Index(fields=("worker", "at_ms"), name="verdict_of_worker"),)


class ReviewedLabel(models.Model):
    """The verdict that sets a task's label, and the answers counted then.

    ``decided_by``: the random ids of who decided so, apart by a space.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="reviewed")
    project = models.ForeignKey(Project, models.CASCADE)
    verdict = models.ForeignKey(Verdict, models.PROTECT)
    decided_by = models.CharField(max_length=60)
    counted = models.PositiveSmallIntegerField()
    at_ms = models.BigIntegerField()
