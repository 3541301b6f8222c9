"""What refusals about a project's life say: a title and a way out a case."""

from django.utils.translation import gettext_noop

SAID: dict[str, tuple[str, str]] = {
    "project-ended": (
        gettext_noop("The project is closed"),
        gettext_noop("That is final; answers can still be corrected. Duplicate it to ask again."),
    ),
    "change-unsaid": (
        gettext_noop("Say why"),
        gettext_noop("A sentence is enough; it stays in the project’s history."),
    ),
    "reason-too-long": (
        gettext_noop("That is too long"),
        gettext_noop("At most %(limit)s characters."),
    ),
    "still-lending": (
        gettext_noop("The project still lends tasks"),
        gettext_noop("Pause or close it first."),
    ),
}
