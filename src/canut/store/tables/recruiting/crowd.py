"""Tables of ways to people: lists of contacts, pools of an organisation, the public board."""

from django.db import models
from django.db.models import Q

from canut.store.tables.people import Invitation, Organisation, Person
from canut.store.tables.projects import Project


class InvitedList(models.Model):
    """A list of contacts invited to a project; the contacts are erased at ``erase_ms``.

    ``refusals``: the lines that invited nobody, each ``{line, code, text, other}``; without the
    text once it is erased.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="invited_lists")
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2)
    refusals = models.JSONField(default=list)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    erase_ms = models.BigIntegerField()
    erased_ms = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("erase_ms",), condition=Q(erased_ms=None), name="invited_list_to_erase"
            ),
        )


class InvitedContact(models.Model):
    """One usable line of a list: the address, its own link, and the letter as it was sent.

    ``due_ms``: the next attempt to send; None once it was sent or given up, and for phones, whose
    links the requester sends.
    """

    class Channel(models.TextChoices):
        """How the link is sent."""

        EMAIL = "email"
        PHONE = "phone"

    class State(models.TextChoices):
        """What became of the letter."""

        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        BY_HAND = "by-hand"
        REFUSED = "refused"

    contacts = models.ForeignKey(InvitedList, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    channel = models.CharField(max_length=5, choices=Channel.choices)
    address = models.CharField(max_length=254, blank=True)
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="contact")
    state = models.CharField(max_length=7, choices=State.choices)
    letter = models.TextField(blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    due_ms = models.BigIntegerField(null=True)
    sent_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("contacts", "line"), name="invited_contact_line"),
        )
        indexes = (
            models.Index(
                fields=("due_ms",), condition=Q(due_ms__isnull=False), name="invited_contact_due"
            ),
        )


class ContactRefusal(models.Model):
    """An address that wants no more letters from an organisation, as a keyed digest alone."""

    organisation = models.ForeignKey(Organisation, models.CASCADE)
    digest = models.CharField(max_length=64)
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "digest"), name="contact_refusal_once"),
        )


class PoolMember(models.Model):
    """A person who worked for an organisation and agreed to be asked again by it alone."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pool")
    person = models.ForeignKey(Person, models.CASCADE, related_name="pools")
    since_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "person"), name="pool_member_once"),
        )


class PoolGroup(models.Model):
    """A named part of an organisation's pool; its members read its name."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="pool_groups")
    name = models.CharField(max_length=60)
    members = models.ManyToManyField(PoolMember, related_name="groups")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="pool_group_name_once"),
        )


class PoolCall(models.Model):
    """A project offered to one member of a pool, once, by a link of their own."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="pool_calls")
    member = models.ForeignKey(PoolMember, models.CASCADE, related_name="calls")
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="pool_call")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    declined_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("project", "member"), name="pool_call_once"),
        )


class BoardEntry(models.Model):
    """A project on the public board, with the link by which people join from there."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="board_entries")
    invitation = models.OneToOneField(Invitation, models.CASCADE, related_name="board_entry")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at_ms = models.BigIntegerField()
    ended_ms = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("project",), condition=Q(ended_ms=None), name="board_entry_once"
            ),
        )
