"""Tables of the ledger: pending entries and append-only logs.

Database triggers (``migrations/0003_guards``) refuse to change or delete an entry with a position,
to shorten a log, or to change a hash of a tile. Payload and salt are stored outside the log, which
holds only their commitment: they can be erased.
"""

from django.db import models

from canut.store.tables.projects import Project


class EntryPending(models.Model):
    """One event of a project: canonical JSON, salt and commitment.

    Without salt and commitment it is a plain fact about who runs the platform, for all to read.
    Where it is an answer's, ``answer`` is its number. What is about a person has an empty payload
    and salt: both are ``sealed``, salt first, under the person's key of the number ``sealed_by``.
    Once erased, all four are empty.
    """

    project = models.ForeignKey(Project, models.PROTECT)
    type = models.CharField(max_length=30)
    payload = models.TextField()
    nonce = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32)
    created_ms = models.BigIntegerField()
    answer = models.BigIntegerField(null=True)
    sealed_by = models.BigIntegerField(null=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["answer"],
                condition=models.Q(answer__isnull=False),
                name="entry_of_answer",
            ),
        )


class PlatformEntry(models.Model):
    """One event without a project, for the platform's log.

    ``place`` is where it stands there; none while it waits. Where it is of somebody's pay,
    ``statement`` is the number of the statement; it is sealed as those of projects are, and waits
    until the statement's period is closed.
    """

    type = models.CharField(max_length=30)
    payload = models.TextField()
    nonce = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32)
    created_ms = models.BigIntegerField()
    place = models.BigIntegerField(null=True, unique=True)
    statement = models.BigIntegerField(null=True, db_index=True)
    sealed_by = models.BigIntegerField(null=True)
    sealed = models.BinaryField(null=True)


class Log(models.Model):
    """A log and its edge: one per project, and the platform's.

    ``parts`` are the part-filled tiles of its edge, level after level; ``key`` is the public key it
    is signed with; ``checkpoint`` what it signed last, empty while it has no entries.
    """

    project = models.OneToOneField(Project, models.PROTECT, null=True)
    origin = models.CharField(max_length=300, unique=True)
    key = models.CharField(max_length=500)
    size = models.BigIntegerField(default=0)
    parts = models.BinaryField(default=b"")
    checkpoint = models.TextField(default="")
    signed_ms = models.BigIntegerField(default=0)


class LogEntry(models.Model):
    """One entry with its position; ``pending`` is its content, None if it is public."""

    log = models.ForeignKey(Log, models.PROTECT, db_index=False, db_constraint=False)
    place = models.BigIntegerField()
    body = models.BinaryField()
    pending = models.OneToOneField(EntryPending, models.PROTECT, null=True, db_constraint=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["log", "place"], name="one_entry_a_place"),)


class LogTile(models.Model):
    """Up to 256 hashes of a log: the widest tile at its position."""

    log = models.ForeignKey(Log, models.PROTECT, db_index=False)
    level = models.PositiveSmallIntegerField()
    place = models.BigIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["log", "level", "place"], name="one_tile_a_place"),
        )


class Cosignature(models.Model):
    """The last cosignature of a witness: log size, checkpoint and line."""

    log = models.ForeignKey(Log, models.PROTECT, db_index=False)
    witness = models.CharField(max_length=300)
    size = models.BigIntegerField()
    checkpoint = models.TextField()
    line = models.TextField()
    at_s = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["log", "witness"], name="one_word_a_witness"),
        )


class Countersignature(models.Model):
    """A person's signature of their statement with a device key; at most one.

    ``statement`` is the number of the statement; ``signature`` is in base64.
    """

    statement = models.BigIntegerField(unique=True)
    says = models.CharField(max_length=9)
    did = models.CharField(max_length=100)
    signature = models.CharField(max_length=100)
    at_ms = models.BigIntegerField()


class SequencerPosition(models.Model):
    """How far the sequencer has assigned positions; a single row.

    All up to ``until`` have theirs, except those of ``behind``: ranges of numbers that were passed
    over because a transaction that may still end well had drawn them. Each is
    ``[first, last, transactions before this one may have drawn it, noted in ms]``. A negative first
    number is a log that could not go on: see ``store.ledger.held_logs``.
    """

    until = models.BigIntegerField(default=0)
    behind = models.JSONField(default=list)

    class Meta:
        db_table = "store_taken"
