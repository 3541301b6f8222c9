"""Entries waiting for the ledger, written in the transaction of what they record."""

from django.db import models

from canut.store.projects import Project


class EntryPending(models.Model):
    """One thing that happened: canonical JSON, its salt, and their commitment."""

    project = models.ForeignKey(Project, models.PROTECT)
    type = models.CharField(max_length=30)
    payload = models.TextField()
    nonce = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32)
    created_ms = models.BigIntegerField()
