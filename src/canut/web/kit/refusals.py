"""What a refusal says to a person, in the page's language: one title and one way out a case.

The key is the refusal's ``case``; ``%(name)s`` takes its facts. A case without its own words is
told by the class it belongs to, so that nobody ever reads a bare code. Cases of one subject stand
in tables of their own, which the setting ``REFUSAL_TABLES`` lists.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from canut.core.errors import Refusal
from canut.core.formats.problems import catalogue as problem_words
from canut.web.kit.formatting import price


class RefusalText(NamedTuple):
    """What happened, and what was kept or can be done."""

    title: str
    detail: str


CASES: dict[str, RefusalText] = {
    "signed-out": RefusalText(
        gettext_noop("You are not signed in"),
        gettext_noop("Sign in and try again. Nothing you sent is lost."),
    ),
    "forbidden": RefusalText(
        gettext_noop("This page is for somebody else"),
        gettext_noop("Your role does not open it. Ask whoever invited you for the right one."),
    ),
    "not-a-worker": RefusalText(
        gettext_noop("You do not work in this project"),
        gettext_noop("Open the invitation link you were given to join it."),
    ),
    "missing": RefusalText(
        gettext_noop("Nothing here"),
        gettext_noop("This address leads to nothing, or to something you have no access to."),
    ),
    "conflict": RefusalText(
        gettext_noop("That has changed meanwhile"),
        gettext_noop("Go back, look at what it says now, and try again."),
    ),
    "not-a-draft": RefusalText(
        gettext_noop("The project is open"),
        gettext_noop("Its file, columns and who answers stay as they are."),
    ),
    "no-columns": RefusalText(
        gettext_noop("The column to judge comes first"),
        gettext_noop("Choose it in the preview, then write the question."),
    ),
    "no-column": RefusalText(
        gettext_noop("The file has no such column"),
        gettext_noop("It has no column “%(column)s”. Choose one of those shown."),
    ),
    "column-twice": RefusalText(
        gettext_noop("One column cannot be both"),
        gettext_noop("“%(column)s” is judged: it cannot hold the known answers too."),
    ),
    "rows-unsettled": RefusalText(
        gettext_noop("The rows of the file are not settled"),
        gettext_noop("Say what becomes of the rows set aside, then start."),
    ),
    "import-not-ready": RefusalText(
        gettext_noop("The file is at another step"),
        gettext_noop("Load the page again to see where it is."),
    ),
    "import-stopped": RefusalText(
        gettext_noop("The reading was stopped"),
        gettext_noop(
            "The file was discarded or read by somebody else meanwhile. Nothing was kept of it."
        ),
    ),
    "upload-empty": RefusalText(
        gettext_noop("No file came"),
        gettext_noop("Choose a file, or several pictures."),
    ),
    "too-long": RefusalText(
        gettext_noop("That is too long"),
        gettext_noop("At most %(limit)s characters. What you wrote is still in the page."),
    ),
    "slug-taken": RefusalText(
        gettext_noop("This title cannot be used"),
        gettext_noop("Choose another title for the project."),
    ),
    "bad-price": RefusalText(
        gettext_noop("This price cannot be meant"),
        gettext_noop("Write the price of one answer, such as 0.21."),
    ),
    "bad-currency": RefusalText(
        gettext_noop("This is not a currency"),
        gettext_noop("Choose one of the list."),
    ),
    "bad-overlap": RefusalText(
        gettext_noop("That is not a number of answers"),
        gettext_noop("A whole number from 1 to 100."),
    ),
    "overlap-range": RefusalText(
        gettext_noop("That is not a number of answers"),
        gettext_noop("A whole number from 1 to 100."),
    ),
    "question-ask": RefusalText(
        gettext_noop("The question has no words, or too many"),
        gettext_noop("Write what is asked, in at most %(limit)s characters."),
    ),
    "choices-number": RefusalText(
        gettext_noop("Too few answers, or too many"),
        gettext_noop("From 2 to 36 possible answers."),
    ),
    "choice-twice": RefusalText(
        gettext_noop("The same answer stands twice"),
        gettext_noop("Each possible answer once only."),
    ),
    "choice-too-long": RefusalText(
        gettext_noop("One answer is too long"),
        gettext_noop("Shorten it, or put the rest in the instructions."),
    ),
    "no-answers": RefusalText(
        gettext_noop("There is no answer yet"),
        gettext_noop("Labels are estimated from answers. Come back when some have come."),
    ),
    "worker-left": RefusalText(
        gettext_noop("You have left this project"),
        gettext_noop("Ask whoever invited you. What you answered is kept and paid."),
    ),
    "already-answered": RefusalText(
        gettext_noop("You have answered this task"),
        gettext_noop("Take the next one. Your answer is kept and paid."),
    ),
    "correction-too-old": RefusalText(
        gettext_noop("This answer can no longer be corrected"),
        gettext_noop("The last ten can be. This one stays, paid."),
    ),
    "correction-after-export": RefusalText(
        gettext_noop("This answer can no longer be corrected"),
        gettext_noop("Its label has left with an export. The answer stays, paid."),
    ),
    "answer-choice-twice": RefusalText(
        gettext_noop("The question does not allow this answer"),
        gettext_noop("Choose each answer once only."),
    ),
    "answer-key": RefusalText(
        gettext_noop("The answer has no key of its own"),
        gettext_noop("Load the page again. What was kept before is safe."),
    ),
    "answers-count": RefusalText(
        gettext_noop("Too many answers at once"),
        gettext_noop("At most %(limit)s in one request. Send them in several; nothing was kept."),
    ),
    "answer-surplus": RefusalText(
        gettext_noop("You answered this task several times"),
        gettext_noop("Your first answers are kept. Correct one of them, or go on to another task."),
    ),
    "answer-unknown": RefusalText(
        gettext_noop("There is no answer of yours to replace"),
        gettext_noop("Send it as a new answer to the task."),
    ),
    "question-version-unknown": RefusalText(
        gettext_noop("This question is no longer asked that way"),
        gettext_noop("Load the page again to see how it is asked now."),
    ),
    "lease-count": RefusalText(
        gettext_noop("Too many tasks at once, or none"),
        gettext_noop("From 1 to %(limit)s tasks can be held."),
    ),
    "pack-count": RefusalText(
        gettext_noop("Too many tasks to take along, or none"),
        gettext_noop("From 1 to %(limit)s tasks can be taken along here."),
    ),
    "begun-too-long": RefusalText(
        gettext_noop("What was begun is too long to be kept for another device"),
        gettext_noop("At most %(limit)s characters. It stays on this device."),
    ),
    "release-count": RefusalText(
        gettext_noop("Too many tasks given back at once"),
        gettext_noop("At most %(limit)s. The others come free by themselves."),
    ),
    "skip-reason": RefusalText(
        gettext_noop("The reason is missing, or too long"),
        gettext_noop("Say why you pass in 1 to %(limit)s characters."),
    ),
    "flag-text": RefusalText(
        gettext_noop("This report is too long"),
        gettext_noop("At most %(limit)s characters."),
    ),
    "beats-count": RefusalText(
        gettext_noop("Too many time records at once"),
        gettext_noop("At most %(limit)s in one message. Your answers are not touched."),
    ),
    "beat-malformed": RefusalText(
        gettext_noop("A time record cannot be read"),
        gettext_noop("Load the page again. Your answers are not touched."),
    ),
    "lease-gone": RefusalText(
        gettext_noop("This task was not lent to you"),
        gettext_noop("Take the next one. The answers you have sent are kept and paid."),
    ),
    "too-late": RefusalText(
        gettext_noop("This answer can no longer be corrected"),
        gettext_noop("The last ten can be, until they are exported. The first one stays, paid."),
    ),
    "not-open": RefusalText(
        gettext_noop("This project takes no answers now"),
        gettext_noop("It is paused or finished. What you have answered is kept and paid."),
    ),
    "project-paused": RefusalText(
        gettext_noop("This project is paused"),
        gettext_noop("It will go on later. What you have answered is kept and paid."),
    ),
    "project-closed": RefusalText(
        gettext_noop("This project has ended"),
        gettext_noop("It waits for no more answers. What you have answered is kept and paid."),
    ),
    "project-draft": RefusalText(
        gettext_noop("This project is not open yet"),
        gettext_noop("It is still being prepared. Come back when you are told that it begins."),
    ),
    "incomplete": RefusalText(
        gettext_noop("Something is missing"),
        gettext_noop("Fill in what is marked, then go on. What you wrote is kept."),
    ),
    "risk-severity": RefusalText(
        gettext_noop("Say how hard it is to look at"),
        gettext_noop("Choose one of the five, from calm to extreme."),
    ),
    "risk-category": RefusalText(
        gettext_noop("This kind of material has no name here"),
        gettext_noop("Choose among those that are offered."),
    ),
    "risk-category-missing": RefusalText(
        gettext_noop("Say what kind of material it is"),
        gettext_noop("Name at least one kind, so that people can choose."),
    ),
    "risk-lowered": RefusalText(
        gettext_noop("This label can be raised, never lowered"),
        gettext_noop("People accepted the project under it. Begin another project instead."),
    ),
    "too-few-calm": RefusalText(
        gettext_noop("Too few of the tasks are calm"),
        gettext_noop(
            "%(seen)s of %(total)s are. At least one in three must be, since one comes before and "
            "between the others. Name the column that says how hard each task is."
        ),
    ),
    "own-limit": RefusalText(
        gettext_noop("This limit cannot be set"),
        gettext_noop("Choose from 0 to %(limit)s."),
    ),
    "too-large": RefusalText(
        gettext_noop("That is too large"),
        gettext_noop("The limit is %(limit)s. Split it, then try again."),
    ),
    "too-many": RefusalText(
        gettext_noop("Too many attempts"),
        gettext_noop("Wait a minute, then try again."),
    ),
    "not-ready": RefusalText(
        gettext_noop("Canut is not ready"),
        gettext_noop(
            "The database does not fit this version. Whoever runs it must start canut migrate."
        ),
    ),
    "bad-input": RefusalText(
        gettext_noop("That cannot be used as it is"),
        gettext_noop("Go back and check what you gave. Nothing was changed."),
    ),
    "bad-file": RefusalText(
        gettext_noop("This file cannot be read"),
        gettext_noop("Save it as CSV, JSONL or Parquet, or give pictures, and try again."),
    ),
    "bad-row": RefusalText(
        gettext_noop("A row cannot be read"),
        gettext_noop("Row %(line)s, column “%(column)s”. The rest is untouched."),
    ),
    "bad-question": RefusalText(
        gettext_noop("Nobody could answer this question"),
        gettext_noop("It needs words, and two to thirty-six different choices."),
    ),
    "bad-answer": RefusalText(
        gettext_noop("The question does not allow this answer"),
        gettext_noop("Choose among what is offered."),
    ),
    "csrf": RefusalText(
        gettext_noop("This page had been open too long"),
        gettext_noop("Go back, load it again, and send it once more. Nothing was changed."),
    ),
    "wrong-method": RefusalText(
        gettext_noop("This address cannot be used that way"),
        gettext_noop("Go back to the page and use its buttons."),
    ),
    "fault": RefusalText(
        gettext_noop("The thread broke"),
        gettext_noop("The server did not manage. Nothing is lost and your time counts."),
    ),
    "refusal": RefusalText(
        gettext_noop("That is not possible"),
        gettext_noop("Go back and try another way. Nothing was changed."),
    ),
}


@cache
def cases() -> Mapping[str, RefusalText]:
    """Return the words of every case: those of this file, then those of the tables in settings."""
    tables = [import_string(name) for name in settings.REFUSAL_TABLES]
    return CASES | {case: RefusalText(*said) for table in tables for case, said in table.items()}


class _Facts(dict[str, object]):
    """Facts by name; a missing one reads as unknown rather than failing the page."""

    def __missing__(self, _key: str) -> str:
        """Return the word for what is not known."""
        return _("unknown")


def words_for(case: str, facts: Mapping[str, object] | None = None) -> RefusalText:
    """Return what a case says in the page's language, with its facts."""
    found = cases().get(case, CASES["refusal"])
    known = _Facts(_with_money(facts or {}))
    return RefusalText(_(found.title) % known, _(found.detail) % known)


def _with_money(facts: Mapping[str, object]) -> dict[str, object]:
    """Add every amount in words: ``missing`` for ``missing_micro``, in the currency among them."""
    amounts = {
        name.removesuffix("_micro"): price(micro, str(facts.get("currency")))
        for name, micro in facts.items()
        if name.endswith("_micro") and isinstance(micro, int) and micro
    }
    return dict(facts) | amounts


def words_of(refusal: Refusal) -> RefusalText:
    """Return what a refusal says, by its case, else by its class."""
    case = next(
        (c for c in (refusal.case, *_classes(refusal)) if c in cases()),
        "refusal",
    )
    found = words_for(case, refusal.facts)
    if refusal.case in problem_words.REFUSALS:
        language = get_language() or "fr"
        return RefusalText(found.title, problem_words.words(refusal.case, refusal.facts, language))
    return found


def _classes(refusal: Refusal) -> list[str]:
    return [kind.code for kind in type(refusal).__mro__ if issubclass(kind, Refusal)]
