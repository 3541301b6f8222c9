"""Texts of the refusals about decisions and appeals."""

from django.utils.translation import gettext_noop

DUE: dict[str, tuple[str, str]] = {
    "service-actor": (
        gettext_noop("A program cannot do this"),
        gettext_noop("Only a named person decides about somebody. A program may propose."),
    ),
    "own-decision": (
        gettext_noop("Nobody decides about themselves"),
        gettext_noop("Ask somebody else to look at it."),
    ),
    "act-not-in-force": (
        gettext_noop("This reason is not on the list"),
        gettext_noop("Choose one of the reasons shown; no other may be used."),
    ),
    "evidence": (
        gettext_noop("The evidence is missing, or too long"),
        gettext_noop("Say what shows it, in at most %(limit)s characters. The person reads it."),
    ),
    "rejection-too-late": (
        gettext_noop("This answer is accepted"),
        gettext_noop("It was given more than %(limit)s days ago. Its pay and its place stay."),
    ),
    "answer-not-counted": (
        gettext_noop("There is nothing to reject here"),
        gettext_noop("This answer was rejected already, was corrected, or was for practice."),
    ),
    "already-limited": (
        gettext_noop("A limit is on its way or in force"),
        gettext_noop("Take it back first, then decide anew."),
    ),
    "limit-range": (
        gettext_noop("This limit cannot be meant"),
        gettext_noop("From 1 to %(limit)s days, and at least one task a day."),
    ),
    "suspend-first": (
        gettext_noop("For this reason, a suspension comes first"),
        gettext_noop(
            "Suspend them under “Limit their work”: they are told and may object. Once it has "
            "begun, their work here can be ended for good."
        ),
    ),
    "worker-suspended": (
        gettext_noop("No task here for you for now"),
        gettext_noop(
            "A person suspended your work in this project until %(until)s. Why, and how to appeal, "
            "is under “Decisions about me”. What you did stays paid, what you hold may be finished."
        ),
    ),
    "decision-missing": (
        gettext_noop("There is no such decision about you"),
        gettext_noop("All of them are listed under “Decisions about me”."),
    ),
    "decision-undone": (
        gettext_noop("This decision is undone already"),
        gettext_noop("What it changed is as it was before."),
    ),
    "already-appealed": (
        gettext_noop("Your appeal is under way"),
        gettext_noop("You will find its state and its last day beside the decision."),
    ),
    "appeal-hard-declined": (
        gettext_noop("This appeal is about material you have not agreed to see"),
        gettext_noop(
            "Somebody else reads it. To read such appeals, agree to the kind under “Exposure”; "
            "nobody asks you to."
        ),
    ),
    "appeal-hard-minor": (
        gettext_noop("This appeal is about hard material"),
        gettext_noop("It is not given to people under 18. Somebody else reads it."),
    ),
    "appeal-hard-off-weeks": (
        gettext_noop("This appeal is about hard material"),
        gettext_noop("After eight weeks with such material, two go without. Somebody else reads."),
    ),
    "appeal-hard-day": (
        gettext_noop("Your limit of hard material for 24 hours leaves no room for this appeal"),
        gettext_noop("Take another appeal, or this one tomorrow. Somebody else may read it now."),
    ),
    "appeal-hard-week": (
        gettext_noop("Your limit of hard material for 7 days leaves no room for this appeal"),
        gettext_noop("Take another appeal, or this one later. Somebody else may read it now."),
    ),
    "appeal-hard-worst": (
        gettext_noop("You have seen as many of the hardest tasks as 24 hours allow"),
        gettext_noop("Take another appeal, or this one tomorrow. Somebody else may read it now."),
    ),
    "appeal-hard-break": (
        gettext_noop("A break of 5 minutes, paid, comes before this appeal"),
        gettext_noop("Take the break, then this appeal. It is still here."),
    ),
    "appeal-too-late": (
        gettext_noop("It is too late for an appeal"),
        gettext_noop("A decision can be appealed against for 90 days. Write to who runs Canut."),
    ),
    "input-unknown": (
        gettext_noop("The decision does not rest on this"),
        gettext_noop("Choose one of the facts listed beside the decision."),
    ),
    "appeal-words": (
        gettext_noop("The words are missing, or too many"),
        gettext_noop("Write from 1 to %(limit)s characters."),
    ),
    "appeal-outcome": (
        gettext_noop("Say whether the decision stands"),
        gettext_noop("Choose one of the two."),
    ),
    "appeal-missing": (
        gettext_noop("There is no such appeal"),
        gettext_noop("Those that wait for you are listed under “Appeals”."),
    ),
    "not-independent": (
        gettext_noop("This appeal is for somebody else to answer"),
        gettext_noop(
            "Whoever answers is neither of the client, nor took the decision, nor is whom it is "
            "about."
        ),
    ),
    "appeal-answered": (
        gettext_noop("This appeal is answered"),
        gettext_noop("Nothing was changed by what you sent."),
    ),
    "appeal-over": (
        gettext_noop("The 14 days are over"),
        gettext_noop("Nobody answered in time, so the appeal is won."),
    ),
    "appeal-held": (
        gettext_noop("Somebody else reads this appeal"),
        gettext_noop("It comes free within half an hour, unless they answer it."),
    ),
    "system-unknown": (
        gettext_noop("There is no such rule"),
        gettext_noop("All that decide here are listed under “What decides here”."),
    ),
    "system-off": (
        gettext_noop("This rule is switched off"),
        gettext_noop("A person switched it off; it decides nothing until it is on again."),
    ),
    "switch-why": (
        gettext_noop("The reason is missing, or too long"),
        gettext_noop("Say why in at most %(limit)s characters. Everybody can read it."),
    ),
}
