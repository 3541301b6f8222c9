"""Estimates: one fit of a model to a project's counted answers, and the labels it gives."""

from django.db import models

from canut.store.projects import Project
from canut.store.work import Task


class Estimate(models.Model):
    """One fit, with what it saw."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="estimates")
    model = models.CharField(max_length=20)
    answers = models.BigIntegerField()
    tasks = models.BigIntegerField()
    iterations = models.IntegerField()
    converged = models.BooleanField()
    seconds = models.FloatField()
    last_answer = models.BigIntegerField()
    agreement = models.FloatField(null=True)
    created_at = models.DateTimeField()


class Consensus(models.Model):
    """The label of a task by the last fit, beside the plain majority."""

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True)
    project = models.ForeignKey(Project, models.CASCADE)
    estimate = models.ForeignKey(Estimate, models.CASCADE)
    label = models.TextField()
    confidence = models.FloatField()
    majority_label = models.TextField()
    majority_share = models.FloatField()
