"""Texts of the refusals about the state of a project."""

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
    "asking-range": (
        gettext_noop("So many cannot be asked"),
        gettext_noop("From %(least)s to %(most)s people, the second number not under the first."),
    ),
    "is-gold": (
        gettext_noop("This task is gold already"),
        gettext_noop("Correct it if it is wrong."),
    ),
    "not-gold": (
        gettext_noop("This task is no check"),
        gettext_noop("The list of gold tasks is on this page."),
    ),
    "gold-unsaid": (
        gettext_noop("Say what was wrong"),
        gettext_noop("Those whose score changes may ask."),
    ),
    "gold-number": (
        gettext_noop("So many cannot become gold"),
        gettext_noop("From 1 to %(limit)s at once."),
    ),
    "task-unknown": (
        gettext_noop("There is no such task"),
        gettext_noop("Nothing was changed. Check the key: %(key)s"),
    ),
    "audit-share": (
        gettext_noop("This share cannot be meant"),
        gettext_noop("From 0 to 1,000 in a thousand."),
    ),
    "raise-number": (
        gettext_noop("Name some tasks"),
        gettext_noop("From 1 to %(limit)s, one a line."),
    ),
    "cap-range": (
        gettext_noop("This cap cannot be meant"),
        gettext_noop("From 1 to %(limit)s, or nothing."),
    ),
    "place-unlawful": (
        gettext_noop("Name the law that asks for a place"),
        gettext_noop("Without one, nobody is left out for where they are."),
    ),
    "score-range": (
        gettext_noop("This score cannot be meant"),
        gettext_noop("From 0 to 99 in a hundred."),
    ),
    "project-elsewhere": (
        gettext_noop("That project is somebody else’s"),
        gettext_noop("Choose one of the same organisation."),
    ),
    "language-unknown": (
        gettext_noop("This is no code of a language"),
        gettext_noop("Two or three letters each, such as fr, en; at most twenty."),
    ),
    "panel-unknown": (
        gettext_noop("This panel is not known"),
        gettext_noop("Choose one of the list."),
    ),
    "panel-code": (
        gettext_noop("Give the completion code"),
        gettext_noop("Letters and digits, without spaces, as the panel gave it."),
    ),
    "panel-address": (
        gettext_noop("This is no address to go back to"),
        gettext_noop("It begins with https, or stays empty."),
    ),
    "panel-tasks": (
        gettext_noop("So many answers cannot finish the work"),
        gettext_noop("From 1 to 10,000."),
    ),
    "panel-member-known": (
        gettext_noop("You are here already"),
        gettext_noop("Go on in the browser you began with; your answers and your code are there."),
    ),
    "removal-asked": (
        gettext_noop("The project is on its way out"),
        gettext_noop("It can still be kept, on its page."),
    ),
    "removal-none": (
        gettext_noop("Nothing waits to be deleted"),
        gettext_noop("The project stays as it is."),
    ),
}
