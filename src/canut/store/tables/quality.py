"""Estimates: one fit of a model to a project's counted answers, and what it gives.

The labels of tasks, the habits of workers, and the frozen model that labels tasks until the next.
"""

from django.db import models

from canut.store.tables.projects import Project
from canut.store.tables.work import Task, Worker


class Estimate(models.Model):
    """One fit, with what it saw.

    ``choice`` says which models were compared, by what, and which rule decided; it was made when
    there were ``chosen_answers`` answers and ``known`` known ones that set the model: others than
    those that measure it, see ``known``. ``frozen`` holds what the running consensus needs of it:
    labels, chance of each, temperature; empty where it takes each worker's accuracy alone.
    ``confusion`` counts how often each of ``labels`` was said under each truth, as far as the fit
    knows the truth.
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


class Habits(models.Model):
    """What the last fit learnt of a worker: how sure their accuracy is, and how they err.

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
