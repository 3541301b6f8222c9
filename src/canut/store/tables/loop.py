"""The loop of a project: its rule, the models that learnt from it, what went wrong with them."""

from collections.abc import Sequence

from django.db import models
from django.db.models import Q

from canut.core.learning.hidden_share import share_to_hide
from canut.store.tables.people import Person
from canut.store.tables.prelabels import ModelAuthor
from canut.store.tables.projects import Project
from canut.store.tables.work import TaskState

HIDDEN_PER_MILLE, BAR_PER_MILLE = 100, 980
MANY_TASKS = 4_000


class LoopRule(models.Model):
    """What models may do in a project; one without a row lets them do nothing.

    ``role``: what people's answers are for. ``shows``: proposals are shown, but on the hidden part.
    ``takes_over``: what a model has proven it can, nobody is asked. ``bar_per_mille``: how near to
    people's consensus it must be for that, at worst. ``endpoint``: where an outside model answers.
    """

    class Role(models.TextChoices):
        """What the answers of people are for."""

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
    """One version of a model, what it learnt from, and how good it was on what it had not seen.

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


class Incident(models.Model):
    """A model did worse than it had proven: people are asked again, and somebody repairs it.

    ``facts``: what was measured, as numbers. ``tasks``: how many people were asked again about.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="incidents")
    author = models.ForeignKey(ModelAuthor, models.CASCADE)
    facts = models.JSONField(default=dict)
    tasks = models.BigIntegerField(default=0)
    at_ms = models.BigIntegerField()
    repaired_ms = models.BigIntegerField(null=True)
    repaired_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    repair = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project",), condition=Q(repaired_ms=None), name="incident_open_once"
            ),
        )


def rule_of_loop(project_id: int) -> LoopRule:
    """Return what models may do in a project; the usual, not kept, where nobody said."""
    kept = LoopRule.objects.filter(project=project_id).first()
    if kept is not None:
        return kept
    tasks = TaskState.objects.filter(project=project_id)[:MANY_TASKS].count()
    return LoopRule(project_id=project_id, hidden_per_mille=share_to_hide(tasks))


def trained_in(project_id: int) -> list[Trained]:
    """List the models that learnt from a project, the first first; their weights are left out."""
    found = Trained.objects.filter(project=project_id).select_related("author")
    return list(found.defer("weights").order_by("id"))


def last_trained(project_id: int) -> Trained | None:
    """Return the newest model of a project; its weights are left out."""
    return next(reversed(trained_in(project_id)), None)


def incidents_of(project_id: int, most: int = 20) -> list[Incident]:
    """List what went wrong in a project, the last first."""
    found = Incident.objects.filter(project=project_id).select_related("author", "repaired_by")
    return list(found.order_by("-id")[:most])


def open_incident(project_id: int) -> Incident | None:
    """Return what went wrong in a project and is not repaired."""
    return Incident.objects.filter(project=project_id, repaired_ms=None).first()


def repaired_between(projects: Sequence[int], begin_ms: int, end_ms: int) -> int | None:
    """Count incidents that somebody repaired between two moments; None where no model is."""
    if not Trained.objects.filter(project__in=projects).exists():
        return None
    found = Incident.objects.filter(project__in=projects)
    return found.filter(repaired_ms__gte=begin_ms, repaired_ms__lt=end_ms).count()
