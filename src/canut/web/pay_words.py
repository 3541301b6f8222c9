"""Name what pay is made of, in words a person knows: contributions, surfaces, rules, states."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

CONTRIBUTIONS = {
    "qpp": noop("Quebec pension (QPP)"),
    "qpp2": noop("Quebec pension, second additional (QPP2)"),
    "qpip": noop("Parental insurance (QPIP)"),
    "ei": noop("Employment insurance"),
    "hsf": noop("Health services fund"),
    "cnt": noop("Labour standards"),
    "cnesst": noop("Work accidents (CNESST)"),
}
SURFACES = {
    "item": noop("Tasks"),
    "practice": noop("Practice"),
    "instructions": noop("Reading instructions"),
    "queue": noop("Waiting for tasks"),
    "waiting": noop("Waiting for tasks"),
    "start": noop("Before beginning"),
    "break": noop("Paid breaks"),
    "results": noop("Looking at results"),
    "pay": noop("Pay pages"),
    "appeal": noop("Appeals"),
    "messages": noop("Messages"),
    "granted": noop("Held back before, paid now"),
    "claimed": noop("Time you told us of"),
}
BOUNDS = {
    "legal": noop("the law"),
    "living": noop("a living wage"),
    "project": noop("the project"),
    "operator": noop("whoever runs Canut"),
}
STATUSES = {
    "employee": noop("employee"),
    "self_employed": noop("self-employed"),
    "volunteer": noop("volunteer"),
    "own_staff": noop("own staff"),
}
CONFIDENCES = {
    "official": noop("official"),
    "secondary": noop("read elsewhere"),
    "to_verify": noop("to verify"),
    "unknown": noop("unknown"),
}
PARAMETERS = {
    "minimum_wage.general": noop("Minimum wage"),
    "living_wage.general": noop("Living wage"),
    "vacation.rate": noop("Vacation"),
    "vacation.rate_from_years": noop("Vacation"),
    "vacation.years": noop("Vacation, years"),
    "holiday.share": noop("Public holiday"),
    "qpp.exemption": noop("Pension, exemption"),
    "qpp.ympe": noop("Pension, ceiling"),
    "qpp.yampe": noop("Pension, second ceiling"),
    "qpp.rate_base": noop("Pension, base"),
    "qpp.rate_add1": noop("Pension, first additional"),
    "qpp.rate_add2": noop("Pension, second additional"),
    "qpip.max": noop("Parental insurance, ceiling"),
    "ei.mie": noop("Employment insurance, ceiling"),
    "ei.employer_times": noop("Employment insurance, employer’s times"),
    "cnesst.average_rate": noop("Work accidents, average"),
}
PLACES = {
    "CA-QC": noop("Quebec"),
    "FR": noop("France"),
    "IN": noop("India"),
    "KE-30": noop("Nairobi, Kenya"),
    "MG": noop("Madagascar"),
    "PH-00": noop("Metro Manila, Philippines"),
    "US-CA": noop("California, United States"),
    "US-FL": noop("Florida, United States"),
    "US-NY": noop("New York, United States"),
    "US-WA": noop("Washington, United States"),
    "VE": noop("Venezuela"),
}
PAYMENTS = {
    "due": noop("due"),
    "sent": noop("sent"),
    "confirmed": noop("received"),
    "returned": noop("come back"),
}
CHANGES = {
    "came": noop("is new"),
    "went": noop("is not there any more"),
    "time_ms": noop("time"),
    "pieces": noop("answers"),
    "top_up_micro": noop("top-up"),
    "gross_micro": noop("gross pay"),
    "employer_micro": noop("employer’s part"),
    "floor_micro": noop("highest floor"),
}
FACTS = {
    "hours_set": noop("We set the hours."),
    "price_set": noop("We set the price; they cannot bargain."),
    "method_set": noop("We say how the work is done."),
    "watched": noop("We watch and rate the work as it goes."),
    "refusal_costs": noop("Refusing tasks has consequences."),
    "only_us": noop("They work for nobody else, or hardly."),
    "no_substitute": noop("They cannot send somebody else."),
}


def contribution_word(name: str) -> str:
    """Name a contribution."""
    return _word(CONTRIBUTIONS, name)


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


def parameter_word(name: str) -> str:
    """Name a figure of law."""
    return _word(PARAMETERS, name)


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
