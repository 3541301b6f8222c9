"""Payments and where they go: each is due, sent, confirmed by the worker or returned.

Account numbers are kept sealed; who opened them, when and why is kept for the person to see.
"""

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Person
from canut.store.tables.periods import Statement


class PaymentFile(models.Model):
    """A file for the bank or a mobile money operator, as it was handed out; sealed."""

    class Kind(models.TextChoices):
        """Its format."""

        BANK = "pain.001"
        MOBILE = "csv"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    message = models.CharField(max_length=35, unique=True)
    currency = models.CharField(max_length=3)
    total_micro = models.BigIntegerField()
    payments = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    made_by = models.ForeignKey(Person, models.PROTECT)
    made_at = models.DateTimeField()


class Payment(models.Model):
    """What one statement owes a person, and how far it is on its way."""

    class State(models.TextChoices):
        """Where the money is."""

        DUE = "due"
        SENT = "sent"
        CONFIRMED = "confirmed"
        RETURNED = "returned"

    statement = models.OneToOneField(Statement, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT, related_name="payments")
    amount_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DUE)
    due_on = models.DateField()
    late_on = models.DateField()
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    file = models.ForeignKey(PaymentFile, models.PROTECT, null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(amount_micro__gte=0), name="payment_not_negative"),
        )
        indexes = (models.Index(fields=("state", "due_on"), name="payment_by_state"),)


class BankDetails(models.Model):
    """Where somebody's pay goes, sealed; payroll alone may open it.

    ``sealed_by`` is the number of the person's key; none where it is sealed under the instance's.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    kind = models.CharField(max_length=8)
    sealed = models.BinaryField()
    sealed_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()


class BankReading(models.Model):
    """Somebody opened where a person is paid: who, when and why; shown to the person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="bank_readings")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
