"""Texts of the refusals about time."""

from django.utils.translation import gettext_noop

TIME: dict[str, tuple[str, str]] = {
    "beat-session": (
        gettext_noop("This page is not yours, or too old"),
        gettext_noop("Open it again; your time counts from then on."),
    ),
    "claim-span": (
        gettext_noop("This time cannot be meant"),
        gettext_noop(
            "Give hours that have passed, the later one last, of the last 30 days,"
            " 16 hours at most."
        ),
    ),
    "claim-covered": (
        gettext_noop("This time counts already"),
        gettext_noop("Look at the day: it was measured, or you added it before."),
    ),
    "claim-words": (
        gettext_noop("That is a long text"),
        gettext_noop("Write at most %(limit)s characters."),
    ),
    "claim-settled": (
        gettext_noop("This was decided meanwhile"),
        gettext_noop("Look at what was decided; whoever it is about may appeal."),
    ),
    "contest-unsaid": (
        gettext_noop("Say what is not right"),
        gettext_noop("A few words are enough; a person reads them."),
    ),
    "own-decision": (
        gettext_noop("Nobody decides about themselves"),
        gettext_noop("Ask somebody else to decide on your own time."),
    ),
    "decision-unsaid": (
        gettext_noop("Something is missing"),
        gettext_noop("Write your reasons: the person reads them."),
    ),
    "service-actor": (
        gettext_noop("Only a person decides this"),
        gettext_noop("A program may propose it; somebody with a name decides."),
    ),
}
