"""What refusals about price, chain, pilot and funds say to a person; read by ``words``."""

from django.utils.translation import gettext_noop

PRICE_CASES: dict[str, tuple[str, str]] = {
    "funds-short": (
        gettext_noop("The money is not there yet"),
        gettext_noop(
            "%(needed)s must be there before anybody works; %(missing)s are missing. Once whoever "
            "runs this platform has written down that they came, start again."
        ),
    ),
    "funds-note": (
        gettext_noop("Say where the money can be found"),
        gettext_noop("A few words: a transfer, an invoice. At most %(limit)s characters."),
    ),
    "bad-funds": (
        gettext_noop("This amount cannot be written down"),
        gettext_noop("Write an amount above 0."),
    ),
    "bad-task-time": (
        gettext_noop("A task cannot take so long"),
        gettext_noop("Give at most one day, in seconds."),
    ),
    "chain-missing": (
        gettext_noop("Nobody knows yet who pays"),
        gettext_noop("Say who the client is and who is paid on the way; people read it first."),
    ),
    "chain-over": (
        gettext_noop("The shares are more than the price"),
        gettext_noop("The client pays at least what the worker and everybody on the way get."),
    ),
    "chain-long": (
        gettext_noop("Too many stand in between"),
        gettext_noop("At most %(limit)s parties can be declared."),
    ),
    "party-unnamed": (
        gettext_noop("Somebody on the way has no name"),
        gettext_noop("Name them, or choose “somebody not disclosed”."),
    ),
    "bad-share": (
        gettext_noop("A share cannot be below 0"),
        gettext_noop("Write what they keep of the price of one answer."),
    ),
    "bad-country": (
        gettext_noop("This is not the code of a country"),
        gettext_noop("Write two letters, such as CA or FR."),
    ),
    "pilot-first": (
        gettext_noop("A pilot comes first"),
        gettext_noop("Ten people, or everybody invited, try a few tasks before the rest opens."),
    ),
    "pilot-short": (
        gettext_noop("The pilot is not over"),
        gettext_noop("%(seen)s of the %(wanted)s people needed have done their part."),
    ),
    "pilot-empty": (
        gettext_noop("Nobody has tried it out yet"),
        gettext_noop("Invite people to the pilot first."),
    ),
    "terms-unknown": (
        gettext_noop("Somebody’s floor is not known"),
        gettext_noop(
            "People who took part and have not said where they work, or as what: %(seen)s. Their "
            "floor must be known before the project opens."
        ),
    ),
    "price-too-low": (
        gettext_noop("This price leaves too many under their floor"),
        gettext_noop(
            "%(short)s of %(people)s people would need a top-up; at most one in four may, of "
            "people and of hours. The smallest price of an answer that would do: %(proposed)s."
        ),
    ),
    "place-unknown": (
        gettext_noop("The floor of a place is not known"),
        gettext_noop(
            "Somebody works in %(place)s, whose legal minimum is not in this instance. Its "
            "operator adds it, with its source; until then nothing begins."
        ),
    ),
    "parameter-unknown": (
        gettext_noop("A legal value is not known"),
        gettext_noop(
            "%(parameter)s is unknown for %(place)s. The operator adds it, with its source."
        ),
    ),
    "parameter-expired": (
        gettext_noop("A legal value must be renewed"),
        gettext_noop("%(parameter)s of %(place)s is too old to be used. The operator renews it."),
    ),
    "exchange-unknown": (
        gettext_noop("Pay and floor are in two currencies"),
        gettext_noop(
            "The floor is in %(seen)s, the price in %(expected)s, and no rate between them is "
            "known. Set the price in the currency of the people who answer."
        ),
    ),
}
