"""Name what pay is made of, in words a person knows: contributions, surfaces, rules, states."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

CONTRIBUTIONS = {
    "qpp": gettext_noop("Quebec pension (QPP)"),
    "qpp2": gettext_noop("Quebec pension, second additional (QPP2)"),
    "qpip": gettext_noop("Parental insurance (QPIP)"),
    "ei": gettext_noop("Employment insurance"),
    "hsf": gettext_noop("Health services fund"),
    "cnt": gettext_noop("Labour standards"),
    "cnesst": gettext_noop("Work accidents (CNESST)"),
}
SURFACES = {
    "item": gettext_noop("Tasks"),
    "practice": gettext_noop("Practice"),
    "instructions": gettext_noop("Reading instructions"),
    "queue": gettext_noop("Waiting for tasks"),
    "waiting": gettext_noop("Waiting for tasks"),
    "start": gettext_noop("Before beginning"),
    "break": gettext_noop("Paid breaks"),
    "results": gettext_noop("Looking at results"),
    "pay": gettext_noop("Pay pages"),
    "appeals": gettext_noop("Appeals"),
    "messages": gettext_noop("Messages"),
    "claim": gettext_noop("Time you told us of"),
    "why": gettext_noop("What the work is for"),
    "time": gettext_noop("My time"),
    "account": gettext_noop("My account"),
    "page": gettext_noop("Other pages"),
}
DECISIONS = {
    "rejection": gettext_noop("an answer not accepted"),
    "restriction": gettext_noop("so many tasks a day"),
    "suspension": gettext_noop("no task for a while"),
    "closure": gettext_noop("membership ended"),
    "time_refused": gettext_noop("time not accepted"),
    "time_held": gettext_noop("time held back"),
    "not_lent": gettext_noop("tasks not offered"),
    "quality": gettext_noop("a figure of quality"),
    "price": gettext_noop("a price"),
}
BOUNDS = {
    "legal": gettext_noop("the law"),
    "living": gettext_noop("a living wage"),
    "project": gettext_noop("the project"),
    "operator": gettext_noop("whoever runs Canut"),
}
STATUSES = {
    "employee": gettext_noop("employee"),
    "self_employed": gettext_noop("self-employed"),
    "volunteer": gettext_noop("volunteer"),
    "own_staff": gettext_noop("own staff"),
}
CONFIDENCES = {
    "official": gettext_noop("official"),
    "secondary": gettext_noop("read elsewhere"),
    "to_verify": gettext_noop("to verify"),
    "unknown": gettext_noop("unknown"),
}
PLACES = {
    "CA": gettext_noop("Canada"),
    "CA-QC": gettext_noop("Quebec"),
    "FR": gettext_noop("France"),
    "IN": gettext_noop("India"),
    "KE-30": gettext_noop("Nairobi, Kenya"),
    "MG": gettext_noop("Madagascar"),
    "PH-00": gettext_noop("Metro Manila, Philippines"),
    "US": gettext_noop("United States"),
    "US-CA": gettext_noop("California, United States"),
    "US-FL": gettext_noop("Florida, United States"),
    "US-NY": gettext_noop("New York, United States"),
    "US-WA": gettext_noop("Washington, United States"),
    "VE": gettext_noop("Venezuela"),
}
PAYMENTS = {
    "due": gettext_noop("due"),
    "sent": gettext_noop("sent"),
    "confirmed": gettext_noop("received"),
    "returned": gettext_noop("come back"),
}
CHANGES = {
    "came": gettext_noop("is new"),
    "went": gettext_noop("is not there any more"),
    "time_ms": gettext_noop("time"),
    "pieces": gettext_noop("answers"),
    "top_up_micro": gettext_noop("top-up"),
    "gross_micro": gettext_noop("gross pay"),
    "employer_micro": gettext_noop("employer’s part"),
    "floor_micro": gettext_noop("highest floor"),
}
FACTS = {
    "hours_set": gettext_noop("We set the hours."),
    "price_set": gettext_noop("We set the price; they cannot bargain."),
    "method_set": gettext_noop("We say how the work is done."),
    "watched": gettext_noop("We watch and rate the work as it goes."),
    "refusal_costs": gettext_noop("Refusing tasks has consequences."),
    "only_us": gettext_noop("They work for nobody else, or hardly."),
    "no_substitute": gettext_noop("They cannot send somebody else."),
}


def contribution_word(name: str) -> str:
    """Name a contribution."""
    return _word(CONTRIBUTIONS, name)


def decision_word(kind: str) -> str:
    """Return what a decision changes, in a few words."""
    return _(DECISIONS[kind]) if kind in DECISIONS else kind


def surface_word(name: str) -> str:
    """Name a sort of page."""
    return _word(SURFACES, name)


def bound_word(name: str) -> str:
    """Name what set a floor."""
    return _word(BOUNDS, name)


def status_word(name: str) -> str:
    """Name what somebody is to whoever pays."""
    return _word(STATUSES, name)


def confidence_word(name: str) -> str:
    """Say how surely a figure is known."""
    return _word(CONFIDENCES, name)


def place_word(code: str) -> str:
    """Name a place, with its code."""
    return f"{_(PLACES[code])} ({code})" if code in PLACES else code


def payment_word(state: str) -> str:
    """Say where the money is."""
    return _word(PAYMENTS, state)


def change_word(what: str) -> str:
    """Name what is another than before."""
    return _word(CHANGES, what)


def adjustment_word(micro: int) -> str:
    """Say what a decision did to a piece's price; takes ``reason`` and ``day``."""
    return _("Taken back on %(day)s: %(reason)s") if micro < 0 else _("Given back on %(day)s")


def _word(words: dict[str, str], name: str) -> str:
    return _(words[name]) if name in words else name
