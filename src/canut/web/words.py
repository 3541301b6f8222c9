"""What a refusal says to a person, in the page's language: one title and one way out a case.

The key is the refusal's ``case``; ``%(name)s`` takes its facts. A case without its own words is
told by the class it belongs to, so that nobody ever reads a bare code.
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as n_

from canut.core.errors import Refusal
from canut.core.formats import problems as problem_words


class Words(NamedTuple):
    """What happened, and what was kept or can be done."""

    title: str
    detail: str


CASES: dict[str, Words] = {
    "signed-out": Words(
        n_("You are not signed in"),
        n_("Sign in and try again. Nothing you sent is lost."),
    ),
    "forbidden": Words(
        n_("This page is for somebody else"),
        n_("Your role does not open it. Ask whoever invited you for the right one."),
    ),
    "not-a-worker": Words(
        n_("You do not work in this project"),
        n_("Open the invitation link you were given to join it."),
    ),
    "missing": Words(
        n_("Nothing here"),
        n_("This address leads to nothing, or to something you have no access to."),
    ),
    "conflict": Words(
        n_("That has changed meanwhile"),
        n_("Go back, look at what it says now, and try again."),
    ),
    "invitation-revoked": Words(
        n_("This invitation was withdrawn"),
        n_("Whoever sent it closed the link. Ask them for another one."),
    ),
    "invitation-expired": Words(
        n_("This invitation has expired"),
        n_("Its last day has passed. Ask whoever sent it for another one."),
    ),
    "invitation-used-up": Words(
        n_("This invitation is used up"),
        n_("As many people as it was made for have come. Ask for another one."),
    ),
    "link-used": Words(
        n_("This address was already used"),
        n_("It signs in once only. Start the command again to get a fresh one, or sign in."),
    ),
    "link-expired": Words(
        n_("This address has expired"),
        n_("Start the command again to get a fresh one, or sign in."),
    ),
    "lease-gone": Words(
        n_("This task was not lent to you"),
        n_("Take the next one. The answers you have sent are kept and paid."),
    ),
    "too-late": Words(
        n_("This answer can no longer be corrected"),
        n_("The last ten can be, until they are exported. The first one stays, paid."),
    ),
    "not-open": Words(
        n_("This project takes no answers now"),
        n_("It is paused or finished. What you have answered is kept and paid."),
    ),
    "incomplete": Words(
        n_("Something is missing"),
        n_("Fill in what is marked, then go on. What you wrote is kept."),
    ),
    "too-large": Words(
        n_("That is too large"),
        n_("The limit is %(limit)s. Split it, then try again."),
    ),
    "too-many": Words(
        n_("Too many attempts"),
        n_("Wait a minute, then try again."),
    ),
    "not-ready": Words(
        n_("Canut is not ready"),
        n_("The database does not fit this version. Whoever runs it must start canut migrate."),
    ),
    "bad-input": Words(
        n_("That cannot be used as it is"),
        n_("Go back and check what you gave. Nothing was changed."),
    ),
    "bad-file": Words(
        n_("This file cannot be read"),
        n_("Save it as CSV, JSONL or Parquet, or give pictures, and try again."),
    ),
    "bad-row": Words(
        n_("A row cannot be read"),
        n_("Row %(line)s, column “%(column)s”. The rest is untouched."),
    ),
    "bad-question": Words(
        n_("Nobody could answer this question"),
        n_("It needs words, and two to thirty-six different choices."),
    ),
    "bad-answer": Words(
        n_("The question does not allow this answer"),
        n_("Choose among what is offered."),
    ),
    "csrf": Words(
        n_("This page had been open too long"),
        n_("Go back, load it again, and send it once more. Nothing was changed."),
    ),
    "wrong-method": Words(
        n_("This address cannot be used that way"),
        n_("Go back to the page and use its buttons."),
    ),
    "fault": Words(
        n_("The thread broke"),
        n_("The server did not manage. Nothing is lost and your time counts."),
    ),
    "refusal": Words(
        n_("That is not possible"),
        n_("Go back and try another way. Nothing was changed."),
    ),
}


class _Facts(dict[str, object]):
    """Facts by name; a missing one reads as unknown rather than failing the page."""

    def __missing__(self, _key: str) -> str:
        """Return the word for what is not known."""
        return _("unknown")


def words_for(case: str, facts: Mapping[str, object] | None = None) -> Words:
    """Return what a case says in the page's language, with its facts."""
    found = CASES.get(case, CASES["refusal"])
    known = _Facts(facts or {})
    return Words(_(found.title) % known, _(found.detail) % known)


def words_of(refusal: Refusal) -> Words:
    """Return what a refusal says, by its case, else by its class."""
    case = next(
        (c for c in (refusal.case, *_classes(refusal)) if c in CASES),
        "refusal",
    )
    found = words_for(case, refusal.facts)
    if refusal.case in problem_words.REFUSALS:
        language = get_language() or "fr"
        return Words(found.title, problem_words.words(refusal.case, refusal.facts, language))
    return found


def _classes(refusal: Refusal) -> list[str]:
    return [kind.code for kind in type(refusal).__mro__ if issubclass(kind, Refusal)]
