"""Decide whether Canut can pay a status in a place, before anybody works there.

What lacks here would otherwise be found when a period closes. ``floor`` and ``contributions`` look
the values up; that a value has ended is no reason to refuse terms, since a place pack brings the
next one.
"""

from datetime import date

from canut.core.errors import BadInput, Incomplete
from canut.core.pay.contributions import can_be_paid
from canut.core.pay.floor import LEGAL, LIVING
from canut.core.places.parameters import Places, Status


def check_payable(places: Places, code: str, status: Status, currency: str, day: date) -> None:
    """Refuse a status and a place that Canut cannot pay, or not in this currency.

    Args:
        places: what is known of every place.
        code: where the person works, ISO 3166-2.
        status: their status towards the payer.
        currency: that of the project; empty where it is not known yet.
        day: a day of the work.

    Raises:
        BadInput: the code is not that of a jurisdiction, or an employee would be paid in another
            currency than that of the place.
        Incomplete: no file applies to the place, its minimum wage is unknown, or Canut pays nobody
            of this status there.

    Example:
        >>> from canut.core.places.reader import shipped_places
        >>> check_payable(shipped_places(), "CA-QC", Status.EMPLOYEE, "CAD", date(2026, 6, 1))
    """
    if not status.is_paid_here:
        return
    chain = places.chain(code)
    if not can_be_paid(places, code, status):
        raise Incomplete(
            f"nobody can be paid as {status.value} in {code}: what the law asks of the payer there"
            " is not described here",
            code="status-unpayable",
            place=code,
            status=status.value,
        )
    decided = places.parameter(LEGAL, code)
    entry = decided[1].on(day) if decided else None
    if entry is None or entry.value is None:
        raise Incomplete(
            f"{LEGAL} is unknown for {code} on {day}, so that nobody has a floor there",
            code="place-floorless",
            place=code,
        )
    if status is Status.EMPLOYEE and currency and currency != chain[0].currency:
        raise BadInput(
            f"pay is in {currency}; employees in {code} are paid in {chain[0].currency}",
            code="currencies-differ",
            seen=currency,
            expected=chain[0].currency,
        )


def needed_parameters(places: Places, code: str, status: Status) -> set[str]:
    """Return the parameters without which somebody of a status in a place cannot be paid.

    Raises:
        BadInput: the code is not that of a jurisdiction.
        Incomplete: no file applies to it.

    Example:
        >>> from canut.core.places.reader import shipped_places
        >>> needed_parameters(shipped_places(), "FR", Status.VOLUNTEER)
        set()
    """
    if not status.is_paid_here:
        return set()
    named = {name for rules in places.chain(code) for name in rules.parameters}
    by_payer: dict[str, set[str]] = {"employee": set(), "employer": set(), "self_employed": set()}
    for rule in places.rules_of(code):
        common = rule.amounts | ({rule.base} - {""}) | {rate for rate, _top in rule.steps}
        for payer, rates in rule.rates.items():
            times = {rule.times[payer]} if payer in rule.times else set[str]()
            tiers = {name for name in named if name.startswith(f"{rule.brackets}.")}
            by_payer[payer] |= {*rates, *times, *common, *(tiers if rule.brackets else ())}
    if status is Status.SELF_EMPLOYED:
        return ({LEGAL} | by_payer["self_employed"]) & named
    alone = by_payer["self_employed"] - by_payer["employee"] - by_payer["employer"]
    return named - alone - {LIVING}
