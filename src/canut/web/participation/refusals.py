"""Texts of the refusals about elections, policies, messages and records."""

from django.utils.translation import gettext_noop

SAID: dict[str, tuple[str, str]] = {
    "rating-over": (
        gettext_noop("You left too long ago"),
        gettext_noop("Who asks can be rated until %(limit)s days after your work there ended."),
    ),
    "by-ballot-only": (
        gettext_noop("Representatives are elected"),
        gettext_noop("Nobody else gives that role or takes it. An election can be opened."),
    ),
    "no-election": (
        gettext_noop("No election is running"),
        gettext_noop("Active workers may ask for one on the page of representatives."),
    ),
    "election-running": (
        gettext_noop("An election is running"),
        gettext_noop("It ends by itself; another one can be opened then."),
    ),
    "not-active": (
        gettext_noop("You have not worked here lately"),
        gettext_noop("Whoever answered a task in the last ninety days may ask for an election."),
    ),
    "no-voters": (
        gettext_noop("Nobody could vote"),
        gettext_noop("Nobody worked here in the last ninety days."),
    ),
    "not-a-voter": (
        gettext_noop("You are not on the list of voters"),
        gettext_noop("It holds those who worked in the ninety days before the election."),
    ),
    "not-standing-time": (
        gettext_noop("The candidates are known"),
        gettext_noop("Voting has begun. You may stand the next time."),
    ),
    "not-voting-time": (
        gettext_noop("Voting is not open"),
        gettext_noop("The page of representatives says when it is."),
    ),
    "voted": (
        gettext_noop("You have voted"),
        gettext_noop("Your ballot is in the box, and nothing ties it to you."),
    ),
    "not-a-candidate": (
        gettext_noop("The ballot names somebody who does not stand"),
        gettext_noop("Load the page again; your right to vote is untouched."),
    ),
    "bad-seats": (
        gettext_noop("So many cannot be elected"),
        gettext_noop("From 1 to %(limit)s representatives."),
    ),
    "not-a-representative": (
        gettext_noop("You are not a representative"),
        gettext_noop("Only those in office can resign."),
    ),
    "workers-only": (
        gettext_noop("This channel is for workers alone"),
        gettext_noop("Whoever asks for labels or runs an instance stays out of it."),
    ),
    "not-for-all": (
        gettext_noop("Only whoever asks shows an answer to everybody"),
        gettext_noop("Your message itself can still be sent."),
    ),
    "not-answered": (
        gettext_noop("Answer a task here first"),
        gettext_noop("Those who worked there say what it is like."),
    ),
    "bad-rating": (
        gettext_noop("This figure cannot be meant"),
        gettext_noop("Leave it out, or write one from 0 to %(limit)s."),
    ),
    "bad-policy": (
        gettext_noop("This value cannot be meant"),
        gettext_noop("Choose a rule of the list and a number from 0 up."),
    ),
    "policy-bounds": (
        gettext_noop("This value is beyond what may be chosen"),
        gettext_noop("Choose a value from %(least)s to %(most)s."),
    ),
    "same-policy": (
        gettext_noop("Nothing would change"),
        gettext_noop("The rule has this value already."),
    ),
    "too-few-words": (
        gettext_noop("That says too little"),
        gettext_noop("Write at least %(limit)s words."),
    ),
    "change-unsettled": (
        gettext_noop("A change of this rule is not settled"),
        gettext_noop("Withdraw it first, or wait for what becomes of it."),
    ),
    "change-settled": (
        gettext_noop("This change is settled"),
        gettext_noop("Propose another one."),
    ),
    "terms-too-soon": (
        gettext_noop("That is too soon"),
        gettext_noop("Terms change 30 days after they are published, at the earliest."),
    ),
    "long-sentence": (
        gettext_noop("A sentence is too long to read"),
        gettext_noop("At most %(limit)s words each. Split: “%(sentence)s”"),
    ),
    "terms-bar-contact": (
        gettext_noop("Terms may not forbid or price work outside"),
        gettext_noop("People are free to meet and work elsewhere. See: “%(sentence)s”"),
    ),
    "not-a-record": (
        gettext_noop("This is no record of work"),
        gettext_noop("Bring the zip or the record.json of another instance as it came."),
    ),
    "record-here": (
        gettext_noop("This record is here already"),
        gettext_noop("You brought the very same file before."),
    ),
}
