"""Texts of the refusals about invitations and accounts."""

from django.utils.translation import gettext_noop

JOINING: dict[str, tuple[str, str]] = {
    "invitation-revoked": (
        gettext_noop("This invitation was withdrawn"),
        gettext_noop("Whoever sent it closed the link. Ask them for another one."),
    ),
    "invitation-expired": (
        gettext_noop("This invitation has expired"),
        gettext_noop("Its last day has passed. Ask whoever sent it for another one."),
    ),
    "invitation-used-up": (
        gettext_noop("This invitation is used up"),
        gettext_noop("As many people as it was made for have come. Ask for another one."),
    ),
    "one-time-link-gone": (
        gettext_noop("This address was used already, or is too old"),
        gettext_noop(
            "It signs in once, within a day. Start the command again for a fresh one, or sign in."
        ),
    ),
    "invitation-unknown": (
        gettext_noop("This is not an invitation of ours"),
        gettext_noop("Check that the whole address was copied, or ask whoever sent it."),
    ),
    "invitation-uses": (
        gettext_noop("The link would be for too many, or for nobody"),
        gettext_noop("From 1 to %(limit)s people can come by one link."),
    ),
    "invitation-past": (
        gettext_noop("The link would end before it begins"),
        gettext_noop("Give it at least one day."),
    ),
    "credit-length": (
        gettext_noop("This name is too long, or empty"),
        gettext_noop("1 to %(most)s signs."),
    ),
    "credit-signs": (
        gettext_noop("This name cannot be printed"),
        gettext_noop(
            "It begins with a letter and holds letters, figures, spaces, hyphens, points, commas"
            " and apostrophes: no address."
        ),
    ),
    "credit-simulated": (
        gettext_noop("Simulated people are credited nowhere"),
        gettext_noop("Nobody is behind this account."),
    ),
    "demo-account": (
        gettext_noop("This account belongs to the demonstration"),
        gettext_noop("Every visitor shares it, so its name stays. Come back by the first page."),
    ),
    "already-named": (
        gettext_noop("This account has a name and a password already"),
        gettext_noop("Change the password from your account page."),
    ),
    "name-taken": (
        gettext_noop("This name is taken"),
        gettext_noop("Somebody here has this name. Choose another one."),
    ),
    "name-form": (
        gettext_noop("This name cannot be used"),
        gettext_noop("Letters, digits and . - _ @ + only, at most 60."),
    ),
    "weak-password": (
        gettext_noop("This password is too weak"),
        gettext_noop("At least eight characters, not only digits, not a common word."),
    ),
    "person-unknown": (
        gettext_noop("Nobody has this name here"),
        gettext_noop("Nobody signs in as “%(name)s”. Check how it is written."),
    ),
    "organisation-taken": (
        gettext_noop("This organisation is there already"),
        gettext_noop("Another organisation has this name. Choose another one."),
    ),
}
