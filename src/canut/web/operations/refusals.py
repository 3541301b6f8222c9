"""Texts of the refusals about accounts, mail and the machine."""

from django.utils.translation import gettext_noop

OPERATING: dict[str, tuple[str, str]] = {
    "database-away": (
        gettext_noop("The database does not answer"),
        gettext_noop("Wait a moment, then try again. What was acknowledged is kept."),
    ),
    "no-room": (
        gettext_noop("The server has no room left"),
        gettext_noop(
            "This was not kept; all that was acknowledged is. Whoever runs it must free some space."
        ),
    ),
    "password-wrong": (
        gettext_noop("This is not the password"),
        gettext_noop("Write the password you sign in with."),
    ),
    "mail-address": (
        gettext_noop("This is no mail address"),
        gettext_noop("Check how it is written: name@place."),
    ),
    "address-unasked": (
        gettext_noop("No mail leaves here"),
        gettext_noop("Ask whoever runs this Canut for the link that keeps your address."),
    ),
    "address-letter": (
        gettext_noop("The letter did not leave"),
        gettext_noop("Nothing was changed. Try again later."),
    ),
    "address-link": (
        gettext_noop("This link no longer works"),
        gettext_noop("It works once, for three days, for whom it was sent to. Ask for another."),
    ),
    "mail-none": (
        gettext_noop("No mail leaves here"),
        gettext_noop("Copy the link and send it yourself."),
    ),
    "mail-many": (
        gettext_noop("That is many addresses at once"),
        gettext_noop("At most %(limit)s at once. The link is made: copy it from the list."),
    ),
    "mail-fails": (
        gettext_noop("The letters did not leave"),
        gettext_noop(
            "The link is made: copy it from the list. Letters that left: %(sent)s of %(total)s."
        ),
    ),
    "portrait-running": (
        gettext_noop("This quarter still runs"),
        gettext_noop(
            "Release it when it is over: figures that came out twice would show the difference."
        ),
    ),
    "portrait-released": (
        gettext_noop("This quarter is released already"),
        gettext_noop("It is served as it was. Correct it with a new edition."),
    ),
    "portrait-few": (
        gettext_noop("Too few people were paid since"),
        gettext_noop("Both editions side by side would show them. Wait for the next quarter."),
    ),
    "portrait-quarter": (
        gettext_noop("This is no quarter"),
        gettext_noop("Write it as 2026Q3."),
    ),
    "portrait-folder": (
        gettext_noop("Say where to"),
        gettext_noop("Name the folder to write into."),
    ),
    "bad-release": (
        gettext_noop("This release cannot be read"),
        gettext_noop("Check the path of the file."),
    ),
}
