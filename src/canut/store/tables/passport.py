"""Tables of the passport: credentials made for people, status lists, links somebody shares."""

from django.db import models

from canut.store.tables.people import Person


class StatusList(models.Model):
    """Which credentials were revoked: one bit each, at places drawn at random.

    ``taken`` says which places were given, so that none is given twice, even after an erasure.
    """

    taken = models.BinaryField()
    revoked = models.BinaryField()


class PassportCredential(models.Model):
    """A credential a person asked for; its text is sealed under their key.

    ``of``: the skill, occupation, lesson, course or role. ``withdrawn_ms``: its holder took it
    back.
    """

    class Kind(models.TextChoices):
        """What the credential says."""

        SKILL = "skill"
        WORK = "work"
        LESSON = "lesson"
        COURSE = "course"
        ROLE = "role"

    person = models.ForeignKey(Person, models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    of = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=2)
    number = models.UUIDField(unique=True)
    sealed_by = models.BigIntegerField()
    sealed = models.BinaryField()
    status_list = models.ForeignKey(StatusList, models.PROTECT, db_index=False)
    status_index = models.PositiveIntegerField()
    made_ms = models.BigIntegerField()
    expires_ms = models.BigIntegerField(null=True)
    withdrawn_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("status_list", "status_index"), name="credential_place_once"
            ),
        )


class PassportLink(models.Model):
    """A link that shows chosen credentials until a day; the token itself is not kept.

    ``audience``: for whom, in the holder's words. ``openings``: how often it was opened, and when
    last.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="passport_links")
    credentials = models.ManyToManyField(PassportCredential)
    token_sha256 = models.CharField(max_length=64, unique=True)
    audience = models.CharField(max_length=120, blank=True)
    made_ms = models.BigIntegerField()
    until_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)
    openings = models.PositiveIntegerField(default=0)
    opened_ms = models.BigIntegerField(null=True)


class BroughtCredential(models.Model):
    """A credential from elsewhere, kept for its holder as it came, sealed under their key.

    It counts in nothing and is signed by nobody here. ``standing``: what the issuer's status list
    said when the holder asked for it; empty while nobody asked. ``host_confirmed``: the host that
    the issuer names listed its key then.
    """

    class Standing(models.TextChoices):
        """What the list of the issuer says."""

        HOLDS = "holds"
        REVOKED = "revoked"
        UNREAD = "unread"

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="brought_credentials", db_index=False
    )
    sha256 = models.CharField(max_length=64)
    sealed_by = models.BigIntegerField()
    sealed = models.BinaryField()
    standing = models.CharField(max_length=10, choices=Standing.choices, blank=True)
    standing_ms = models.BigIntegerField(null=True)
    host_confirmed = models.BooleanField(default=False)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("person", "sha256"), name="credential_brought_once"),
        )


class RecognitionDraft(models.Model):
    """What somebody wrote so far for a file for recognition of skills, sealed under their key."""

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="recognition_draft"
    )
    sealed_by = models.BigIntegerField()
    sealed = models.BinaryField()
    at_ms = models.BigIntegerField()
