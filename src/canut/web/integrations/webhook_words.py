"""Names of the events of webhooks, and why a message did not arrive."""

from django.utils.translation import gettext_lazy as _

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
