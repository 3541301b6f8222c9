"""Tables of models: authors, decisions, rules, proposals; what was seen of one, and repaired."""

from django.db import models
from django.db.models import F, Q

from canut.core.learning.incident_terms import (
    IncidentCause,
    IncidentKind,
    IncidentState,
    RepairKind,
    RepairPayer,
)
from canut.core.portrait.decision_roles import DecisionOutcome
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task

WORDS = 500
_OVER = (IncidentState.VERIFIED.value, IncidentState.CLOSED.value)


class ModelAuthor(models.Model):
    """One version of a model that labelled tasks of a project."""

    project = models.ForeignKey(Project, models.CASCADE)
    name = models.CharField(max_length=120)
    version = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "name", "version"), name="model_once"),
        )


class Decided(models.Model):
    """One final decision: author, time, and human time by kind of act.

    ``version``: the model that had a say. ``simulated_ms``: the part of the five times of hands
    that simulated people gave. ``machine_ms``: of programs that answered as workers. ``acts``:
    JSON text ``[[did, actor, ms, model], …]``, in order. Of people's answers, ``kept`` of ``shown``
    are what the proposal they saw said, ``same`` of ``unseen`` what one hidden from them said.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="decided")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    outcome = models.CharField(max_length=9)
    decided_ms = models.BigIntegerField()
    version = models.ForeignKey(ModelAuthor, models.SET_NULL, null=True, db_index=False)
    label_ms = models.BigIntegerField(default=0)
    correct_ms = models.BigIntegerField(default=0)
    verify_ms = models.BigIntegerField(default=0)
    adjudicate_ms = models.BigIntegerField(default=0)
    impersonate_ms = models.BigIntegerField(default=0)
    simulated_ms = models.BigIntegerField(default=0)
    machine_ms = models.BigIntegerField(default=0)
    is_simulated = models.BooleanField(default=False)
    shown = models.PositiveSmallIntegerField(default=0)
    kept = models.PositiveSmallIntegerField(default=0)
    unseen = models.PositiveSmallIntegerField(default=0)
    same = models.PositiveSmallIntegerField(default=0)
    acts = models.TextField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in DecisionOutcome]),
                name="decided_outcome",
            ),
        )
        indexes = (models.Index(fields=("project", "decided_ms"), name="decided_when"),)


class ActorsNoted(models.Model):
    """How far a project's acts were read, and the time on undecided tasks.

    ``seen``: what was newest then. ``before_ms``: on gold and practice; ``open_ms``: on tasks that
    nobody has decided yet, or no longer.
    """

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True)
    seen = models.CharField(max_length=200)
    seconds = models.FloatField(default=0)
    at_ms = models.BigIntegerField()
    before_ms = models.BigIntegerField(default=0)
    open_ms = models.BigIntegerField(default=0)


HIDDEN_PER_MILLE, BAR_PER_MILLE = 100, 980


class LoopRule(models.Model):
    """What models may do in a project; without a row, nothing.

    ``role``: what people's answers are for. ``shows``: proposals are shown, but on the hidden part.
    ``takes_over``: what a model has proven it can, nobody is asked. ``bar_per_mille``: how near to
    people's consensus it must be for that, at worst. ``asks_one``: one person is asked first, more
    where a model disagrees; ``one_ended_ms``: since when not, for the model failed. ``endpoint``:
    where an outside model answers; ``endpoint_by``: who connected it.
    """

    class Role(models.TextChoices):
        """What people's answers are for."""

        TRAIN = "train"
        VERIFY = "verify"
        IMITATE = "imitate"

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="loop")
    role = models.CharField(max_length=7, choices=Role.choices, default=Role.TRAIN)
    shows = models.BooleanField(default=False)
    takes_over = models.BooleanField(default=False)
    asks_one = models.BooleanField(default=False, db_default=False)
    one_ended_ms = models.BigIntegerField(null=True)
    hidden_per_mille = models.PositiveSmallIntegerField(default=HIDDEN_PER_MILLE)
    bar_per_mille = models.PositiveSmallIntegerField(default=BAR_PER_MILLE)
    endpoint = models.CharField(max_length=400, blank=True, default="")
    endpoint_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    at_ms = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(hidden_per_mille__gte=10, hidden_per_mille__lte=1000)
                & Q(bar_per_mille__gte=500, bar_per_mille__lte=1000),
                name="loop_rule_range",
            ),
        )


class Trained(models.Model):
    """One trained version of a model, its training data, and its held-out accuracy.

    ``base``: the foreign model it stands on, whose labour nobody here knows; empty for none.
    ``labels_ms``: the time of the answers it learnt from; ``simulated_ms``: the part of simulated
    people. ``last_answer``: the newest of them. ``right`` of ``held_out`` tasks; ``by_people``: how
    sure the consensus is on those. ``ece``: expected calibration error there. ``curve``:
    ``[[answers, right, held out], …]``. ``bands``: ``[[from, seen, right, worst, proven], …]``, on
    the hidden part; empty where too few of it were known to look. ``weights``: what can be
    exported; empty for outside models.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="trained")
    author = models.OneToOneField(ModelAuthor, models.CASCADE, related_name="trained")
    form = models.CharField(max_length=20)
    base = models.CharField(max_length=120, blank=True, default="")
    labels = models.JSONField(default=list)
    answers = models.BigIntegerField()
    tasks = models.BigIntegerField()
    labels_ms = models.BigIntegerField()
    simulated_ms = models.BigIntegerField(default=0)
    last_answer = models.BigIntegerField()
    held_out = models.BigIntegerField()
    right = models.BigIntegerField()
    by_people = models.FloatField()
    ece = models.FloatField(null=True)
    temperature = models.FloatField(default=1.0)
    curve = models.JSONField(default=list)
    bands = models.JSONField(default=list)
    weights = models.BinaryField(null=True)
    fit_ms = models.BigIntegerField()
    made_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    made_ms = models.BigIntegerField()
    exported_ms = models.BigIntegerField(null=True)


class ItemSalt(models.Model):
    """The random bytes with which a project's items are hashed; the same in every manifest.

    Without them nobody can guess what a hash stands for. ``salt``: 32 bytes.
    """

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="item_salt"
    )
    salt = models.BinaryField()


class TrainingManifest(models.Model):
    """What one version was trained on: salted hashes of its items, in ascending order; immutable.

    ``root``: of the Merkle tree over ``leaves``, as the log has it; ``size``: how many there are.
    """

    trained = models.OneToOneField(
        Trained, models.CASCADE, primary_key=True, related_name="manifest"
    )
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    leaves = models.BinaryField()


class LienVersion(models.Model):
    """One version of the lines that tie a project's model to people; immutable.

    ``lines``: texts by name and language, as in ``core.learning.lien``. ``responsible``: name of
    the person who answers for the model. ``sha256``: of the words, as the log has it.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="liens", db_index=False)
    number = models.PositiveIntegerField()
    lines = models.JSONField(default=dict)
    responsible = models.CharField(max_length=160, blank=True)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "number"), name="lien_version_once"),
        )


class ModelAnswer(models.Model):
    """One pre-label of one task; never counted, never paid."""

    task = models.ForeignKey(Task, models.CASCADE, db_index=False)
    author = models.ForeignKey(ModelAuthor, models.CASCADE)
    label = models.TextField()
    score = models.FloatField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("task", "author"), name="model_answer_once"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=1), name="model_score_share"
            ),
        )


class Proposal(models.Model):
    """A model's proposal for a task, its confidence, and its result.

    ``source``: the model's name and version, as people read it. ``is_shown``: who is lent the task
    sees it; never where ``is_hidden``. ``took_ms``: since when it is the label and nobody is asked;
    ``back_ms``: people were asked again since. ``at_ms``: who was lent the task from then on saw
    it, where it is shown.
    """

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="proposal")
    project = models.ForeignKey(Project, models.CASCADE, db_index=False)
    author = models.ForeignKey(ModelAuthor, models.CASCADE)
    label = models.TextField()
    score = models.FloatField()
    source = models.CharField(max_length=190)
    is_hidden = models.BooleanField()
    is_shown = models.BooleanField(default=False)
    at_ms = models.BigIntegerField()
    took_ms = models.BigIntegerField(null=True)
    back_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="proposal_score_share"
            ),
            models.CheckConstraint(
                condition=Q(is_hidden=False) | Q(is_shown=False, took_ms=None),
                name="proposal_hidden_is_unseen",
            ),
        )
        indexes = (
            models.Index(fields=("project", "is_hidden", "task"), name="proposal_of_project"),
        )


class Incident(models.Model):
    """A model did worse than proven, or somebody saw something; people look and repair.

    ``facts``: what was measured, as numbers. ``tasks``: how many people were asked again about.
    ``words``: what the person saw who reported it. ``slice``: name of the kind of task, empty where
    it may be any. ``since_ms``: from when on the model's decisions may have the fault.
    ``decisions``: how many were made since. ``touched``: those about people; ``redone``: of them,
    made again, or their people offered redress. ``linked``: tasks that show the fault.
    ``repaired_ms``: the repair was declared done, and only answers from then on count as proof.
    ``proof``: what was measured when it was verified. ``accepted``: why the verifier accepts what
    is not shown. ``told_ms``: representatives were told that nobody owns it.
    """

    class OpenedBy(models.TextChoices):
        """Who saw it first."""

        MACHINE = "machine"
        PERSON = "person"

    project = models.ForeignKey(Project, models.CASCADE, related_name="incidents")
    author = models.ForeignKey(ModelAuthor, models.CASCADE)
    state = models.CharField(
        max_length=11, choices=[(each.value, each.value) for each in IncidentState],
        default=IncidentState.SUSPECTED.value,
        db_default=IncidentState.SUSPECTED.value,
    )  # fmt: skip
    kind = models.CharField(
        max_length=11, choices=[(each.value, each.value) for each in IncidentKind],
        default=IncidentKind.DRIFT.value, db_default=IncidentKind.DRIFT.value,
    )  # fmt: skip
    opened_by = models.CharField(
        max_length=7,
        choices=OpenedBy.choices,
        default=OpenedBy.MACHINE,
        db_default=OpenedBy.MACHINE,
    )
    reporter = models.ForeignKey(
        Person, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    words = models.CharField(max_length=WORDS, blank=True, default="", db_default="")
    paid_ms = models.BigIntegerField(default=0, db_default=0)
    facts = models.JSONField(default=dict)
    tasks = models.BigIntegerField(default=0)
    slice = models.CharField(max_length=200, blank=True, default="", db_default="")
    severity = models.PositiveSmallIntegerField(default=0, db_default=0)
    at_ms = models.BigIntegerField()
    since_ms = models.BigIntegerField(default=0, db_default=0)
    decisions = models.BigIntegerField(default=0, db_default=0)
    touched = models.BigIntegerField(default=0, db_default=0)
    redone = models.BigIntegerField(default=0, db_default=0)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    owned_ms = models.BigIntegerField(null=True)
    told_ms = models.BigIntegerField(null=True)
    cause = models.CharField(
        max_length=13, blank=True, default="", db_default="",
        choices=[(each.value, each.value) for each in IncidentCause],
    )  # fmt: skip
    cause_words = models.CharField(max_length=WORDS, blank=True, default="", db_default="")
    linked = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    repaired_ms = models.BigIntegerField(null=True)
    repaired_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    repair = models.CharField(max_length=WORDS, blank=True, default="")
    verifier = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    verified_ms = models.BigIntegerField(null=True)
    proof = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    accepted = models.CharField(max_length=WORDS, blank=True, default="", db_default="")
    closed_ms = models.BigIntegerField(null=True)
    postmortem = models.TextField(blank=True, default="", db_default="")
    public_fr = models.CharField(max_length=600, blank=True, default="", db_default="")
    public_en = models.CharField(max_length=600, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project",),
                condition=Q(repaired_ms=None, opened_by="machine")
                & ~Q(state__in=("closed", "false_alarm")),
                name="incident_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in IncidentState]),
                name="incident_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_OVER)
                | (
                    Q(verifier__isnull=False, owner__isnull=False, repaired_ms__isnull=False)
                    & ~Q(verifier=F("owner"))
                ),
                name="incident_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(severity__lte=3) & Q(redone__lte=F("touched")),
                name="incident_counts",
            ),
        )
        indexes = (
            models.Index(fields=("project", "state"), name="incident_of_project"),
            models.Index(
                fields=("at_ms",),
                condition=Q(owner__isnull=True, told_ms__isnull=True),
                name="incident_unowned",
            ),
        )


class IncidentEvent(models.Model):
    """One step of an incident, in order; ``owner``: who was named by it.

    ``step``: a step of ``core.learning.incidents``, or ``open``, ``own``.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="events")
    step = models.CharField(max_length=9)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    words = models.CharField(max_length=WORDS, blank=True, default="", db_default="")
    at_ms = models.BigIntegerField()


class IncidentRepair(models.Model):
    """One repair of an incident: what it asked of people, and what it costs.

    ``tasks``: those it concerns; ``answers`` it asks for; ``ms``, ``micro``: the estimate before,
    with what comes on top. ``bulk``: the change of many tasks that made it. ``cause``: of the
    incident then.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="repairs")
    kind = models.CharField(
        max_length=13, choices=[(each.value, each.value) for each in RepairKind]
    )
    cause = models.CharField(
        max_length=13, choices=[(each.value, each.value) for each in IncidentCause]
    )
    tasks = models.JSONField(default=list)
    answers = models.BigIntegerField(default=0, db_default=0)
    ms = models.BigIntegerField(default=0, db_default=0)
    micro = models.BigIntegerField(default=0, db_default=0)
    currency = models.CharField(max_length=3, blank=True, default="", db_default="")
    paid_by = models.CharField(
        max_length=9, choices=[(each.value, each.value) for each in RepairPayer]
    )
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()
