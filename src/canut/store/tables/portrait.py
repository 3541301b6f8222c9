"""Tables of the Portrait: releases and their inputs, what others counted, what workers wrote."""

from django.db import models

from canut.store.tables.decisions import Decision
from canut.store.tables.people import Person


class PortraitRelease(models.Model):
    """One signed and logged edition of a quarter's figures; immutable.

    ``content`` is the signed document to the byte; ``sha256`` of its figures without signature.
    ``shared`` are the inputs that are no single person's; None in editions that kept none.
    ``withheld`` are the projects whose card is not public beside it; ``waiting_ms`` is when a
    correction was held back because it would show few people.
    """

    period = models.CharField(max_length=7)
    edition = models.PositiveIntegerField()
    made_ms = models.BigIntegerField()
    is_simulated = models.BooleanField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    shared = models.JSONField(null=True)
    withheld = models.JSONField(null=True)
    waiting_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("period", "edition"), name="portrait_release_once"),
        )

    @property
    def name(self) -> str:
        """The edition's name in URLs: ``2026-Q3-1``."""
        return f"{self.period}-{self.edition}"


class PortraitDrawing(models.Model):
    """The charts of an edition as they were drawn, in one language; immutable.

    A permanent address serves these bytes, whatever later versions would draw.
    """

    release = models.ForeignKey(
        PortraitRelease, models.CASCADE, related_name="drawings", db_index=False
    )
    language = models.CharField(max_length=2)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("release", "language"), name="portrait_drawn_once"),
        )


class PortraitInput(models.Model):
    """What one edition was computed from, of one person: amounts by name. Never published."""

    release = models.ForeignKey(PortraitRelease, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    amounts = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("release", "person"), name="portrait_input_once"),
        )


class PortraitDraft(models.Model):
    """An edition that representatives read before it is released; ``content`` has no signature.

    Exactly these figures are released from ``due_ms`` on, with what representatives said of them.
    ``sha256`` is the hash of the figures. ``released_ms``: None until then.
    """

    period = models.CharField(max_length=7)
    edition = models.PositiveIntegerField()
    made_ms = models.BigIntegerField()
    due_ms = models.BigIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    shared = models.JSONField()
    withheld = models.JSONField()
    released_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("period", "edition"), name="portrait_draft_once"),
        )

    @property
    def name(self) -> str:
        """The name of the edition it becomes: ``2026-Q3-1``."""
        return f"{self.period}-{self.edition}"


class PortraitDraftInput(models.Model):
    """What a draft was computed from, of one person, until the draft is released."""

    draft = models.ForeignKey(PortraitDraft, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    amounts = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("draft", "person"), name="portrait_draft_input_once"),
        )


class Deposit(models.Model):
    """A described package of figures that somebody else counted.

    ``descriptor`` is the description as canonical JSON and ``sha256`` its hash, which names the
    hash of each file. It is public from ``accepted_ms`` on, and stays readable once it is withdrawn
    or replaced.
    """

    class State(models.TextChoices):
        """State of the deposit."""

        WAITING = "waiting"
        IN = "in"
        WITHDRAWN = "withdrawn"
        REPLACED = "replaced"

    publisher = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    title_fr = models.CharField(max_length=300)
    method = models.CharField(max_length=12)
    sampling = models.CharField(max_length=12)
    grade = models.CharField(max_length=1)
    grade_reason = models.CharField(max_length=20)
    descriptor = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    signed_by = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at_ms = models.BigIntegerField()
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    accepted_ms = models.BigIntegerField(null=True)
    ended_ms = models.BigIntegerField(null=True)
    ended_why = models.CharField(max_length=300, blank=True)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state__in=("in", "replaced"))
                | models.Q(accepted_ms__isnull=False),
                name="deposit_accepted_since",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "in"), ended_ms__isnull=True)
                | models.Q(state__in=("withdrawn", "replaced"), ended_ms__isnull=False),
                name="deposit_ended_since",
            ),
        )


class Observation(models.Model):
    """One figure of a deposit; the words are those of ``observations.csv``.

    Numbers are in millionths of their unit, so that both databases hold them exactly.
    """

    deposit = models.ForeignKey(Deposit, models.CASCADE, related_name="observations")
    line = models.PositiveIntegerField()
    concept = models.CharField(max_length=20)
    place = models.CharField(max_length=6)
    place_kind = models.CharField(max_length=9)
    occupation = models.CharField(max_length=100)
    scheme = models.CharField(max_length=4)
    sex = models.CharField(max_length=7)
    age = models.CharField(max_length=7)
    status = models.CharField(max_length=13)
    begin = models.DateField()
    end = models.DateField()
    measure = models.CharField(max_length=12)
    unit = models.CharField(max_length=20)
    currency = models.CharField(max_length=3, blank=True)
    value_micro = models.BigIntegerField(null=True)
    low_micro = models.BigIntegerField(null=True)
    high_micro = models.BigIntegerField(null=True)
    level_micro = models.BigIntegerField(null=True)
    n = models.BigIntegerField(null=True)
    is_weighted = models.BooleanField()
    flag = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=1)
    note_en = models.CharField(max_length=300, blank=True)
    note_fr = models.CharField(max_length=300, blank=True)
    share_of = models.CharField(max_length=20, blank=True)


class WorkerWords(models.Model):
    """What somebody wrote about a trade they work in, for the Portrait; one text a trade.

    ``name`` is printed with it, empty unless they asked. ``decision`` is the one that refused it.
    ``release`` is the first edition it came out with. Taking it back deletes the row.
    """

    class State(models.TextChoices):
        """Whether a person has read it, and how they decided."""

        WAITING = "waiting"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    trade = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    text = models.TextField()
    name = models.CharField(max_length=80, blank=True)
    at_ms = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    decided_by = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_ms = models.BigIntegerField(null=True)
    decision = models.ForeignKey(
        Decision, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    release = models.ForeignKey(
        PortraitRelease, models.SET_NULL, null=True, related_name="words", db_index=False
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "trade"), name="words_once_a_trade"),
            models.CheckConstraint(condition=~models.Q(text=""), name="words_not_empty"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_by=None, decided_ms=None)
                | (
                    ~models.Q(state="waiting")
                    & models.Q(decided_by__isnull=False, decided_ms__isnull=False)
                    & ~models.Q(decided_by=models.F("person"))
                ),
                name="words_decided_by_another",
            ),
        )
        indexes = (models.Index(fields=("state", "trade"), name="words_to_read"),)
