"""Tables of comparisons of two presentations, and of planted wrong proposals."""

from django.db import models
from django.db.models import Q

from canut.core.comparisons.assignment import Arm
from canut.core.comparisons.plan import PersonMeasure, Subject
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.tasks import Task
from canut.store.tables.work import Worker


class Comparison(models.Model):
    """Two presentations of a project's work, compared by a plan fixed before it opens.

    A is the usual presentation. ``question``: number of the question version that both show.
    ``people``: how many each group needs. ``seed``: random bytes that draw the groups.
    ``ethics_ok_by``: representative or ethics reviewer who agreed; empty for nobody. ``harm``: why
    it is held, a name of ``core.comparisons.guards.Harm``; ``held_by``: the person who held it.
    ``resumed_by``: the first of the two people who want it to go on. ``result``: what was found at
    the one look; empty until then, and where it was stopped.
    """

    class State(models.TextChoices):
        """State of a comparison."""

        OPEN = "open"
        HELD = "held"
        ENDED = "ended"
        STOPPED = "stopped"

    project = models.ForeignKey(Project, models.CASCADE, related_name="comparisons")
    question = models.PositiveIntegerField()
    subject = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Subject])
    instructions = models.TextField(blank=True)
    hypothesis = models.CharField(max_length=400)
    measure = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in PersonMeasure]
    )
    margin = models.FloatField()
    spread = models.FloatField()
    people = models.PositiveIntegerField()
    seed = models.BinaryField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    opened_ms = models.BigIntegerField()
    ethics_ok_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    harm = models.CharField(max_length=8, blank=True)
    harm_words = models.CharField(max_length=400, blank=True)
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    held_ms = models.BigIntegerField(null=True)
    resumed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    looked_ms = models.BigIntegerField(default=0)
    ended_ms = models.BigIntegerField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project",),
                condition=Q(state__in=("open", "held")),
                name="comparison_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(margin__gt=0, spread__gt=0, people__gte=1), name="comparison_plan"
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | ~Q(harm=""), name="comparison_held_for_harm"
            ),
        )
        indexes = (models.Index(fields=("project", "id"), name="comparison_of_project"),)


class ComparedPerson(models.Model):
    """The presentation that a worker was drawn into, and what they say of it.

    ``hides_proposals``: they see no model's proposals now. ``left_ms``: they asked for the usual
    presentation, or the comparison is over. ``strain``: how hard the work is, 1 to 5, where they
    say it. ``uses_aid``: whether they say they use assistive technology; ``access_failed``: it
    cannot use the presentation.
    """

    comparison = models.ForeignKey(
        Comparison, models.CASCADE, related_name="compared", db_index=False
    )
    worker = models.ForeignKey(Worker, models.CASCADE, related_name="comparisons")
    arm = models.CharField(max_length=1, choices=[(one.value, one.value) for one in Arm])
    hides_proposals = models.BooleanField(default=False)
    joined_ms = models.BigIntegerField()
    left_ms = models.BigIntegerField(null=True)
    asked_usual = models.BooleanField(default=False)
    strain = models.PositiveSmallIntegerField(null=True)
    uses_aid = models.BooleanField(null=True)
    access_failed = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("comparison", "worker"), name="compared_once"),
            models.UniqueConstraint(
                fields=("worker",), condition=Q(hides_proposals=True), name="compared_blind_once"
            ),
            models.CheckConstraint(
                condition=Q(strain=None) | Q(strain__gte=1, strain__lte=5), name="compared_strain"
            ),
        )


class PlantedProposal(models.Model):
    """A wrong proposal for a task whose answer is known, shown or hidden, to measure anchoring.

    It is no model's: nothing is learnt from it, and answers to its task change nobody's score.
    ``layout``: hash of how the question was shown when it was planted.
    """

    task = models.OneToOneField(
        Task, models.CASCADE, primary_key=True, related_name="planted_proposal"
    )
    project = models.ForeignKey(Project, models.CASCADE, related_name="planted_proposals")
    label = models.TextField()
    source = models.CharField(max_length=190)
    is_shown = models.BooleanField()
    layout = models.CharField(max_length=16)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)


class AnchoringLimit(models.Model):
    """Proposals are hidden in one layout of a project, because they draw answers too much."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="anchoring_limits", db_index=False
    )
    layout = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "layout"), name="anchoring_limit_once"),
        )
