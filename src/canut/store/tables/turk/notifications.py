"""Tables of notifications: what is told of a HIT type and where, topics and who hears them.

Messages are those of webhooks (``Webhook``, ``Delivery``): addresses checked, retried, logged.
"""

from django.db import models
from django.db.models import Q

from canut.store.tables.integrations import Webhook
from canut.store.tables.people import Organisation
from canut.store.tables.turk.hits import HitType

NAME_LENGTH, ID_LENGTH, TOKEN_LENGTH = 256, 36, 64


class TurkTopic(models.Model):
    """A topic of an organisation, to which addresses subscribe."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, db_index=False)
    name = models.CharField(max_length=NAME_LENGTH)
    created_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "name"), name="turk_topic_once"),
        )


class TurkSubscription(models.Model):
    """An address that hears of a topic once it gave the token back.

    ``token_hash``: of what was sent to it.
    """

    topic = models.ForeignKey(TurkTopic, models.CASCADE, related_name="subscriptions")
    public_id = models.CharField(max_length=ID_LENGTH, unique=True)
    webhook = models.OneToOneField(Webhook, models.CASCADE, related_name="subscription")
    token_hash = models.CharField(max_length=TOKEN_LENGTH)
    created_ms = models.BigIntegerField()
    confirmed_ms = models.BigIntegerField(null=True)


class TurkNotification(models.Model):
    """What is told of a HIT type: to an address of its own, or over a topic.

    ``seen_ms``: what happened by then was told.
    """

    hit_type = models.OneToOneField(HitType, models.CASCADE, related_name="notification")
    version = models.CharField(max_length=10)
    event_types = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    webhook = models.ForeignKey(Webhook, models.CASCADE, null=True, related_name="+")
    topic = models.ForeignKey(TurkTopic, models.CASCADE, null=True, related_name="+")
    seen_ms = models.BigIntegerField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(webhook=None, topic__isnull=False)
                | Q(webhook__isnull=False, topic=None),
                name="turk_notification_goes_somewhere",
            ),
        )
