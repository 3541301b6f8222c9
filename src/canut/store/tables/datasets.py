"""Tables of datasets: material and its origin, cards, credits, exports."""

from django.db import models
from django.db.models import F, Q

from canut.core.clock import DAY_MS
from canut.core.datasets.withdrawal_deadlines import ANSWER_DAYS
from canut.core.decisions.deadlines import APPEAL_DAYS
from canut.core.pay.accounting.resale_shares import BuyerKind, ResaleForm
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task
from canut.store.tables.work import Worker


class MaterialVersion(models.Model):
    """What a project's material was made by, and from which datasets; immutable, newest counts.

    ``parts`` and ``sources`` as ``core.datasets.material`` writes them.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="materials", db_index=False)
    number = models.PositiveIntegerField()
    parts = models.JSONField(default=list)
    sources = models.JSONField(default=list)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "number"), name="material_version_once"),
        )


class Card(models.Model):
    """One signed and logged labour card of a project; ``people`` are counted in its figures.

    ``is_public``: anyone finds it under ``/cards/``.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="cards")
    number = models.PositiveIntegerField()
    made_ms = models.BigIntegerField()
    people = models.PositiveIntegerField()
    is_simulated = models.BooleanField()
    is_public = models.BooleanField(default=False)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("project", "number"), name="card_once"),)


class Credit(models.Model):
    """The name a worker chose for one dataset; deleted when withdrawn."""

    worker = models.OneToOneField(Worker, models.CASCADE, primary_key=True)
    name = models.CharField(max_length=60)
    at_ms = models.BigIntegerField()


class ExportFile(models.Model):
    """One export, written to a file in the data folder and stored for a week."""

    class State(models.TextChoices):
        """State of the export."""

        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"
        GONE = "gone"

    project = models.ForeignKey(Project, models.CASCADE)
    what = models.CharField(max_length=20)
    form = models.CharField(max_length=20)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    token = models.CharField(max_length=32)
    size_bytes = models.BigIntegerField(null=True)
    failure = models.CharField(max_length=40, blank=True, default="")
    by = models.ForeignKey(Person, models.PROTECT)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)


class WithdrawalRequest(models.Model):
    """Somebody withdraws their consent for an item of a project; they need no account.

    ``address``, ``sha256`` and ``words`` identify the item, ``contact`` says where to answer; all
    four are emptied once they are no longer needed, ``emptied_ms``. ``answer``: the reasons
    of ``decided_by``. A refusal can be appealed: ``appeal_words``, answered until
    ``appeal_due_ms``; an appeal that nobody answered in time is won with nobody as ``appeal_by``.
    """

    class State(models.TextChoices):
        """State of the request; ``UNFOUND``: nothing here matches, which can be appealed too."""

        WAITING = "waiting"
        GRANTED = "granted"
        REFUSED = "refused"
        UNFOUND = "unfound"

    class AppealOutcome(models.TextChoices):
        """Outcome of an appeal; empty while it waits, or where there is none."""

        UPHELD = "upheld"
        OVERTURNED = "overturned"

    project = models.ForeignKey(Project, models.CASCADE, related_name="withdrawals", db_index=False)
    language = models.CharField(max_length=2)
    address = models.CharField(max_length=1000, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=2000, blank=True)
    contact = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    at_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_ms = models.BigIntegerField(null=True)
    appeal_words = models.CharField(max_length=2000, blank=True)
    appeal_ms = models.BigIntegerField(null=True)
    appeal_due_ms = models.BigIntegerField(null=True)
    appeal_outcome = models.CharField(max_length=10, choices=AppealOutcome.choices, blank=True)
    appeal_answer = models.TextField(blank=True)
    appeal_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    appeal_answered_ms = models.BigIntegerField(null=True)
    emptied_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(due_ms=F("at_ms") + ANSWER_DAYS * DAY_MS),
                name="withdrawal_due_in_30_days",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting")
                | (Q(decided_ms__isnull=False) & Q(decided_by__isnull=False) & ~Q(answer="")),
                name="withdrawal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(appeal_ms=None, appeal_due_ms=None)
                | Q(appeal_due_ms=F("appeal_ms") + APPEAL_DAYS * DAY_MS),
                name="withdrawal_appeal_in_14_days",
            ),
            models.CheckConstraint(
                condition=Q(appeal_by=None) | ~Q(appeal_by=F("decided_by")),
                name="withdrawal_appeal_by_another",
            ),
        )
        indexes = (
            models.Index(fields=("project", "state", "due_ms"), name="withdrawal_of_project"),
        )


class WithdrawnTask(models.Model):
    """A task whose item was withdrawn: in no later dataset, and in no later training.

    ``leaf``: the salted hash of its content, as hex, as it stands in manifests. ``files``: hashes
    of media still to delete from storage.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="withdrawn")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False, related_name="+")
    request = models.ForeignKey(WithdrawalRequest, models.CASCADE, related_name="tasks")
    leaf = models.CharField(max_length=64)
    files = models.JSONField(default=list)
    at_ms = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=("project", "at_ms"), name="withdrawn_of_project"),)


class Resale(models.Model):
    """A sale or licence of a dataset version, as the client declared it.

    It counts once somebody else has confirmed it. ``shared_micro`` is the workers' share of the
    fee; ``reserved_micro`` the funds locked for it, with contributions. ``currency`` is that of the
    project.
    """

    class State(models.TextChoices):
        """What was decided of the declaration."""

        DECLARED = "declared"
        CONFIRMED = "confirmed"
        REFUSED = "refused"
        WITHDRAWN = "withdrawn"

    card = models.ForeignKey(Card, models.PROTECT, related_name="resales")
    buyer = models.CharField(
        max_length=11, choices=[(kind.value, kind.value) for kind in BuyerKind]
    )
    form = models.CharField(max_length=7, choices=[(form.value, form.value) for form in ResaleForm])
    fee_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    on = models.DateField()
    share_per_mille = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DECLARED)
    declared_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    declared_ms = models.BigIntegerField()
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_ms = models.BigIntegerField(null=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_ms = models.BigIntegerField(null=True)
    withdrawn_why = models.CharField(max_length=300, blank=True, default="")
    shared_micro = models.BigIntegerField(default=0)
    reserved_micro = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(fee_micro__gt=0, share_per_mille__lte=1000, shared_micro__gte=0)
                & Q(shared_micro__lte=F("fee_micro"), reserved_micro__gte=0),
                name="resale_share_of_fee",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("declared_by")),
                name="resale_of_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(decided_by__isnull=False),
                name="resale_confirmed_by_somebody",
            ),
        )


class ResaleShare(models.Model):
    """What one person gets of a resale, by their time in the dataset version; permanent.

    A share that is taken back before it is paid has another that ``reverses`` it, at the same
    moment. ``is_payable``: somebody could be paid it when it was counted.
    """

    resale = models.ForeignKey(Resale, models.PROTECT, related_name="shares")
    worker = models.ForeignKey(Worker, models.PROTECT)
    time_ms = models.BigIntegerField()
    all_ms = models.BigIntegerField()
    micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    is_payable = models.BooleanField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("resale", "worker"),
                condition=Q(reverses__isnull=True),
                name="resale_share_once",
            ),
            models.CheckConstraint(
                condition=Q(micro__gte=0, reverses__isnull=True)
                | Q(micro__lte=0, reverses__isnull=False),
                name="resale_share_signed",
            ),
        )
