"""Tables of models: authors, decisions, rules, incidents, proposals."""

from django.db import models
from django.db.models import Q

from canut.core.portrait.decision_roles import DecisionOutcome
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task


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
    people's consensus it must be for that, at worst. ``endpoint``: where an outside model answers;
    ``endpoint_by``: who connected it.
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
