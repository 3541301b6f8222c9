"""What webhooks say: refusals, the names of events, and why a message did not arrive."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

WEBHOOKS: dict[str, tuple[str, str]] = {
    "webhook-url": (
        gettext_noop("This address cannot be called"),
        gettext_noop("Write it whole, such as https://example.org/canut, without a password."),
    ),
    "webhook-http": (
        gettext_noop("The address must begin with https://"),
        gettext_noop("Labels would travel in the open otherwise."),
    ),
    "webhook-inside": (
        gettext_noop("This address leads inside a network"),
        gettext_noop(
            "Only public addresses are called. Whoever runs this instance can allow others."
        ),
    ),
    "webhook-events": (
        gettext_noop("Choose what to tell"),
        gettext_noop("Choose at least one of the events shown."),
    ),
    "webhook-many": (
        gettext_noop("There are enough webhooks here"),
        gettext_noop("At most %(limit)s hear of a project. Remove one first."),
    ),
    "webhook-secret": (
        gettext_noop("This secret cannot be used"),
        gettext_noop("Make a new one on the page of webhooks."),
    ),
    "delivery-missing": (
        gettext_noop("This message is not there any more"),
        gettext_noop("Messages stay thirty days, and go with their webhook."),
    ),
}
EVENT_WORDS = (
    ("task.closed", _("tasks have all their answers")),
    ("answers.added", _("answers came, once a minute at most")),
    ("labels.ready", _("every task is done and the labels are estimated")),
    ("review.done", _("a person settled the label of a task")),
    ("gold.corrected", _("a known answer was wrong and is corrected")),
    ("decision.made", _("somebody's answer or work is decided on, or an appeal")),
    ("export.ready", _("the file of an export can be downloaded")),
    ("export.failed", _("the file of an export could not be written")),
    ("import.published", _("the rows of a file became tasks")),
    ("import.failed", _("a file could not be read")),
    ("project.opened", _("the project opens, or its pilot begins")),
    ("project.paused", _("the project is paused")),
    ("project.closed", _("the project ends")),
)
ERROR_WORDS = {
    "status": _("answered with an error"),
    "time": _("no answer within 10 seconds"),
    "refused": _("nobody listens there"),
    "name": _("the name of the address is not known"),
    "inside": _("the address leads inside a network"),
    "tls": _("the secure connection failed"),
    "broken": _("the connection broke"),
    "sealed": _("the secret was sealed with another key of this instance"),
}
