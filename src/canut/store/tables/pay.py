"""Tables of pay: rules, periods, funds, pay lines, statements, payments.

Payments and where they go: each is due, sent, confirmed by the worker or returned.

Account numbers are encrypted; who opened them, when and why is recorded for the person to see.
"""

from django.db import models
from django.db.models import F, Q

from canut.core.pay.intermediaries import PartyRole
from canut.core.pay.required_funds import FundsKind
from canut.core.pay.statement_input import BONUS
from canut.store.tables.decisions import Decision
from canut.store.tables.integrations import ApiKey
from canut.store.tables.people import Person
from canut.store.tables.projects import Project, RateVersion
from canut.store.tables.work import Answer, Worker


class Confirmation(models.Model):
    """One signed line: a person's total time in a project, over accepted statements.

    ``tag`` is who they are in this project, ``key`` the device's, ``seed`` the first of ``steps``
    links of the chain, ``nonce`` opens the entry in the project's log. ``currency`` is that of the
    statements. All but the numbers is hexadecimal.
    """

    worker = models.ForeignKey(Worker, models.CASCADE)
    statement = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    tag = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    steps = models.PositiveIntegerField()
    end = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    nonce = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("worker", "statement"), name="confirmed_once"),
            models.UniqueConstraint(fields=("end",), name="chain_once"),
        )


class PayPolicy(models.Model):
    """One version of the pay rules: floor, payroll, own rates, account, threshold."""

    number = models.PositiveIntegerField(unique=True)
    content = models.JSONField()
    set_by = models.ForeignKey(Person, models.PROTECT)
    at_ms = models.BigIntegerField()


class PlaceFile(models.Model):
    """A jurisdiction file as used when a period closed, so that it can be recomputed."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=40)
    content = models.TextField()


class PlacePack(models.Model):
    """A signed pack of legal values: who brought it, who said yes, since when it is in force.

    Two people say yes: ``first_by`` and ``second_by``. Where there is no second person it waits
    until ``alone_until_ms``, and the people concerned read of it. ``author`` is the did:key that
    signed it.
    """

    class State(models.TextChoices):
        """State of the pack."""

        WAITING = "waiting"
        IN_FORCE = "in_force"
        REFUSED = "refused"

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.TextField()
    place = models.CharField(max_length=6)
    version = models.CharField(max_length=300)
    author = models.CharField(max_length=120)
    author_name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    brought_ms = models.BigIntegerField()
    first_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    first_ms = models.BigIntegerField(null=True)
    second_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    second_ms = models.BigIntegerField(null=True)
    alone_until_ms = models.BigIntegerField(null=True)
    takes_effect_ms = models.BigIntegerField(null=True)
    refused_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    refused_ms = models.BigIntegerField(null=True)
    refused_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="in_force")
                | Q(first_by__isnull=False, second_by__isnull=False)
                | Q(first_by__isnull=False, alone_until_ms__isnull=False),
                name="pack_on_two_words",
            ),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | ~Q(second_by=F("first_by")),
                name="pack_of_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(takes_effect_ms__isnull=False),
                name="pack_in_force_since",
            ),
        )


class Period(models.Model):
    """Consecutive days paid together; periods follow each other without gaps.

    ``failure`` says in facts why closing stopped, or whom a closed one left waiting; ``done`` of
    ``total`` people are counted.
    """

    class State(models.TextChoices):
        """State of the period."""

        OPEN = "open"
        CLOSING = "closing"
        CLOSED = "closed"

    first_day = models.DateField(unique=True)
    last_day = models.DateField(unique=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    pay_day = models.DateField()
    policy = models.ForeignKey(PayPolicy, models.PROTECT, null=True)
    places = models.ManyToManyField(PlaceFile)
    run = models.CharField(max_length=32, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    failure = models.JSONField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True)
    closed_at = models.DateTimeField(null=True)
    measured_ms = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="period_has_days"
            ),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | Q(closed_by__isnull=False, closed_at__isnull=False, measured_ms__isnull=False),
                name="period_closed_by_somebody",
            ),
        )


class FundsLine(models.Model):
    """Project money: deposited, locked, released or spent."""

    class Kind(models.TextChoices):
        """Kind of movement."""

        DEPOSIT = FundsKind.DEPOSIT.value
        RESERVE = FundsKind.RESERVE.value
        RELEASE = FundsKind.RELEASE.value
        CHARGE = FundsKind.CHARGE.value

    project = models.ForeignKey(Project, models.PROTECT, related_name="funds")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=200, blank=True)
    period = models.ForeignKey(Period, models.PROTECT, null=True, related_name="charges")
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(micro__gt=0), name="funds_above_nothing"),
            models.UniqueConstraint(
                fields=("period", "project", "currency"), name="period_charged_once"
            ),
        )


class ChainVersion(models.Model):
    """The payer and the price of an answer; immutable, replaced by new versions."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="chains")
    number = models.PositiveIntegerField()
    client = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    price_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "number"), name="chain_version_once"),
        )


class ChainParty(models.Model):
    """One party of a chain version, by position, with its share of the price."""

    chain = models.ForeignKey(ChainVersion, models.CASCADE, related_name="parties")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12, choices=[(role.value, role.value) for role in PartyRole])
    name = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    share_micro = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("chain", "position"), name="chain_position_once"),
            models.CheckConstraint(condition=Q(share_micro__gte=0), name="chain_share_at_least_0"),
        )


class PayLine(models.Model):
    """What one answer adds to a person's pay; permanent and immutable."""

    class TimeBasis(models.TextChoices):
        """How the time was determined."""

        ELAPSED = "elapsed"

    answer = models.OneToOneField(Answer, models.PROTECT)
    worker = models.ForeignKey(Worker, models.PROTECT, db_index=False)
    project = models.ForeignKey(Project, models.PROTECT)
    rate_version = models.ForeignKey(RateVersion, models.PROTECT)
    piece_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    elapsed_ms = models.BigIntegerField()
    time_basis = models.CharField(max_length=8, choices=TimeBasis.choices)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(piece_micro__gte=0, elapsed_ms__gte=0), name="pay_not_negative"
            ),
        )
        indexes = (models.Index(fields=("worker", "at_ms"), name="pay_of_worker"),)


class PayAdjustment(models.Model):
    """What a decision deducts from or returns to a person's pieces, or a bonus; permanent.

    A bonus follows from no decision.
    """

    worker = models.ForeignKey(Worker, models.PROTECT)
    project = models.ForeignKey(Project, models.PROTECT)
    answer = models.ForeignKey(Answer, models.PROTECT, null=True)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True)
    piece_micro = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decision__isnull=False)
                | Q(reason=BONUS, piece_micro__gt=0, answer=None),
                name="adjustment_by_decision_or_bonus",
            ),
        )


class Bonus(models.Model):
    """Why a requester paid besides the price, in words the person reads.

    ``answer``: the one it was paid for, if any. ``by`` is who granted it, a program too; ``key`` is
    the program's; both are empty for the fixed sum of a study. ``at_ms``: when it was granted; the
    adjustment stands in the first period that is not closed.
    """

    adjustment = models.OneToOneField(
        PayAdjustment, models.PROTECT, primary_key=True, related_name="bonus"
    )
    answer = models.ForeignKey(Answer, models.PROTECT, null=True, related_name="bonuses")
    reason = models.TextField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(reason=""), name="bonus_in_words"),)


class PaymentFile(models.Model):
    """A file for the bank or mobile money operator, exactly as sent; sealed.

    ``sent_by`` said at ``sent_at`` that it was sent; until then its payments are due.
    """

    class Kind(models.TextChoices):
        """Format of the file."""

        BANK = "pain.001"
        CPA = "cpa-005"
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
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)


class Statement(models.Model):
    """One person's pay for one period in one currency: canonical text and hash.

    Where their status changes within the period, each part of it has a statement of its own.
    Its sums stand beside the text for lists. The window is which moments' pieces it pays.
    """

    period = models.ForeignKey(Period, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT, related_name="statements")
    currency = models.CharField(max_length=3)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    time_ms = models.BigIntegerField()
    top_up_micro = models.BigIntegerField()
    gross_micro = models.BigIntegerField()
    vacation_micro = models.BigIntegerField()
    net_micro = models.BigIntegerField()
    pay_year = models.PositiveSmallIntegerField()
    begin_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("period", "person", "currency", "begin_ms"), name="statement_once"
            ),
        )


class VacationPay(models.Model):
    """An employee's vacation pay in one statement: earned and kept, and paid of what was kept."""

    statement = models.OneToOneField(Statement, models.CASCADE, related_name="vacation")
    kept_micro = models.BigIntegerField()
    paid_micro = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kept_micro__gte=0, paid_micro__gte=0), name="vacation_not_negative"
            ),
        )


class VacationPayout(models.Model):
    """Vacation pay that somebody set to be paid with a person's next statement; permanent.

    ``on`` is the first day of the vacation, or the last of the employment. Without ``micro`` all of
    it is paid.
    """

    class Why(models.TextChoices):
        """Why it is paid."""

        LEAVE = "leave"
        END = "end"

    person = models.ForeignKey(Person, models.PROTECT, related_name="vacation_payouts")
    why = models.CharField(max_length=5, choices=Why.choices)
    on = models.DateField()
    micro = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(micro__isnull=True) | Q(micro__gt=0), name="payout_above_nothing"
            ),
        )


class Payment(models.Model):
    """What a statement owes a person, and the state of its payment."""

    class State(models.TextChoices):
        """State of the payment."""

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
    """A person's account, sealed; only payroll may open it.

    ``sealed_by`` is the number of the person's key; none where it is sealed under the instance's.
    """

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    kind = models.CharField(max_length=8)
    sealed = models.BinaryField()
    sealed_by = models.BigIntegerField(null=True)
    set_at = models.DateTimeField()


class AccountRequest(models.Model):
    """Somebody was asked for an account to be paid into; the last request counts."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at_ms = models.BigIntegerField()


class BankReading(models.Model):
    """Who opened a person's account details, when and why; shown to the person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="bank_readings")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    at = models.DateTimeField()


class OpeningBalance(models.Model):
    """A person's pay of a year from before Canut, by the same payer: gross, vacation, net.

    It counts once another operator has confirmed it, and until it is withdrawn or replaced by a
    later one. ``contributed`` holds the contributions by name and payer; ``source`` names the
    papers it was read from.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="opening_balances")
    year = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3)
    gross_micro = models.BigIntegerField()
    vacation_micro = models.BigIntegerField()
    net_micro = models.BigIntegerField()
    contributed = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    set_ms = models.BigIntegerField()
    confirmed_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    confirmed_ms = models.BigIntegerField(null=True)
    withdrawn_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    withdrawn_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(gross_micro__gt=0, vacation_micro__gte=0, net_micro__gte=0)
                & Q(vacation_micro__lte=F("gross_micro"), net_micro__lte=F("gross_micro")),
                name="opening_within_gross",
            ),
        )
        indexes = (models.Index(fields=("year", "person"), name="opening_of_year"),)


class OwnCosts(models.Model):
    """What the work costs a person, as they state it: one version.

    ``costs`` holds an amount by kind, each a month or an hour; ``hourly_micro`` is what they come
    to an hour, over the hours a month that the person uses device and connection for anything.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="own_costs", db_index=False)
    number = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    costs = models.JSONField(default=dict)
    hours_a_month = models.PositiveSmallIntegerField()
    hourly_micro = models.BigIntegerField()
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "number"), name="own_costs_once"),
            models.CheckConstraint(condition=Q(hourly_micro__gte=0), name="own_costs_not_negative"),
        )


class Contributed(models.Model):
    """One statement's contribution under one name, for yearly sums and remittances."""

    statement = models.ForeignKey(Statement, models.CASCADE)
    name = models.CharField(max_length=40)
    payer = models.CharField(max_length=13)
    base_micro = models.BigIntegerField()
    micro = models.BigIntegerField()


class StatementCost(models.Model):
    """One statement's cost to one project by part; no project means the platform.

    ``review_ms`` is the part of ``time_ms`` that was spent on reviews. Periods closed before
    reviews were told apart have theirs among the answers.
    """

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="costs")
    project = models.ForeignKey(Project, models.PROTECT, null=True)
    answers = models.PositiveIntegerField()
    time_ms = models.BigIntegerField()
    pieces_micro = models.BigIntegerField()
    hours_micro = models.BigIntegerField()
    top_up_micro = models.BigIntegerField()
    on_top_micro = models.BigIntegerField()
    reviews = models.PositiveIntegerField(default=0, db_default=0)
    reviews_micro = models.BigIntegerField(default=0, db_default=0)
    review_ms = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("statement", "project"), name="cost_once"),
            models.CheckConstraint(
                condition=Q(
                    pieces_micro__gte=0,
                    hours_micro__gte=0,
                    top_up_micro__gte=0,
                    on_top_micro__gte=0,
                ),
                name="cost_not_negative",
            ),
        )


class PaidTime(models.Model):
    """A person's time on one day paid by a period; no project means platform pages."""

    period = models.ForeignKey(Period, models.PROTECT)
    person = models.ForeignKey(Person, models.PROTECT, db_index=False)
    project = models.ForeignKey(Project, models.PROTECT, null=True)
    day = models.DateField()
    ms = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(ms__gt=0), name="paid_time_is_some"),)
        indexes = (models.Index(fields=("person", "day"), name="paid_of_person"),)


class DryRun(models.Model):
    """The result of a period's dry run, to explain later changes."""

    period = models.ForeignKey(Period, models.CASCADE)
    rows = models.JSONField()
    problems = models.JSONField()
    left_out = models.JSONField()
    made_by = models.ForeignKey(Person, models.PROTECT)
    made_at = models.DateTimeField()
