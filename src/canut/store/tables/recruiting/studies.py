"""Tables of studies on other sites: the study, who took part, what people say of themselves."""

from django.db import models
from django.db.models import Q

from canut.core.recruiting.studies import PRESETS, Meaning
from canut.store.tables.people import Person
from canut.store.tables.projects import Project
from canut.store.tables.time import Claim
from canut.store.tables.work import Answer, Lease, Qualification, Worker


class Study(models.Model):
    """What makes a project a study on another site.

    ``codes``: the meaning of each completion code. ``quotas``: how many completed participations
    are wanted of people with an answer, each ``{question, answer, wanted}``. ``longest_ms``: time
    away that counts at once; more waits for a person. ``is_by_organisation``: the pseudonym is the
    same in all studies of the organisation, for studies in several parts. ``gives``: the
    qualification of who completed it. ``follows``: the earlier part of a longitudinal study; who
    completed that may take part from ``wait_days`` days later, for ``open_days`` days; 0: no end.
    """

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="study")
    address = models.CharField(max_length=500)
    preset = models.CharField(max_length=9, choices=[(name, name) for name in PRESETS])
    longest_ms = models.BigIntegerField()
    codes = models.JSONField(default=dict)
    quotas = models.JSONField(default=list)
    screened_out_micro = models.BigIntegerField(default=0)
    consent = models.TextField(blank=True)
    ethics_number = models.CharField(max_length=80, blank=True)
    is_by_organisation = models.BooleanField(default=False)
    gives = models.ForeignKey(Qualification, models.PROTECT, null=True, related_name="+")
    follows = models.ForeignKey("self", models.SET_NULL, null=True, related_name="next_parts")
    wait_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    open_days = models.PositiveSmallIntegerField(default=0, db_default=0)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(longest_ms__gt=0, screened_out_micro__gte=0), name="study_amounts"
            ),
        )


class Participation(models.Model):
    """One person's part in a study, under a pseudonym; what they brought back, and what followed.

    ``declared_ms``: the time they say it took; the claim holds what counts of it. ``is_asked``: the
    code was not known, so that the requester is asked; it costs nobody pay.
    """

    study = models.ForeignKey(Study, models.CASCADE, related_name="participations")
    worker = models.ForeignKey(Worker, models.CASCADE, related_name="participations")
    participant = models.CharField(max_length=24)
    session = models.CharField(max_length=24)
    lease = models.ForeignKey(Lease, models.SET_NULL, null=True)
    begun_ms = models.BigIntegerField()
    returned_ms = models.BigIntegerField(null=True)
    code = models.CharField(max_length=60, blank=True)
    meaning = models.CharField(
        max_length=12, blank=True, choices=[(meaning.value, meaning.value) for meaning in Meaning]
    )
    is_own_code = models.BooleanField(default=False)
    is_asked = models.BooleanField(default=False)
    declared_ms = models.BigIntegerField(null=True)
    claim = models.ForeignKey(Claim, models.SET_NULL, null=True)
    answer = models.ForeignKey(Answer, models.SET_NULL, null=True)
    withdrawn_ms = models.BigIntegerField(null=True)
    deleted_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("study", "worker"), name="participation_once"),
            models.UniqueConstraint(fields=("study", "participant"), name="participant_once"),
        )


class PrescreenAnswer(models.Model):
    """What a person says of themselves for quotas; theirs to change and delete."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="prescreening")
    question = models.CharField(max_length=20)
    answer = models.CharField(max_length=20)
    said_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "question"), name="prescreen_once"),
        )
