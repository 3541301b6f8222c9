"""Tables of maintenance: what was seen of a model, each step since, and each repair."""

from django.db import models
from django.db.models import F, Q

from canut.core.learning.incidents import (
    IncidentCause,
    IncidentKind,
    IncidentState,
    RepairKind,
    RepairPayer,
)
from canut.store.tables.learning import ModelAuthor
from canut.store.tables.people import Person
from canut.store.tables.projects import Project

WORDS = 500
_OVER = (IncidentState.VERIFIED.value, IncidentState.CLOSED.value)


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
